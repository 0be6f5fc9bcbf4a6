"""Our frozen values as JSON and back, exactly; for what has no columns of its own.

Decimals are texts, instants both clocks, enums their names, dates as ISO writes them. A field
that may hold one of several classes says which (`is`). A key that an older record has not yet
takes the field's default.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from kmonitor.clock import Instant

TAG = "is"


def to_text(thing: object, leave_out: Collection[str] = ()) -> str:
    """The fields of a dataclass as JSON text, without those of `leave_out`."""
    written = _fields_out(thing, leave_out)
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_text(kind: type, text: str, **given: object) -> Any:
    """A dataclass of `kind` from JSON text and from fields that were kept elsewhere."""
    return _fields_in(kind, json.loads(text), given)


@cache
def shape_of(kind: type) -> str:
    """A digest of all classes and fields that a value of `kind` may hold, by name and type.

    Texts of another shape may read well and still mean another thing: a field that is new has
    its default in them.
    """
    told: dict[str, str] = {}
    _tell_shape(kind, told)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _tell_shape(hint: Any, told: dict[str, str]) -> None:
    if not is_dataclass(hint):
        for each in get_args(hint):
            _tell_shape(each, told)
        return
    name = hint.__qualname__  # type: ignore[union-attr]  # a class, not an instance
    if name not in told:
        hints = _hints(hint)  # type: ignore[arg-type]  # a class, not an instance
        told[name] = str({each: str(hints[each]) for each in _names(hint)})  # type: ignore[arg-type]  # as above
        for each in _names(hint):  # type: ignore[arg-type]  # as above
            _tell_shape(hints[each], told)


def _fields_out(thing: object, leave_out: Collection[str] = ()) -> dict[str, Any]:
    kind: Any = type(thing)
    hints = _hints(kind)
    return {
        name: _out(hints[name], getattr(thing, name))
        for name in _names(kind)
        if name not in leave_out
    }


def _out(hint: Any, thing: object) -> Any:
    match thing:
        case Enum():
            return thing.value
        case None | bool() | int() | float() | str():
            return thing
        case Decimal():
            return str(thing)
        case Instant():
            return {"utc_ms": thing.utc_ms, "mono_ns": thing.mono_ns}
        case date():
            return thing.isoformat()
        case tuple() | frozenset() | Mapping():
            return _several_out(_of(hint, thing), thing)
        case _ if is_dataclass(thing):
            named = {TAG: type(thing).__name__} if len(_classes(hint)) > 1 else {}
            return named | _fields_out(thing)
        case _:
            raise TypeError(f"no JSON form for {type(thing).__name__}")


def _of(hint: Any, thing: object) -> Any:
    """The member of a union that is a collection such as `thing`."""
    kind = Mapping if isinstance(thing, Mapping) else type(thing)
    return next((each for each in _members(hint) if get_origin(each) in (kind, dict)), hint)


def _several_out(hint: Any, things: Collection[Any] | Mapping[Any, Any]) -> list[Any]:
    hints = get_args(hint)
    if isinstance(things, Mapping):
        return [[_out(hints[0], key), _out(hints[1], each)] for key, each in things.items()]
    if isinstance(things, frozenset):
        return sorted(_out(hints[0], each) for each in things)
    return [_out(_nth(hints, i), each) for i, each in enumerate(things)]


def _nth(hints: tuple[Any, ...], i: int) -> Any:
    """The hint of place `i` in `tuple[X, ...]` or in `tuple[X, Y]`."""
    return hints[0] if hints[1:] == (...,) else hints[i]


def _in(hint: Any, raw: Any) -> Any:
    if raw is None:
        return None
    members = _members(hint)
    if len(members) > 1:
        hint = _meant(hint, raw)
    else:
        (hint,) = members
    if isinstance(raw, list):
        return _several_in(hint, raw)
    if hint is Instant:
        return Instant.from_stored(raw["mono_ns"], raw["utc_ms"])
    if is_dataclass(hint):
        return _fields_in(hint, raw, {})  # type: ignore[arg-type]  # a class, not an instance
    if hint is date:
        return date.fromisoformat(raw)
    if isinstance(hint, type) and issubclass(hint, Enum | Decimal | float):
        return hint(raw)
    return raw


def _meant(hint: Any, raw: Any) -> Any:
    """Which of several classes the tag names; plain values stand for themselves."""
    if not isinstance(raw, dict):
        return object
    return _classes(hint)[raw[TAG]]


def _several_in(hint: Any, raw: list[Any]) -> Any:
    hints = get_args(hint)
    if get_origin(hint) is frozenset:
        return frozenset(_in(hints[0], each) for each in raw)
    if get_origin(hint) is tuple:
        return tuple(_in(_nth(hints, i), each) for i, each in enumerate(raw))
    return {_in(hints[0], key): _in(hints[1], each) for key, each in raw}


def _fields_in(kind: type, raw: dict[str, Any], given: dict[str, object]) -> Any:
    hints = _hints(kind)
    told = {name: _in(hints[name], each) for name, each in raw.items() if name != TAG}
    return kind(**told, **given)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


@cache
def _members(hint: Any) -> tuple[Any, ...]:
    """What a union may hold beside None; of anything else, itself."""
    if get_origin(hint) not in (Union, UnionType):
        return (hint,)
    return tuple(each for each in get_args(hint) if each is not type(None))


@cache
def _classes(hint: Any) -> dict[str, type]:
    """The dataclasses among the members by their names."""
    return {each.__name__: each for each in _members(hint) if is_dataclass(each)}  # type: ignore[misc,union-attr]  # classes, not instances
