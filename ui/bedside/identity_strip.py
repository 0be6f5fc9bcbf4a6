"""The strip at the top: chair, patient, plan, limits, links, sound, record, person, clock."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont

from ui.bedside.view_models.identity import ChipText, Identity, Tone
from ui.theme import Role
from ui.widgets.painted import Painted
from ui.widgets.sheet import Sheet, advance, cap_height


class IdentityStrip(Painted[Identity]):
    """Draws an `Identity`; where room is short the left chips are shortened, never the right."""

    ground = Role.PANEL

    def lay_out(self, sheet: Sheet, model: Identity) -> None:
        """From both sides towards the middle."""
        sizes = self.theme.sizes
        right = self._clock(sheet, model.clock, self.width() - sizes.pad_px)
        for chip in reversed(model.right):
            right -= self._wide(chip) + self._gap()
            self._chip(sheet, chip, right, self._wide(chip))
        left = self._chair(sheet, model.chair)
        room = right - left - self._gap() * (len(model.left) + 1)
        wanted = [self._wide(chip) for chip in model.left]
        for chip, wide in zip(model.left, _shared(wanted, room), strict=True):
            left += self._gap()
            self._chip(sheet, chip, left, wide)
            left += wide

    def _gap(self) -> float:
        return self.theme.sizes.pad_px * 0.55

    def _lines(self) -> tuple[float, float]:
        font = self.theme.text_font(self.theme.sizes.small_px)
        between = self.height() * 0.12
        middle = self.height() / 2
        return middle - between, middle + between + cap_height(font)

    def _clock(self, sheet: Sheet, clock: str, right: float) -> float:
        font = self.theme.text_font(self.theme.sizes.large_px * 1.05, 600)
        baseline = (self.height() + cap_height(font)) / 2
        begin = right - advance(font, "00:00:00") - advance(font, clock[8:])
        sheet.text(begin, baseline, clock, font, Role.TEXT)
        return begin - self._gap()

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
        return max(advance(self._caption_font(chip), chip.caption), words) + sizes.pad_px * 1.3

    def _caption_font(self, chip: ChipText) -> QFont:
        """The patient is the second largest word in the strip, after the chair."""
        sizes = self.theme.sizes
        return self.theme.text_font(sizes.large_px * 0.85 if chip.is_large else sizes.small_px, 650)

    def _lamp(self, chip: ChipText) -> float:
        if chip.tone in (Tone.LIVE, Tone.ABSENT):
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
            sheet.box(rect, outline=Role.LINE, radius=sizes.radius_px)
        if chip.tone is Tone.ABSENT:
            words_role = Role.TEXT
        above, below = self._lines()
        x, end = left + sizes.pad_px * 0.65, rect.right() - sizes.pad_px * 0.55
        bold = self._caption_font(chip)
        is_loud = chip.tone in (Tone.LOUD, Tone.ABSENT)
        plain = self.theme.text_font(sizes.small_px, 650 if is_loud else 450)
        sheet.text_within(x, above, end, chip.caption, bold, caption_role)
        if chip.tone in (Tone.LIVE, Tone.ABSENT):
            name, role = ("dot", Role.LIVE) if chip.tone is Tone.LIVE else ("ring", Role.TEXT)
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
