"""The alarm banner: its place is always kept; quiet when there is nothing to say."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QWidget

from kmonitor.clock import monotonic_s
from ui.bedside.banner_words import place_words
from ui.bedside.sound_button import SoundButton
from ui.bedside.view_models.banner import Banner, BannerLook
from ui.bedside.view_models.sound_key import SoundStanding
from ui.controls.guard import hand_on_focus
from ui.theme import Role, Theme
from ui.widgets.alarm_mark import LINES, SHAPES, place_fill, place_outline
from ui.widgets.key_button import KeyButton
from ui.widgets.painted import Painted
from ui.widgets.sheet import Sheet, advance, cap_height
from ui.widgets.touch_area import TouchArea

OUTLINE_PX = 5.0
READ_S = 0.6
SHAPE_SHARE = 0.74
STAR_SHARE = 0.44
_LATCHED_SHARE = 0.65
_ICON_BASELINE = 0.38


class AlarmBanner(Painted[Banner]):
    """Draws a `Banner`; beside the words stand Acknowledge and the key of the alarm sound.

    `touched` asks to see the alarms: the words were pressed, or the sound's key while sound is
    off. `pause_asked` begins a pause of the sound, or ends the one that runs.
    """

    acknowledged = Signal()
    pause_asked = Signal()
    touched = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, has_letters: bool = True
    ) -> None:
        """With `has_letters` the keys bear the letters that the page around them takes."""
        super().__init__(theme, parent)
        self._letter = "A" if has_letters else ""
        self.area = TouchArea(theme, "alarm_words", self)
        self.area.clicked.connect(self.touched)
        self.area.hide()
        self.sound = SoundButton(theme, self, letter="U" if has_letters else "")
        self.sound.clicked.connect(self._sound_pressed)
        self.key = KeyButton(theme, self)
        self.key.show_key("Acknowledge", letter=self._letter, is_usable=False, is_strong=False)
        self.key.clicked.connect(self._key_pressed)
        self._pressed: tuple[int | None, float] = (None, float("-inf"))
        self.key.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""
        for part in (self.area, self.sound, self.key):
            part.set_theme(theme)
        super().set_theme(theme)
        self._place_keys()

    def show_model(self, model: Banner) -> None:
        """Show or hide the keys with the model."""
        if not model.can_acknowledge:
            hand_on_focus(self.key, self.parentWidget())
        self.key.show_key(
            "Acknowledge", letter=self._letter, is_usable=model.can_acknowledge, is_strong=True
        )
        self.key.setVisible(model.can_acknowledge)
        self.sound.show_model(model.sound, self.parentWidget())
        super().show_model(model)
        self._place_area(model)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the keys at the right."""
        super().resizeEvent(event)
        self._place_keys()

    def lay_out(self, sheet: Sheet, model: Banner) -> None:
        """Shape and stars as high as they can be, words and how long; below, what else there is."""
        if model.look is BannerLook.QUIET:
            self._quiet(sheet, model)
            return
        ink = self._ground(sheet, model)
        right = self._right(model)
        if model.count:
            font = self.theme.text_font(self.theme.sizes.large_px, 600)
            right = sheet.text_right(right, self._middle(font), model.count, font, ink)
            right -= self.theme.sizes.pad_px
        left = self._mark(sheet, model, ink) + self.theme.sizes.pad_px
        place_words(sheet, model, QRectF(left, 0, right - left, self.height()), ink)

    def _right(self, model: Banner) -> float:
        gap = self.theme.sizes.pad_px
        if model.sound.standing is not SoundStanding.SILENT:
            return self.sound.x() - gap
        return (self.key.x() if model.can_acknowledge else self.width()) - gap

    def _middle(self, font: QFont) -> float:
        return (self.height() + cap_height(font)) / 2

    def _quiet(self, sheet: Sheet, model: Banner) -> None:
        sizes = self.theme.sizes
        sheet.box(QRectF(self.rect()), Role.PANEL)
        said = model.words.startswith("Not done")
        font = self.theme.text_font(sizes.large_px if said else sizes.text_px, 500)
        role = Role.TEXT if said else Role.TEXT_QUIET
        left, right = sizes.pad_px * 1.5, self._right(model)
        sheet.text_within(left, self._middle(font), right, model.words, font, role)

    def _ground(self, sheet: Sheet, model: Banner) -> Role:
        rect = QRectF(self.rect())
        if model.look is BannerLook.FILLED:
            return place_fill(sheet, rect, model.priority)
        sheet.box(rect, Role.PANEL)
        if model.look is BannerLook.OUTLINED:
            place_outline(sheet, rect, model.priority, width=OUTLINE_PX)
        else:
            sheet.box(QRectF(0, 0, OUTLINE_PX * 2, self.height()), LINES[model.priority])
        return Role.TEXT

    def _mark(self, sheet: Sheet, model: Banner, ink: Role) -> float:
        """The shape and the stars, which are to be told from the other end of the room."""
        middle, high = self.height() / 2, float(self.height())
        if model.look is BannerLook.LATCHED:
            high *= _LATCHED_SHARE
        shape, star = high * SHAPE_SHARE, high * STAR_SHARE
        x = self.theme.sizes.pad_px * 1.6
        name = "bell_crossed" if model.is_inactivation else SHAPES[model.priority]
        role = ink if model.look is BannerLook.FILLED else LINES[model.priority]
        x = sheet.icon(name, x, middle + shape * _ICON_BASELINE, shape, role)
        x += star * 0.2
        for _ in model.stars:
            x = sheet.icon("star", x, middle + star * _ICON_BASELINE, star, role)
        return x

    def _key_pressed(self) -> None:
        """The second press of a double press is not for the alarm that has just come forward."""
        shown = None if self.model is None else self.model.occurrence
        real_s = monotonic_s()
        number, pressed_s = self._pressed
        if number != shown and real_s - pressed_s < READ_S:
            return
        self._pressed = shown, real_s
        self.acknowledged.emit()

    def _sound_pressed(self) -> None:
        is_off = self.model is not None and self.model.sound.standing is SoundStanding.OFF
        (self.touched if is_off else self.pause_asked).emit()

    def _place_keys(self) -> None:
        """Each has its own place, so that none comes under a finger that is meant for the other."""
        sizes = self.theme.sizes
        label = self.theme.text_font(sizes.large_px * 0.95, 650)
        high = min(self.height() - 4, sizes.target_px)
        top = (self.height() - high) // 2
        wide = round(advance(label, "Acknowledge") + sizes.pad_px * 2.2)
        x = self.width() - wide - sizes.pad_px
        self.key.setGeometry(x, top, wide, high)
        wide = self.sound.width_needed()
        self.sound.setGeometry(x - sizes.gap_px - wide, top, wide, high)
        self._sheet = None
        if self.model is not None:
            self._place_area(self.model)

    def _place_area(self, model: Banner) -> None:
        """The words can be pressed always: without an alarm they lead to what was."""
        place = QRect(0, 0, round(self._right(model)), self.height())
        self.area.cover(f"{model.spoken}. Show the alarms", place)
        self.area.show()
