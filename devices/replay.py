"""A recording as a source for simulated monitors: CSV with one row a second.

0, blanks, `--` and words are "no value". Times in the file are not read: row i is second i.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devices.source import Sensor, VitalSigns, half_up, second_of
from kmonitor.errors import WorldError

USUAL_PULSE_PER_MIN = 70.0

_NAMES: dict[str, tuple[str, ...]] = {
    "spo2": ("spo2", "sao2"),
    "pulse_rate": ("pulserate", "pulse", "pr", "heartrate", "hr"),
    "respiratory_rate": ("respiratoryrate", "resprate", "resp", "rr"),
    "etco2": ("etco2",),
    "temperature": ("temperature", "temp"),
    "perfusion_index": ("perfusionindex", "pi"),
    "nibp_systolic": ("nibpsystolic", "nibpsys", "systolic", "sys"),
    "nibp_diastolic": ("nibpdiastolic", "nibpdia", "diastolic", "dia"),
    "nibp_mean": ("nibpmean", "nibpmap", "nibpm"),
}
_FIELDS = {
    "spo2": "spo2_pct",
    "pulse_rate": "pulse_rate_per_min",
    "respiratory_rate": "respiratory_rate_per_min",
    "etco2": "etco2_mmhg",
    "temperature": "temperature_degc",
    "perfusion_index": "perfusion_index_pct",
}
METRICS = tuple(_NAMES)


class RecordingError(WorldError):
    """A recording cannot be used; the text names the file."""


@dataclass(frozen=True, slots=True)
class RecordedPressure:
    """A cuff reading at a second of the recording."""

    second: int
    systolic_mmhg: int
    diastolic_mmhg: int
    mean_mmhg: int | None


class Recording:
    """The rows as a `Source`; begins when somebody first listens, and keeps its place then."""

    def __init__(
        self,
        rows: Sequence[VitalSigns],
        pressures: Sequence[RecordedPressure] = (),
        gives: frozenset[str] = frozenset({"spo2_pct", "pulse_rate_per_min"}),
    ) -> None:
        """`rows` has at least one, each is a second."""
        self.gives = gives
        self.rows = rows
        self.pressures = pressures
        self._began_s: float | None = None

    def begin(self, at_s: float) -> None:
        """The first call is the recording's second 0."""
        if self._began_s is None:
            self._began_s = at_s

    def has_ended(self, at_s: float) -> bool:
        """Whether the last row is over."""
        return self._row(at_s) >= len(self.rows)

    def vitals(self, at_s: float) -> VitalSigns:
        """The row of `at_s`; after the end the last one."""
        return self.rows[min(self._row(at_s), len(self.rows) - 1)]

    def pulse_rate_per_min(self, at_s: float) -> float:
        """The recorded pulse; a usual one where there is none."""
        return self.vitals(at_s).pulse_rate_per_min or USUAL_PULSE_PER_MIN

    def pressures_until(self, at_s: float, passed: int) -> Sequence[RecordedPressure]:
        """The cuff readings that are due at `at_s`, without the `passed` first ones."""
        row = self._row(at_s)
        return [found for found in self.pressures[passed:] if found.second <= row]

    def _row(self, at_s: float) -> int:
        return 0 if self._began_s is None else second_of(at_s - self._began_s)


def load(path: Path, asked: Mapping[str, str]) -> Recording:
    """Read a file, its columns found by name or `asked` for; raises RecordingError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RecordingError(f"Cannot read {path}: {(error.strerror or '').lower()}.") from error
    except UnicodeDecodeError as error:
        raise RecordingError(f"{path} is no CSV text in UTF-8.") from error
    try:
        lines = [line for line in csv.reader(text.splitlines()) if line]
    except csv.Error as error:
        raise RecordingError(f"{path} is no CSV file: {error}.") from error
    if len(lines) < 2:
        raise RecordingError(f"{path} has no rows under a heading.")
    columns = find_columns(str(path), lines[0], asked)
    return Recording(
        rows=[_vitals(line, columns) for line in lines[1:]],
        pressures=list(_pressures(lines[1:], columns)),
        gives=frozenset(_FIELDS[metric] for metric in columns if metric in _FIELDS),
    )


def find_columns(name: str, heading: Sequence[str], asked: Mapping[str, str]) -> dict[str, int]:
    """Metric to column number; raises RecordingError when it would have to guess."""
    titles = [title.strip() for title in heading]
    columns = {metric: _asked_column(name, titles, asked[metric]) for metric in asked}
    for metric in METRICS:
        if metric in columns:
            continue
        candidates = _candidates(metric, titles, set(columns.values()))
        if len(candidates) == 1:
            columns[metric] = candidates[0]
        elif candidates and not asked:
            listed = ", ".join(repr(titles[column]) for column in candidates)
            raise RecordingError(
                f"{name} has several columns for {metric} ({listed}): "
                f"say which with --map {metric}=COLUMN."
            )
    if not columns:
        listed = ", ".join(repr(title) for title in titles[:12])
        raise RecordingError(
            f"{name} has no column that is known ({listed}): say which with --map spo2=COLUMN."
        )
    return columns


def _asked_column(name: str, titles: Sequence[str], title: str) -> int:
    same = [column for column, known in enumerate(titles) if known == title]
    same = same or [
        column for column, known in enumerate(titles) if known.casefold() == title.casefold()
    ]
    if len(same) != 1:
        count = "no column" if not same else "several columns"
        listed = ", ".join(repr(known) for known in titles[:12])
        raise RecordingError(f"{name} has {count} {title!r}, only {listed}.")
    return same[0]


def _candidates(metric: str, titles: Sequence[str], taken: set[int]) -> list[int]:
    plain = [re.sub(r"[^a-z0-9]", "", re.sub(r"[(\[%].*", "", t.casefold())) for t in titles]
    for known in _NAMES[metric]:  # the first name that occurs wins: a pulse before an ECG's rate
        pattern = re.compile(rf"{known}\d*" if not known[-1].isdigit() else rf"{known}\d?")
        found = [n for n, title in enumerate(plain) if pattern.fullmatch(title) and n not in taken]
        if found:
            return found
    return []


def _number(line: Sequence[str], column: int | None) -> float | None:
    if column is None or column >= len(line):
        return None
    try:
        number = float(line[column])
    except ValueError:
        return None
    return number if 0 < number < math.inf else None


def _whole(line: Sequence[str], column: int | None) -> int | None:
    number = _number(line, column)
    return None if number is None else half_up(number) or None


def _vitals(line: Sequence[str], columns: Mapping[str, int]) -> VitalSigns:
    spo2 = _whole(line, columns.get("spo2"))
    pulse = _whole(line, columns.get("pulse_rate"))
    index = _number(line, columns.get("perfusion_index"))
    return VitalSigns(
        sensor=Sensor.OFF if spo2 is None and pulse is None else Sensor.ON,
        spo2_pct=spo2,
        pulse_rate_per_min=pulse,
        perfusion_index_pct=index,
        respiratory_rate_per_min=_whole(line, columns.get("respiratory_rate")),
        etco2_mmhg=_whole(line, columns.get("etco2")),
        temperature_degc=_number(line, columns.get("temperature")),
    )


def _pressures(
    lines: Sequence[Sequence[str]], columns: Mapping[str, int]
) -> Iterator[RecordedPressure]:
    """A cuff reading wherever the pressures differ from the row before."""
    before: tuple[int | None, int | None] = (None, None)
    for second, line in enumerate(lines):
        systolic = _whole(line, columns.get("nibp_systolic"))
        diastolic = _whole(line, columns.get("nibp_diastolic"))
        if systolic and diastolic and (systolic, diastolic) != before:
            mean = _whole(line, columns.get("nibp_mean"))
            yield RecordedPressure(second, systolic, diastolic, mean)
        before = (systolic, diastolic)
