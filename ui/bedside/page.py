"""The bedside page; `pressed` says which key was pressed, the shell turns it into an event.

Names of keys: start pause resume confirm_end change_rate start_cuff enter_bp note stop
end_session acknowledge.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kmonitor.clock import Instant
from kmonitor.session_state import Session
from kmonitor.vitals import WaveBlock
from ui.theme import Theme


class BedsidePage(QWidget):
    """Shows one session; every change comes by `show_snapshot`, `add_wave` and `tick`."""

    pressed = Signal(str)

    def __init__(self, theme: Theme, *, clock_now: Callable[[], Instant]) -> None:
        """`clock_now` gives the patient's time, for ages between snapshots."""
        super().__init__()
        self._theme = theme
        self._clock_now = clock_now
        self._overlay = QWidget(self)

    @property
    def overlay_area(self) -> QWidget:
        """Where prompts and panels go: over pleth and trend; hidden until a child is put in."""
        return self._overlay

    @property
    def shown_occurrence(self) -> int | None:
        """The number of the alarm that the banner shows: what `acknowledge` means."""
        return None

    def set_theme(self, theme: Theme) -> None:
        """Change colours and sizes."""
        self._theme = theme

    def show_snapshot(self, session: Session) -> None:
        """Take what the program knows now."""

    def add_wave(self, block: WaveBlock) -> None:
        """Take samples for the sweep."""

    def tick(self) -> None:
        """One frame, 25 times a second: curves, and once a second the ages."""
