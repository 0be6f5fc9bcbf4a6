"""Frozen values as JSON and back: collections, dates, and one of several classes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest

from kmonitor.clock import FakeClock, Instant
from kmonitor.codec import from_text, shape_of, to_text


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True)
class Cup:
    holds_ml: Decimal


@dataclass(frozen=True)
class Plate:
    bought: date | None


@dataclass(frozen=True)
class Table:
    laid: Instant
    things: tuple[Cup | Plate, ...] = ()
    best: Cup | Plate | None = None
    by_colour: Mapping[Colour, Cup] = field(default_factory=dict)
    words: frozenset[tuple[str, str]] = frozenset()
    pair: tuple[int, str] = (0, "")


def _table() -> Table:
    return Table(
        laid=FakeClock().now(),
        things=(Plate(date(2026, 1, 5)), Cup(Decimal("0.10")), Plate(None)),
        best=Cup(Decimal(3)),
        by_colour={Colour.GREEN: Cup(Decimal(1)), Colour.RED: Cup(Decimal(2))},
        words=frozenset({("b", "x"), ("a", "y")}),
        pair=(7, "seven"),
    )


def test_what_went_in_comes_out_equal_and_of_the_same_classes():
    table = from_text(Table, to_text(_table()))
    assert table == _table()
    assert [type(each) for each in table.things] == [Plate, Cup, Plate]
    assert isinstance(table.by_colour, dict)


def test_the_text_does_not_depend_on_the_order_of_a_set():
    assert to_text(_table()) == to_text(from_text(Table, to_text(_table())))


def test_a_class_that_nobody_knows_is_told():
    with pytest.raises(KeyError):
        from_text(Table, to_text(_table()).replace('"Plate"', '"Spoon"'))


def test_another_field_or_type_is_another_shape():
    first = make_dataclass("Thing", [("size", int)])
    second = make_dataclass("Thing", [("size", float)])
    third = make_dataclass("Thing", [("size", int), ("weight", int, 0)])
    assert len({shape_of(first), shape_of(second), shape_of(third)}) == 3
    assert shape_of(first) == shape_of(make_dataclass("Thing", [("size", int)]))
