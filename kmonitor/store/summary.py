"""What `show` tells of one session: one pass over its rows, one object with fixed keys."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from kmonitor.alarms.conditions import AlarmPhase, AlarmTransition
from kmonitor.clock import Instant, SystemClock
from kmonitor.effects import Row
from kmonitor.events import (
    FrameFaulted,
    LinkChanged,
    NibpArrived,
    NibpEntered,
    ObservationMade,
    ReadingArrived,
    SessionEnded,
    SessionResumed,
    StatusArrived,
)
from kmonitor.metrics import Metric, json_number
from kmonitor.moving import on_last_scale
from kmonitor.session_program import interruption_of
from kmonitor.session_state import Interruption
from kmonitor.store.gaps import WITHOUT_GAPS, Gap, gaps_of
from kmonitor.store.infusion_summary import infusion_at, infusion_summary, phase_at
from kmonitor.store.json_forms import iso, number
from kmonitor.store.reader import RecordReader, StoredSession
from kmonitor.vitals import DeviceIdentity, NumericReading, Validity

_UNKNOWN = "unknown"
_QUIET_MS = 10_000  # a session that runs has rows each second
_Readings = dict[Metric, list[tuple[Instant, NumericReading]]]


def session_line(session: StoredSession) -> dict[str, Any]:
    """One line of `sessions --json`."""
    return {
        "session": session.session_id,
        "started": iso(session.started),
        "ended": None if session.ended is None else iso(session.ended),
        "mode": session.mode.value,
        "chair": session.chair,
        "patient": None if session.patient is None else session.patient.label,
        "rows": session.rows,
    }


def summarise(reader: RecordReader, session_id: str) -> dict[str, Any]:
    """The object of `show --json`."""
    stored = reader.session(session_id)
    rows = list(on_last_scale([row for _, row in reader.rows(session_id)]))
    events = [row for row in rows if not isinstance(row, AlarmTransition)]
    end = next((row.at for row in rows if isinstance(row, SessionEnded)), rows[-1].at)
    readings = _by_metric(rows)
    gaps = [
        gap
        for metric, series in readings.items()
        if metric not in WITHOUT_GAPS
        for gap in gaps_of(metric, series, end)
    ]
    plan, patient = stored.plan, stored.patient
    infusion = None if plan is None else infusion_at(plan, events, end)
    return {
        **{name: each for name, each in session_line(stored).items() if name != "rows"},
        "weight_kg": None if patient is None else number(patient.weight_kg),
        "protocol": stored.protocol,
        "limit_set": stored.limit_set,
        "phase": phase_at(infusion, has_ended=stored.ended is not None).value,
        "numeric": {
            metric.value: _numeric(metric, series, gaps) for metric, series in readings.items()
        },
        "nibp": _nibp(rows),
        "waves": {
            metric.value: round(seconds, 3)
            for metric, seconds in reader.wave_seconds(session_id).items()
        },
        "infusion": infusion_summary(infusion, events, end),
        "alarms": _alarms(rows, rows[0].at),
        "observations": _observations(rows),
        "links": _links(rows, is_open=stored.ended is None),
        "gaps": [_gap(gap) for gap in sorted(gaps, key=lambda each: each.since.mono_ns)],
        "rows": len(rows),
        "chain_head": (reader.anchor_of(session_id) or reader.chain_head()).hex(),
        "interruptions": [_interruption(gap) for gap in map(interruption_of, events) if gap],
        **_provenance(reader, session_id),
    }


def _provenance(reader: RecordReader, session_id: str) -> dict[str, Any]:
    origin = reader.origin(session_id)
    return {
        "signed": [
            {"by": each.by, "meaning": each.meaning, "at": iso(each.at)}
            for each in reader.signatures(session_id)
        ],
        "origin": None
        if origin is None
        else {
            "computer": origin.computer,
            "record": origin.record_id,
            "exported_by": origin.exported_by,
            "exported": iso(origin.exported),
        },
    }


def _by_metric(rows: list[Row]) -> _Readings:
    found: _Readings = defaultdict(list)
    for row in rows:
        if isinstance(row, ReadingArrived):
            found[row.reading.metric].append((row.at, row.reading))
    return {metric: found[metric] for metric in Metric if metric in found}


def _numeric(
    metric: Metric, series: list[tuple[Instant, NumericReading]], gaps: list[Gap]
) -> dict[str, Any]:
    """`first` and `last` are the moments of the first and the last reading with a value."""
    values = [(at, each.value) for at, each in series if each.value is not None]
    numbers = [each for _, each in values]
    return {
        "n": len(values),
        "min": json_number(metric, min(numbers, default=None)),
        "max": json_number(metric, max(numbers, default=None)),
        "first": iso(values[0][0]) if values else None,
        "last": iso(values[-1][0]) if values else None,
        "gap_s": sum(gap.seconds for gap in gaps if gap.metric is metric),
    }


def _nibp(rows: list[Row]) -> list[dict[str, Any]]:
    """Every cuff reading in the order of the record, failed ones and entered ones too."""
    told = []
    for row in rows:
        if isinstance(row, NibpArrived):
            nibp = row.nibp
            told.append(
                {
                    "time": None if nibp.measured is None else iso(nibp.measured),
                    **_pressures(nibp),
                    "validity": nibp.validity.value,
                    "reason": None if nibp.reason is None else nibp.reason.value,
                    "source": row.link,
                    "author": None,
                    "stored": iso(row.at),
                }
            )
        elif isinstance(row, NibpEntered):
            told.append(
                {
                    "time": iso(row.measured),
                    **_pressures(row),
                    "validity": Validity.VALID.value,
                    "reason": None,
                    "source": "entered",
                    "author": row.author,
                    "stored": iso(row.at),
                }
            )
    return told


def _pressures(nibp: Any) -> dict[str, int | None]:
    names = ("systolic_mmhg", "diastolic_mmhg", "mean_mmhg", "pulse_rate_per_min")
    return {name: getattr(nibp, name) for name in names}


def _alarms(rows: list[Row], began: Instant) -> list[dict[str, Any]]:
    """The alarm log; `acknowledged` is what became of the whole occurrence."""
    log = [row for row in rows if isinstance(row, AlarmTransition)]
    acknowledged = {
        row.occurrence: {"at": iso(row.at), "by": row.author}
        for row in reversed(log)
        if row.phase is AlarmPhase.ACKNOWLEDGED
    }
    return [
        {
            "at_s": round(row.at.seconds_since(began), 3),
            "condition": row.condition.value,
            "kind": row.kind.value,
            "priority": row.priority.value,
            "phase": row.phase.value,
            "value": number(row.value),
            "limit": number(row.limit),
            "about": row.about,
            "words": row.words,
            "occurrence": row.occurrence,
            "at": iso(row.at),
            "acknowledged": acknowledged.get(row.occurrence),
        }
        for row in log
    ]


def _observations(rows: list[Row]) -> list[dict[str, Any]]:
    return [
        {"at": iso(row.at), "sedation": row.sedation, "author": row.author}
        for row in rows
        if isinstance(row, ObservationMade)
    ]


def _links(rows: list[Row], *, is_open: bool) -> list[dict[str, Any]]:
    """A state that nobody watches any more is unknown: the program was away, or is."""
    links: dict[str, dict[str, Any]] = {}
    for row in rows:
        match row:
            case LinkChanged():
                told = links.setdefault(row.link, _fresh_link(row.link))
                told |= {"protocol": row.protocol, "mode": row.mode.value, "state": row.state.value}
                told["changes"].append(
                    {"at": iso(row.at), "state": row.state.value, "detail": row.detail}
                )
            case StatusArrived(status=DeviceIdentity() as device):
                links.setdefault(row.link, _fresh_link(row.link))["device"] = {
                    "model": device.model,
                    "serial_number": device.serial_number,
                    "firmware": device.firmware,
                }
            case FrameFaulted():
                links.setdefault(row.link, _fresh_link(row.link))["faults"] += 1
            case SessionResumed():
                _forget_states(links)
            case _:
                pass
    if is_open and SystemClock().now().utc_ms - rows[-1].at.utc_ms > _QUIET_MS:
        _forget_states(links)
    return list(links.values())


def _forget_states(links: dict[str, dict[str, Any]]) -> None:
    for told in links.values():
        told["state"] = None if told["state"] is None else _UNKNOWN


def _fresh_link(name: str) -> dict[str, Any]:
    unknown = dict.fromkeys(("protocol", "mode", "state", "device"))
    return {"link": name, **unknown, "faults": 0, "changes": []}


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "metric": gap.metric.value,
        "from": iso(gap.since),
        "to": iso(gap.until),
        "s": gap.seconds,
        "reason": gap.reason,
    }


def _interruption(gap: Interruption) -> dict[str, Any]:
    return {
        "from": iso(gap.since),
        "to": iso(gap.until),
        "s": round(gap.seconds, 3),
        "is_same_boot": gap.is_same_boot,
        "has_stood_still": gap.has_stood_still,
    }
