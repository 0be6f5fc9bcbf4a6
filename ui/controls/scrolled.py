"""A bar for long lists, wide enough to touch and quiet enough to forget."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui.theme import Role, Theme


def scroll_style(theme: Theme) -> str:
    """The style sheet of a scroll area."""
    return "QScrollArea { background: transparent; }" + scroll_bar_style(theme)


def scroll_bar_style(theme: Theme) -> str:
    """The bar alone."""
    width = theme.sizes.gap_px * 2
    handle = theme.colour(Role.KEY_PRESSED).name()
    ground = theme.colour(Role.PANEL).name()
    return (
        f"QScrollBar:vertical {{ background: {ground}; width: {width}px; }}"
        f"QScrollBar::handle:vertical {{ background: {handle}; min-height: 60px;"
        f" border-radius: {theme.sizes.radius_px}px; }}"
        "QScrollBar::add-line, QScrollBar::sub-line { height: 0; }"
    )


class Scrolled(QScrollArea):
    """Holds a tall widget; whatever gets the focus in it is brought into view."""

    def __init__(self, theme: Theme, inner: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setViewport(QWidget())
        self.set_theme(theme)
        self.hold(inner)

    def hold(self, inner: QWidget) -> None:
        """Show `inner` in place of what was there."""
        self.setWidget(inner)
        for surface in (self.viewport(), inner):
            surface.setAutoFillBackground(False)
        for child in inner.findChildren(QWidget):
            if child.focusPolicy() != Qt.FocusPolicy.NoFocus:
                child.installEventFilter(self)
        self.setMinimumWidth(inner.minimumSizeHint().width() + self.verticalScrollBar().width())

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self.setStyleSheet(scroll_style(theme))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A field that gets the focus is brought into view."""
        if event.type() is QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.ensureWidgetVisible(watched)
        return super().eventFilter(watched, event)
