"""The alarm banner: its place is always kept; quiet when there is nothing to say."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.bedside.view_models.banner import Banner, BannerLook
from ui.controls.guard import hand_on_focus
from ui.theme import Role, Theme
from ui.widgets.alarm_mark import FILLS, LINES, TEXTS, mark_width, place_mark
from ui.widgets.key_button import KeyButton
from ui.widgets.painted import Painted
from ui.widgets.sheet import Sheet, advance, cap_height

OUTLINE_PX = 5.0


def second_line(model: Banner, named: int) -> str:
    """Since when, the first `named` of the other alarms in full, and how many more there are."""
    more = len(model.others) - named
    parts = [model.detail]
    if named:
        parts.append("and: " + ", ".join(model.others[:named]))
    if more:
        parts.append(f"+{more} more")
    return " · ".join(part for part in parts if part)


class AlarmBanner(Painted[Banner]):
    """Draws a `Banner`; its one key is Acknowledge."""

    acknowledged = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.key = KeyButton(theme, self)
        self.key.show_key("Acknowledge", letter="A", is_usable=False, is_strong=False)
        self.key.clicked.connect(self.acknowledged)
        self.key.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""
        self.key.set_theme(theme)
        super().set_theme(theme)
        self._place_key()

    def show_model(self, model: Banner) -> None:
        """Show or hide the key with the model."""
        if not model.can_acknowledge:
            hand_on_focus(self.key, self.parentWidget())
        self.key.show_key(
            "Acknowledge", letter="A", is_usable=model.can_acknowledge, is_strong=True
        )
        self.key.setVisible(model.can_acknowledge)
        super().show_model(model)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the key at the right."""
        super().resizeEvent(event)
        self._place_key()

    def lay_out(self, sheet: Sheet, model: Banner) -> None:
        """Mark, words and since; a second line says what else there is."""
        if model.look is BannerLook.QUIET:
            self._quiet(sheet, model)
            return
        ink = self._ground(sheet, model)
        right = self._right(model)
        if model.count:
            font = self.theme.text_font(self.theme.sizes.large_px, 600)
            right = sheet.text_right(right, self._middle(font), model.count, font, ink)
            right -= self.theme.sizes.pad_px * 1.5
        self._words(sheet, model, right, ink)

    def _right(self, model: Banner) -> float:
        gap = self.theme.sizes.pad_px
        return (self.key.x() if model.can_acknowledge else self.width()) - gap * 1.5

    def _middle(self, font: QFont) -> float:
        return (self.height() + cap_height(font)) / 2

    def _quiet(self, sheet: Sheet, model: Banner) -> None:
        sizes = self.theme.sizes
        sheet.box(QRectF(self.rect()), Role.PANEL)
        said = model.words.startswith("Not done")
        font = self.theme.text_font(sizes.large_px if said else sizes.text_px, 500)
        role = Role.TEXT if said else Role.TEXT_QUIET
        right = self.width() - sizes.pad_px
        sheet.text_within(sizes.pad_px * 1.5, self._middle(font), right, model.words, font, role)

    def _ground(self, sheet: Sheet, model: Banner) -> Role:
        fill = FILLS[model.priority]
        rect = QRectF(self.rect())
        match model.look:
            case BannerLook.FILLED:
                sheet.box(rect, fill)
                return TEXTS[model.priority]
            case BannerLook.OUTLINED:
                sheet.box(rect, Role.PANEL, outline=LINES[model.priority], width=OUTLINE_PX)
            case _:
                sheet.box(rect, Role.PANEL)
                sheet.box(QRectF(0, 0, OUTLINE_PX * 2, self.height()), LINES[model.priority])
        return Role.TEXT

    def _words(self, sheet: Sheet, model: Banner, right: float, ink: Role) -> None:
        sizes = self.theme.sizes
        left = sizes.pad_px * 1.8
        small = self.theme.text_font(sizes.text_px, 500)
        px = sizes.large_px * 1.2
        room = right - left
        second = second_line(model, len(model.others))
        one_line = mark_width(sheet, px, stars=model.stars, words=model.words)
        one_line += sizes.pad_px * 2 + advance(small, second)
        if one_line <= room:
            font = self.theme.text_font(px, 700)
            baseline = self._middle(font)
            x = self._mark(sheet, model, (left, baseline, px), ink)
            sheet.text(x + sizes.pad_px * 2, baseline, second, small, ink)
            return
        while px > sizes.text_px and (
            mark_width(sheet, px, stars=model.stars, words=model.words) > room
        ):
            px -= 1
        self._mark(sheet, model, (left, self.height() * 0.5, px), ink)
        lines = (second_line(model, named) for named in range(len(model.others), -1, -1))
        second = next((line for line in lines if advance(small, line) <= room), model.detail)
        sheet.text_within(left, self.height() * 0.84, right, second, small, ink)

    def _mark(
        self, sheet: Sheet, model: Banner, place: tuple[float, float, float], ink: Role
    ) -> float:
        x, baseline, px = place
        return place_mark(sheet, x, baseline, px, stars=model.stars, words=model.words, role=ink)

    def _place_key(self) -> None:
        sizes = self.theme.sizes
        label = self.theme.text_font(sizes.large_px * 0.95, 650)
        wide = round(advance(label, "Acknowledge") + sizes.pad_px * 3.5)
        high = min(self.height() - 4, sizes.target_px)
        x = self.width() - wide - sizes.pad_px
        self.key.setGeometry(x, (self.height() - high) // 2, wide, high)
        self._sheet = None
