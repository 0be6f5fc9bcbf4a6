"""Which column of a recording is which metric: named by a person, or known by its title."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import click

from kmonitor.alarms.limits import Judged

_NAMES: dict[Judged, tuple[str, ...]] = {  # of several the first name that occurs is taken
    Judged.SPO2: ("spo2", "sao2", "plethspo2", "o2sat", "oxygensaturation"),
    Judged.PULSE_RATE: ("pulserate", "pulse", "pr", "plethhr", "heartrate", "hr"),
    Judged.RESPIRATORY_RATE: ("respiratoryrate", "resprate", "respiration", "resp", "rr"),
    Judged.ETCO2: ("etco2", "endtidalco2"),
    Judged.NIBP_SYSTOLIC: ("nibpsystolic", "nibpsys", "nibpsbp", "nibps", "systolic", "sys", "sbp"),
    Judged.NIBP_DIASTOLIC: (
        "nibpdiastolic", "nibpdia", "nibpdbp", "nibpd", "diastolic", "dia", "dbp",
    ),
    Judged.NIBP_MEAN: ("nibpmean", "nibpmap", "nibpmbp", "nibpm", "map", "mbp", "mean"),
}  # fmt: skip
CUFF = (Judged.NIBP_SYSTOLIC, Judged.NIBP_DIASTOLIC, Judged.NIBP_MEAN)
_UNITS = re.compile(r"[(\[{%].*|[_ ](pct|percent|bpm|mmhg|per_min|/min)$", re.IGNORECASE)
_PART = re.compile(r",(?=[^,=]+=)")  # a title may hold a comma
_MOST_TITLES = 60
_LONGEST_TITLE = 30


def read_map(texts: Sequence[str]) -> dict[Judged, str]:
    """`spo2=COLUMN,pulse_rate=COLUMN` as metric to title; raises click.UsageError."""
    asked: dict[Judged, str] = {}
    for part in (part for text in texts for part in _PART.split(text)):
        name, is_given, title = part.partition("=")
        judged = _judged_of(name)
        if not is_given or judged is None or judged in asked or not title.strip():
            known = ", ".join(each.value for each in _NAMES)
            raise click.UsageError(
                f"--map takes METRIC=COLUMN,... with each metric once of {known}; "
                f"not {_shown(part)}."
            )
        asked[judged] = title.strip()
    return asked


def find_columns(
    name: str, heading: Sequence[str], asked: Mapping[Judged, str]
) -> dict[Judged, int]:
    """Metric to column number, those `asked` for or all that are known by their titles.

    Raises click.UsageError where a column is not there, or where it would have to guess.
    """
    titles = [_tidy(title) for title in heading]
    if asked:
        return _asked_columns(name, titles, asked)
    plain = [_plain(title) for title in titles]
    columns: dict[Judged, int] = {}
    for judged in _NAMES:
        found = _candidates(judged, plain)
        if len(found) > 1:
            listed = ", ".join(_shown(titles[column]) for column in found)
            raise click.UsageError(
                f"{name} has several columns for {judged.value} ({listed}): "
                f"say which with --map {judged.value}=COLUMN."
            )
        if found:
            columns[judged] = found[0]
    if not columns:
        raise click.UsageError(
            f"{name} has no column that is known by its title: say which with "
            f"--map spo2=COLUMN. Its columns: {_listed(titles)}."
        )
    return columns


def shown_columns(heading: Sequence[str], columns: Mapping[Judged, int]) -> str:
    """Which columns were taken, for people."""
    return ", ".join(
        f"{judged.value} from {_shown(_tidy(heading[column]))}"
        for judged, column in columns.items()
    )


def _asked_columns(
    name: str, titles: Sequence[str], asked: Mapping[Judged, str]
) -> dict[Judged, int]:
    found = {judged: _asked_column(name, titles, title) for judged, title in asked.items()}
    taken = list(found.values())
    for judged, column in found.items():
        if taken.count(column) > 1:
            raise click.UsageError(
                f"--map takes each column once: {judged.value} and another metric were both "
                f"given {_shown(titles[column])}."
            )
    return found


def _asked_column(name: str, titles: Sequence[str], title: str) -> int:
    wanted = _tidy(title)
    same = [column for column, known in enumerate(titles) if known == wanted]
    same = same or [
        column for column, known in enumerate(titles) if known.casefold() == wanted.casefold()
    ]
    if len(same) != 1:
        count = "no column" if not same else "several columns"
        raise click.UsageError(
            f"{name} has {count} {_shown(title)}. Its columns: {_listed(titles)}."
        )
    return same[0]


def _candidates(judged: Judged, plain: Sequence[str]) -> list[int]:
    for known in _NAMES[judged]:
        exact = [column for column, title in enumerate(plain) if title == known]
        numbered = [
            column for column, title in enumerate(plain) if re.fullmatch(rf"{known}_\d+", title)
        ]
        if exact or numbered:
            return exact or numbered
    return []


def _judged_of(name: str) -> Judged | None:
    plain = _plain(name)
    for judged, names in _NAMES.items():
        if plain == _plain(judged.value) or plain in names:
            return judged
    return None


def _tidy(title: str) -> str:
    return " ".join(title.replace("\ufeff", "").split())


def _plain(title: str) -> str:
    """Letters and digits in lower case, without the unit; a number at the end stands apart."""
    bare = _UNITS.sub("", _tidy(title)).rpartition("/")[2].strip().casefold()
    numbered = re.fullmatch(r"(.*\S)[ _.-](\d+)", bare)
    stem, number = (numbered[1], f"_{numbered[2]}") if numbered else (bare, "")
    return re.sub(r"[^a-z0-9]", "", stem) + number


def _listed(titles: Sequence[str]) -> str:
    named = [title for title in titles if title]
    shown = ", ".join(_shown(title) for title in named[:_MOST_TITLES])
    return shown + (", ..." if len(named) > _MOST_TITLES else "") if named else "none has a title"


def _shown(title: str) -> str:
    short = title if len(title) <= _LONGEST_TITLE else title[:_LONGEST_TITLE] + "..."
    return f"'{short}'" if short.isprintable() else ascii(short)
