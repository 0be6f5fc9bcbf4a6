"""The blood pressure tile: of an alarmed pressure only the offending half is filled."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from ui.bedside.view_models.nibp_tile import Half, NibpTile
from ui.theme import Role
from ui.widgets.alarm_mark import mark_width, place_fill, place_mark, place_outline
from ui.widgets.painted import Painted
from ui.widgets.sheet import Sheet, advance, cap_height, largest_fitting

WIDEST = "288"
MEAN_SHARE = 0.56
_SHORT = {Half.SYSTOLIC: "SYS", Half.DIASTOLIC: "DIA", Half.MEAN: "MEAN"}


class NibpWidget(Painted[NibpTile]):
    """Draws a `NibpTile`."""

    def lay_out(self, sheet: Sheet, model: NibpTile) -> None:
        """Head with limits, the three pressures, age and due, remarks."""
        sizes = self.theme.sizes
        left, right = float(sizes.pad_px), float(self.width() - sizes.pad_px)
        head = sizes.pad_px * 1.2 + cap_height(self.theme.text_font(sizes.large_px))
        self._head(sheet, model, left, right, head)
        remarks = self.height() - sizes.pad_px * 1.1
        age = remarks - sizes.text_px * 1.65
        self._foot(sheet, model, left, right, (age, remarks))
        top = head + sizes.pad_px * 0.8
        bottom = age - cap_height(self.theme.text_font(sizes.large_px * 1.25)) - sizes.pad_px * 0.8
        self._pressures(sheet, model, QRectF(left, top, right - left, bottom - top))

    def _head(
        self, sheet: Sheet, model: NibpTile, left: float, right: float, baseline: float
    ) -> None:
        sizes = self.theme.sizes
        x = sheet.text(left, baseline, "NIBP", self.theme.text_font(sizes.large_px, 600), Role.NIBP)
        quiet = self.theme.text_font(sizes.text_px)
        x = sheet.text(x + sizes.text_px * 0.4, baseline, "mmHg", quiet, Role.TEXT_QUIET)
        room = right - x - sizes.pad_px * (1 + 1.5 * len(model.limits))
        room -= sizes.large_px * len(model.off)
        px = largest_fitting(
            [self.theme.text_font(px, 700) for px in (sizes.large_px * 0.9, sizes.small_px)],
            "".join(model.limits),
            room,
        ).pixelSize()
        for limit in reversed(model.limits):
            word = limit.split()[0]
            is_passed = word in model.passed
            font = self.theme.text_font(px, 700 if is_passed else 450)
            begin = sheet.text_right(right, baseline, limit, font, Role.TEXT_QUIET)
            if is_passed:
                height = cap_height(font)
                box = QRectF(begin - 5, baseline - height - 6, right - begin + 10, height + 12)
                sheet.box(box, outline=Role.TEXT, radius=4, width=2)
            if word in model.off:
                bell = cap_height(font) * 1.35
                begin -= bell * 1.15
                sheet.icon("bell_crossed", begin, baseline, bell, Role.TEXT)
            right = begin - sizes.pad_px * 1.5

    def _pressures(self, sheet: Sheet, model: NibpTile, room: QRectF) -> None:
        font = self._digit_font(room)
        mark_px = self.theme.sizes.text_px * 1.1
        digit = cap_height(font)
        spare = max(0.0, room.height() - digit - mark_px * 1.5)
        baseline = room.bottom() - spare / 2 - self.theme.sizes.pad_px * 0.4
        wide = advance(font, WIDEST)
        slash = advance(font, "/")
        x = room.left()
        self._half(sheet, model, Half.SYSTOLIC, model.systolic, (x, baseline, wide), font)
        role = Role.STALE if model.is_stale else Role.TEXT_QUIET
        self._slash(sheet, QRectF(x + wide, baseline - digit, slash, digit), font, role)
        x += wide + slash
        self._half(sheet, model, Half.DIASTOLIC, model.diastolic, (x, baseline, wide), font)
        small = self.theme.digit_font(font.pixelSize() * MEAN_SHARE)
        mean_wide = advance(small, WIDEST)
        self._half(
            sheet, model, Half.MEAN, model.mean, (room.right() - mean_wide, baseline, mean_wide),
            small,
        )  # fmt: skip
        if Half.MEAN not in model.offending:
            label = self.theme.text_font(self.theme.sizes.text_px)
            sheet.text_right(
                room.right(), baseline - cap_height(small) - mark_px * 0.5, "mean", label,
                Role.TEXT_QUIET,
            )  # fmt: skip

    def _slash(self, sheet: Sheet, room: QRectF, font: QFont, role: Role) -> None:
        """The slash stands exactly as high as the digits, not below them as the font has it."""
        whole = QFontMetricsF(font).tightBoundingRect("/")
        own = self.theme.digit_font(font.pixelSize() * room.height() / whole.height())
        ink = QFontMetricsF(own).tightBoundingRect("/")
        x = room.center().x() - ink.center().x()
        sheet.text(x, room.bottom() - ink.bottom(), "/", own, role)

    def _digit_font(self, room: QRectF) -> QFont:
        probe = self.theme.digit_font(100)
        wide = advance(probe, WIDEST) * (2 + MEAN_SHARE) + advance(probe, "/") + 22
        by_width = room.width() * 100 / wide
        mark = self.theme.sizes.text_px * 1.65 + self.theme.sizes.pad_px * 0.4
        by_height = (room.height() - mark) * 100 / cap_height(probe)
        return self.theme.digit_font(min(by_width, by_height))

    def _half(
        self, sheet: Sheet, model: NibpTile, half: Half, text: str,
        place: tuple[float, float, float], font: QFont,
    ) -> None:  # fmt: skip
        x, baseline, wide = place
        role = Role.STALE if model.is_stale else Role.NIBP
        if half in model.offending and model.alarm is not None:
            least = mark_width(sheet, self._mark_px(half), stars="***", words=_SHORT[half])
            inked = max(advance(font, text), least)
            left = x + wide - inked if half is not Half.DIASTOLIC else x
            role = self._box(sheet, model, half, (left, baseline, inked), cap_height(font))
        begin = x + wide - advance(font, text)
        if half is Half.DIASTOLIC:
            begin = x
        sheet.text(begin, baseline, text, font, role)

    def _box(
        self, sheet: Sheet, model: NibpTile, half: Half, place: tuple[float, float, float],
        digit: float,
    ) -> Role:  # fmt: skip
        look = model.alarm
        if look is None:
            return Role.NIBP
        x, baseline, wide = place
        mark_px = self._mark_px(half)
        margin = self.theme.sizes.pad_px * 0.45
        rect = QRectF(
            x - margin, baseline - digit - mark_px * 1.55, wide + 2 * margin,
            digit + mark_px * 1.55 + margin * 1.4,
        )  # fmt: skip
        radius, ink = self.theme.sizes.radius_px, Role.NIBP
        if look.is_acknowledged:
            place_outline(sheet, rect, look.priority, radius=radius)
        else:
            ink = place_fill(sheet, rect, look.priority, radius=radius)
        place_mark(
            sheet, x, baseline - digit - mark_px * 0.45, mark_px, priority=look.priority,
            stars=look.stars, words=_SHORT[half], role=ink,
        )  # fmt: skip
        return ink

    def _mark_px(self, half: Half) -> float:
        return self.theme.sizes.text_px * (1.1 if half is not Half.MEAN else 0.9)

    def _foot(
        self, sheet: Sheet, model: NibpTile, left: float, right: float,
        baselines: tuple[float, float],
    ) -> None:  # fmt: skip
        sizes = self.theme.sizes
        age_line, remark_line = baselines
        big = self.theme.text_font(sizes.large_px * 1.15, 700)
        x = sheet.text(left, age_line, model.age, big, Role.TEXT)
        x += sizes.pad_px * 1.6
        if model.cuff:
            self._framed(sheet, x, age_line, model.cuff)
        elif model.due:
            weight = 700 if model.is_due else 450
            font = self.theme.text_font(sizes.large_px, weight)
            if model.is_overdue:
                self._framed(sheet, x, age_line, model.due)
            else:
                role = Role.TEXT if model.is_due else Role.TEXT_QUIET
                sheet.text_within(x, age_line, right, model.due, font, role)
        small = self.theme.text_font(sizes.text_px)
        remarks = " · ".join(model.remarks)
        sheet.text_within(left, remark_line, right, remarks, small, Role.TEXT_QUIET)

    def _framed(self, sheet: Sheet, x: float, baseline: float, text: str) -> None:
        sizes = self.theme.sizes
        font = self.theme.text_font(sizes.large_px * 0.9, 700)
        height, margin = cap_height(font), sizes.pad_px * 0.6
        wide = advance(font, text)
        rect = QRectF(
            x - margin, baseline - height - margin, wide + 2 * margin, height + 2 * margin
        )
        sheet.box(rect, Role.KEY_STRONG, radius=sizes.radius_px)
        sheet.text(x, baseline, text, font, Role.KEY_STRONG_TEXT)
