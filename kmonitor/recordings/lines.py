"""What `alarms` prints: a line of JSON for each transition and a last one, or a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from kmonitor.alarms.conditions import AlarmPhase, AlarmTransition, Priority
from kmonitor.recordings.recording import Recording
from kmonitor.recordings.scoring import EngineScore, Score
from kmonitor.recordings.stretches import at_s, covered_s, stretches_of

_MINUTE_S = 60
_HEADING = ("engine", "alarms/h", "of them patient", "alarm s/h", "chatter", "found", "onset s")


def transition_line(row: AlarmTransition) -> str:
    """One transition; technical ones name the metric where one is meant."""
    fields: dict[str, object] = {
        "at_s": at_s(row),
        "condition": row.condition.value,
        "kind": row.kind.value,
        "priority": row.priority.value,
        "phase": row.phase.value,
        "value": _whole(row.value),
        "limit": _whole(row.limit),
    }
    if row.about:
        fields["metric"] = row.about
    return json.dumps(fields)


def summary_line(recording: Recording, rows: Iterable[AlarmTransition]) -> str:
    """How many conditions there were, how long by priority, how long each metric had no value."""
    told = list(rows)
    stretches = stretches_of(told, recording.length_s)
    alarm_s = {
        priority.value: _tenths(covered_s(s for s in stretches if s.priority is priority))
        for priority in (Priority.HIGH, Priority.MEDIUM, Priority.LOW)
    }
    no_data_s = {
        metric.value: _tenths(recording.without_value_s(judged))
        for _, judged, metric in recording.numeric
    }
    conditions = sum(row.phase is AlarmPhase.ONSET for row in told)
    return json.dumps(
        {"type": "summary", "conditions": conditions, "alarm_s": alarm_s, "no_data_s": no_data_s}
    )


def score_lines(score: Score) -> Iterator[str]:
    """A line for each desaturation and each engine."""
    for each in score.desaturations:
        yield json.dumps(
            {
                "type": "desaturation",
                "at_s": _tenths(each.since_s),
                "seconds": _tenths(each.until_s - each.since_s),
                "lowest": _whole(each.lowest),
            }
        )
    for engine in score.engines:
        yield json.dumps(
            {
                "type": "score",
                "engine": engine.engine,
                "alarms": engine.alarms,
                "alarms_per_h": round(engine.alarms_per_h, 2),
                "patient_alarms_per_h": round(engine.of_patient / engine.hours, 2),
                "alarm_s_per_h": round(engine.alarm_s_per_h, 1),
                "chatter": engine.chatter,
                "onset_delay_s": list(engine.onsets_s),
            }
        )


def score_table(recording: Recording, score: Score) -> Iterator[str]:
    """The same for people."""
    yield f"{recording.name}: {recording.length_s / _MINUTE_S:.1f} min"
    for each in score.desaturations:
        yield (
            f"Desaturation at {each.since_s / _MINUTE_S:.1f} min for "
            f"{each.until_s - each.since_s:.0f} s, lowest {each.lowest:g}"
        )
    cells = [_HEADING, *(_cells(engine) for engine in score.engines)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(_HEADING))]
    for row in cells:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join([row[0].ljust(widths[0]), *others]).rstrip() if first else ""


def _cells(engine: EngineScore) -> tuple[str, ...]:
    found = [onset for onset in engine.onsets_s if onset is not None]
    onsets = ", ".join("missed" if each is None else f"{each:g}" for each in engine.onsets_s)
    return (
        engine.engine,
        f"{engine.alarms_per_h:.1f}",
        f"{engine.of_patient / engine.hours:.1f}",
        f"{engine.alarm_s_per_h:.0f}",
        str(engine.chatter),
        f"{len(found)} of {len(engine.onsets_s)}",
        onsets or "-",
    )


def _tenths(seconds: float) -> float | int | None:
    return _whole(round(seconds, 1))


def _whole(number: float | None) -> float | int | None:
    return int(number) if number is not None and number == int(number) else number
