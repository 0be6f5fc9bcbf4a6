"""Moments of one boot on the scale of another; across boots only the wall clock tells how far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from kmonitor.clock import Instant
from kmonitor.effects import Row
from kmonitor.events import SessionResumed

T = TypeVar("T")


def shift_ns(last: Instant, here: Instant) -> int:
    """What to add to the monotonic times of `last`'s boot, so that UTC tells the gap to `here`.

    Never so much that `last` would lie ahead: a wall clock that was set back has told nothing.
    """
    passed_ns = max(0, here.utc_ms - last.utc_ms) * 1_000_000
    return here.mono_ns - passed_ns - last.mono_ns


def moved(thing: T, by_ns: int) -> T:
    """`thing` with every moment in it `by_ns` later on the monotonic clock; UTC stays."""
    found: T = _moved(thing, by_ns) if by_ns else thing
    return found


def on_last_scale(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of one session with all moments on the clock of its last run."""
    shifts = [row.shift_ns if isinstance(row, SessionResumed) else 0 for row in rows]
    left_ns = sum(shifts)
    if not left_ns and not any(shifts):
        return rows
    found: list[Row] = []
    for row, by_ns in zip(rows, shifts, strict=True):
        left_ns -= by_ns  # what resumed the session is on the clock of its own run
        found.append(moved(row, left_ns))
    return found


def _moved(thing: Any, by_ns: int) -> Any:
    match thing:
        case Instant():
            return Instant(thing.mono_ns + by_ns, thing.at_utc)
        case tuple():
            return tuple(_moved(each, by_ns) for each in thing)
        case Mapping():
            return {key: _moved(each, by_ns) for key, each in thing.items()}
        case _ if is_dataclass(thing) and not isinstance(thing, type):
            old = {name: getattr(thing, name) for name in _names(type(thing))}
            new = {name: _moved(each, by_ns) for name, each in old.items()}
            changed = {name: each for name, each in new.items() if each is not old[name]}
            return replace(thing, **changed) if changed else thing
        case _:
            return thing


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))
