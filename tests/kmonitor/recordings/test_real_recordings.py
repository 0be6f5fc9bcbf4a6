"""The engine on recordings of real patients and volunteers, by the rules of their README.

What is expected is worked out here from the files themselves, without any code of the program.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from kmonitor import limit_sets
from kmonitor.alarms.conditions import (
    AlarmKind,
    AlarmPhase,
    AlarmTransition,
    Condition,
)
from kmonitor.alarms.limits import Judged
from kmonitor.recordings.csv_files import load
from kmonitor.recordings.judging import judge
from kmonitor.recordings.naive import naive_stretches
from kmonitor.recordings.recording import Recording
from kmonitor.recordings.scoring import desaturations, score
from kmonitor.recordings.stretches import at_s, heard, stretches_of
from tests.recordings_world import judged_at_speed, judged_by_the_session

pytestmark = pytest.mark.real_data
LIMITS = limit_sets.load_default()
SEDATION = {"P009": 0, "P012": 0, "P017": 2, "P055": 2, "P101": 0}  # desaturations, as listed
PROBE_OFF = {
    "P009": (0, 0),
    "P012": (2, 44),
    "P017": (34, 1848),
    "P055": (12, 304),
    "P101": (41, 1728),
}
FILES = (*(f"sedation_{name}" for name in SEDATION), "hypoxia_100001", "hypoxia_100004")
HYPOXIA = {Judged.SPO2: "SpO2 5", Judged.PULSE_RATE: "Pulse 5"}
LIMIT, DELAY_S = 90, 10.0
NO_DATA_S = 30.0
BEGINS = (AlarmPhase.PENDING, AlarmPhase.ONSET)
ABOUT = {Condition.SPO2_LOW: 0, Condition.PULSE_LOW: 1, Condition.PULSE_HIGH: 1}


@dataclass(frozen=True)
class Run:
    """Rows that are alike, in seconds; `until_s` is when the first other row came."""

    since_s: float
    until_s: float

    @property
    def seconds(self) -> float:
        return self.until_s - self.since_s


@dataclass(frozen=True)
class Case:
    """A recording, its cells as they stand in the file, and what the engine said."""

    recording: Recording
    cells: tuple[tuple[str, str], ...]
    rows: tuple[AlarmTransition, ...]


@cache
def judged(folder: Path, name: str, absent: frozenset[float]) -> Case:
    path = folder / "vitals" / f"{name}.csv"
    recording = load(path, asked=HYPOXIA if name.startswith("hypoxia") else {}, absent=absent)
    with path.open(encoding="utf-8-sig", newline="") as file:
        heading, *lines = list(csv.reader(file))
    titles = ("SpO2 5", "Pulse 5") if name.startswith("hypoxia") else ("spo2", "pr")
    places = [[title.strip() for title in heading].index(title) for title in titles]
    cells = tuple(
        (line[places[0]], line[places[1]]) for line in lines if line[0][:1] in " 0123456789"
    )
    assert len(cells) == len(recording.rows)
    return Case(recording, cells, tuple(judge(recording, LIMITS)))


@pytest.fixture(params=FILES)
def case(request, shared_data):
    return judged(shared_data, request.param, frozenset({0.0}))


def number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def runs(case: Case, is_alike) -> Iterator[Run]:
    """A row lasts until the next one; the last, as long as most."""
    first: float | None = None
    for row, (spo2, _) in zip(case.recording.rows, case.cells, strict=True):
        alike = is_alike(number(spo2))
        if alike and first is None:
            first = row.at_s
        if not alike and first is not None:
            yield Run(first, row.at_s)
            first = None
    if first is not None:
        yield Run(first, case.recording.length_s + 1)


def zeros(case: Case, at_least_s: float) -> list[Run]:
    return [run for run in runs(case, lambda spo2: spo2 == 0) if run.seconds >= at_least_s]


def listed(case: Case) -> list[Run]:
    """0 < SpO2 < 90 for 15 s or more with no zero within 20 s."""
    off = zeros(case, 0)
    return [
        low
        for low in runs(case, lambda spo2: spo2 is not None and 0 < spo2 < LIMIT)
        if low.seconds >= 15
        and not any(
            zero.since_s <= low.until_s + 20 and zero.until_s > low.since_s - 20 for zero in off
        )
    ]


def sounding(case: Case, condition: Condition) -> list[Run]:
    stretches = heard(stretches_of(case.rows, case.recording.length_s))
    return [Run(s.since_s, s.until_s) for s in stretches if s.condition is condition]


@pytest.mark.parametrize("name", SEDATION)
def test_the_files_are_those_that_were_counted(shared_data, name):
    case = judged(shared_data, f"sedation_{name}", frozenset({0.0}))
    off = zeros(case, 5)
    assert len(listed(case)) == SEDATION[name]
    assert (len(off), sum(run.seconds for run in off)) == PROBE_OFF[name]


def test_every_desaturation_is_heard_when_its_delay_is_over(case):
    alarms = sounding(case, Condition.SPO2_LOW)
    for low in listed(case):
        meant = [
            each for each in alarms if each.since_s < low.until_s and each.until_s > low.since_s
        ]
        assert meant, low
        assert meant[0].since_s - low.since_s <= DELAY_S + 1


def test_the_score_lists_the_same_desaturations(case):
    found = list(desaturations(case.recording, LIMITS))
    assert [(each.since_s, each.until_s) for each in found] == [
        (run.since_s, run.until_s) for run in listed(case)
    ]


def test_a_longer_delay_is_heard_later_and_less_often(shared_data):
    case = judged(shared_data, "sedation_P055", frozenset({0.0}))
    as_set, *by_delay, naive = score(case.recording, LIMITS).engines
    assert [each.onsets_s[1] for each in by_delay] == [0, 5, 10, 15]
    assert as_set.onsets_s[1] == DELAY_S
    often = [naive.alarms, *(each.alarms for each in by_delay)]
    assert often == sorted(often, reverse=True)


def test_no_physiological_alarm_begins_or_worsens_without_a_value(case):
    newest, place = -1, 0
    for row in (each for each in case.rows if each.kind is AlarmKind.PHYSIOLOGICAL):
        if row.phase not in (*BEGINS, AlarmPhase.ESCALATED):
            continue
        while newest + 1 < len(case.recording.rows) and case.recording.rows[
            newest + 1
        ].at_s <= at_s(row):
            newest += 1
        place = ABOUT[row.condition]
        assert number(case.cells[newest][place]), row
        assert row.value, row
        assert at_s(row) - case.recording.rows[newest].at_s < 10, row


def test_a_probe_that_is_off_is_technical_and_never_low(case):
    technical = stretches_of(case.rows, case.recording.length_s)
    no_data = sounding(case, Condition.NO_DATA)
    lost = [each for each in technical if each.about == "spo2"]
    for off in zeros(case, 5):
        begun = [
            row
            for row in case.rows
            if row.condition is Condition.SPO2_LOW
            and row.phase in (*BEGINS, AlarmPhase.ESCALATED)
            and off.since_s < at_s(row) < off.until_s
        ]
        assert begun == []
        if off.seconds > 11 and off.until_s <= case.recording.length_s:
            assert any(s.since_s <= off.since_s + 11 and s.until_s > off.since_s for s in lost), off
        if off.seconds > NO_DATA_S + 1:
            meant = [s for s in no_data if s.since_s <= off.since_s + NO_DATA_S + 1]
            assert any(s.until_s >= min(off.until_s, case.recording.length_s) for s in meant), off


def test_it_is_the_same_without_being_told_that_0_is_no_reading(case, shared_data, request):
    name = request.node.callspec.params["case"]
    assert judged(shared_data, name, frozenset()).rows == case.rows


def test_at_most_a_third_of_the_alarms_of_a_naive_engine(shared_data):
    ours, naive = {}, {}
    for name in FILES:
        case = judged(shared_data, name, frozenset({0.0}))
        end_s = case.recording.length_s
        ours[name] = len(heard(stretches_of(case.rows, end_s)))
        naive[name] = len(heard(naive_stretches(case.recording, LIMITS)))
        assert ours[name] <= naive[name]
    for names in (FILES, [name for name in FILES if name.startswith("sedation")]):
        assert 3 * sum(ours[name] for name in names) <= sum(naive[name] for name in names)


def test_a_calm_case_is_silent(shared_data):
    assert judged(shared_data, "sedation_P009", frozenset({0.0})).rows == ()


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name.endswith("P055") else pytest.mark.slow) for name in FILES],
)
def test_a_live_session_says_the_same(shared_data, name):
    case = judged(shared_data, name, frozenset({0.0}))
    fast = judged_at_speed(case.recording, LIMITS)
    assert fast == judged_by_the_session(case.recording, LIMITS)
    assert fast or name == "sedation_P009"
