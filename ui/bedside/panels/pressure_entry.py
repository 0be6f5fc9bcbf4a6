"""A blood pressure typed by hand: plausible or one sentence about what is not; pure."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_MMHG, MOST_MMHG = 10, 300
LEAST_PER_MIN, MOST_PER_MIN = 20, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressures:
    """What may be sent."""

    systolic_mmhg: int
    diastolic_mmhg: int
    mean_mmhg: int | None
    pulse_rate_per_min: int | None


@dataclass(frozen=True, slots=True)
class PressureEntry:
    """The pressures, or None with the sentence that says what is missing or wrong, and where."""

    pressures: Pressures | None
    trouble: str = ""
    wrong: tuple[str, ...] = ()


def read_pressures(systolic: str, diastolic: str, mean: str, pulse: str) -> PressureEntry:
    """Read the four fields; mean and pulse may be empty."""
    for name, text, least, most in (
        ("systolic", systolic, LEAST_MMHG, MOST_MMHG),
        ("diastolic", diastolic, LEAST_MMHG, MOST_MMHG),
        ("mean", mean, LEAST_MMHG, MOST_MMHG),
        ("pulse", pulse, LEAST_PER_MIN, MOST_PER_MIN),
    ):
        if trouble := _out_of_range(name.capitalize(), text, least, most):
            return PressureEntry(None, trouble, (name,))
    if not systolic.strip() or not diastolic.strip():
        return PressureEntry(None, "Type systolic and diastolic pressure.")
    found = Pressures(
        systolic_mmhg=int(systolic),
        diastolic_mmhg=int(diastolic),
        mean_mmhg=int(mean) if mean.strip() else None,
        pulse_rate_per_min=int(pulse) if pulse.strip() else None,
    )
    return _implausible(found) or PressureEntry(found)


def _out_of_range(name: str, text: str, least: int, most: int) -> str:
    text = text.strip()
    if not text:
        return ""
    if not (text.isascii() and text.isdigit()):
        return f"{name}: whole numbers only."
    return "" if least <= int(text) <= most else f"{name} must lie between {least} and {most}."


def _implausible(found: Pressures) -> PressureEntry | None:
    if found.diastolic_mmhg >= found.systolic_mmhg:
        words = (
            f"Diastolic {found.diastolic_mmhg} must be below systolic {found.systolic_mmhg}: "
            "were they exchanged?"
        )
        return PressureEntry(None, words, ("systolic", "diastolic"))
    mean = found.mean_mmhg
    if mean is not None and not found.diastolic_mmhg < mean < found.systolic_mmhg:
        words = f"Mean {mean} must lie between diastolic and systolic."
        return PressureEntry(None, words, ("mean",))
    return None
