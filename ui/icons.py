"""The program's own symbols, drawn from SVG in the colour and size asked for."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

NAMES = (
    "alarm_high", "alarm_medium", "alarm_low", "star", "bell", "bell_paused", "bell_crossed",
    "heart", "dot", "ring", "cross", "lock",
)  # fmt: skip


def draw_icon(painter: QPainter, name: str, rect: QRectF, colour: QColor) -> None:
    """Draw the symbol `name` into `rect`."""
    ratio = painter.device().devicePixelRatio()
    pixmap = _pixmap(name, round(rect.width() * ratio), colour.rgb())
    painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))


@cache
def _source(name: str) -> str:
    return (files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _pixmap(name: str, px: int, rgb: int) -> QPixmap:
    text = _source(name).replace("currentColor", QColor(rgb).name())
    pixmap = QPixmap(max(1, px), max(1, px))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    try:
        QSvgRenderer(QByteArray(text.encode())).render(painter)
    finally:
        painter.end()
    return pixmap
