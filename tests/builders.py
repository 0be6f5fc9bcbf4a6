"""Small makers of events for tests; every value has a default that judges nothing."""

from datetime import timedelta
from decimal import Decimal

from kmonitor.clock import FakeClock, Instant
from kmonitor.events import (
    InfusionEndConfirmed,
    InfusionStarted,
    LinkChanged,
    LinkState,
    NibpArrived,
    ReadingArrived,
    SessionOpened,
)
from kmonitor.infusion import InfusionPlan
from kmonitor.metrics import Metric
from kmonitor.people import Patient
from kmonitor.vitals import Mode, NibpReading, NumericReading, Reason, Validity

OXIMETER = "oximeter:contec-v7"
CUFF = "cuff:line"
NURSE = "N1"
PATIENT = Patient(label="Demo patient", identifier="0417", weight_kg=Decimal(82))
PLAN = InfusionPlan(
    ordered_mg=Decimal(41),
    concentration_mg_per_ml=Decimal("0.41"),
    container_ml=Decimal(100),
    rate_ml_per_h=Decimal(150),
    duration_s=2400,
    weight_kg=Decimal(82),
    basis_weight_kg=Decimal(82),
    basis="actual",
    dose_mg_per_kg=Decimal("0.5"),
)


def opened(at: Instant, *, plan: InfusionPlan | None = PLAN, mode: Mode = Mode.SIMULATED):
    return SessionOpened(
        at=at,
        author=NURSE,
        session_id="2026-01-05-0001",
        mode=mode,
        chair="Chair 2",
        zone="America/New_York",
        limit_set="default",
        protocol="mood" if plan is not None else None,
        patient=PATIENT if plan is not None else None,
        plan=plan,
    )


def reading(
    at: Instant,
    metric: Metric = Metric.SPO2,
    value: float | None = 97,
    *,
    reason: Reason | None = None,
    mode: Mode = Mode.SIMULATED,
    received: Instant | None = None,
    link: str = OXIMETER,
) -> ReadingArrived:
    if value is None and reason is None:
        reason = Reason.SENSOR_OFF
    return ReadingArrived(
        at=at,
        link=link,
        reading=NumericReading(
            received=received or at,
            metric=metric,
            value=value,
            validity=Validity.VALID if value is not None else Validity.INVALID,
            reason=reason,
            mode=mode,
        ),
    )


def nibp(
    at: Instant,
    systolic: int | None = 126,
    diastolic: int | None = 77,
    mean: int | None = 93,
    *,
    measured: Instant | str | None = "now",
    validity: Validity = Validity.VALID,
    reason: Reason | None = None,
) -> NibpArrived:
    return NibpArrived(
        at=at,
        link=CUFF,
        nibp=NibpReading(
            received=at,
            measured=at if isinstance(measured, str) else measured,
            systolic_mmhg=systolic,
            diastolic_mmhg=diastolic,
            mean_mmhg=mean,
            pulse_rate_per_min=72,
            validity=validity if systolic is not None else Validity.INVALID,
            reason=reason,
            mode=Mode.SIMULATED,
        ),
    )


def link(at: Instant, state: LinkState = LinkState.LIVE, name: str = OXIMETER) -> LinkChanged:
    return LinkChanged(
        at=at,
        link=name,
        protocol=name.rpartition(":")[2],
        state=state,
        mode=Mode.SIMULATED,
        can_start_cuff=name == CUFF,
        gives_nibp=name == CUFF,
    )


def started(at: Instant, *, back_s: float = 0) -> InfusionStarted:
    return InfusionStarted(at=at, author=NURSE, effective=at.plus(-back_s))


def end_confirmed(at: Instant) -> InfusionEndConfirmed:
    return InfusionEndConfirmed(at=at, author=NURSE, effective=at)


def clock() -> FakeClock:
    return FakeClock()


def clock_at(at: Instant, *, ahead_s: float) -> FakeClock:
    """A clock that goes on from `at` after somebody has set the wall clock by so much."""
    return FakeClock(Instant(at.mono_ns, at.at_utc + timedelta(seconds=ahead_s)))
