"""The key that pauses the alarm sound and, while it is paused or off, the chip that says so."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.bedside.view_models.sound_key import SoundKey, SoundStanding
from ui.controls.guard import hand_on_focus
from ui.theme import Theme
from ui.widgets.key_button import KeyButton
from ui.widgets.sheet import Sheet, advance, cap_height, largest_fitting

_ICONS = {SoundStanding.PAUSED: "bell_paused", SoundStanding.OFF: "bell_crossed"}
_WIDEST = "SOUND PAUSED"


class SoundButton(KeyButton):
    """Draws a `SoundKey`; a chip is filled and bears the crossed bell."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, letter: str = "") -> None:
        super().__init__(theme, parent)
        self._own_letter = letter
        self.model: SoundKey | None = None
        self.hide()

    def show_model(self, model: SoundKey, focus_to: QWidget | None) -> None:
        """Say what stands on the key; where there is nothing to say it goes, the focus too."""
        is_there = model.standing is not SoundStanding.SILENT
        if not is_there:
            hand_on_focus(self, focus_to)
        if model != self.model:
            self.model = model
            is_chip = model.standing in _ICONS
            self.show_key(
                model.label, letter=self._own_letter, is_usable=is_there, is_strong=is_chip
            )
            self.setAccessibleName(model.spoken)
            self.update()
        self.setVisible(is_there)

    def width_needed(self) -> int:
        """Pixels for the longest of its words; it never grows under a finger."""
        sizes = self.theme.sizes
        small = self.theme.text_font(sizes.small_px, 700)
        label = self.theme.text_font(sizes.large_px * 0.95, 650)
        chip = advance(small, _WIDEST) + sizes.pad_px * 1.6
        return round(max(chip, advance(label, "Pause sound") + sizes.pad_px * 3.2))

    def sheet(self) -> Sheet:
        """As any key; a chip has its bell and time under its words."""
        if self.model is None or self.model.standing not in _ICONS:
            return super().sheet()
        sheet, sizes, ink = Sheet(self.theme), self.theme.sizes, self._ink()
        pad = sizes.pad_px * 0.8
        room = self.width() - 2 * pad
        fonts = [self.theme.text_font(px, 700) for px in range(sizes.text_px, 9, -1)]
        font = largest_fitting(fonts, self.model.label, room)
        upper = pad + cap_height(font)
        sheet.text((self.width() - advance(font, self.model.label)) / 2, upper, self.model.label,
                   font, ink)  # fmt: skip
        big = self.theme.text_font(sizes.large_px * 1.1, 700)
        lower = self.height() - pad
        bell = min(lower - upper - pad * 0.5, cap_height(big) * 1.5)
        wide = bell + (advance(big, self.model.left) + pad * 0.6 if self.model.left else 0)
        x = sheet.icon(_ICONS[self.model.standing], (self.width() - wide) / 2, lower, bell, ink)
        sheet.text(x + pad * 0.6, lower, self.model.left, big, ink)
        small = self.theme.text_font(sizes.small_px * 0.9, 500)
        sheet.text_right(self.width() - sizes.pad_px * 0.6, lower, self.letter, small, ink)
        return sheet
