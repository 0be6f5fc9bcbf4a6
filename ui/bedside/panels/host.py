"""Puts prompt, news and one panel into the overlay; what they leave free stays to be pressed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kmonitor.clock import Instant
from kmonitor.session_state import Session, SessionPhase
from ui.bedside.panels.news_line import NewsLine
from ui.bedside.panels.panel import Panel
from ui.bedside.panels.pump_prompt import PumpPromptStrip
from ui.bedside.panels.pump_words import pump_words
from ui.controls.themed import retheme
from ui.theme import Theme

_PANEL_PLACE = 2


class PanelHost(QObject):
    """Owns what stands in `area`; one panel at a time."""

    def __init__(self, area: QWidget, theme: Theme) -> None:
        super().__init__(area)
        self._area = area
        self._theme = theme
        self._shape: tuple[tuple[int, int, int, int], ...] = ()
        self.panel: Panel | None = None
        self.prompt = PumpPromptStrip(theme)
        self.news = NewsLine(theme)
        self._layout = QVBoxLayout(area)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.prompt)
        self._layout.addWidget(self.news)
        self._layout.addStretch(1)
        area.installEventFilter(self)
        self.fit()

    def open(self, panel: Panel) -> None:
        """Show `panel` in place of the one that stands."""
        self.close()
        self.panel = panel
        self.prompt.set_compact(is_compact=True)
        self.news.set_quiet(is_quiet=True)
        panel.closed.connect(self.close)
        self._layout.insertWidget(_PANEL_PLACE, panel)
        self._area.show()
        panel.show()
        panel.take_focus()
        self.fit()

    def close(self) -> None:
        """Take the panel away; the focus goes back to the page's keys."""
        panel, self.panel = self.panel, None
        if panel is None:
            return
        self.prompt.set_compact(is_compact=False)
        self.news.set_quiet(is_quiet=False)
        self._layout.removeWidget(panel)
        panel.hide()
        panel.deleteLater()
        page = self._area.parentWidget()
        if page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.fit()

    def show_snapshot(self, session: Session, now: Instant, real_s: float) -> None:
        """Bring prompt, news and panel up to date."""
        prompt = session.pump_prompt
        is_paused = session.phase is SessionPhase.PAUSED
        words = None if prompt is None else pump_words(prompt, now, is_paused=is_paused)
        self.prompt.show_words(words, real_s, self._area.parentWidget())
        self.news.show_snapshot(session, real_s)
        if self.panel is not None:
            self.panel.refresh(session, now)
        self.fit()

    def tick(self, real_s: float) -> None:
        """One frame."""
        self.news.tick(real_s)
        self.prompt.tick(real_s)
        if self.panel is not None:
            self.panel.tick(real_s)
        self.fit()

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        retheme(self._area, theme)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The free part changes with the layout."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self.fit()
        return False

    def fit(self) -> None:
        """Show the area where something stands, and let presses through everywhere else."""
        shown: list[QWidget] = [w for w in (self.prompt, self.news) if not w.isHidden()]
        if self.panel is not None:
            shown.append(self.panel)
        self._area.setVisible(bool(shown))
        if not shown:
            self._shape = ()
            return
        self._layout.activate()
        shape = tuple(_edges(each.geometry()) for each in shown)
        if shape == self._shape:
            return
        self._shape = shape
        region = QRegion()
        for each in shown:
            region = region.united(QRegion(each.geometry()))
        self._area.setMask(region)
        self._area.raise_()


def _edges(place: QRect) -> tuple[int, int, int, int]:
    return place.x(), place.y(), place.width(), place.height()
