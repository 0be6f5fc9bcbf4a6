"""Keeps a key from being pressed by what was meant for another; and where the focus goes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from kmonitor.clock import monotonic_s

_QUIET_S = 0.3
_RELEASE_LOST_AFTER_S = 1.5


def hand_on_focus(widget: QWidget, to: QWidget | None) -> None:
    """Before `widget` goes or is disabled: its focus goes to `to`, not to whatever is next."""
    if to is not None and widget.hasFocus():
        to.setFocus(Qt.FocusReason.OtherFocusReason)


class PressGuard(QObject):
    """Disables a key until `wait_s` have passed and nothing on the keyboard is held any more.

    A press that began before cannot count, because a disabled key takes no press; neither do
    the repeats of a held key, whether the system marks them as such or not.
    """

    def __init__(self, key: QWidget, wait_s: float) -> None:
        super().__init__(key)
        self._key = key
        self._wait_s = wait_s
        self._until_s = 0.0
        self._stroke_s = float("-inf")
        self._held: set[int] = set()
        self._is_armed = True

    def disarm(self, real_s: float, focus_to: QWidget | None = None) -> None:
        """From now on nothing presses the key."""
        hand_on_focus(self._key, focus_to)
        self._key.setEnabled(False)
        self._until_s = real_s + self._wait_s
        application = QCoreApplication.instance()
        if self._is_armed and application is not None:
            self._is_armed = False
            self._held.clear()
            application.installEventFilter(self)

    def tick(self, real_s: float) -> None:
        """Arm the key when it is time."""
        if self._is_armed or real_s < self._until_s:
            return
        quiet_s = real_s - self._stroke_s
        if quiet_s >= (_RELEASE_LOST_AFTER_S if self._held else _QUIET_S):
            self.rest()
            self._key.setEnabled(True)

    def rest(self) -> None:
        """Listen no more; the key stays as it is."""
        application = QCoreApplication.instance()
        if not self._is_armed and application is not None:
            application.removeEventFilter(self)
        self._is_armed = True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """See which keys are down, wherever the focus is."""
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                self._held.add(event.key())
                self._stroke_s = monotonic_s()
            elif event.type() == QEvent.Type.KeyRelease:
                self._stroke_s = monotonic_s()
                if not event.isAutoRepeat():
                    self._held.discard(event.key())
        return False
