"""The two lists of the start page: today's sessions as keys, and what is to be known as lines."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ui.controls.key import Key
from ui.controls.scrolled import scroll_style
from ui.controls.themed import Words
from ui.start.view_model import NoteRow, SessionRow
from ui.theme import Role, Theme


class SessionKey(Key):
    """One session: time, who, how it ended; pressed to be read."""

    def __init__(self, theme: Theme, row: SessionRow) -> None:
        super().__init__(theme, f"{row.time}  {row.who}", name=f"session_{row.session_id}")
        self._row = row
        self.say(self.text(), row.how)

    def sizeHint(self) -> QSize:
        """One line of two parts; it takes the width that there is."""
        return QSize(self._theme.sizes.target_px * 3, self._theme.sizes.target_px)

    def _draw_words(self, painter: QPainter) -> None:
        theme, sizes = self._theme, self._theme.sizes
        room = self.rect().adjusted(sizes.pad_px, 0, -sizes.pad_px, 0)
        quiet = theme.text_font(sizes.small_px)
        how_wide = QFontMetrics(quiet).horizontalAdvance(self._row.how)
        bold = theme.text_font(sizes.text_px, 600)
        time_wide = QFontMetrics(bold).horizontalAdvance("00:00  ")
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(bold)
        painter.setPen(theme.colour(Role.TEXT))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignLeft, self._row.time)
        who = room.adjusted(time_wide, 0, -how_wide - sizes.pad_px, 0)
        words = QFontMetrics(bold).elidedText(
            self._row.who, Qt.TextElideMode.ElideRight, who.width()
        )
        painter.drawText(who, middle | Qt.AlignmentFlag.AlignLeft, words)
        painter.setFont(quiet)
        painter.setPen(theme.colour(Role.TEXT_QUIET))
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, self._row.how)


class Note(Words):
    """One sentence; a loud one stands on a filled ground, so that colour is not all that says."""

    def __init__(self, theme: Theme, row: NoteRow) -> None:
        self._is_loud = row.is_loud
        role = Role.KEY_STRONG_TEXT if row.is_loud else Role.TEXT_QUIET
        super().__init__(theme, row.words, role=role)
        self.setContentsMargins(*self._margins())

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        super().set_theme(theme)
        if self._is_loud:
            self.setFont(theme.text_font(theme.sizes.text_px, 600))
        self.setContentsMargins(*self._margins())

    def _margins(self) -> tuple[int, int, int, int]:
        pad = self._theme.sizes.pad_px
        return (pad, pad // 2, pad, pad // 2) if self._is_loud else (pad, 0, pad, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of a loud one, then the words."""
        if self._is_loud:
            painter = QPainter(self)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(self._theme.colour(Role.KEY_STRONG))
                radius = self._theme.sizes.radius_px
                painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
            finally:
                painter.end()
        super().paintEvent(event)


class ScrolledColumn(QScrollArea):
    """A column that is scrolled where it is longer than its place; the focus goes to its keys."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._inner = QWidget()
        self.column = QVBoxLayout(self._inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        ground = QWidget()
        self.setViewport(ground)
        for surface in (ground, self._inner):
            surface.setAutoFillBackground(False)
        self.setWidget(self._inner)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        self.column.setSpacing(theme.sizes.gap_px // 2)
        self.setStyleSheet(scroll_style(theme))

    def fill(self, widgets: Sequence[QWidget]) -> None:
        """Put these in place of those that stood there."""
        while self.column.count():
            item = self.column.takeAt(0)
            old = None if item is None else item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for widget in widgets:
            self.column.addWidget(widget)
        self.column.addStretch(1)


class SessionList(ScrolledColumn):
    """`chosen` carries the id of the session that shall be read."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._shown: tuple[Sequence[SessionRow], str] | None = None

    def show_rows(self, rows: Sequence[SessionRow], waits: str) -> None:
        """The sessions, or why there are none; the same again moves nothing."""
        if (rows, waits) == self._shown:
            return
        self._shown = (rows, waits)
        if not rows:
            self.fill([Words(self._theme, waits, role=Role.TEXT_QUIET)])
            return
        keys = []
        for row in rows:
            key = SessionKey(self._theme, row)
            key.clicked.connect(lambda _checked=False, row=row: self.chosen.emit(row.session_id))
            keys.append(key)
        self.fill(keys)


class NoteList(ScrolledColumn):
    """What must be known before anything begins."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._shown: Sequence[NoteRow] | None = None

    def show_notes(self, notes: Sequence[NoteRow]) -> None:
        """Loud ones first, as they come; the same again moves nothing."""
        if notes == self._shown:
            return
        self._shown = notes
        self.fill([Note(self._theme, note) for note in notes])
