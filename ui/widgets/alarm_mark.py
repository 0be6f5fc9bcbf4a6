"""How an alarm is drawn wherever it stands: colour, triangle, stars and words together."""

from __future__ import annotations

from ui.theme import Role
from ui.widgets.sheet import Sheet, advance, cap_height

FILLS = {"high": Role.ALARM_HIGH, "medium": Role.ALARM_MEDIUM, "low": Role.ALARM_LOW}
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


def place_mark(
    sheet: Sheet, x: float, baseline: float, px: float, *, stars: str, words: str, role: Role
) -> float:
    """Put triangle, stars and words on one baseline; return where they end."""
    font = sheet.theme.text_font(px, 700)
    icon_px = cap_height(font) * 1.25
    x = sheet.icon("alarm", x, baseline, icon_px, role) + px * 0.15
    for _ in stars:
        x = sheet.icon("star", x, baseline, icon_px * 0.92, role)
    return sheet.text(x + px * 0.35, baseline, words, font, role)


def mark_width(sheet: Sheet, px: float, *, stars: str, words: str) -> float:
    """How wide `place_mark` draws."""
    font = sheet.theme.text_font(px, 700)
    icon_px = cap_height(font) * 1.25
    return icon_px * (1 + 0.92 * len(stars)) + px * 0.5 + advance(font, words)
