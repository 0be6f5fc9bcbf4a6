"""Recordings out of CSV files: whatever wrote them, nothing in them may end in a traceback."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kmonitor.alarms.limits import Judged
from kmonitor.recordings.columns import find_columns, shown_columns
from kmonitor.recordings.recording import LONGEST_HELD_S, Recording, RecordingError, Row
from kmonitor.recordings.times import Times, even_times, times_of

LARGEST_BYTES = 256 * 1024 * 1024
LONGEST_S = 366 * 86_400.0
_DELIMITERS = ",;\t"


def load(
    path: Path,
    *,
    asked: Mapping[Judged, str] | None = None,
    absent: frozenset[float] = frozenset(),
    rate_hz: float | None = None,
) -> Recording:
    """Read a file; raises RecordingError, and click.UsageError where columns are not found."""
    text = _text(path)
    heading, *lines = _lines(path, text) or [[]]
    if not heading:
        raise RecordingError(f"{path} is empty.")
    columns = find_columns(str(path), heading, asked or {})
    if not lines:
        raise RecordingError(f"{path} has no rows under its heading.")
    if _delimiter(text) != ",":
        lines = [[cell.replace(",", ".") for cell in line] for line in lines]
    times = even_times(len(lines), rate_hz) if rate_hz else _first_column(path, lines, columns)
    places = tuple(columns.values())
    rows = tuple(
        Row(at_s=at_s, numbers=tuple(_number(line, place) for place in places))
        for at_s, line in zip(times.at_s, lines, strict=True)
        if at_s is not None
    )
    if not any(number is not None for row in rows for number in row.numbers):
        raise RecordingError(f"{path} has no number in its columns for {_listed(columns)}.")
    if rows[-1].at_s > LONGEST_S:
        raise RecordingError(f"{path} spans more than a year: is its first column in seconds?")
    return Recording(
        name=path.name, columns=tuple(columns), rows=rows, usual_step_s=times.usual_step_s,
        absent=absent, notes=tuple(_notes(heading, columns, asked, times)),
    )  # fmt: skip


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise RecordingError(f"{path} cannot be read: {why}.") from error
    except ValueError as error:  # a name with a zero byte
        raise RecordingError("There is no file of that name.") from error
    if len(raw) > LARGEST_BYTES:
        raise RecordingError(f"{path} is larger than {LARGEST_BYTES >> 20} MB.")
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # an old spreadsheet; its numbers are the same
    if "\0" in text:
        raise RecordingError(f"{path} is no CSV text.")
    return text


def _lines(path: Path, text: str) -> list[list[str]]:
    reader = csv.reader(text.splitlines(), delimiter=_delimiter(text))
    try:
        return [line for line in reader if len(line) > 1 or (line and line[0].strip())]
    except csv.Error as error:
        raise RecordingError(f"{path} is no CSV file: {error}.") from error


def _delimiter(text: str) -> str:
    heading = text.lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=heading.count)


def _first_column(
    path: Path, lines: Sequence[Sequence[str]], columns: Mapping[Judged, int]
) -> Times:
    times = times_of([line[0] for line in lines]) if 0 not in columns.values() else None
    if times is None or not any(at_s is not None for at_s in times.at_s):
        raise RecordingError(
            f"{path} has no times in its first column: say with --rate how many rows a second "
            "it has."
        )
    return times


def _number(line: Sequence[str], place: int) -> float | None:
    if place >= len(line):
        return None
    try:
        number = float(line[place])
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in line[place] else None


def _listed(columns: Mapping[Judged, int]) -> str:
    return ", ".join(judged.value for judged in columns)


def _notes(
    heading: Sequence[str],
    columns: Mapping[Judged, int],
    asked: Mapping[Judged, str] | None,
    times: Times,
) -> Iterator[str]:
    if not asked:
        yield f"Columns taken: {shown_columns(heading, columns)}."
    if times.usual_step_s > LONGEST_HELD_S:
        yield f"Most rows are {times.usual_step_s:g} s apart: between them there is no data."
    left_out = sum(at_s is None for at_s in times.at_s)
    if left_out:
        yield f"Rows left out because their time cannot be read or went back: {left_out}."
    if times.set_back:
        often = "once" if times.set_back == 1 else f"{times.set_back} times"
        yield f"The recording's clock was set back {often}; its rows are taken as going on."
