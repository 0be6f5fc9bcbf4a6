"""How an alarm is drawn wherever it stands: fill or outline, shape, stars and words together."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.theme import Role
from ui.widgets.flash import has_flash
from ui.widgets.sheet import Sheet, advance, cap_height

FILLS = {"high": Role.ALARM_HIGH, "medium": Role.ALARM_MEDIUM, "low": Role.ALARM_LOW}
UNLIT = {"high": Role.ALARM_HIGH_UNLIT, "medium": Role.ALARM_MEDIUM_UNLIT}
TEXTS = {
    "high": Role.ALARM_HIGH_TEXT,
    "medium": Role.ALARM_MEDIUM_TEXT,
    "low": Role.ALARM_LOW_TEXT,
}
LINES = {
    "high": Role.ALARM_HIGH_LINE,
    "medium": Role.ALARM_MEDIUM_LINE,
    "low": Role.ALARM_LOW_LINE,
}
SHAPES = {"high": "alarm_high", "medium": "alarm_medium", "low": "alarm_low"}
OUTLINE_PX = 4.0
_STAR_SHARE = 0.92


def place_fill(sheet: Sheet, rect: QRectF, priority: str, *, radius: float = 0.0) -> Role:
    """Fill `rect` as long as nobody has acknowledged; return the ink for what stands on it.

    The fill flashes by priority, the ink is the same in both phases.
    """
    if has_flash(priority):
        sheet.flashing_box(rect, FILLS[priority], UNLIT[priority], flash=priority, radius=radius)
    else:
        sheet.box(rect, FILLS[priority], radius=radius)
    return TEXTS[priority]


def place_outline(
    sheet: Sheet, rect: QRectF, priority: str, *, radius: float = 0.0, width: float = OUTLINE_PX
) -> None:
    """The steady outline of what somebody has acknowledged."""
    sheet.box(rect, outline=LINES[priority], radius=radius, width=width)


def place_mark(
    sheet: Sheet, x: float, baseline: float, px: float, *, priority: str, stars: str, words: str,
    role: Role,
) -> float:  # fmt: skip
    """Put shape, stars and words on one baseline; return where they end."""
    font = sheet.theme.text_font(px, 700)
    icon_px = cap_height(font) * 1.25
    x = sheet.icon(SHAPES[priority], x, baseline, icon_px, role) + px * 0.15
    for _ in stars:
        x = sheet.icon("star", x, baseline, icon_px * _STAR_SHARE, role)
    return sheet.text(x + px * 0.35, baseline, words, font, role)


def mark_width(sheet: Sheet, px: float, *, stars: str, words: str) -> float:
    """How wide `place_mark` draws."""
    font = sheet.theme.text_font(px, 700)
    icon_px = cap_height(font) * 1.25
    return icon_px * (1 + _STAR_SHARE * len(stars)) + px * 0.5 + advance(font, words)
