"""A widget that draws one frozen model: laid out once per change, painted from the sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from kmonitor.clock import monotonic_s
from ui.theme import Role, Theme
from ui.widgets.flash import HALF_PERIOD_S, is_lit
from ui.widgets.sheet import PlacedBox, Sheet


class Spoken(Protocol):
    """A model that can say itself to a screen reader."""

    @property
    def spoken(self) -> str:
        """The whole of it in words."""


M = TypeVar("M", bound=Spoken)


class Painted(QWidget, Generic[M]):
    """Base of the page's widgets; a subclass says by `lay_out` what is drawn where.

    What flashes is decided when it is painted. `painted_phase` hears the real time of each paint
    and whether the most urgent flash in it was lit: for tests and benches.
    """

    ground = Role.PAGE

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.model: M | None = None
        self.painted_phase: Callable[[float, bool], None] | None = None
        self._sheet: Sheet | None = None
        self._lit: dict[str, bool] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""
        self.theme = theme
        self._changed()

    def show_model(self, model: M) -> None:
        """Draw `model`; nothing happens where it is the same as before and could be laid out.

        What is seen is laid out here and not only in `paintEvent`, so that whoever hands over
        the model hears of a fault, and hears of it again while it lasts.
        """
        if model == self.model and (self._sheet is not None or not self.isVisible()):
            return
        before = self._sheet
        self.model = model
        self.setAccessibleName(model.spoken)
        self._sheet = None
        after = self.sheet if before is not None or self.isVisible() else None
        rect = None if before is None or after is None else after.changed_from(before)
        if rect is None:
            self.update()
        elif not rect.isEmpty():
            self.update(rect.toAlignedRect())

    def tick(self) -> None:
        """One frame: have painted anew what flashes, if its phase has turned, and nothing else."""
        if self._sheet is None or not self.isVisible():
            return
        real_s = monotonic_s()
        for box in self._sheet.flashing:
            if self._lit.get(box.flash) is not is_lit(box.flash, real_s):
                self.update(box.rect.toAlignedRect())

    def lay_out(self, sheet: Sheet, model: M) -> None:
        """Put on the sheet what `model` looks like in this widget's size."""
        raise NotImplementedError

    @property
    def sheet(self) -> Sheet:
        """What is drawn now."""
        if self._sheet is None:
            sheet = Sheet(self.theme)
            if self.model is not None:
                self.lay_out(sheet, self.model)
            self._sheet = sheet  # only a whole one is kept
        return self._sheet

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self._sheet = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sheet on the ground."""
        sheet = self.sheet
        real_s = monotonic_s()
        self._lit = self._phases(sheet.flashing, event.region(), real_s)
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), self.theme.colour(self.ground))
            sheet.paint(painter, QRectF(event.rect()), self._lit)
        finally:
            painter.end()
        if self.painted_phase is not None and self._lit:
            self.painted_phase(real_s, self._lit[min(self._lit, key=HALF_PERIOD_S.__getitem__)])

    def _phases(
        self, boxes: tuple[PlacedBox, ...], painted: QRegion, real_s: float
    ) -> dict[str, bool]:
        """The phase of each rhythm; as before where only a part of a fill is painted anew.

        Else a fill would show both phases at once; the next frame paints the whole of it.
        """
        phases: dict[str, bool] = {}
        for box in boxes:
            left = QRegion(box.rect.toAlignedRect().intersected(self.rect())) - painted
            is_whole = left.isEmpty() or box.flash not in self._lit
            now = is_lit(box.flash, real_s) if is_whole else self._lit[box.flash]
            if phases.setdefault(box.flash, now) is not now:
                phases[box.flash] = self._lit[box.flash]  # one whole, the other not
        return phases

    def _changed(self) -> None:
        self._sheet = None
        self.update()
