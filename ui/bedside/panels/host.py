"""Puts prompt, news and one panel into the overlay.

Without a panel, what they leave free stays to be pressed.
"""

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
from ui.theme import Role, Theme

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
        self.news.set_quiet(is_quiet=True)
        panel.closed.connect(self.close)
        self._layout.insertWidget(_PANEL_PLACE, panel)
        self._area.show()
        panel.show()
        panel.take_focus()
        self._give_way()
        self.fit()

    def close(self) -> None:
        """Take the panel away; the focus goes back to the page's keys."""
        panel, self.panel = self.panel, None
        if panel is None:
            return
        self.news.set_quiet(is_quiet=False)
        self._layout.removeWidget(panel)
        panel.hide()
        panel.deleteLater()
        page = self._area.parentWidget()
        if page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)
        self._give_way()
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
        self._give_way()
        self.fit()

    def tick(self, real_s: float) -> None:
        """One frame."""
        self.news.tick(real_s)
        self.prompt.tick(real_s)
        if self.panel is not None:
            self.panel.tick(real_s)
        self.fit()

    def misfit(self, why: str, real_s: float) -> None:
        """A press did nothing: say why, and nothing is recorded of it."""
        self.news.refuse(why, real_s)
        self._give_way()
        self.fit()

    def set_theme(self, theme: Theme) -> None:
        """Take new colours and sizes."""
        self._theme = theme
        retheme(self._area, theme)
        self._fill()
        self._give_way()

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
        shape = tuple(_edges(each.geometry()) for each in (*shown, self._area))
        if shape == self._shape and self._area.autoFillBackground() is (self.panel is not None):
            return
        self._shape = shape
        self._fill()
        if self.panel is not None:
            self._area.clearMask()
            self._area.raise_()
            return
        region = QRegion()
        for each in shown:
            region = region.united(QRegion(each.geometry()))
        self._area.setMask(region)
        self._area.raise_()

    def _give_way(self) -> None:
        """The order at the pump stays huge; only where the panel cannot do with less it shrinks."""
        if self.panel is None or self.prompt.isHidden():
            self.prompt.set_compact(is_compact=False)
            return
        wide = self._area.width()
        need = self.prompt.height_when_huge(wide) + _least_height(self.panel, wide)
        if not self.news.isHidden():
            need += self.news.sizeHint().height()
        self.prompt.set_compact(is_compact=need > self._area.height())

    def _fill(self) -> None:
        """A panel stands on a ground of its own, not on slices of curves."""
        palette = self._area.palette()
        palette.setColor(self._area.backgroundRole(), self._theme.colour(Role.PAGE))
        self._area.setPalette(palette)
        self._area.setAutoFillBackground(self.panel is not None)


def _least_height(panel: QWidget, wide: int) -> int:
    layout = panel.layout()
    if layout is not None and layout.hasHeightForWidth():
        return layout.minimumHeightForWidth(wide)
    return panel.minimumSizeHint().height()


def _edges(place: QRect) -> tuple[int, int, int, int]:
    return place.x(), place.y(), place.width(), place.height()
