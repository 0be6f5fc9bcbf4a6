"""A recording through the alarm engine at full speed, as a session without a plan judges it.

The session itself takes a minute for a day, most of it for what nobody asks of a recording: rows
for the record, snapshots, deadlines at which nothing can happen. Here a number waits as long as it
says what the one before it said, and rules are asked when they can have another answer; cuff
readings go through the session. The tests hold that both give the same transitions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.alarms.inputs import CuffMeasured, Standing
from kmonitor.alarms.limits import Judged, LimitSet
from kmonitor.alarms.numeric import STALE_S
from kmonitor.clock import NS_PER_S, Instant
from kmonitor.due_conditions import OVERDUE_MEDIUM_S
from kmonitor.effects import PersistRow
from kmonitor.events import NibpArrived, SessionOpened
from kmonitor.metrics import Metric
from kmonitor.nibp_schedule import INFUSING_INTERVAL_S, nibp_due
from kmonitor.recordings.columns import CUFF
from kmonitor.recordings.recording import Pressures, Recording
from kmonitor.recordings.waiting_numbers import WaitingNumbers
from kmonitor.session import open_session, step
from kmonitor.session_state import LatestNumeric, Session
from kmonitor.technical_conditions import NO_DATA_HIGH_S, NO_DATA_S, SEARCHING_S, standing
from kmonitor.vitals import Mode, NibpReading, NumericReading, Reason, Validity

LINK = "recording"
BEGINNING = Instant.from_stored(0, 0)
NOTHING_CAME = Reason.NOT_MEASURED  # what a row that does not come says of its numbers
_THRESHOLDS_S = (STALE_S, SEARCHING_S, NO_DATA_S, NO_DATA_HIGH_S)
_ALL_SAID_S = 60 + max(NO_DATA_HIGH_S, INFUSING_INTERVAL_S + OVERDUE_MEDIUM_S)
_MINUTE_S = 60  # what is overdue is told in whole minutes
Progress = Callable[[int, int], None]
_Stand = tuple[int, int, Reason | None, int]
_Cell = tuple[Judged, Metric, float | None, Reason | None]


def judge(
    recording: Recording, limits: LimitSet, progress: Progress | None = None
) -> Iterator[AlarmTransition]:
    """Every transition of an alarm condition, in the order of time."""
    judgement = _Judgement(limits)
    pressures = dict(recording.cuff_readings())
    for number, row in enumerate(recording.rows):
        if progress is not None:
            progress(number + 1, len(recording.rows))
        at = BEGINNING.plus(row.at_s)
        cells = [
            (judged, metric, *recording.believed(metric, row.numbers[place]))
            for place, judged, metric in recording.numeric
        ]
        yield from judgement.lose(just_before(at), [each for each in cells if each[2] is None])
        yield from judgement.pass_time(at)
        for judged, metric, said, _ in cells:
            if said is not None:
                judgement.hear(at, metric, said, None)
                yield from judgement.numbers.take(at, judged, said)
        if number in pressures:
            yield from judgement.take_cuff(at, pressures[number])
        silent_s = recording.silent_from_s(number)
        if silent_s is not None:
            lost = [(cell[0], cell[1], None, NOTHING_CAME) for cell in cells if cell[2] is not None]
            yield from judgement.lose(just_before(BEGINNING.plus(silent_s)), lost)


def just_before(at: Instant) -> Instant:
    """When a row at `at` says that it has no number: nothing begins in the moment it is lost."""
    return at.at_mono(max(BEGINNING.mono_ns, at.mono_ns - 1))


def opening(limits: LimitSet) -> SessionOpened:
    """The session that a recording is judged as: no patient, no plan, no baseline."""
    return SessionOpened(
        at=BEGINNING, author="", session_id="recording", mode=Mode.REPLAYED, chair="",
        zone="UTC", limit_set=limits.name,
    )  # fmt: skip


def numeric_reading(
    at: Instant, metric: Metric, number: float | None, reason: Reason | None
) -> NumericReading:
    """A number of a recording as a monitor would have sent it."""
    validity = Validity.NOT_AVAILABLE if number is None else Validity.VALID
    return NumericReading(
        received=at, metric=metric, value=number, validity=validity, reason=reason,
        mode=Mode.REPLAYED,
    )  # fmt: skip


def cuff_reading(at: Instant, pressures: Pressures) -> NibpReading:
    """A cuff determination of a recording as a monitor would have sent it."""
    systolic, diastolic, mean = pressures
    return NibpReading(
        received=at, measured=at, systolic_mmhg=systolic, diastolic_mmhg=diastolic,
        mean_mmhg=mean, pulse_rate_per_min=None, validity=Validity.VALID, reason=None,
        mode=Mode.REPLAYED,
    )  # fmt: skip


class _Judgement:
    """The session of a recording; `_session` lags behind and is brought up to date when asked."""

    def __init__(self, limits: LimitSet) -> None:
        self._session, _ = open_session(opening(limits), limits)
        self.numbers = WaitingNumbers(limits)
        self._latest: dict[Metric, tuple[Instant, float | None, Reason | None]] = {}
        self._with_value: dict[Metric, tuple[Instant, float]] = {}
        self._now = BEGINNING
        self._said: _Stand = (0, 0, None, 0)  # how things stood when the rules were last asked

    def hear(
        self, at: Instant, metric: Metric, number: float | None, reason: Reason | None
    ) -> None:
        """A cell of the recording, for the rules about missing data."""
        self._now = at
        self._latest[metric] = (at, number, reason)
        if number is not None:
            self._with_value[metric] = (at, number)

    def lose(self, at: Instant, cells: Sequence[_Cell]) -> Iterator[AlarmTransition]:
        """Cells without a number, told before anything else of their moment is judged."""
        if not cells:
            return
        at = self._now if at.is_before(self._now) else at
        yield from self.pass_time(at)
        for judged, metric, _, reason in cells:
            self.hear(at, metric, None, reason)
            yield from self.numbers.take(at, judged, None)

    def take_cuff(self, at: Instant, pressures: Pressures) -> Iterator[AlarmTransition]:
        """A new cuff reading; the session itself takes it, to which one without SYS is none."""
        self._now = at
        yield from self.numbers.catch_up()
        if pressures[0] is None:
            parts = tuple(zip(CUFF, pressures, strict=True))
            yield from self.numbers.step(CuffMeasured(at=at, pressures=parts))
            return
        event = NibpArrived(at=at, link=LINK, nibp=cuff_reading(at, pressures))
        self._session, effects = step(self._up_to_date(at), event)
        self.numbers.alarms = self._session.alarms
        self._said = self._stands(at)
        for effect in effects:
            if isinstance(effect, PersistRow) and isinstance(effect.row, AlarmTransition):
                yield effect.row

    def pass_time(self, until: Instant) -> Iterator[AlarmTransition]:
        """Fire every deadline up to `until`, as the session does before it takes an event."""
        walked_from = self._now
        while self.numbers.are_busy or self._stands(until) != self._said:
            due = self._next_deadline()
            if until.is_before(due):
                return
            if due.seconds_since(walked_from) > _ALL_SAID_S:  # a long gap: nothing begins any more
                due = BEGINNING.at_mono(until.mono_ns // NS_PER_S * NS_PER_S)
            self._now = due
            yield from self.numbers.pass_time(due)
            stands = self._stands(due)
            if stands != self._said:
                findings = standing(self._up_to_date(due), due)
                yield from self.numbers.step(Standing(at=due, findings=findings))
                self._said = stands

    def _next_deadline(self) -> Instant:
        """The next whole second, or before it the end of a delay."""
        second = BEGINNING.at_mono((self._now.mono_ns // NS_PER_S + 1) * NS_PER_S)
        other = self.numbers.next_due()
        is_earlier = other is not None and self._now.is_before(other) and other.is_before(second)
        return other if other is not None and is_earlier else second

    def _stands(self, at: Instant) -> _Stand:
        """While this is the same, no rule about missing data or a due cuff says anything else."""
        due = nibp_due(self._session) if self._session.nibp else None
        late_min = 0 if due is None else max(0, int(at.seconds_since(due) // _MINUTE_S))
        latest = self._latest.get(Metric.SPO2)
        if latest is None:
            return 0, 0, None, late_min
        since, _ = self._with_value.get(Metric.SPO2, (BEGINNING, None))
        silent_s = at.seconds_since(since)
        passed = sum(silent_s >= threshold_s for threshold_s in _THRESHOLDS_S)
        if not passed:
            return 0, 0, None, late_min
        return passed, since.mono_ns, latest[2], late_min

    def _up_to_date(self, at: Instant) -> Session:
        numerics = {metric: self._numeric(metric) for metric in self._latest}
        return replace(self._session, alarms=self.numbers.alarms, numerics=numerics, now=at)

    def _numeric(self, metric: Metric) -> LatestNumeric:
        at, number, reason = self._latest[metric]
        held = self._with_value.get(metric)
        return LatestNumeric(
            link=LINK,
            latest=numeric_reading(at, metric, number, reason),
            with_value=None if held is None else numeric_reading(held[0], metric, held[1], None),
        )
