"""A widget that draws one frozen model: laid out once per change, painted from the sheet."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.theme import Role, Theme
from ui.widgets.sheet import Sheet


class Spoken(Protocol):
    """A model that can say itself to a screen reader."""

    @property
    def spoken(self) -> str:
        """The whole of it in words."""


M = TypeVar("M", bound=Spoken)


class Painted(QWidget, Generic[M]):
    """Base of the page's widgets; a subclass says by `lay_out` what is drawn where."""

    ground = Role.PAGE

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.model: M | None = None
        self._sheet: Sheet | None = None
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
        painter = QPainter(self)
        try:
            painter.fillRect(event.rect(), self.theme.colour(self.ground))
            sheet.paint(painter, QRectF(event.rect()))
        finally:
            painter.end()

    def _changed(self) -> None:
        self._sheet = None
        self.update()
