"""The words of the alarm banner: as large as they fit, and never without their end."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from ui.bedside.view_models.banner import Banner
from ui.theme import Role
from ui.widgets.sheet import Sheet, advance, cap_height, shortened

_LARGEST, _LARGEST_OVER_MORE, _LEAST = 1.45, 1.2, 1.08
_UPPER, _LOWER = 0.47, 0.83
_TWO_LINES_SHARE = 0.33


def second_line(model: Banner, named: int) -> str:
    """Who acknowledged, the first `named` of the other alarms in full, and how many more."""
    more = len(model.others) - named
    parts = [model.detail]
    if named:
        parts.append("and: " + ", ".join(model.others[:named]))
    if more:
        parts.append(f"+{more} more")
    return " · ".join(part for part in parts if part)


def place_words(sheet: Sheet, model: Banner, room: QRectF, ink: Role) -> None:
    """In one line with how long; else how long goes below; else the words take two lines."""
    for lasted in (model.lasted, ""):
        px = _fitting_px(sheet, model, lasted, room)
        if px is not None:
            _in_one_line(sheet, model, lasted, px, room, ink)
            return
    _in_two_lines(sheet, model, room, ink)


def _fitting_px(sheet: Sheet, model: Banner, lasted: str, room: QRectF) -> int | None:
    """Small letters only where what stands below leaves no room for two lines."""
    theme = sheet.theme
    has_more = bool(second_line(model, 0))
    largest = _LARGEST_OVER_MORE if has_more else _LARGEST
    least = round(theme.sizes.text_px * _LEAST)
    if not has_more:
        least = max(least, round(room.height() * _TWO_LINES_SHARE * 0.93))
    for px in range(round(theme.sizes.large_px * largest), least - 1, -1):
        wide = advance(theme.text_font(px, 700), model.words)
        wide += theme.sizes.pad_px + advance(theme.text_font(px, 500), lasted) if lasted else 0
        if wide <= room.width():
            return px
    return None


def _in_one_line(
    sheet: Sheet, model: Banner, lasted: str, px: int, room: QRectF, ink: Role
) -> None:
    sizes = sheet.theme.sizes
    bold = sheet.theme.text_font(px, 700)
    below = _below(sheet, model, room.width(), "" if lasted else model.lasted)
    baseline = room.height() * _UPPER if below else (room.height() + cap_height(bold)) / 2
    x = sheet.text(room.left(), baseline, model.words, bold, ink)
    sheet.text(x + sizes.pad_px, baseline, lasted, sheet.theme.text_font(px, 500), ink)
    small = sheet.theme.text_font(sizes.text_px, 500)
    lower = room.height() * _LOWER
    sheet.text_within(room.left(), lower, room.right(), below, small, ink)


def _below(sheet: Sheet, model: Banner, room: float, lasted: str) -> str:
    """As many of the other alarms by name as there is room for."""
    small = sheet.theme.text_font(sheet.theme.sizes.text_px, 500)
    lines = [
        " · ".join(part for part in (lasted, second_line(model, named)) if part)
        for named in range(len(model.others), -1, -1)
    ]
    return next((line for line in lines if advance(small, line) <= room), lines[-1])


def _in_two_lines(sheet: Sheet, model: Banner, room: QRectF, ink: Role) -> None:
    """How long and what else there is give way to the words."""
    theme = sheet.theme
    least = round(theme.sizes.text_px * 0.9)
    for px in range(round(room.height() * _TWO_LINES_SHARE), least - 1, -1):
        font = theme.text_font(px, 700)
        upper, lower = _split(sheet, model.words, px, room.width())
        if advance(font, lower) <= room.width():
            break
    sheet.text(room.left(), room.height() * _UPPER, upper, font, ink)
    baseline = room.height() * _LOWER
    lower = shortened(font, lower, room.width())
    x = sheet.text(room.left(), baseline, lower, font, ink) + theme.sizes.pad_px
    light = theme.text_font(px, 500)
    if x + advance(light, model.lasted) <= room.right():
        sheet.text(x, baseline, model.lasted, light, ink)


def _split(sheet: Sheet, words: str, px: int, room: float) -> tuple[str, str]:
    """What fits into the first line, and the rest."""
    font = sheet.theme.text_font(px, 700)
    rest = words.split(" ")
    upper = rest.pop(0)
    while rest and advance(font, f"{upper} {rest[0]}") <= room:
        upper = f"{upper} {rest.pop(0)}"
    return upper, " ".join(rest)
