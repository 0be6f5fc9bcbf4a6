"""A list of what a widget draws; made once per change, painted by the widget, measured by tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from ui.icons import draw_icon
from ui.theme import Role, Theme

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text on its baseline."""

    at: QPointF
    text: str
    font: QFont
    role: Role
    rect: QRectF  # generous, for what must be painted anew

    @property
    def ink(self) -> QRectF:
        """The rectangle that its pixels fill."""
        return QFontMetricsF(self.font).tightBoundingRect(self.text).translated(self.at)


@dataclass(frozen=True, slots=True)
class PlacedBox:
    """A rectangle, filled or outlined or both.

    Where `flash` names a priority, the fill turns to `unlit` and back in its rhythm.
    """

    rect: QRectF
    fill: Role | None
    outline: Role | None
    radius: float
    width: float
    flash: str = ""
    unlit: Role | None = None


@dataclass(frozen=True, slots=True)
class PlacedIcon:
    """A symbol."""

    rect: QRectF
    name: str
    role: Role


Placed = PlacedBox | PlacedIcon | PlacedText


class Sheet:
    """Collects boxes, icons and texts in the theme's roles; boxes lie undermost."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.boxes: list[PlacedBox] = []
        self.icons: list[PlacedIcon] = []
        self.texts: list[PlacedText] = []

    def box(
        self,
        rect: QRectF,
        fill: Role | None = None,
        *,
        outline: Role | None = None,
        radius: float = 0.0,
        width: float = 1.0,
    ) -> None:
        """Add a rectangle."""
        self.boxes.append(PlacedBox(rect, fill, outline, radius, width))

    def flashing_box(
        self, rect: QRectF, fill: Role, unlit: Role, *, flash: str, radius: float = 0.0
    ) -> None:
        """Add a rectangle whose fill flashes; what stands on it does not."""
        self.boxes.append(PlacedBox(rect, fill, None, radius, 1.0, flash, unlit))

    @property
    def flashing(self) -> tuple[PlacedBox, ...]:
        """The rectangles that flash."""
        return tuple(box for box in self.boxes if box.flash)

    def icon(self, name: str, x: float, baseline: float, px: float, role: Role) -> float:
        """Add a symbol standing on a baseline; return where it ends."""
        self.icons.append(PlacedIcon(QRectF(x, baseline - px * 0.88, px, px), name, role))
        return x + px

    def text(self, x: float, baseline: float, text: str, font: QFont, role: Role) -> float:
        """Add a text; return where it ends."""
        wide = advance(font, text)
        if text:
            px = font.pixelSize()
            rect = QRectF(x - px * 0.1, baseline - px * 1.05, wide + px * 0.2, px * 1.4)
            self.texts.append(PlacedText(QPointF(x, baseline), text, font, role, rect))
        return x + wide

    def text_right(
        self, right: float, baseline: float, text: str, font: QFont, role: Role
    ) -> float:
        """Add a text that ends at `right`; return where it begins."""
        x = right - advance(font, text)
        self.text(x, baseline, text, font, role)
        return x

    def text_within(
        self, x: float, baseline: float, right: float, text: str, font: QFont, role: Role
    ) -> float:
        """Add a text, shortened with an ellipsis where it would pass `right`."""
        return self.text(x, baseline, shortened(font, text, right - x), font, role)

    def changed_from(self, other: Sheet) -> QRectF | None:
        """The rectangle in which the two differ; None if that is not easily said."""
        if other.theme != self.theme:
            return None
        changed = QRectF()
        for mine, its in zip(self._layers(), other._layers(), strict=True):
            if len(mine) != len(its):
                return None
            for new, old in zip(mine, its, strict=True):
                if new != old:
                    changed = changed.united(new.rect).united(old.rect)
        return changed

    def paint(
        self,
        painter: QPainter,
        dirty: QRectF | None = None,
        lit: Mapping[str, bool] = MappingProxyType({}),
    ) -> None:
        """Draw everything, or only what touches `dirty`; `lit` says which rhythms are lit now."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for box in self.boxes:
            if dirty is None or dirty.intersects(box.rect):
                self._paint_box(painter, box, is_lit=lit.get(box.flash, True))
        for icon in self.icons:
            if dirty is None or dirty.intersects(icon.rect):
                draw_icon(painter, icon.name, icon.rect, self.theme.colour(icon.role))
        for text in self.texts:
            if dirty is None or dirty.intersects(text.rect):
                painter.setFont(text.font)
                painter.setPen(self.theme.colour(text.role))
                painter.drawText(text.at, text.text)

    def _layers(self) -> tuple[Sequence[Placed], ...]:
        return self.boxes, self.icons, self.texts

    def _paint_box(self, painter: QPainter, box: PlacedBox, *, is_lit: bool) -> None:
        rect, fill = box.rect, box.fill if is_lit else box.unlit
        painter.setPen(Qt.PenStyle.NoPen)
        if box.outline is not None:
            painter.setPen(QPen(self.theme.colour(box.outline), box.width))
            inset = box.width / 2
            rect = rect.adjusted(inset, inset, -inset, -inset)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if fill is not None:
            painter.setBrush(self.theme.colour(fill))
        painter.drawRoundedRect(rect, box.radius, box.radius)


@lru_cache(maxsize=4096)
def advance(font: QFont, text: str) -> float:
    """How far the pen moves for `text`."""
    return QFontMetricsF(font).horizontalAdvance(text)


@lru_cache(maxsize=256)
def cap_height(font: QFont) -> float:
    """How high capitals and digits stand."""
    return QFontMetricsF(font).capHeight()


def shortened(font: QFont, text: str, room: float) -> str:
    """The text, or as much of it as fits into `room` with an ellipsis."""
    if advance(font, text) <= room:
        return text
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, room))


def largest_fitting(fonts: Sequence[QFont], text: str, room: float) -> QFont:
    """The first of `fonts`, the largest first, in which `text` fits; else the last."""
    for font in fonts:
        if advance(font, text) <= room:
            return font
    return fonts[-1]
