"""The strip at the top: chair, patient, plan, limits, links, sound, record, person, clock."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.bedside.view_models.identity import ChipText, Identity, Tone, Touch
from ui.theme import Role, Theme
from ui.widgets.painted import Painted
from ui.widgets.sheet import Sheet, advance, cap_height
from ui.widgets.touch_area import TouchArea

_SIGNS = {
    Tone.LIVE: ("dot", Role.LIVE),
    Tone.ABSENT: ("ring", Role.TEXT),
    Tone.LOCKED: ("lock", Role.TEXT),
}


_LEAST_CHIP = 4.5


class IdentityStrip(Painted[Identity]):
    """Draws an `Identity`; where room is short the left chips are shortened, never the right.

    `touched` says which of the chips that can be touched was.
    """

    ground = Role.PANEL
    touched = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._areas: dict[Touch, TouchArea] = {}

    def show_model(self, model: Identity) -> None:
        """Draw `model`, and lay an area that can be touched over each chip that says so."""
        super().show_model(model)
        self._place_areas()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chips stand elsewhere."""
        super().resizeEvent(event)
        self._place_areas()

    def lay_out(self, sheet: Sheet, model: Identity) -> None:
        """From both sides towards the middle."""
        right = self._clock(sheet, model.clock, self._clock_right())
        for chip in reversed(model.right):
            right -= self._wide(chip) + self._gap()
            self._chip(sheet, chip, right, self._wide(chip))
        left = self._chair(sheet, model.chair)
        room = right - left - self._gap() * (len(model.left) + 1)
        for chip, wide in zip(model.left, self._left_widths(model, room), strict=True):
            left += self._gap()
            self._chip(sheet, chip, left, wide)
            left += wide

    def _left_widths(self, model: Identity, room: float) -> list[float]:
        """The patient keeps the name as long as the others keep a word each."""
        wanted = [self._wide(chip) for chip in model.left]
        least = _LEAST_CHIP * self.theme.sizes.small_px
        large = sum(wide for chip, wide in zip(model.left, wanted, strict=True) if chip.is_large)
        others = [wide for chip, wide in zip(model.left, wanted, strict=True) if not chip.is_large]
        if large + sum(min(least, wide) for wide in others) > room:
            return _shared(wanted, room)
        shared = iter(_shared(others, room - large) if others else [])
        return [
            wide if chip.is_large else next(shared)
            for chip, wide in zip(model.left, wanted, strict=True)
        ]

    def _place_areas(self) -> None:
        """As `lay_out` puts the right chips, over the whole height of the strip."""
        model = self.model
        if model is None:
            return
        right, wanted = self._clock_left(model.clock, self._clock_right()), set()
        for chip in reversed(model.right):
            right -= self._wide(chip) + self._gap()
            if chip.touch is not None:
                wanted.add(chip.touch)
                place = QRect(round(right), 0, round(self._wide(chip)), self.height())
                self._area(chip.touch).cover(f"{chip.caption} {chip.words}", place)
        for touch, area in self._areas.items():
            area.setVisible(touch in wanted)

    def _area(self, touch: Touch) -> TouchArea:
        if touch not in self._areas:
            area = TouchArea(self.theme, f"strip_{touch.value}", self)
            area.clicked.connect(lambda: self.touched.emit(touch))
            self._areas[touch] = area
        return self._areas[touch]

    def _clock_right(self) -> float:
        return self.width() - self.theme.sizes.pad_px

    def _gap(self) -> float:
        return self.theme.sizes.pad_px * 0.55

    def _lines(self) -> tuple[float, float]:
        font = self.theme.text_font(self.theme.sizes.small_px)
        between = self.height() * 0.12
        middle = self.height() / 2
        return middle - between, middle + between + cap_height(font)

    def _clock(self, sheet: Sheet, clock: str, right: float) -> float:
        font = self._clock_font()
        baseline = (self.height() + cap_height(font)) / 2
        begin = self._clock_left(clock, right)
        sheet.text(begin + self._gap(), baseline, clock, font, Role.TEXT)
        return begin

    def _clock_font(self) -> QFont:
        return self.theme.text_font(self.theme.sizes.large_px * 1.05, 600)

    def _clock_left(self, clock: str, right: float) -> float:
        font = self._clock_font()
        return right - advance(font, "00:00:00") - advance(font, clock[8:]) - self._gap()

    def _chair(self, sheet: Sheet, chair: str) -> float:
        sizes = self.theme.sizes
        font = self.theme.text_font(sizes.large_px, 700)
        wide = advance(font, chair) + sizes.pad_px * 1.6
        rect = QRectF(sizes.pad_px * 0.5, 5, wide, self.height() - 10)
        sheet.box(rect, Role.KEY, radius=sizes.radius_px)
        baseline = (self.height() + cap_height(font)) / 2
        sheet.text(rect.left() + sizes.pad_px * 0.8, baseline, chair, font, Role.TEXT)
        return rect.right()

    def _wide(self, chip: ChipText) -> float:
        sizes = self.theme.sizes
        small = self.theme.text_font(sizes.small_px, 650)
        words = advance(small, chip.words) + self._lamp(chip)
        wide = max(advance(self._caption_font(chip), chip.caption), words) + sizes.pad_px * 1.3
        return max(wide, sizes.least_target_px) if chip.touch is not None else wide

    def _caption_font(self, chip: ChipText) -> QFont:
        """The patient is the second largest word in the strip, after the chair."""
        sizes = self.theme.sizes
        return self.theme.text_font(sizes.large_px * 0.85 if chip.is_large else sizes.small_px, 650)

    def _lamp(self, chip: ChipText) -> float:
        if chip.tone in _SIGNS:
            return self.theme.sizes.small_px * 0.95
        return 0.0

    def _chip(self, sheet: Sheet, chip: ChipText, left: float, wide: float) -> None:
        sizes = self.theme.sizes
        rect = QRectF(left, 5, wide, self.height() - 10)
        caption_role, words_role = Role.TEXT, Role.TEXT_QUIET
        if chip.tone is Tone.LOUD:
            sheet.box(rect, Role.KEY_STRONG, radius=sizes.radius_px)
            caption_role = words_role = Role.KEY_STRONG_TEXT
        elif not chip.is_large:
            fill = Role.KEY if chip.touch is not None else None
            sheet.box(rect, fill, outline=Role.LINE, radius=sizes.radius_px)
        if chip.tone in (Tone.ABSENT, Tone.LOCKED):
            words_role = Role.TEXT
        above, below = self._lines()
        x, end = left + sizes.pad_px * 0.65, rect.right() - sizes.pad_px * 0.55
        bold = self._caption_font(chip)
        is_loud = chip.tone in (Tone.LOUD, Tone.ABSENT, Tone.LOCKED)
        plain = self.theme.text_font(sizes.small_px, 650 if is_loud else 450)
        sheet.text_within(x, above, end, chip.caption, bold, caption_role)
        if chip.tone in _SIGNS:
            name, role = _SIGNS[chip.tone]
            x = sheet.icon(name, x, below, sizes.small_px * 0.8, role) + sizes.small_px * 0.15
        sheet.text_within(x, below, end, chip.words, plain, words_role)


def _shared(wanted: list[float], room: float) -> list[float]:
    """Each its wish, or a fair part of the room: the widest give first."""
    if sum(wanted) <= room:
        return wanted
    level = max(wanted)
    while level > 1 and sum(min(each, level) for each in wanted) > room:
        level -= 1
    return [min(each, level) for each in wanted]
