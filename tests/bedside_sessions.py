"""Sessions for the tests of the screen, made by the real `step` from made-up events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from math import sin

from kmonitor.clock import FakeClock, Instant
from kmonitor.dosing.dose_card import DoseOrder, dose_card
from kmonitor.events import (
    Committed,
    Event,
    InfusionEndConfirmed,
    InfusionPaused,
    InfusionStarted,
    LinkChanged,
    LinkState,
    NibpArrived,
    PumpDone,
    ReadingArrived,
    SessionOpened,
    StatusArrived,
    Tick,
)
from kmonitor.infusion import plan_from
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.people import Patient
from kmonitor.session import open_session, step
from kmonitor.session_state import Session
from kmonitor.units import Kg, MgPerKg, MgPerMl, Minutes, Ml
from kmonitor.vitals import (
    DeviceStatus,
    Mode,
    NibpReading,
    NumericReading,
    Reason,
    StatusKind,
    Validity,
    WaveBlock,
)

OXIMETER, CUFF = "sim-1", "sim-2"
Watcher = Callable[[Session], None]


class Course:
    """One made-up visit; `watch` hears every snapshot."""

    def __init__(
        self,
        *,
        mode: Mode = Mode.SIMULATED,
        label: str = "DEMO PATIENT",
        has_plan: bool = True,
        can_start_cuff: bool = True,
        watch: Watcher = lambda _session: None,
    ) -> None:
        self.clock = FakeClock()
        self.mode = mode
        self.watch = watch
        self.is_committing = True
        card = dose_card(
            DoseOrder(
                weight_kg=Kg(Decimal(82)),
                dose_mg_per_kg=MgPerKg(Decimal("0.5")),
                minutes=Minutes(Decimal(40)),
                stock_mg_per_ml=MgPerMl(Decimal(50)),
                container_ml=Ml(Decimal(100)),
            )
        )
        patient = Patient(label=label, identifier="0417", weight_kg=Decimal(82))
        opened = SessionOpened(
            at=self.now, author="N1", session_id="s1", mode=mode, chair="Chair 2",
            zone="Europe/Berlin", limit_set="default", patient=patient if has_plan else None,
            plan=plan_from(card) if has_plan else None,
        )  # fmt: skip
        self.session, _ = open_session(opened, load_default())
        self._link(OXIMETER, "contec-v7", gives_nibp=False, can_start_cuff=False)
        self._link(CUFF, "line", gives_nibp=True, can_start_cuff=can_start_cuff)

    @property
    def now(self) -> Instant:
        return self.clock.now()

    def take(self, event: Event) -> None:
        self.session, _ = step(self.session, event)

    def link_state(self, link: str, state: LinkState) -> None:
        known = self.session.links[link]
        self.take(
            LinkChanged(
                at=self.now, link=link, protocol=known.protocol, state=state, mode=self.mode,
                can_start_cuff=known.can_start_cuff, gives_nibp=known.gives_nibp,
            )
        )  # fmt: skip

    def run(
        self, seconds: int, *, spo2: float | None = 97, pulse: float | None = 74,
        reason: Reason | None = None,
    ) -> None:  # fmt: skip
        """Second by second; None is no value."""
        for _ in range(seconds):
            self.clock.advance(s=1)
            wobble = sin(self.now.mono_ns / 1e9 / 37) * 1.4
            self.number(Metric.SPO2, None if spo2 is None else round(spo2 + wobble / 2), reason)
            self.number(
                Metric.PULSE_RATE, None if pulse is None else round(pulse + wobble * 2), reason
            )
            self.number(Metric.PERFUSION_INDEX, None if spo2 is None else 4.2, reason)
            self.pass_time(0)

    def pass_time(self, seconds: int) -> None:
        """Time without news from any monitor."""
        for _ in range(max(1, seconds)):
            if seconds:
                self.clock.advance(s=1)
            self.take(Tick(at=self.now))
            if self.is_committing:
                self.take(Committed(at=self.now, seq=self.session.seq))
            self.watch(self.session)

    def number(self, metric: Metric, value: float | None, reason: Reason | None = None) -> None:
        reading = NumericReading(
            received=self.now, metric=metric, value=value,
            validity=Validity.VALID if value is not None else Validity.NOT_AVAILABLE,
            reason=None if value is not None else reason or Reason.SENSOR_OFF, mode=self.mode,
        )  # fmt: skip
        self.take(ReadingArrived(at=self.now, link=OXIMETER, reading=reading))

    def cuff_starts(self, pressure: int | None = None) -> None:
        status = DeviceStatus(received=self.now, what=StatusKind.CUFF_STARTED, mode=self.mode)
        self.take(StatusArrived(at=self.now, link=CUFF, status=status))
        if pressure is not None:
            reading = NumericReading(
                received=self.now, metric=Metric.CUFF_PRESSURE, value=pressure,
                validity=Validity.VALID, reason=None, mode=self.mode,
            )  # fmt: skip
            self.take(ReadingArrived(at=self.now, link=CUFF, reading=reading))

    def cuff(
        self, systolic: int | None, diastolic: int | None, mean: int | None = None, *,
        is_timed: bool = True, reason: Reason | None = None,
    ) -> None:  # fmt: skip
        if mean is None and systolic is not None and diastolic is not None:
            mean = round((systolic + 2 * diastolic) / 3)
        nibp = NibpReading(
            received=self.now, measured=self.now if is_timed else None, systolic_mmhg=systolic,
            diastolic_mmhg=diastolic, mean_mmhg=mean, pulse_rate_per_min=None,
            validity=Validity.VALID if systolic is not None else Validity.INVALID,
            reason=reason, mode=self.mode,
        )  # fmt: skip
        self.take(NibpArrived(at=self.now, link=CUFF, nibp=nibp))

    def pump_done(self) -> None:
        prompt = self.session.pump_prompt
        if prompt is not None:
            self.take(PumpDone(at=self.now, author="N1", prompt=prompt.number))

    def start(self) -> None:
        self.take(InfusionStarted(at=self.now, author="N1", effective=self.now))
        self.pump_done()

    def pause(self) -> None:
        self.take(InfusionPaused(at=self.now, author="N1", effective=self.now))
        self.pump_done()

    def confirm_end(self) -> None:
        self.take(InfusionEndConfirmed(at=self.now, author="N1", effective=self.now))
        self.pump_done()

    def _link(self, link: str, protocol: str, *, gives_nibp: bool, can_start_cuff: bool) -> None:
        self.take(
            LinkChanged(
                at=self.now, link=link, protocol=protocol, state=LinkState.LIVE, mode=self.mode,
                can_start_cuff=can_start_cuff, gives_nibp=gives_nibp,
            )
        )  # fmt: skip


def infusing_course(minutes: int = 24, *, watch: Watcher = lambda _session: None,
                    **options: object) -> Course:  # fmt: skip
    """Ten minutes of baseline, then the infusion with readings, one failure and one gap."""
    course = Course(watch=watch, **options)  # type: ignore[arg-type]  # as Course takes them
    course.run(240)
    course.cuff(128, 72)
    course.run(180)
    course.cuff(126, 77)
    course.run(60)
    course.start()
    for minute in range(minutes):
        if minute == 4:
            course.cuff(138, 82)
        if minute == 8:
            course.run(60, spo2=None, pulse=None)
            continue
        if minute == 12:
            course.cuff(None, None, reason=Reason.CUFF_MOTION)
        if minute == 14:
            course.cuff(151, 90)
        dip = 91 if minute == 17 else 97
        course.run(60, spo2=dip, pulse=74 + minute * 0.5)
    return course


def extras_of(session: Session, now: Instant) -> Session:
    """The same session with a capnograph's numbers."""
    numerics = dict(session.numerics)
    for metric, value in ((Metric.RESPIRATORY_RATE, 14.0), (Metric.ETCO2, 37.0)):
        reading = NumericReading(
            received=now.plus(-2), metric=metric, value=value, validity=Validity.VALID,
            reason=None, mode=session.mode,
        )  # fmt: skip
        entry = replace(numerics[Metric.SPO2], latest=reading, with_value=reading)
        numerics[metric] = entry
    return replace(session, numerics=numerics)


def pleth_block(now: Instant, phase: int, count: int, rate_hz: float = 60.0) -> WaveBlock:
    """A made-up pulse wave."""
    samples = []
    for index in range(phase, phase + count):
        part = (index / rate_hz * 1.2) % 1
        beat = (part / 0.18 if part < 0.18 else max(0.0, 1 - (part - 0.18) / 0.5)) ** 1.5
        notch = 0.28 * max(0.0, 1 - abs(part - 0.5) / 0.12)
        samples.append(round(12 + 88 * max(beat, notch)))
    return WaveBlock(
        received=now, metric=Metric.PLETH, rate_hz=rate_hz, samples=tuple(samples),
        mode=Mode.SIMULATED,
    )  # fmt: skip
