"""What the trend shows at one moment, in seconds of the session and the metrics' units."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kmonitor.alarms.limits import Judged
from kmonitor.clock import Instant
from kmonitor.events import InfusionStarted
from kmonitor.infusion import planned_end
from kmonitor.metrics import Metric
from kmonitor.session_state import Session
from kmonitor.session_work import limits_beside
from kmonitor.units import display
from ui.bedside.view_models.trend_history import Bucket, Gap, TrendHistory
from ui.bedside.view_models.trend_lanes import (
    AwayBand,
    CuffMark,
    EventMark,
    Points,
    RateBlock,
    aways,
    blocks,
    cuffs,
    events,
    milligrams,
)
from ui.bedside.view_models.words import clock_words

_STEPS_S = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_MOST_TICKS = 8


class Span(StrEnum):
    """How much time the trend shows."""

    QUARTER = "15 min"
    HOUR = "1 h"
    ALL = "All"


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A line across all panes, the clock's time, and minutes from the start under it."""

    at_s: float
    clock: str
    minutes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendFrame:
    """What stays the same for a while: the window, its ticks, the panes and their limits."""

    begin_s: float
    end_s: float
    ticks: tuple[TimeTick, ...]
    spo2_range: tuple[int, int]
    pressure_range: tuple[int, int]
    spo2_limits: tuple[float, ...]
    pressure_limits: tuple[float, ...]
    ordered_mg: float
    ordered_words: str
    bucket_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendScene:
    """All that is drawn; curves are bucket sequences, split where they must not be joined."""

    frame: TrendFrame
    now_s: float
    curves: tuple[tuple[Metric, tuple[Bucket, ...]], ...]
    gaps: tuple[tuple[Metric, Gap], ...]
    aways: tuple[AwayBand, ...]
    cuffs: tuple[CuffMark, ...]
    blocks: tuple[RateBlock, ...]
    given: Points
    planned: Points
    events: tuple[EventMark, ...]
    spoken: str


def trend_scene(history: TrendHistory, session: Session, now: Instant, span: Span) -> TrendScene:
    """The scene at `now`."""
    now_s = now.seconds_since(session.opened)
    frame = _frame(history, session, now_s, span)
    begin_s = frame.begin_s
    given, planned = milligrams(session, now)
    return TrendScene(
        frame=frame,
        now_s=now_s,
        curves=tuple(
            (
                metric,
                tuple(each for each in one.series[span.value].buckets if each.begin_s >= begin_s),
            )
            for metric, one in history.metrics.items()
        ),
        gaps=tuple(
            (metric, gap)
            for metric, one in history.metrics.items()
            for gap in one.shown_gaps(now_s)
            if gap.end_s is None or gap.end_s > begin_s
        ),
        aways=tuple(each for each in aways(session) if each.end_s >= begin_s),
        cuffs=tuple(each for each in cuffs(session) if each.at_s >= begin_s),
        blocks=blocks(session, now),
        given=given,
        planned=planned,
        events=tuple(each for each in events(history, session) if each.at_s >= begin_s),
        spoken=_spoken(history, session, span),
    )


def _frame(history: TrendHistory, session: Session, now_s: float, span: Span) -> TrendFrame:
    begin_s, end_s = _window(session, now_s, span)
    spo2, pulse = history.metrics[Metric.SPO2], history.metrics[Metric.PULSE_RATE]
    tops = [200.0, pulse.highest or 0.0]
    tops += [float(each.systolic_mmhg or 0) for each in session.nibp]
    bottoms = [40.0, pulse.lowest or 40.0]
    bottoms += [float(each.diastolic_mmhg) for each in session.nibp if each.diastolic_mmhg]
    spo2_low = 80 if (spo2.lowest or 100) >= 80 else 60 if (spo2.lowest or 0) >= 60 else 40
    infusion = session.infusion
    return TrendFrame(
        begin_s=begin_s, end_s=end_s, ticks=_ticks(session, begin_s, end_s),
        spo2_range=(spo2_low, 100),
        pressure_range=(
            int(min(bottoms) // 20 * 20), int(-(-max(tops) // 50) * 50),
        ),
        spo2_limits=_limits(session, Judged.SPO2),
        pressure_limits=_limits(session, Judged.NIBP_SYSTOLIC),
        ordered_mg=float(infusion.plan.ordered_mg) if infusion else 0.0,
        ordered_words=display(infusion.plan.ordered_mg, "mg") if infusion else "",
        bucket_s=max(one.series[span.value].width_s for one in history.metrics.values()),
    )  # fmt: skip


def _window(session: Session, now_s: float, span: Span) -> tuple[float, float]:
    """The window stands still and moves on in steps when the present comes near its end."""
    if span is Span.ALL:
        end_s = now_s * 1.1
        end = planned_end(session.infusion) if session.infusion else None
        if end is not None:
            end_s = max(end_s, end.seconds_since(session.opened) * 1.05)
        return 0.0, max(900.0, -(-end_s // 900) * 900)
    length_s = 900.0 if span is Span.QUARTER else 3600.0
    step_s = length_s / 12
    over_s = now_s - length_s * 11 / 12
    begin_s = max(0.0, -(-over_s // step_s) * step_s)
    return begin_s, begin_s + length_s


def _ticks(session: Session, begin_s: float, end_s: float) -> tuple[TimeTick, ...]:
    start = next((act for act in session.acts if act.kind == InfusionStarted.__name__), None)
    zero_s = start.effective.seconds_since(session.opened) if start else 0.0
    step = next((s for s in _STEPS_S if (end_s - begin_s) / s <= _MOST_TICKS), _STEPS_S[-1])
    first = int(-(-(begin_s - zero_s) // step))
    ticks = []
    for number in range(first, first + _MOST_TICKS + 1):
        at_s = zero_s + number * step
        if at_s > end_s:
            break
        clock = clock_words(session.opened.plus(at_s), session.zone)
        minutes = number * step // 60
        words = f"{minutes} min" if start else ""
        ticks.append(TimeTick(at_s, clock.removesuffix(" UTC"), words))
    return tuple(ticks)


def _limits(session: Session, judged: Judged) -> tuple[float, ...]:
    return tuple(limit for limit in limits_beside(session, judged) if limit is not None)


def _spoken(history: TrendHistory, session: Session, span: Span) -> str:
    parts = [f"Trend of {span.value}"]
    for metric, one in history.metrics.items():
        if one.lowest is not None and one.highest is not None:
            name = metric.value.replace("_", " ")
            parts.append(f"{name} {one.lowest:.0f} to {one.highest:.0f}")
    parts.append(f"{len(session.nibp)} cuff readings")
    parts += [each.words.lower() for each in aways(session)]
    return ", ".join(parts)
