"""Colours by what they mean, fonts of our own, and sizes reckoned from the screen's millimetres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Protocol

import fontpkg
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontDatabase, QScreen

MM_PER_INCH = 25.4
LEAST_NUMERIC_MM = 18.0
LEAST_TARGET_MM = 15.0
LEAST_TEXT_MM = 3.3
# Panels whose millimetres are taken as known until measured: pixels -> inches of the diagonal.
_PANELS_INCH = {(1920, 1080): 24.0, (1280, 800): 15.4, (1024, 768): 15.0}
_BELIEVABLE_PX_PER_MM = (2.0, 12.0)


class Role(StrEnum):
    """What a colour says; a widget asks for a role and never for a colour."""

    PAGE = "page"
    PANEL = "panel"
    KEY = "key"
    KEY_PRESSED = "key_pressed"
    KEY_STRONG = "key_strong"
    KEY_STRONG_TEXT = "key_strong_text"
    LINE = "line"
    GRID = "grid"
    TEXT = "text"
    TEXT_QUIET = "text_quiet"
    TEXT_DISABLED = "text_disabled"
    STALE = "stale"
    SPO2 = "spo2"
    PULSE = "pulse"
    NIBP = "nibp"
    RESP = "resp"
    TEMP = "temp"
    DRUG = "drug"
    DRUG_FILL = "drug_fill"
    DRUG_BLOCK = "drug_block"
    DRUG_BLOCK_TEXT = "drug_block_text"
    LIVE = "live"
    GAP = "gap"
    FOCUS = "focus"
    HATCH = "hatch"
    HATCH_STRIPE = "hatch_stripe"
    HATCH_TEXT = "hatch_text"
    ALARM_HIGH = "alarm_high"
    ALARM_HIGH_UNLIT = "alarm_high_unlit"
    ALARM_HIGH_TEXT = "alarm_high_text"
    ALARM_MEDIUM = "alarm_medium"
    ALARM_MEDIUM_UNLIT = "alarm_medium_unlit"
    ALARM_MEDIUM_TEXT = "alarm_medium_text"
    ALARM_LOW = "alarm_low"
    ALARM_LOW_TEXT = "alarm_low_text"
    ALARM_HIGH_LINE = "alarm_high_line"
    ALARM_MEDIUM_LINE = "alarm_medium_line"
    ALARM_LOW_LINE = "alarm_low_line"


_DARK = {
    Role.PAGE: "#0b0e12",
    Role.PANEL: "#12161d",
    Role.KEY: "#212936",
    Role.KEY_PRESSED: "#3a475b",
    Role.KEY_STRONG: "#e8ecf2",
    Role.KEY_STRONG_TEXT: "#0b0e12",
    Role.LINE: "#2b3440",
    Role.GRID: "#1d242d",
    Role.TEXT: "#f1f4f8",
    Role.TEXT_QUIET: "#a3afbd",
    Role.TEXT_DISABLED: "#667282",
    Role.STALE: "#9da7b5",
    Role.SPO2: "#86c2ff",
    Role.PULSE: "#73dd8c",
    Role.NIBP: "#f4f6fa",
    Role.RESP: "#d9c4f5",
    Role.TEMP: "#d8bda0",
    Role.DRUG: "#b7a2ff",
    Role.DRUG_FILL: "#3d3270",
    Role.DRUG_BLOCK: "#5f41cc",
    Role.DRUG_BLOCK_TEXT: "#ffffff",
    Role.LIVE: "#6fe08a",
    Role.GAP: "#27303b",
    Role.FOCUS: "#ffffff",
    Role.HATCH: "#2a3340",
    Role.HATCH_STRIPE: "#3d4a5c",
    Role.HATCH_TEXT: "#ffffff",
    Role.ALARM_HIGH: "#b30d1a",
    Role.ALARM_HIGH_UNLIT: "#50060c",
    Role.ALARM_HIGH_TEXT: "#ffffff",
    Role.ALARM_MEDIUM: "#f7c719",
    Role.ALARM_MEDIUM_UNLIT: "#b28900",
    Role.ALARM_MEDIUM_TEXT: "#000000",
    Role.ALARM_LOW: "#35d6e6",
    Role.ALARM_LOW_TEXT: "#00191c",
    Role.ALARM_HIGH_LINE: "#f2505c",
    Role.ALARM_MEDIUM_LINE: "#f7c719",
    Role.ALARM_LOW_LINE: "#35d6e6",
}
_LIGHT = {
    Role.PAGE: "#ffffff",
    Role.PANEL: "#f1f3f6",
    Role.KEY: "#dde3ea",
    Role.KEY_PRESSED: "#b9c4d1",
    Role.KEY_STRONG: "#151b24",
    Role.KEY_STRONG_TEXT: "#ffffff",
    Role.LINE: "#c0c9d4",
    Role.GRID: "#e3e8ee",
    Role.TEXT: "#10151c",
    Role.TEXT_QUIET: "#46515f",
    Role.TEXT_DISABLED: "#8993a0",
    Role.STALE: "#4a535f",
    Role.SPO2: "#07468f",
    Role.PULSE: "#0a5722",
    Role.NIBP: "#10151c",
    Role.RESP: "#57308c",
    Role.TEMP: "#6b421b",
    Role.DRUG: "#4b2fb0",
    Role.DRUG_FILL: "#cfc5f5",
    Role.DRUG_BLOCK: "#5a3cc4",
    Role.DRUG_BLOCK_TEXT: "#ffffff",
    Role.LIVE: "#0a7a34",
    Role.GAP: "#dbe1e8",
    Role.FOCUS: "#10151c",
    Role.HATCH: "#3a4656",
    Role.HATCH_STRIPE: "#536277",
    Role.HATCH_TEXT: "#ffffff",
    Role.ALARM_HIGH: "#b00d18",
    Role.ALARM_HIGH_UNLIT: "#4a050b",
    Role.ALARM_HIGH_TEXT: "#ffffff",
    Role.ALARM_MEDIUM: "#ffcf1f",
    Role.ALARM_MEDIUM_UNLIT: "#b88f00",
    Role.ALARM_MEDIUM_TEXT: "#000000",
    Role.ALARM_LOW: "#4fdcea",
    Role.ALARM_LOW_TEXT: "#00191c",
    Role.ALARM_HIGH_LINE: "#b00d18",
    Role.ALARM_MEDIUM_LINE: "#ad8200",
    Role.ALARM_LOW_LINE: "#0a8c9c",
}
PALETTES: dict[str, Mapping[Role, str]] = {"dark": _DARK, "light": _LIGHT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Pixels for one window on one screen."""

    px_per_mm: float
    small_px: int
    text_px: int
    large_px: int
    huge_px: int
    target_px: int
    gap_px: int
    pad_px: int
    radius_px: int

    @classmethod
    def for_window(cls, size: QSize, px_per_mm: float) -> Sizes:
        """Grow with the window, never below what can be read and touched."""
        unit = min(size.height() / 800, size.width() / 1240)
        least = LEAST_TEXT_MM * px_per_mm
        target = round(max(LEAST_TARGET_MM * px_per_mm + 1, 60 * unit))
        return cls(
            px_per_mm=px_per_mm,
            small_px=round(max(least, 14.5 * unit)),
            text_px=round(max(least * 1.15, 16.5 * unit)),
            large_px=round(max(least * 1.45, 23 * unit)),
            huge_px=round(max(least * 2.6, 42 * unit)),
            target_px=target,
            gap_px=round(max(3.0 * px_per_mm, 9 * unit)),
            pad_px=round(max(8.0, 11 * unit)),
            radius_px=round(max(4.0, 6 * unit)),
        )

    @property
    def least_target_px(self) -> int:
        """The least side of anything that a gloved finger presses."""
        return round(LEAST_TARGET_MM * self.px_per_mm + 1)

    @property
    def least_digit_px(self) -> int:
        """The least height of a digit of SpO2, pulse and blood pressure."""
        return round(LEAST_NUMERIC_MM * self.px_per_mm + 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One palette and the sizes of one window; widgets are handed it and keep it."""

    name: str
    sizes: Sizes

    def colour(self, role: Role | str) -> QColor:
        """The colour of a role; a metric's role may be given by its name."""
        return _colours(self.name)[Role(role)]

    def text_font(self, px: float, weight: int = 450) -> QFont:
        """A font for words; `weight` runs from 100 to 700."""
        return _text_font(round(px), weight)

    def digit_font(self, px: float) -> QFont:
        """The font of the numbers; all digits have one width."""
        return _digit_font(round(px))

    def fitted(self, size: QSize) -> Theme:
        """The same theme with sizes for a window of `size`."""
        return replace(self, sizes=Sizes.for_window(size, self.sizes.px_per_mm))


class Themed(Protocol):
    """A widget that takes another theme."""

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours and sizes."""


def make_theme(name: str, px_per_mm: float, size: QSize | None = None) -> Theme:
    """The theme `name` (`dark`, `light`) for a window of `size`, by default 1280x800."""
    load_fonts()
    return Theme(name=name, sizes=Sizes.for_window(size or QSize(1280, 800), px_per_mm))


def px_per_mm_of(screen: QScreen) -> float:
    """Pixels of one millimetre: the known panels' first, then what the screen says of itself."""
    size = screen.size() * screen.devicePixelRatio()
    inches = _PANELS_INCH.get((size.width(), size.height()))
    if inches is not None:
        diagonal_px = (screen.size().width() ** 2 + screen.size().height() ** 2) ** 0.5
        return float(diagonal_px / (inches * MM_PER_INCH))
    said = screen.physicalDotsPerInch() / MM_PER_INCH
    low, high = _BELIEVABLE_PX_PER_MM
    return said if low <= said <= high else 96 / MM_PER_INCH


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours by WCAG 2: 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@cache
def load_fonts() -> tuple[str, str]:
    """Load the program's own fonts once; return the families for words and for numbers."""
    words = fontpkg.path("IBM Plex Sans", weight=400)
    digits = fontpkg.path("IBM Plex Sans Condensed", weight=700)
    families = []
    for path in (words, digits):
        number = QFontDatabase.addApplicationFont(str(path))
        families.append(QFontDatabase.applicationFontFamilies(number)[0])
    return families[0], families[1]


@cache
def _colours(name: str) -> Mapping[Role, QColor]:
    return {role: QColor(text) for role, text in PALETTES[name].items()}


@cache
def _text_font(px: int, weight: int) -> QFont:
    font = QFont(load_fonts()[0])
    font.setPixelSize(max(1, px))
    font.setVariableAxis(QFont.Tag("wght"), weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@cache
def _digit_font(px: int) -> QFont:
    font = QFont(load_fonts()[1])
    font.setPixelSize(max(1, px))
    font.setWeight(QFont.Weight.Bold)
    return font


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
