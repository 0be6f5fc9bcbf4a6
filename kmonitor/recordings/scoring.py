"""How much a limit set alarms on a recording, and what it finds, beside a naive engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kmonitor.alarms.conditions import AlarmKind, Condition
from kmonitor.alarms.levels import as_displayed
from kmonitor.alarms.limits import Judged, LimitRule, LimitSet
from kmonitor.recordings.judging import Progress, judge
from kmonitor.recordings.naive import naive_stretches
from kmonitor.recordings.recording import LONGEST_HELD_S, METRICS, Recording
from kmonitor.recordings.stretches import HEARD, Stretch, covered_s, heard, stretches_of

DELAYS_S = (0.0, 5.0, 10.0, 15.0)
CHATTER_S = 60.0
DESATURATION_S = 15.0
AWAY_FROM_ZERO_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desaturation:
    """SpO2 below the limit for `DESATURATION_S` or more, and no zero near; the row behind it."""

    since_s: float
    until_s: float
    lowest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineScore:
    """What one engine did; `onsets_s` is from the limit passed to the sound, None: missed."""

    engine: str
    hours: float
    alarms: int
    of_patient: int
    alarm_s: float
    chatter: int
    onsets_s: tuple[float | None, ...]

    @property
    def alarms_per_h(self) -> float:
        """Conditions that are heard, per hour of the recording."""
        return self.alarms / self.hours

    @property
    def alarm_s_per_h(self) -> float:
        """Seconds in which there is something to be heard, per hour of the recording."""
        return self.alarm_s / self.hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One recording by several engines; the limit set as it is comes first, the naive one last."""

    desaturations: tuple[Desaturation, ...]
    engines: tuple[EngineScore, ...]


def score(recording: Recording, limits: LimitSet, progress: Progress | None = None) -> Score:
    """Judge the recording by the set, by the set with each of `DELAYS_S`, and naively."""
    found = tuple(desaturations(recording, limits))
    asked = {f"{limits.name} set": limits}
    asked |= {f"delay {delay_s:g} s": with_delay(limits, delay_s) for delay_s in DELAYS_S}
    engines = [
        _score(name, recording, stretches_of(judge(recording, each, progress), recording.length_s),
               found)
        for name, each in asked.items()
    ]  # fmt: skip
    engines.append(_score("naive", recording, naive_stretches(recording, limits), found))
    return Score(desaturations=found, engines=tuple(engines))


def with_delay(limits: LimitSet, delay_s: float) -> LimitSet:
    """The set with that delay in place of each that its audible limits have; 0 s stays 0 s."""
    return replace(limits, rules=tuple(_with_delay(rule, delay_s) for rule in limits.rules))


def _with_delay(rule: LimitRule, delay_s: float) -> LimitRule:
    levels = tuple(
        replace(level, delay_s=delay_s) if level.priority in HEARD and level.delay_s else level
        for level in rule.levels
    )
    return replace(rule, levels=levels)


def desaturations(recording: Recording, limits: LimitSet) -> Iterator[Desaturation]:
    """Every run of numbers below the set's SpO2 limit that is long enough and far from a zero."""
    limit, _ = limits.shown(Judged.SPO2)
    if limit is None or Judged.SPO2 not in recording.columns:
        return
    place = recording.columns.index(Judged.SPO2)
    rows = [(row.at_s, row.numbers[place]) for row in recording.rows]
    zeros = [at_s for at_s, number in rows if number == 0]
    for first, last in _runs_below(recording, rows, limit):
        since_s, until_s = rows[first][0], rows[last][0]
        until_s += min(recording.usual_step_s, DESATURATION_S)
        is_near_zero = any(
            since_s - AWAY_FROM_ZERO_S <= zero_s <= until_s + AWAY_FROM_ZERO_S for zero_s in zeros
        )
        if until_s - since_s >= DESATURATION_S and not is_near_zero:
            lowest = min(number for _, number in rows[first : last + 1] if number is not None)
            yield Desaturation(since_s=since_s, until_s=until_s, lowest=lowest)


def _runs_below(
    recording: Recording, rows: Sequence[tuple[float, float | None]], limit: float
) -> Iterator[tuple[int, int]]:
    first: int | None = None
    longest_s = max(LONGEST_HELD_S, recording.usual_step_s * 1.5)
    for place, (at_s, number) in enumerate(rows):
        known, _ = recording.believed(METRICS[Judged.SPO2], number)
        is_below = known is not None and as_displayed(known) < limit
        if first is not None and at_s - rows[place - 1][0] > longest_s:
            yield first, place - 1  # what nobody measured was no desaturation
            first = None
        if is_below and first is None:
            first = place
        if not is_below and first is not None:
            yield first, place - 1
            first = None
    if first is not None:
        yield first, len(rows) - 1


def _score(
    engine: str,
    recording: Recording,
    stretches: Sequence[Stretch],
    wanted: Sequence[Desaturation],
) -> EngineScore:
    alarms = heard(stretches)
    return EngineScore(
        engine=engine,
        hours=max(recording.length_s, 1.0) / 3600,
        alarms=len(alarms),
        of_patient=sum(each.kind is AlarmKind.PHYSIOLOGICAL for each in alarms),
        alarm_s=covered_s(alarms),
        chatter=_chatter(alarms),
        onsets_s=tuple(_onset_s(each, alarms) for each in wanted),
    )


def _chatter(alarms: Sequence[Stretch]) -> int:
    """How often a condition was heard again within a minute of its end."""
    ended: dict[tuple[Condition, str], float] = {}
    again = 0
    for each in alarms:
        before_s = ended.get((each.condition, each.about))
        again += before_s is not None and each.since_s - before_s < CHATTER_S
        ended[each.condition, each.about] = each.until_s
    return again


def _onset_s(wanted: Desaturation, alarms: Sequence[Stretch]) -> float | None:
    """0 where it was being heard already when the limit was passed."""
    for each in alarms:
        is_meant = each.condition is Condition.SPO2_LOW
        if is_meant and each.since_s < wanted.until_s and each.until_s > wanted.since_s:
            return max(0.0, each.since_s - wanted.since_s)
    return None
