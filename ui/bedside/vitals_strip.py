"""Alarm banner and numbers in a slim strip, over every page that is not the bedside."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kmonitor.clock import Instant
from kmonitor.session_state import Session
from ui.bedside.alarm_banner import AlarmBanner
from ui.bedside.view_models.banner import banner
from ui.bedside.view_models.identity import mode_strip
from ui.bedside.view_models.strip import Strip, StripPart, vitals_strip
from ui.theme import Role, Theme
from ui.widgets.alarm_mark import mark_width, place_fill, place_mark, place_outline
from ui.widgets.key_button import KeyButton
from ui.widgets.mode_strip import ModeStripWidget
from ui.widgets.painted import Painted
from ui.widgets.sheet import Sheet, advance, cap_height, largest_fitting

_BACK = "To the bedside"


class VitalsStrip(QWidget):
    """`acknowledged` carries the number of the alarm that its banner shows; `back_asked` leaves.

    `pause_asked` and `alarms_asked` are the banner's: pause the sound or end that, see the alarms.
    """

    acknowledged = Signal(int)
    pause_asked = Signal()
    alarms_asked = Signal()
    back_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.mode = ModeStripWidget(theme, self)
        self.banner = AlarmBanner(theme, self, has_letters=False)
        self.numbers = NumbersLine(theme, self)
        self.back = KeyButton(theme, self)
        self.back.setObjectName("to_bedside")
        self.back.show_key(_BACK, letter="", is_usable=True, is_strong=True)
        self.back.clicked.connect(self.back_asked)
        self.banner.acknowledged.connect(self._acknowledge)
        self.banner.pause_asked.connect(self.pause_asked)
        self.banner.touched.connect(self.alarms_asked)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        for part in (self.mode, self.banner, self.numbers, self.back):
            part.set_theme(theme)
        self._fit()

    def show_session(self, session: Session, now: Instant, *, silent_s: float = 0.0) -> None:
        """One frame of what the program knows; `silent_s` says for how long no news came."""
        if self.mode.words != (words := mode_strip(session).words):
            self.mode.show_words(words)
            self._fit()
        self.banner.show_model(banner(session, now, silent_s=silent_s))
        self.numbers.show_model(vitals_strip(session, now, is_frozen=silent_s > 0))
        self.banner.tick()
        self.numbers.tick()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground beside the key."""
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), self._theme.colour(Role.PANEL))
        finally:
            painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Banner over numbers, the key at the right."""
        super().resizeEvent(event)
        self._place()

    def _fit(self) -> None:
        sizes = self._theme.sizes
        self.setFixedHeight(self._mode_high() + 2 * sizes.target_px + sizes.pad_px)
        self._place()

    def _mode_high(self) -> int:
        return round(self._theme.sizes.text_px * 1.5) if self.mode.words else 0

    def _place(self) -> None:
        sizes = self._theme.sizes
        top = self._mode_high()
        self.mode.setGeometry(0, 0, self.width(), top)
        high = sizes.target_px + 6
        self.banner.setGeometry(0, top, self.width(), high)
        high += top
        font = self._theme.text_font(sizes.large_px * 0.95, 650)
        wide = round(advance(font, _BACK) + 2 * sizes.pad_px)
        rest = self.height() - high
        self.numbers.setGeometry(0, high, self.width() - wide - 2 * sizes.pad_px, rest)
        self.back.setGeometry(
            self.width() - wide - sizes.pad_px, high + (rest - sizes.target_px) // 2, wide,
            sizes.target_px,
        )  # fmt: skip
        self.numbers.lower()

    def _acknowledge(self) -> None:
        shown = self.banner.model
        if shown is not None and shown.occurrence is not None:
            self.acknowledged.emit(shown.occurrence)


class NumbersLine(Painted[Strip]):
    """Draws a `Strip`: the digits as high as the line, the infusion at the end."""

    ground = Role.PANEL

    def lay_out(self, sheet: Sheet, model: Strip) -> None:
        """From the left: chair, three numbers, phase and clock of the infusion."""
        sizes = self.theme.sizes
        font = self.theme.text_font(sizes.large_px, 700)
        x = float(sizes.pad_px)
        x = sheet.text(x, self._middle(cap_height(font)), model.who, font, Role.TEXT)
        for part in model.parts:
            x = self._part(sheet, part, x + sizes.pad_px * 1.2)
        self._infusion(sheet, model, x + sizes.pad_px * 1.6)

    def _middle(self, high: float) -> float:
        return (self.height() + high) / 2

    def _part(self, sheet: Sheet, part: StripPart, left: float) -> float:
        sizes = self.theme.sizes
        digits = self.theme.digit_font(self.height() * 0.86)
        label = self.theme.text_font(sizes.text_px, 600)
        small = self.theme.text_font(sizes.small_px * 0.92)
        mark = 0.0
        if part.alarm is not None:
            mark = mark_width(sheet, sizes.small_px, stars=part.alarm.stars, words=part.alarm.words)
        ages = max(advance(small, "12 min ago"), advance(small, part.age))
        words = max(advance(label, part.label), ages, mark)
        wide = words + sizes.pad_px * 0.8 + advance(digits, part.widest)
        rect = QRectF(left - sizes.pad_px * 0.5, 3, wide + sizes.pad_px, self.height() - 6)
        ink = self._ground_of_alarm(sheet, part, rect)
        top = self.height() * 0.14 + cap_height(label)
        sheet.text(left, top, part.label, label, ink or Role(part.role))
        below = self.height() * 0.9
        if part.alarm is None:
            sheet.text_within(left, below, left + words, part.age, small, Role.TEXT_QUIET)
        else:
            place_mark(
                sheet, left, below, sizes.small_px, priority=part.alarm.priority,
                stars=part.alarm.stars, words=part.alarm.words, role=ink or Role.TEXT,
            )  # fmt: skip
        role = ink or (Role.STALE if part.is_stale else Role(part.role))
        x = left + words + sizes.pad_px * 0.8
        sheet.text(x, self._middle(cap_height(digits)), part.text, digits, role)
        return rect.right()

    def _ground_of_alarm(self, sheet: Sheet, part: StripPart, rect: QRectF) -> Role | None:
        """Filled while active, outlined once acknowledged; the colour of what stands on it."""
        if part.alarm is None:
            return None
        radius = self.theme.sizes.radius_px
        if part.alarm.is_acknowledged:
            place_outline(sheet, rect, part.alarm.priority, radius=radius)
            return None
        return place_fill(sheet, rect, part.alarm.priority, radius=radius)

    def _infusion(self, sheet: Sheet, model: Strip, left: float) -> None:
        sizes = self.theme.sizes
        room = self.width() - sizes.pad_px - left
        fonts = [self.theme.text_font(px, 600) for px in (sizes.large_px, sizes.text_px)]
        font = largest_fitting(fonts, max(model.clock, model.phase, key=len), room)
        right = left + room
        sheet.text_within(left, self.height() * 0.46, right, model.phase, font, Role.DRUG)
        sheet.text_within(left, self.height() * 0.88, right, model.clock, font, Role.TEXT)
