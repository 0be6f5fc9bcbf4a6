"""The same summary for people: plain lines, times of the session's own zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kmonitor.metrics import Metric, facts_of
from kmonitor.store.reader import StoredSession

_S_PER_MIN = 60


def list_text(sessions: Iterable[StoredSession]) -> Iterator[str]:
    """The list of sessions, the newest first."""
    lines = [("session", "started", "min", "mode", "chair", "patient", "rows")]
    for each in sessions:
        minutes = "open"
        if each.ended is not None:
            minutes = str(round((each.ended - each.started).total_seconds() / _S_PER_MIN))
        lines.append(
            (
                *(each.session_id, _day(each.started, zone_of(each.zone)), minutes),
                *(each.mode.value, each.chair, each.patient.label if each.patient else "-"),
                str(each.rows),
            )
        )
    yield from _columns(lines, right=(2, 6))


def summary_text(summary: Mapping[str, Any], zone: tzinfo) -> Iterator[str]:
    """One session as `summarise` tells it."""
    told = _Teller(zone)
    yield from told.head(summary)
    for title, lines in (
        ("Numbers", told.numbers(summary)),
        ("Blood pressure", told.nibp(summary["nibp"])),
        ("Waves", [f"{name}  {seconds:.0f} s" for name, seconds in summary["waves"].items()]),
        ("Infusion", told.infusion(summary["infusion"])),
        ("Alarms", told.alarms(summary["alarms"])),
        ("The program was away", told.interruptions(summary["interruptions"])),
        ("Without a value", told.gaps(summary["gaps"])),
        ("Links", told.links(summary["links"])),
    ):
        if lines:
            yield ""
            yield title
            yield from (f"  {line}" for line in lines)
    yield ""
    yield f"{summary['rows']} rows in the record"
    yield f"Chain {summary['chain_head']}"
    for each in summary["signed"]:
        yield f"Signed as {each['meaning']} by {each['by']}, {each['at']}"
    if (origin := summary["origin"]) is not None:
        who = f"exported by {origin['exported_by']}, {origin['exported']}"
        yield f"From {origin['computer']}, {who}"


def zone_of(name: str) -> tzinfo:
    """The zone of that IANA name; UTC where this computer does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


class _Teller:
    """Words for the parts of a summary, in one time zone."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone

    def head(self, summary: Mapping[str, Any]) -> list[str]:
        started = datetime.fromisoformat(summary["started"])
        if summary["ended"] is None:
            end = "not ended"
        else:
            ended = datetime.fromisoformat(summary["ended"])
            minutes = (ended - started).total_seconds() / _S_PER_MIN
            end = f"ended {self._time(summary['ended'])}, {minutes:.0f} min"
        weight = "" if summary["weight_kg"] is None else f", {summary['weight_kg']} kg"
        return [
            f"Session {summary['session']}  {summary['mode'].upper()}  {summary['chair']}",
            f"Started {_day(started, self._zone)} ({_zone_name(started, self._zone)}), {end}",
            f"Patient {summary['patient'] or '-'}{weight}",
            f"Limits {summary['limit_set']}, phase {_words(summary['phase'])}",
        ]

    def numbers(self, summary: Mapping[str, Any]) -> list[str]:
        if not summary["numeric"]:
            return []
        lines = [("", "", "readings", "min", "max", "first", "last", "without, s")]
        for name, each in summary["numeric"].items():
            facts = facts_of(Metric(name))
            lines.append(
                (
                    *(facts.label, facts.unit_shown, str(each["n"])),
                    *(_or_dash(each["min"]), _or_dash(each["max"])),
                    *(self._time(each["first"]), self._time(each["last"]), str(each["gap_s"])),
                )
            )
        return _columns(lines, right=(2, 3, 4, 7))

    def nibp(self, cuffs: Sequence[Mapping[str, Any]]) -> list[str]:
        lines = []
        for each in cuffs:
            when = "time unknown" if each["time"] is None else self._time(each["time"])
            if each["systolic_mmhg"] is None:
                pressures = f"failed: {_words(each['reason'] or each['validity'])}"
            else:
                pressures = f"{each['systolic_mmhg']}/{_or_dash(each['diastolic_mmhg'])}"
                pressures += f" ({_or_dash(each['mean_mmhg'])})"
            pulse = each["pulse_rate_per_min"]
            by = f"entered by {each['author']}" if each["author"] else each["source"]
            lines.append((when, pressures, "" if pulse is None else f"pulse {pulse}", by))
        return _columns(lines)

    def infusion(self, told: Mapping[str, Any] | None) -> list[str]:
        if told is None:
            return []
        minutes = told["running_s"] / _S_PER_MIN, told["paused_s"] / _S_PER_MIN
        lines = [
            f"{told['delivered_mg']:.1f} mg by clock of {told['ordered_mg']:.1f} mg ordered",
            f"running {minutes[0]:.1f} min, paused {minutes[1]:.1f} min",
        ]
        if told["assumed_mg"]:
            lines.append(f"{told['assumed_mg']:.1f} mg of these since the last act, assumed")
        return lines + _columns(
            [
                (self._time(each["effective"]), _words(each["event"]), each["author"] or "clock")
                for each in told["events"]
            ]
        )

    def alarms(self, log: Sequence[Mapping[str, Any]]) -> list[str]:
        return _columns(
            [
                (
                    *(self._time(each["at"]), each["priority"].upper(), each["phase"]),
                    each["words"] or f"{_words(each['condition'])} {each['about']}".strip(),
                    _by(each["acknowledged"]),
                )
                for each in log
                if each["phase"] not in ("pending", "acknowledged")
            ]
        )

    def gaps(self, gaps: Sequence[Mapping[str, Any]]) -> list[str]:
        """One line for each interval, naming every number that it concerns."""
        concerned: dict[tuple[str, str, str], list[str]] = {}
        for each in sorted(gaps, key=lambda gap: str(gap["from"])):
            interval = (self._time(each["from"]), f"{each['s']} s", _words(each["reason"]))
            concerned.setdefault(interval, []).append(facts_of(Metric(each["metric"])).label)
        lines = [(*interval, ", ".join(names)) for interval, names in concerned.items()]
        return _columns(lines, right=(1,))

    def interruptions(self, gaps: Sequence[Mapping[str, Any]]) -> list[str]:
        """When it went and when it was back."""
        return _columns(
            [
                (self._time(each["from"]), self._time(each["to"]), f"{each['s']:.0f} s")
                for each in gaps
            ],
            right=(2,),
        )

    def links(self, links: Sequence[Mapping[str, Any]]) -> list[str]:
        return _columns(
            [
                (
                    *(each["link"], each["protocol"] or "", each["state"] or ""),
                    f"{each['faults']} unreadable" if each["faults"] else "",
                )
                for each in links
            ]
        )

    def _time(self, stored: str | None) -> str:
        if stored is None:
            return "-"
        return datetime.fromisoformat(stored).astimezone(self._zone).strftime("%H:%M:%S")


def _columns(lines: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    if not lines:
        return []
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def _day(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _zone_name(moment: datetime, zone: tzinfo) -> str:
    return str(zone) if isinstance(zone, ZoneInfo) else moment.astimezone(zone).tzname() or "UTC"


def _by(acknowledged: Mapping[str, str] | None) -> str:
    return "" if acknowledged is None else f"acknowledged by {acknowledged['by']}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _or_dash(each: object) -> str:
    return "-" if each is None else str(each)
