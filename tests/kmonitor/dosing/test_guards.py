from decimal import Decimal

import pytest

from kmonitor.dosing.guards import MOOD, Level, check_field, check_tenfold

# The table of limits for the mood infusion: field, soft low and high, hard low and high.
TABLE = [
    ("weight_kg", "40", "150", "25", "350"),
    ("bmi_kg_per_m2", "16", "45", "11", "80"),
    ("dose_mg_per_kg", "0.2", "1.0", "0.05", "2.0"),
    ("dose_rate_mg_per_kg_per_h", None, "1.0", None, "2.0"),
    ("dose_mg", None, "100", None, "200"),
    ("minutes", "35", "90", "10", "240"),
    ("concentration_mg_per_ml", "0.1", "5", "0.05", "10"),
    ("rate_ml_per_h", "1", "400", "0.1", "999"),
]
A_LITTLE = Decimal("0.0001")


@pytest.mark.parametrize(("field", "soft_low", "soft_high", "hard_low", "hard_high"), TABLE)
def test_the_limit_itself_passes_and_what_lies_beyond_breaks_it(
    field: str,
    soft_low: str | None,
    soft_high: str | None,
    hard_low: str | None,
    hard_high: str | None,
) -> None:
    for limit, outward, level in (
        (soft_low, -A_LITTLE, Level.SOFT),
        (soft_high, A_LITTLE, Level.SOFT),
        (hard_low, -A_LITTLE, Level.HARD),
        (hard_high, A_LITTLE, Level.HARD),
    ):
        if limit is None:
            continue
        at_limit = check_field(MOOD, field, Decimal(limit))
        assert level not in {check.level for check in at_limit}
        (beyond,) = check_field(MOOD, field, Decimal(limit) + outward)
        assert (beyond.level, beyond.limit) == (level, Decimal(limit))
        assert beyond.message.endswith(".")


def test_the_library_holds_the_table_and_nothing_else() -> None:
    assert [limits.field for limits in MOOD.limits] == [row[0] for row in TABLE]
    assert list(map(int, MOOD.stock_mg_per_ml)) == [10, 50, 100]


def test_the_dust_of_a_division_breaks_no_limit() -> None:
    assert check_field(MOOD, "dose_mg_per_kg", Decimal(1) / 3 * 3 + Decimal("1e-27")) == ()


def test_a_number_that_would_round_to_its_limit_is_shown_in_full() -> None:
    (check,) = check_field(MOOD, "weight_kg", Decimal("350.01"))
    assert check.message == "Weight 350.01 kg is above the hard limit of 350 kg."


@pytest.mark.parametrize(
    ("entered", "is_stopped"),
    [("0.1", False), ("0.09", True), ("0.5", False), ("2.5", False), ("2.51", True), ("5", True)],
)
def test_a_tenfold_slip_is_stopped_outside_0_2_to_5_times(entered: str, is_stopped: bool) -> None:
    checks = check_tenfold("dose", "Dose", "mg/kg", Decimal(entered), Decimal("0.5"))
    assert bool(checks) is is_stopped
    assert all(check.level is Level.HARD for check in checks)


def test_95_mg_entered_as_950_mg_is_stopped() -> None:
    (check,) = check_tenfold("drug", "Drug", "mg", Decimal(950), Decimal(95))
    assert "10 times the expected 95 mg" in check.message
