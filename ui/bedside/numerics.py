"""One number with its limits, age and alarm: SpO2, pulse and what else a monitor gives."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.bedside.view_models.numeric_tile import NumericTile
from ui.bedside.view_models.words import DASHES
from ui.theme import Role
from ui.widgets.alarm_mark import place_fill, place_mark, place_outline
from ui.widgets.painted import Painted
from ui.widgets.sheet import Sheet, advance, cap_height, largest_fitting


class NumericWidget(Painted[NumericTile]):
    """Draws a `NumericTile`; the digits are as high as the widget lets the widest text be."""

    def lay_out(self, sheet: Sheet, model: NumericTile) -> None:
        """Head with limits, digits, foot with age; all in the alarm's text colour if filled."""
        sizes = self.theme.sizes
        inset = max(2.0, sizes.pad_px * 0.3)
        rect = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        ink = self._ground_of_alarm(sheet, model, rect)
        left, right = sizes.pad_px, self.width() - sizes.pad_px
        head_px = largest_fitting(
            [self.theme.text_font(px, 600) for px in (sizes.large_px, sizes.text_px)],
            model.label + " " + model.unit + " " + model.limits,
            right - left - sizes.pad_px - (sizes.large_px * 1.1 if model.is_alarm_off else 0),
        ).pixelSize()
        head = sizes.pad_px + cap_height(self.theme.text_font(sizes.large_px)) + inset
        foot = self.height() - sizes.pad_px - inset * 0.5
        self._head(sheet, model, head_px, (left, right, head), ink)
        self._foot(sheet, model, (left, right, foot), ink)
        top = head + sizes.pad_px * 0.9
        bottom = foot - cap_height(self.theme.text_font(sizes.large_px)) - sizes.pad_px * 0.9
        self._digits(sheet, model, QRectF(left, top, right - left, bottom - top), ink)

    def _ground_of_alarm(self, sheet: Sheet, model: NumericTile, rect: QRectF) -> Role | None:
        if model.alarm is None:
            return None
        radius = self.theme.sizes.radius_px
        if model.alarm.is_acknowledged:
            place_outline(sheet, rect, model.alarm.priority, radius=radius)
            return None
        return place_fill(sheet, rect, model.alarm.priority, radius=radius)

    def _head(
        self, sheet: Sheet, model: NumericTile, px: int, place: tuple[float, float, float],
        ink: Role | None,
    ) -> None:  # fmt: skip
        left, right, baseline = place
        sizes = self.theme.sizes
        x = sheet.text(
            left, baseline, model.label, self.theme.text_font(px, 600), ink or Role(model.role)
        )
        quiet = self.theme.text_font(sizes.text_px)
        sheet.text(x + px * 0.3, baseline, model.unit, quiet, ink or Role.TEXT_QUIET)
        limits = self.theme.text_font(px * 0.95, 700 if model.is_limit_marked else 450)
        begin = sheet.text_right(right, baseline, model.limits, limits, ink or Role.TEXT_QUIET)
        if model.is_alarm_off:
            bell = cap_height(limits) * 1.35
            sheet.icon("bell_crossed", begin - bell * 1.15, baseline, bell, ink or Role.TEXT)
        if model.is_limit_marked and model.limits:
            height = cap_height(limits)
            box = QRectF(begin - 5, baseline - height - 6, right - begin + 8, height + 12)
            sheet.box(box, outline=ink or Role.TEXT, radius=4, width=2)

    def _foot(
        self, sheet: Sheet, model: NumericTile, place: tuple[float, float, float],
        ink: Role | None,
    ) -> None:  # fmt: skip
        x, right, baseline = place
        sizes = self.theme.sizes
        left = x
        if model.alarm is not None:
            stars, words = model.alarm.stars, model.alarm.words
            x = place_mark(
                sheet, x, baseline, sizes.large_px, priority=model.alarm.priority, stars=stars,
                words=words, role=ink or Role.TEXT,
            )  # fmt: skip
            x += sizes.pad_px
        font = self.theme.text_font(sizes.text_px)
        whole = " · ".join(model.foot)
        if model.text == DASHES and advance(font, whole) > right - x:
            x, baseline = left, baseline - sizes.large_px * 1.25  # dashes leave their foot free
        text = ""
        for part in model.foot:
            longer = f"{text} · {part}" if text else part
            if text and advance(font, longer) > right - x:
                break
            text = longer
        fonts = [font, self.theme.text_font(sizes.small_px)]
        font = largest_fitting(fonts, text, right - x)
        sheet.text_within(x, baseline, right, text, font, ink or Role.TEXT_QUIET)

    def _digits(self, sheet: Sheet, model: NumericTile, room: QRectF, ink: Role | None) -> None:
        probe = self.theme.digit_font(100)
        by_width = room.width() / (advance(probe, model.widest) / 100)
        by_height = room.height() / (cap_height(probe) / 100)
        font = self.theme.digit_font(min(by_width, by_height))
        spare = room.height() - cap_height(font)
        baseline = room.bottom() - spare / 2
        role = ink or (Role.STALE if model.is_stale else Role(model.role))
        sheet.text(room.left() - font.pixelSize() * 0.02, baseline, model.text, font, role)
