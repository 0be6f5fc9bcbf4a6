"""Keys for gloved fingers: a whole surface to press, a word, a letter; Stop is held."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme import Role, Theme
from ui.widgets.sheet import Sheet, advance, cap_height, largest_fitting

HOLD_S = 0.6
_FRAME_MS = 40


class KeyButton(QAbstractButton):
    """One key; `is_strong` fills it, what cannot be used now is only outlined."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.letter = ""
        self.is_strong = False
        self.is_chosen = False
        self.text_px: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""
        self.theme = theme
        self.updateGeometry()
        self.update()

    def show_key(self, label: str, *, letter: str, is_usable: bool, is_strong: bool) -> None:
        """Say what stands on the key; nothing happens where it is the same as before."""
        shown = (self.text(), self.letter, self.isEnabled(), self.is_strong)
        if shown == (label, letter, is_usable, is_strong):
            return
        self.letter, self.is_strong = letter, is_strong
        self.setText(label)
        self.setAccessibleName(label)
        self.setAccessibleDescription(self._description())
        self.setEnabled(is_usable)
        self.update()

    def show_chosen(self, is_chosen: bool) -> None:
        """One of several keys that exclude each other is the chosen one."""
        self.is_chosen = is_chosen
        self.update()

    def sizeHint(self) -> QSize:
        """A key is never less than what a gloved finger needs."""
        return QSize(self.theme.sizes.target_px, self.theme.sizes.target_px)

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def sheet(self) -> Sheet:
        """What is drawn now, without the surface."""
        sheet = Sheet(self.theme)
        sizes = self.theme.sizes
        largest = self.text_px or round(sizes.large_px * 0.95)
        room = self.width() - 2 * sizes.pad_px * 0.6
        fonts = [
            self.theme.text_font(px, 650)
            for px in range(largest, min(largest, sizes.text_px) - 1, -1)
        ]
        font = largest_fitting(fonts, self.text(), room)
        role = self._ink()
        baseline = (self.height() + cap_height(font)) / 2
        sheet.text(
            (self.width() - advance(font, self.text())) / 2, baseline, self.text(), font, role
        )
        if self._corner():
            small = self.theme.text_font(sizes.small_px * 0.9, 500)
            quiet = role if self.is_strong or not self.isEnabled() else Role.TEXT_QUIET
            sheet.text_right(
                self.width() - sizes.pad_px * 0.6, cap_height(small) + sizes.pad_px * 0.6,
                self._corner(), small, quiet,
            )  # fmt: skip
        return sheet

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the surface, the word and the focus."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_surface(painter)
            self.sheet().paint(painter)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(self.theme.colour(Role.FOCUS), 3))
                radius = self.theme.sizes.radius_px
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), radius, radius)
        finally:
            painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Draw enabled and disabled differently."""
        super().changeEvent(event)
        self.update()

    def _description(self) -> str:
        return f"Key {self.letter}" if self.letter else ""

    def _corner(self) -> str:
        return self.letter

    def _ink(self) -> Role:
        if not self.isEnabled():
            return Role.TEXT_DISABLED
        return Role.KEY_STRONG_TEXT if self.is_strong else Role.TEXT

    def _paint_surface(self, painter: QPainter) -> None:
        fill = Role.KEY_STRONG if self.is_strong else Role.KEY
        if self.isDown() or self.is_chosen:
            fill = Role.KEY_PRESSED
        painter.setPen(QPen(self.theme.colour(Role.LINE), 1))
        painter.setBrush(self.theme.colour(fill if self.isEnabled() else Role.PANEL))
        radius = self.theme.sizes.radius_px
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


class HoldButton(KeyButton):
    """A key that acts only when held for 0.6 s, by finger or by keyboard; it fills meanwhile."""

    held = Signal()
    let_go_early = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._since = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._look)

    def begin_hold(self) -> None:
        """The finger is down."""
        if self.isEnabled() and not self._timer.isActive():
            self._since.start()
            self._timer.start()
            self.setDown(True)

    def end_hold(self) -> None:
        """The finger went up before its time, or the hold is over."""
        is_early = self._timer.isActive() and self._since.elapsed() < HOLD_S * 1000
        self._timer.stop()
        if is_early:
            self.let_go_early.emit()
        self.setDown(False)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to hold."""
        event.accept()
        self.begin_hold()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        event.accept()
        self.end_hold()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hold by space or enter; other keys go on to the page."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.begin_hold()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go; what a keyboard repeats by itself is no letting go."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.end_hold()
        else:
            event.ignore()

    def _look(self) -> None:
        if self._since.elapsed() >= HOLD_S * 1000:
            self.end_hold()
            self.held.emit()
        else:
            self.update()

    def _corner(self) -> str:
        return f"hold {self.letter}"

    def _description(self) -> str:
        return f"Hold for {HOLD_S} seconds. Key {self.letter}"

    def _paint_surface(self, painter: QPainter) -> None:
        super()._paint_surface(painter)
        radius = self.theme.sizes.radius_px
        rect = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        if self._timer.isActive():
            share = min(1.0, self._since.elapsed() / (HOLD_S * 1000))
            done = QRectF(rect.left(), rect.top(), rect.width() * share, rect.height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.colour(Role.DRUG_BLOCK))
            painter.drawRoundedRect(done, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        role = Role.TEXT if self.isEnabled() else Role.LINE
        painter.setPen(QPen(self.theme.colour(role), 3))
        painter.drawRoundedRect(rect, radius, radius)
