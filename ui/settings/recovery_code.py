"""The recovery code, shown once: in large groups, to be written down or printed, never saved."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QPagedPaintDevice, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kmonitor.clock import monotonic_s
from ui.controls.guard import PressGuard
from ui.controls.key import Key
from ui.controls.themed import Words
from ui.theme import Role, Theme

_READ_S = 3.0
_LOOK_MS = 200
_IN_A_LINE = 4
_SAYS = (
    "It opens the record when the passphrase is forgotten or this computer is gone. "
    "It is shown only now: write it down or print it, and keep it where the backups are not."
)


class RecoveryCode(QWidget):
    """`written_down` when somebody says so; the code is forgotten then."""

    written_down = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._code = ""
        self._printer: QPagedPaintDevice | None = None
        self._groups = CodeGroups(theme)
        self.done = Key(theme, "I have written it down", name="code_written", strong=True)
        self.print = Key(theme, "Print", name="code_print")
        self._says = Words(theme)
        self._guard = PressGuard(self.done, _READ_S)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.sizes.pad_px)
        layout.addWidget(Words(theme, "Recovery code", size="large"))
        layout.addWidget(Words(theme, _SAYS))
        layout.addWidget(self._groups)
        layout.addWidget(self._says)
        keys = QHBoxLayout()
        keys.setSpacing(theme.sizes.gap_px)
        keys.addWidget(self.print, 1)
        keys.addWidget(self.done, 2)
        layout.addLayout(keys)
        layout.addStretch(1)
        self.done.clicked.connect(self._forget)
        self.print.clicked.connect(self._print)

    @property
    def is_shown(self) -> bool:
        """Whether a code stands there that nobody has written down yet."""
        return bool(self._code)

    def show_code(self, code: str) -> None:
        """Show it; the key that takes it away can be pressed when it can have been read."""
        self._code = code
        self._groups.show_groups(code.split("-"))
        self._printer = _default_printer()
        self.print.setVisible(self._printer is not None)
        self._says.say("")
        self._guard.disarm(monotonic_s())
        self._timer.start(_LOOK_MS)

    def _look(self) -> None:
        self._guard.tick(monotonic_s())
        if self.done.isEnabled():
            self._timer.stop()

    def _forget(self) -> None:
        self._code = ""
        self._groups.show_groups([])
        self.written_down.emit()

    def _print(self) -> None:
        printer = self._printer
        painter = QPainter()
        if printer is None or not painter.begin(printer):
            self._says.say("The printer cannot be used; write the code down.")
            return
        try:
            _draw_page(painter, self._code, QRectF(painter.viewport()))
        finally:
            painter.end()
        self._says.say("Sent to the printer.")


class CodeGroups(QWidget):
    """Draws the groups large; a screen reader is told them too."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: list[str] = []
        self.setObjectName("code_groups")
        self.setAccessibleName("Recovery code")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def show_groups(self, groups: list[str]) -> None:
        """Draw them, four in a line."""
        self._shown = groups
        self.setAccessibleDescription(", ".join(groups))
        self.set_theme(self._theme)
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        lines = -(-len(self._shown) // _IN_A_LINE)
        self.setFixedHeight(round(theme.sizes.huge_px * 1.5 * max(1, lines)) + theme.sizes.pad_px)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Large, in the font of the numerals, apart."""
        theme = self._theme
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), theme.colour(Role.PANEL))
            painter.setPen(theme.colour(Role.TEXT))
            painter.setFont(theme.digit_font(theme.sizes.huge_px * 0.95))
            _draw_groups(painter, self._shown, QRectF(self.rect()), theme.sizes.huge_px * 1.5)
        finally:
            painter.end()


def _default_printer() -> QPagedPaintDevice | None:
    """This computer's printer; None where it has none, or Qt cannot print here."""
    try:
        from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
    except ImportError:  # a system library that it needs is not installed
        return None
    found = QPrinterInfo.defaultPrinter()
    if found.isNull():
        return None
    printer = QPrinter(found)
    printer.setDocName("kmonitor")
    return printer


def _draw_groups(painter: QPainter, groups: list[str], area: QRectF, line: float) -> None:
    wide = area.width() / _IN_A_LINE
    for place, group in enumerate(groups):
        row, column = divmod(place, _IN_A_LINE)
        cell = QRectF(area.left() + column * wide, area.top() + row * line, wide, line)
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, group)


def _draw_page(painter: QPainter, code: str, page: QRectF) -> None:
    """One sheet of paper: what it is, the code, where to keep it."""
    unit = page.width() / 60
    lines = ("kmonitor: recovery code of this computer's record", _SAYS)
    font = QFont(painter.font())
    top = unit * 4
    for words, size in zip(lines, (2.0, 1.2), strict=True):
        font.setPixelSize(round(unit * size))
        painter.setFont(font)
        area = QRectF(unit * 3, top, page.width() - unit * 6, unit * 6)
        painter.drawText(area, int(Qt.TextFlag.TextWordWrap), words)
        top += unit * 4
    font.setPixelSize(round(unit * 2.6))
    font.setBold(True)
    painter.setFont(font)
    area = QRectF(unit * 3, top + unit * 2, page.width() - unit * 6, unit * 12)
    _draw_groups(painter, code.split("-"), area, unit * 5)
