"""Recordings made up for tests, and the live session as the measure of how they are judged."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.alarms.limits import Judged, LimitSet
from kmonitor.clock import Instant
from kmonitor.effects import Effect, PersistRow
from kmonitor.events import NibpArrived, ReadingArrived, Tick
from kmonitor.recordings.judging import (
    BEGINNING,
    LINK,
    NOTHING_CAME,
    cuff_reading,
    judge,
    just_before,
    numeric_reading,
    opening,
)
from kmonitor.recordings.recording import Recording, Row
from kmonitor.session import open_session, step

OXIMETER = (Judged.SPO2, Judged.PULSE_RATE)
CUFF = (Judged.NIBP_SYSTOLIC, Judged.NIBP_DIASTOLIC, Judged.NIBP_MEAN)


def recording_of(
    rows: Iterable[tuple[float, Sequence[float | None]]],
    columns: tuple[Judged, ...] = OXIMETER,
    absent: frozenset[float] = frozenset(),
) -> Recording:
    return Recording(
        name="made up",
        columns=columns,
        rows=tuple(Row(at_s=at_s, numbers=tuple(numbers)) for at_s, numbers in rows),
        usual_step_s=1.0,
        absent=absent,
    )


def spo2_of(numbers: Iterable[float | None]) -> Recording:
    """A row a second, with SpO2 alone."""
    return recording_of(((i, (each,)) for i, each in enumerate(numbers)), (Judged.SPO2,))


def plain(rows: Iterable[AlarmTransition]) -> list[AlarmTransition]:
    """All but the words, which the screen shows and a recording does not."""
    return [replace(row, words="") for row in rows]


def judged_at_speed(recording: Recording, limits: LimitSet) -> list[AlarmTransition]:
    return plain(judge(recording, limits))


def mono_of(at: Instant) -> int:
    return at.mono_ns


def judged_by_the_session(recording: Recording, limits: LimitSet) -> list[AlarmTransition]:
    """What a live session says to the same numbers, every second of it."""
    session, _ = open_session(opening(limits), limits)
    pressures = dict(recording.cuff_readings())
    effects: list[Effect] = []
    silent: list[ReadingArrived] = []
    for number, row in enumerate(recording.rows):
        at = BEGINNING.plus(row.at_s)
        events: list[ReadingArrived | NibpArrived | Tick] = [Tick(at=at)]
        lost: list[ReadingArrived | NibpArrived | Tick] = []
        for place, _, metric in recording.numeric:
            said, reason = recording.believed(metric, row.numbers[place])
            when = at if said is not None else max(just_before(at), session.now, key=mono_of)
            reading = numeric_reading(when, metric, said, reason)
            told = ReadingArrived(at=when, link=LINK, reading=reading)
            (lost if said is None else events).append(told)
        if number in pressures:
            nibp = cuff_reading(at, pressures[number])
            events.append(NibpArrived(at=at, link=LINK, nibp=nibp))
        for event in (*silent, *lost, *events):
            session, new = step(session, event)
            effects.extend(new)
        silent = _silent(recording, number)
    rows = [each.row for each in effects if isinstance(each, PersistRow)]
    return plain(row for row in rows if isinstance(row, AlarmTransition))


def _silent(recording: Recording, number: int) -> list[ReadingArrived]:
    """What is told in the place of a row that does not come."""
    silent_s = recording.silent_from_s(number)
    if silent_s is None:
        return []
    when = just_before(BEGINNING.plus(silent_s))
    row = recording.rows[number]
    return [
        ReadingArrived(
            at=when, link=LINK, reading=numeric_reading(when, metric, None, NOTHING_CAME)
        )
        for place, _, metric in recording.numeric
        if recording.believed(metric, row.numbers[place])[0] is not None
    ]
