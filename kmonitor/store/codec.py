"""Our frozen values as JSON and back, exactly; for what has no columns of its own.

Decimals are texts, instants both clocks, enums their names. A key that an older record has
not yet takes the field's default.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from kmonitor.clock import Instant


def to_text(thing: object, leave_out: Collection[str] = ()) -> str:
    """The fields of a dataclass as JSON text, without those of `leave_out`."""
    written = _fields_out(thing, leave_out)
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_text(kind: type, text: str, **given: object) -> Any:
    """A dataclass of `kind` from JSON text and from fields that were kept elsewhere."""
    return _fields_in(kind, json.loads(text), given)


def _fields_out(thing: object, leave_out: Collection[str] = ()) -> dict[str, Any]:
    names = [each.name for each in fields(thing)]  # type: ignore[arg-type]  # a dataclass, always
    return {name: _out(getattr(thing, name)) for name in names if name not in leave_out}


def _out(thing: object) -> Any:
    match thing:
        case Enum():
            return thing.value
        case None | bool() | int() | float() | str():
            return thing
        case Decimal():
            return str(thing)
        case Instant():
            return {"utc_ms": thing.utc_ms, "mono_ns": thing.mono_ns}
        case tuple():
            return [_out(each) for each in thing]
        case _ if is_dataclass(thing):
            return _fields_out(thing)
        case _:
            raise TypeError(f"no JSON form for {type(thing).__name__}")


def _in(hint: Any, raw: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        if raw is None:
            return None
        (hint,) = (each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_in(get_args(hint)[0], each) for each in raw)
    if hint is Instant:
        return Instant.from_stored(raw["mono_ns"], raw["utc_ms"])
    if is_dataclass(hint):
        return _fields_in(hint, raw, {})  # type: ignore[arg-type]  # a class, not an instance
    if isinstance(hint, type) and issubclass(hint, Enum | Decimal | float):
        return hint(raw)
    return raw


def _fields_in(kind: type, raw: dict[str, Any], given: dict[str, object]) -> Any:
    hints = _hints(kind)
    return kind(**{name: _in(hints[name], each) for name, each in raw.items()}, **given)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
