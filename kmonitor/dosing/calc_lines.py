"""`calc` without a command line: words to one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from kmonitor.dosing.formula_table import FORMULAS
from kmonitor.dosing.formulas import describe, reckon
from kmonitor.quantities import QuantityError


def calc_line(words: Sequence[str]) -> str:
    """`NAME key=value...` to `{"value", "unit", "display"}`; value is the nearest float."""
    name, *pairs = words
    given: dict[str, str] = {}
    for pair in pairs:
        key, sign, text = pair.partition("=")
        if not sign:
            raise QuantityError(f"'{pair[:40]}' is not written as key=value.")
        if key in given:
            raise QuantityError(f"{key[:40]} is given twice.")
        given[key] = text
    result = reckon(name, given)
    return json.dumps(
        {"value": float(result.number), "unit": result.unit, "display": result.display},
        ensure_ascii=False,
    )


def list_lines() -> Iterator[str]:
    """One line of JSON for each formula, in the order of the table."""
    for formula in FORMULAS.values():
        yield json.dumps(describe(formula), ensure_ascii=False)
