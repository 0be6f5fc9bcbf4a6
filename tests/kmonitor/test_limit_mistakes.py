"""Whatever one field of a limit set becomes, the set is sensible or refused by its file's name."""

import copy
import json
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from kmonitor import limit_sets
from kmonitor.alarms.limit_checks import JUDGES, flaw_in
from kmonitor.alarms.limits import LimitSet
from kmonitor.errors import SettingsError
from kmonitor.limit_sets import DEFAULT
from tests.limit_files import SiteLimits

WRONG: tuple[object, ...] = (
    *("", "x", -1, 0, 1, 89.5, 1e9, float("nan"), True, [], {}, [1], date(2026, 1, 1)),
)


def paths(table: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every field of a file, tables and lists too."""
    inner: Any = table.items() if isinstance(table, dict) else ()
    inner = enumerate(table) if isinstance(table, list) else inner
    for key, each in inner:
        yield (*path, key)
        yield from paths(each, (*path, key))


def as_toml(given: object) -> str:
    match given:
        case dict():
            return "{" + ", ".join(f"{key} = {as_toml(x)}" for key, x in given.items()) + "}"
        case list():
            return "[" + ", ".join(as_toml(x) for x in given) + "]"
        case date():
            return given.isoformat()
        case _:
            return json.dumps(given).lower()  # NaN is nan there


def with_one_field_wrong(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each field left out, and as one of the wrong things, other ones for each field."""
    for n, path in enumerate(paths(whole)):
        for k in range(2):
            changed = copy.deepcopy(whole)
            at: Any = changed
            for key in path[:-1]:
                at = at[key]
            if k == 0:
                del at[path[-1]]
            else:
                at[path[-1]] = WRONG[(2 * n + k) % len(WRONG)]
            yield changed


def loaded_or_refused(file: Path) -> LimitSet | str:
    try:
        return limit_sets.load_file(file)
    except SettingsError as error:
        return str(error)


def test_whatever_one_field_becomes_the_file_is_sensible_or_refused_by_its_name(tmp_path):
    write = SiteLimits(tmp_path).write
    text = resources.files("resources").joinpath("limits", "default.toml").read_text("utf-8")
    refused = taken = 0
    for changed in with_one_field_wrong(tomllib.loads(text)):
        file = write("\n".join(f"{key} = {as_toml(x)}" for key, x in changed.items()), DEFAULT)
        found = loaded_or_refused(file)
        if isinstance(found, str):
            assert str(file) in found
            refused += 1
            continue
        taken += 1
        assert flaw_in(found) is None
        assert all(
            level.limit is None or judges.least <= level.limit <= judges.most
            for rule in found.rules
            for judges in [JUDGES[rule.condition]]
            for level in rule.levels
        )
    assert refused > taken > 0
