"""What happens at one bed in a day, second by second, as events for the inbox.

Two monitors tell their numbers each second, one a pleth, the other a cuff reading each ten
minutes; each hour brings a desaturation, a sensor that falls off, a cable that is pulled, the
mains lost, a pump paused and resumed, a press that does not fit, and words of a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from kmonitor.clock import Instant
from kmonitor.events import (
    AlarmAcknowledged,
    Event,
    InfusionPaused,
    InfusionResumed,
    InfusionStarted,
    InfusionStopped,
    LinkChanged,
    LinkState,
    NibpArrived,
    NibpEntered,
    NoteWritten,
    PowerChanged,
    PumpDone,
    ReadingArrived,
    SessionEnded,
    WaveArrived,
)
from kmonitor.infusion import InfusionPlan, ResumeEnd
from kmonitor.metrics import Metric
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.session_state import Session
from kmonitor.vitals import Mode, NibpReading, NumericReading, Reason, Validity, WaveBlock
from tests.bench.signals import pleth

OXIMETER, CUFF = "oximeter:contec-v7", "cuff:line"
NURSE = DEMONSTRATION_NURSE.person_id
PLETH_HZ = 60
_HOUR_S, _MINUTE_S = 3600, 60
_CUFF_EVERY_S = 600
_OF_OXIMETER = {Metric.SPO2: 97, Metric.PULSE_RATE: 72, Metric.PERFUSION_INDEX: 4}
_OF_OTHER = {Metric.PULSE_RATE: 73, Metric.RESPIRATORY_RATE: 14, Metric.ETCO2: 36}


def plan(hours: int) -> InfusionPlan:
    """An infusion as long as the day, so that a pump runs all the time."""
    return InfusionPlan(
        ordered_mg=Decimal(40) * hours,
        concentration_mg_per_ml=Decimal("0.4"),
        container_ml=Decimal(100) * hours,
        rate_ml_per_h=Decimal(100),
        duration_s=hours * _HOUR_S,
        weight_kg=Decimal(80),
        basis_weight_kg=Decimal(80),
        basis="actual",
        dose_mg_per_kg=Decimal("0.5") * hours,
    )


class Bed:
    """Makes the events of each second; the same for every run."""

    def __init__(self) -> None:
        self._chance = Random(1)
        full = pleth(_MINUTE_S)
        self._curve = [full[n * len(full) // (_MINUTE_S * PLETH_HZ)] for n in range(3600)]

    def opening(self, at: Instant) -> Iterator[Event]:
        """Both monitors are there, and the pump is started."""
        for link in (OXIMETER, CUFF):
            yield _link(at, link, LinkState.CONNECTING)
            yield _link(at, link, LinkState.LIVE)
        yield InfusionStarted(at=at, author=NURSE, effective=at)

    def closing(self, at: Instant) -> Iterator[Event]:
        """The pump is stopped, and the session ended."""
        yield InfusionStopped(at=at, author=NURSE, effective=at)
        yield SessionEnded(at=at, author=NURSE)

    def second(self, number: int, at: Instant, session: Session) -> Iterator[Event]:
        """All of one second, in the order of a real bed."""
        begin = number % _MINUTE_S * PLETH_HZ
        noisy = tuple(x + self._chance.randint(-1, 1) for x in self._curve[begin : begin + 60])
        into = number % _HOUR_S
        is_pulled, is_off = 1200 <= into < 1240, 1500 <= into < 1560
        if not is_pulled:
            block = WaveBlock(
                received=at, metric=Metric.PLETH, rate_hz=PLETH_HZ, samples=noisy,
                mode=Mode.SIMULATED,
            )  # fmt: skip
            yield WaveArrived(at=at, link=OXIMETER, block=block)
            for metric, usual in _OF_OXIMETER.items():
                yield self._reading(at, OXIMETER, metric, self._shown(metric, usual, into, is_off))
        for metric, usual in _OF_OTHER.items():
            yield self._reading(at, CUFF, metric, self._shown(metric, usual, into, False))
        if into % _CUFF_EVERY_S == 30:
            yield self._cuff(at, 182 if into > 3000 else 126)
        yield from _of_the_hour(into, at, session)
        if session.pump_prompt is not None and number % 5 == 0:
            yield PumpDone(at=at, author=NURSE, prompt=session.pump_prompt.number)

    def _shown(self, metric: Metric, usual: int, into_s: int, is_off: bool) -> float | None:
        if is_off:
            return None
        if metric is Metric.SPO2 and 600 <= into_s < 690:
            return 84.0
        return float(usual + self._chance.randint(-1, 1))

    def _reading(
        self, at: Instant, link: str, metric: Metric, shown: float | None
    ) -> ReadingArrived:
        at = at.plus(self._chance.uniform(0, 0.02))
        reading = NumericReading(
            received=at, metric=metric, value=shown,
            validity=Validity.INVALID if shown is None else Validity.VALID,
            reason=Reason.SENSOR_OFF if shown is None else None, mode=Mode.SIMULATED,
        )  # fmt: skip
        return ReadingArrived(at=at, link=link, reading=reading)

    def _cuff(self, at: Instant, systolic: int) -> NibpArrived:
        nibp = NibpReading(
            received=at, measured=at, systolic_mmhg=systolic + self._chance.randint(-4, 4),
            diastolic_mmhg=77, mean_mmhg=93, pulse_rate_per_min=72, validity=Validity.VALID,
            reason=None, mode=Mode.SIMULATED,
        )  # fmt: skip
        return NibpArrived(at=at, link=CUFF, nibp=nibp)


def _of_the_hour(into_s: int, at: Instant, session: Session) -> Iterator[Event]:
    """What happens once an hour: to the monitors, to the computer, at the pump."""
    match into_s:
        case 1200:
            yield _link(at, OXIMETER, LinkState.LOST)
        case 1235:
            yield _link(at, OXIMETER, LinkState.CONNECTING)
        case 1240:
            yield _link(at, OXIMETER, LinkState.LIVE)
        case 1800 | 1900:
            yield PowerChanged(at=at, is_on_mains=into_s == 1900, battery_pct=80)
        case 2400:
            yield InfusionPaused(at=at, author=NURSE, effective=at)
        case 2520:
            yield InfusionResumed(at=at, author=NURSE, effective=at, end=ResumeEnd.EXTEND)
        case _:
            yield from _words_of_people(into_s, at, session)


def _words_of_people(into_s: int, at: Instant, session: Session) -> Iterator[Event]:
    match into_s:
        case 640 | 1530 | 3100:
            for each in session.presented_alarms:
                yield AlarmAcknowledged(at=at, author=NURSE, occurrence=each.number)
        case 2600:
            yield InfusionStarted(at=at, author=NURSE, effective=at)  # refused: it runs
            yield NoteWritten(at=at, author=NURSE, text=f"Quiet at second {at.mono_ns}.")
        case 2700:
            yield NibpEntered(
                at=at, author=NURSE, measured=at, systolic_mmhg=128, diastolic_mmhg=79
            )
        case _:
            pass


def _link(at: Instant, name: str, state: LinkState) -> LinkChanged:
    return LinkChanged(
        at=at, link=name, protocol=name.rpartition(":")[2], state=state, mode=Mode.SIMULATED,
        can_start_cuff=name == CUFF, gives_nibp=name == CUFF,
    )  # fmt: skip
