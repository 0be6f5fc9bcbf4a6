"""Where everything stands on the page: fixed bands, and between them curves beside numbers."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize

from ui.theme import Sizes

_NUMBERS_SHARE = 0.405
_NUMBERS_SHARE_NARROW = 0.43
_NARROW_PX = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlaces:
    """One rectangle for each widget, in the page's pixels."""

    identity: QRect
    mode: QRect
    banner: QRect
    pleth: QRect
    trend: QRect
    spo2: QRect
    pulse: QRect
    nibp: QRect
    extras: tuple[QRect, ...]
    infusion: QRect
    keys: QRect


def places(sizes: Sizes, size: QSize, *, has_mode: bool, extras: int) -> PagePlaces:
    """Divide a page of `size`."""
    wide, high = size.width(), size.height()
    identity = QRect(0, 0, wide, max(round(sizes.small_px * 2.5 + 14), sizes.least_target_px))
    mode_high = round(sizes.text_px * 1.5) if has_mode else 0
    mode = QRect(0, identity.bottom() + 1, wide, mode_high)
    banner = QRect(0, mode.bottom() + 1, wide, sizes.target_px + 4)
    keys_high = sizes.target_px + sizes.pad_px // 2
    keys = QRect(0, high - keys_high, wide, keys_high)
    infusion_high = round(sizes.huge_px * 1.02 + sizes.text_px * 1.9)
    infusion = QRect(0, keys.top() - infusion_high, wide, infusion_high)
    top = banner.bottom() + 1
    room = max(0, infusion.top() - 1 - top)
    share = _NUMBERS_SHARE_NARROW if wide < _NARROW_PX else _NUMBERS_SHARE
    numbers = round(wide * share)
    curves = wide - numbers - 1
    pleth_high = round(room * 0.23)
    spo2, pulse, nibp, extra = _numbers(sizes, QRect(curves + 1, top, numbers, room), extras)
    return PagePlaces(
        identity=identity, mode=mode, banner=banner,
        pleth=QRect(0, top, curves, pleth_high),
        trend=QRect(0, top + pleth_high + 1, curves, room - pleth_high - 1),
        spo2=spo2, pulse=pulse, nibp=nibp, extras=extra, infusion=infusion, keys=keys,
    )  # fmt: skip


def _numbers(
    sizes: Sizes, area: QRect, extras: int
) -> tuple[QRect, QRect, QRect, tuple[QRect, ...]]:
    upper, lower, extra_high = _heights(sizes, area.height(), has_extras=bool(extras))
    half = (area.width() - 1) // 2
    left, top = area.left(), area.top()
    spo2 = QRect(left, top, half, upper)
    pulse = QRect(left + half + 1, top, area.width() - half - 1, upper)
    nibp = QRect(left, top + upper + 1, area.width(), lower)
    each = (area.width() - extras + 1) // extras if extras else 0
    row = nibp.bottom() + 2
    more = tuple(QRect(left + n * (each + 1), row, each, extra_high) for n in range(extras))
    return spo2, pulse, nibp, more


def _heights(sizes: Sizes, room: int, *, has_extras: bool) -> tuple[int, int, int]:
    """Each row gets what its least digits need; what is left is shared, what lacks is the extras'.

    The figures are what `NumericWidget` and `NibpWidget` put above and below their digits.
    """
    around = round(sizes.pad_px * 4.3 + sizes.large_px * 1.45)
    around_nibp = round(sizes.pad_px * 4.3 + sizes.text_px * 3.3 + sizes.large_px * 1.6)
    upper = sizes.least_digit_px + around
    lower = sizes.least_digit_px + around_nibp
    extra = upper if has_extras else 0
    spare = room - 2 - upper - lower - extra
    if spare < 0:
        return upper, room - 2 - upper - (extra + spare), extra + spare
    if has_extras:
        return upper + spare // 2, lower + spare - spare // 2, extra
    return upper + spare // 2, room - 1 - upper - spare // 2, 0
