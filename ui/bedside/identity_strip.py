"""The strip at the top: chair, patient, plan, limits, links, sound, record, person, clock."""

from __future__ import annotations

from collections.abc import Sequence

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
    Tone.OFF: ("bell_crossed", Role.TEXT),
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
        self._clock(sheet, model.clock, self._clock_right())
        self._chair(sheet, model.chair)
        for chip, left, wide in self._places(model):
            self._chip(sheet, chip, left, wide)

    def _places(self, model: Identity) -> list[tuple[ChipText, float, float]]:
        """Each chip with its left edge and its width."""
        right = self._clock_left(model.clock, self._clock_right())
        found = []
        for chip in reversed(model.right):
            right -= self._wide(chip) + self._gap()
            found.append((chip, right, self._wide(chip)))
        left = self._chair_place(model.chair).right()
        room = right - left - self._gap() * (len(model.left) + 1)
        for chip, wide in zip(model.left, self._left_widths(model, room), strict=True):
            left += self._gap()
            found.append((chip, left, wide))
            left += wide
        return found

    def _left_widths(self, model: Identity, room: float) -> list[float]:
        """The patient keeps the name, then what can be touched, the others a word each.

        What can be touched keeps its lower line in any case.
        """
        wanted = [self._wide(chip) for chip in model.left]
        if sum(wanted) <= room:
            return wanted
        touched = [place for place, chip in enumerate(model.left) if chip.touch is not None]
        rest = [chip for chip in model.left if chip.touch is None]
        kept = {place: wanted[place] for place in touched}
        if sum(kept.values()) + sum(map(self._needed, rest)) > room:
            kept = {place: min(self._least(model.left[place]), wanted[place]) for place in touched}
        shared = iter(self._shortened(rest, room - sum(kept.values())))
        return [kept[n] if n in kept else next(shared) for n in range(len(wanted))]

    def _needed(self, chip: ChipText) -> float:
        """The name of a patient in full, of anything else a word."""
        wide = self._wide(chip)
        return wide if chip.is_large else min(_LEAST_CHIP * self.theme.sizes.small_px, wide)

    def _shortened(self, chips: Sequence[ChipText], room: float) -> list[float]:
        wanted = [self._wide(chip) for chip in chips]
        least = _LEAST_CHIP * self.theme.sizes.small_px
        large = sum(wide for chip, wide in zip(chips, wanted, strict=True) if chip.is_large)
        others = [wide for chip, wide in zip(chips, wanted, strict=True) if not chip.is_large]
        if large + sum(min(least, wide) for wide in others) > room:
            return _shared(wanted, room) if wanted else []
        shared = iter(_shared(others, room - large) if others else [])
        return [
            wide if chip.is_large else next(shared)
            for chip, wide in zip(chips, wanted, strict=True)
        ]

    def _place_areas(self) -> None:
        """As `lay_out` puts the chips, over the whole height of the strip."""
        model = self.model
        if model is None:
            return
        wanted = set()
        for chip, left, wide in self._places(model):
            if chip.touch is not None:
                wanted.add(chip.touch)
                place = QRect(round(left), 0, round(wide), self.height())
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

    def _clock(self, sheet: Sheet, clock: str, right: float) -> None:
        font = self._clock_font()
        baseline = (self.height() + cap_height(font)) / 2
        begin = self._clock_left(clock, right)
        sheet.text(begin + self._gap(), baseline, clock, font, Role.TEXT)

    def _clock_font(self) -> QFont:
        return self.theme.text_font(self.theme.sizes.large_px * 1.05, 600)

    def _clock_left(self, clock: str, right: float) -> float:
        font = self._clock_font()
        return right - advance(font, "00:00:00") - advance(font, clock[8:]) - self._gap()

    def _chair_place(self, chair: str) -> QRectF:
        sizes = self.theme.sizes
        wide = advance(self.theme.text_font(sizes.large_px, 700), chair) + sizes.pad_px * 1.6
        return QRectF(sizes.pad_px * 0.5, 5, wide, self.height() - 10)

    def _chair(self, sheet: Sheet, chair: str) -> None:
        sizes, rect = self.theme.sizes, self._chair_place(chair)
        font = self.theme.text_font(sizes.large_px, 700)
        sheet.box(rect, Role.KEY, radius=sizes.radius_px)
        baseline = (self.height() + cap_height(font)) / 2
        sheet.text(rect.left() + sizes.pad_px * 0.8, baseline, chair, font, Role.TEXT)

    def _wide(self, chip: ChipText) -> float:
        caption = advance(self._caption_font(chip), chip.caption)
        return max(caption + self.theme.sizes.pad_px * 1.3, self._least(chip))

    def _least(self, chip: ChipText) -> float:
        """For the lower line in full, and for a finger where it can be touched."""
        sizes = self.theme.sizes
        small = self.theme.text_font(sizes.small_px, 650)
        wide = advance(small, chip.words) + self._lamp(chip) + sizes.pad_px * 1.3
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
