"""The bedside page; `pressed` says which key was pressed, the shell turns it into an event.

Names of keys: start pause resume confirm_end change_rate start_cuff enter_bp note
earlier stop end_session acknowledge pause_sound open_alarms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from kmonitor.clock import Instant, monotonic_s
from kmonitor.metrics import Metric
from kmonitor.nibp_schedule import nibp_due
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.session_state import Session, SessionPhase
from kmonitor.vitals import WaveBlock
from ui.bedside.alarm_banner import AlarmBanner
from ui.bedside.identity_strip import IdentityStrip
from ui.bedside.infusion_bar import InfusionBarWidget
from ui.bedside.key_row import KeyRow
from ui.bedside.nibp import NibpWidget
from ui.bedside.numerics import NumericWidget
from ui.bedside.page_layout import PagePlaces, places
from ui.bedside.trend import TrendWidget
from ui.bedside.view_models.banner import banner
from ui.bedside.view_models.identity import Around, Touch, identity, mode_strip
from ui.bedside.view_models.infusion_bar import infusion_bar
from ui.bedside.view_models.keys import keys
from ui.bedside.view_models.nibp_tile import nibp_tile
from ui.bedside.view_models.numeric_tile import EXTRA_METRICS, extra_tiles, numeric_tile
from ui.bedside.view_models.trend_history import Series, TrendHistory
from ui.bedside.view_models.trend_scene import Span, trend_scene
from ui.theme import Role, Theme, Themed
from ui.widgets.mode_strip import ModeStripWidget
from ui.widgets.painted import Painted
from ui.widgets.sweep import SweepWave

SILENT_AFTER_S = 2.0
_NUMBERS_AT_MOST_EVERY_S = 0.1
_TREND_EVERY_S = 1.0


class BedsidePage(QWidget):
    """Shows one session; every change comes by `show_snapshot`, `add_wave` and `tick`.

    `misfitted` says in words why a press did nothing, `touched` which chip of the strip asks for
    what is not of the session: a person, another page, the record's key.
    """

    pressed = Signal(str)
    misfitted = Signal(str)
    touched = Signal(object)

    def __init__(
        self,
        theme: Theme,
        *,
        clock_now: Callable[[], Instant],
        around: Callable[[], Around] = lambda: Around(person=DEMONSTRATION_NURSE),
    ) -> None:
        """`clock_now` gives the patient's time, for ages between snapshots."""
        super().__init__()
        self._theme = theme
        self._clock_now = clock_now
        self._around = around
        self._session: Session | None = None
        self._history = TrendHistory()
        self._came_s = self._shown_s = self._trend_s = self._wave_s = float("-inf")
        self._wave_link = ""
        self._commit: tuple[int, float] = (-1, 0.0)
        self._is_new = False
        self._build()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def overlay_area(self) -> QWidget:
        """Where prompts and panels go: over pleth and trend; hidden until somebody shows it."""
        return self._overlay

    @property
    def shown_occurrence(self) -> int | None:
        """The number of the alarm that the banner shows: what `acknowledge` means."""
        return self.banner.model.occurrence if self.banner.model else None

    def set_theme(self, theme: Theme) -> None:
        """Change the colours; sizes follow the window."""
        self._apply(theme.fitted(self.size()))

    def show_snapshot(self, session: Session) -> None:
        """Take what the program knows now; drawn at once, or with the next frame if too soon."""
        self._session = session
        self._history.take(session)
        self._came_s = monotonic_s()
        if session.record.committed_seq != self._commit[0]:
            self._commit = (session.record.committed_seq, self._came_s)
        self._is_new = True
        if self._came_s - self._shown_s >= _NUMBERS_AT_MOST_EVERY_S:
            self._show_all()

    def fill_history(self, session_id: str, series: Mapping[Metric, Series]) -> None:
        """Begin the trend with what the record holds of a session that is resumed."""
        self._history.fill(session_id, series)

    def add_wave(self, block: WaveBlock, link: str = "") -> None:
        """Take samples for the sweep: of one link, until that has been silent for a while."""
        if block.metric is not Metric.PLETH:
            return
        now_s = monotonic_s()
        if link != self._wave_link and now_s - self._wave_s < SILENT_AFTER_S:
            return
        if link != self._wave_link:
            self.pleth.add_samples((None,), block.rate_hz)
        self._wave_link, self._wave_s = link, now_s
        self.pleth.add_samples(block.samples, block.rate_hz)

    def tick(self) -> None:
        """One frame, 25 times a second: curves and what flashes, and once a second the ages."""
        flashing: tuple[Painted[Any], ...] = (
            self.banner, self.spo2, self.pulse, self.nibp, *self.extras,
        )  # fmt: skip
        for widget in flashing:
            widget.tick()
        self.pleth.tick()
        waited_s = monotonic_s() - self._shown_s
        if waited_s >= 1.0 or (self._is_new and waited_s >= _NUMBERS_AT_MOST_EVERY_S):
            self._show_all()

    def minimumSizeHint(self) -> QSize:
        """The smallest window in which everything stands in full."""
        return QSize(1024, 680)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Sizes follow the window."""
        super().resizeEvent(event)
        self._apply(self._theme.fitted(self.size()))

    def showEvent(self, event: QShowEvent) -> None:
        """Letters work from the start, and no key looks chosen."""
        super().showEvent(event)
        self.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground between the widgets."""
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), self._theme.colour(Role.LINE))
        finally:
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters press their keys wherever the focus is on the page."""
        if not any(takes(event) for takes in (self._key_row.key_pressed, self._other_key)):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Letting go of the letter of Stop."""
        if not self._key_row.key_released(event):
            super().keyReleaseEvent(event)

    def _build(self) -> None:
        theme = self._theme
        self.identity = IdentityStrip(theme, self)
        self.identity.touched.connect(self.touched)
        self.mode_strip = ModeStripWidget(theme, self)
        self.banner = AlarmBanner(theme, self)
        self.banner.acknowledged.connect(lambda: self.pressed.emit("acknowledge"))
        self.banner.pause_asked.connect(lambda: self.pressed.emit("pause_sound"))
        self.banner.touched.connect(lambda: self.pressed.emit("open_alarms"))
        self.pleth = SweepWave(theme, "Pleth", Role.SPO2, self)
        self.trend = TrendWidget(theme, self)
        self.trend.span_chosen.connect(self._on_span)
        self.spo2 = NumericWidget(theme, self)
        self.pulse = NumericWidget(theme, self)
        self.nibp = NibpWidget(theme, self)
        self.extras = [NumericWidget(theme, self) for _ in EXTRA_METRICS]
        self.infusion = InfusionBarWidget(theme, self)
        self._key_row = KeyRow(theme, self)
        self._key_row.pressed.connect(self.pressed)
        self._key_row.misfitted.connect(self.misfitted)
        self._overlay = QWidget(self)
        self._overlay.hide()
        for extra in self.extras:
            extra.hide()

    def _show_all(self) -> None:
        session = self._session
        if session is None:
            return
        now = self._clock_now()
        self._shown_s = monotonic_s()
        self._is_new = False
        silent_s = self._shown_s - self._came_s
        has_ended = session.phase is SessionPhase.ENDED
        silent_s = 0.0 if has_ended or silent_s < SILENT_AFTER_S else silent_s
        is_frozen = has_ended or silent_s > 0
        self.identity.show_model(
            identity(session, now, self._around(), self._shown_s - self._commit[1])
        )
        self._show_mode(mode_strip(session).words)
        self.banner.show_model(banner(session, now, silent_s=silent_s))
        self.spo2.show_model(numeric_tile(session, Metric.SPO2, now, is_frozen=is_frozen))
        self.pulse.show_model(numeric_tile(session, Metric.PULSE_RATE, now, is_frozen=is_frozen))
        self.nibp.show_model(nibp_tile(session, now, nibp_due(session), is_frozen=is_frozen))
        self._show_extras(session, now, is_frozen=is_frozen)
        self.infusion.show_model(infusion_bar(session, now))
        self._key_row.show_keys(keys(session))
        if self._shown_s - self._trend_s >= _TREND_EVERY_S:
            self._show_trend(session, now)

    def _show_trend(self, session: Session, now: Instant) -> None:
        self._trend_s = self._shown_s
        self.trend.show_scene(trend_scene(self._history, session, now, self.trend.span))

    def _show_mode(self, words: str) -> None:
        if words != self.mode_strip.words:
            self.mode_strip.show_words(words)
            self._place()

    def _show_extras(self, session: Session, now: Instant, *, is_frozen: bool) -> None:
        tiles = extra_tiles(session, now, is_frozen=is_frozen)
        was = sum(not extra.isHidden() for extra in self.extras)
        for extra, tile in zip(self.extras, tiles, strict=False):
            extra.show_model(tile)
        if was != len(tiles):
            for number, extra in enumerate(self.extras):
                extra.setVisible(number < len(tiles))
            self._place()

    def _on_span(self, _span: Span) -> None:
        if self._session is not None:
            self._show_trend(self._session, self._clock_now())

    def _other_key(self, event: QKeyEvent) -> bool:
        if self._banner_key(event):
            return True
        if event.key() == Qt.Key.Key_M and self._around().has_menu and not event.isAutoRepeat():
            self.touched.emit(Touch.MENU)
            return True
        if event.key() == Qt.Key.Key_I and not event.isAutoRepeat():
            self.touched.emit(Touch.LIMITS)
            return True
        return False

    def _banner_key(self, event: QKeyEvent) -> bool:
        """A acknowledges, U pauses the sound, W shows the alarms that the words tell of."""
        buttons: dict[int, QAbstractButton] = {
            Qt.Key.Key_A: self.banner.key,
            Qt.Key.Key_U: self.banner.sound,
            Qt.Key.Key_W: self.banner.area,
        }
        button = buttons.get(event.key())
        if button is None or not button.isVisible():
            return False
        if not event.isAutoRepeat():
            button.click()
        return True

    def _apply(self, theme: Theme) -> None:
        if theme != self._theme:
            self._theme = theme
            themed: tuple[Themed, ...] = (
                self.identity, self.mode_strip, self.banner, self.pleth, self.trend, self.spo2,
                self.pulse, self.nibp, *self.extras, self.infusion, self._key_row,
            )  # fmt: skip
            for widget in themed:
                widget.set_theme(theme)
            self.update()
        self._place()

    def _place(self) -> None:
        shown = [extra for extra in self.extras if not extra.isHidden()]
        where: PagePlaces = places(
            self._theme.sizes, self.size(), has_mode=bool(self.mode_strip.words),
            extras=len(shown),
        )  # fmt: skip
        for widget, rect in (
            (self.identity, where.identity), (self.mode_strip, where.mode),
            (self.banner, where.banner), (self.pleth, where.pleth), (self.trend, where.trend),
            (self.spo2, where.spo2), (self.pulse, where.pulse), (self.nibp, where.nibp),
            (self.infusion, where.infusion), (self._key_row, where.keys),
            (self._overlay, where.pleth.united(where.trend)),
        ):  # fmt: skip
            widget.setGeometry(rect)
        for extra, rect in zip(shown, where.extras, strict=True):
            extra.setGeometry(QRect(rect))
        self._overlay.raise_()
