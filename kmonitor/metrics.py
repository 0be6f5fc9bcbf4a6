"""The one table of what is measured, keyed by IEEE 11073-10101 (MDC) code."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Metric(StrEnum):
    """The names used everywhere in the program, the record and the exports."""

    SPO2 = "spo2"
    PULSE_RATE = "pulse_rate"
    HEART_RATE = "heart_rate"
    RESPIRATORY_RATE = "respiratory_rate"
    ETCO2 = "etco2"
    TEMPERATURE = "temperature"
    PERFUSION_INDEX = "perfusion_index"
    NIBP = "nibp"
    PLETH = "pleth"
    CUFF_PRESSURE = "cuff_pressure"


class MetricKind(StrEnum):
    """How a metric arrives: a number again and again, one determination, or samples."""

    NUMERIC = "numeric"
    DETERMINATION = "determination"
    WAVE = "wave"


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFacts:
    """What is fixed about one metric; `unit` is UCUM, the range is plausible, not normal."""

    mdc: int
    metric: Metric
    kind: MetricKind
    label: str
    unit: str
    unit_shown: str
    loinc: str | None
    plausible_low: float
    plausible_high: float
    decimals: int
    role: str

    def is_plausible(self, value: float) -> bool:
        """Whether a living patient and a working sensor can give `value`, in `unit`."""
        return self.plausible_low <= value <= self.plausible_high

    def shown(self, value: float) -> str:
        """The number as the screen and the alarms show it: half up, without its unit."""
        step = Decimal(1).scaleb(-self.decimals)
        return str(Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP))


def _numeric(  # noqa: PLR0917  # one line of the table
    mdc: int, metric: Metric, label: str, unit: tuple[str, str], loinc: str,
    plausible: tuple[float, float], decimals: int, role: str,
) -> MetricFacts:  # fmt: skip
    return MetricFacts(
        mdc=mdc, metric=metric, kind=MetricKind.NUMERIC, label=label, unit=unit[0],
        unit_shown=unit[1], loinc=loinc, plausible_low=plausible[0],
        plausible_high=plausible[1], decimals=decimals, role=role,
    )  # fmt: skip


_PER_MIN = ("/min", "/min")
_MMHG = ("mm[Hg]", "mmHg")

TABLE: dict[int, MetricFacts] = {
    facts.mdc: facts
    for facts in (
        _numeric(150456, Metric.SPO2, "SpO2", ("%", "%"), "2708-6", (1, 100), 0, "spo2"),
        _numeric(149530, Metric.PULSE_RATE, "Pulse", _PER_MIN, "8867-4", (1, 321), 0, "pulse"),
        _numeric(147842, Metric.HEART_RATE, "HR", _PER_MIN, "8867-4", (1, 350), 0, "pulse"),
        _numeric(151562, Metric.RESPIRATORY_RATE, "RR", _PER_MIN, "9279-1", (0, 150), 0, "resp"),
        _numeric(151708, Metric.ETCO2, "EtCO2", _MMHG, "19891-1", (0, 150), 0, "resp"),
        _numeric(150344, Metric.TEMPERATURE, "Temp", ("Cel", "°C"), "8310-5", (10, 45), 1, "temp"),
        _numeric(
            150488, Metric.PERFUSION_INDEX, "PI", ("%", "%"), "61006-3", (0.01, 22), 2, "spo2"
        ),
        _numeric(150300, Metric.CUFF_PRESSURE, "Cuff", _MMHG, "", (0, 330), 0, "nibp"),
        MetricFacts(
            mdc=150020, metric=Metric.NIBP, kind=MetricKind.DETERMINATION, label="NIBP",
            unit="mm[Hg]", unit_shown="mmHg", loinc="85354-9",
            plausible_low=10, plausible_high=300, decimals=0, role="nibp",
        ),
        MetricFacts(
            mdc=150452, metric=Metric.PLETH, kind=MetricKind.WAVE, label="Pleth",
            unit="1", unit_shown="", loinc=None,
            plausible_low=-32767, plausible_high=32767, decimals=0, role="spo2",
        ),
    )
}  # fmt: skip

_BY_NAME = {facts.metric: facts for facts in TABLE.values()}


def facts_of(metric: Metric) -> MetricFacts:
    """The table's row for `metric`."""
    return _BY_NAME[metric]


def json_number(metric: Metric, value: float | None) -> float | int | None:
    """`value` as JSON shows it: a whole number where the metric has no decimals."""
    if value is None:
        return None
    decimals = facts_of(metric).decimals
    return int(value) if decimals == 0 and value == int(value) else round(value, 3)
