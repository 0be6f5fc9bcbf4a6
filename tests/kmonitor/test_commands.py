import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kmonitor.commands import calc, dose

REFERENCE = "--weight 80kg --dose 0.5mg/kg --minutes 40 --stock 50mg/mL --volume 100mL"


def run_calc(line: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(calc, line.split(), input=stdin, prog_name="kmonitor calc")


def run_dose(line: str) -> Result:
    return CliRunner().invoke(dose, line.split(), prog_name="kmonitor dose")


def card(line: str, status: int = 0) -> dict[str, Any]:
    result = run_dose(line)
    assert result.exit_code == status, result.output
    assert result.stdout.count("\n") == 1
    printed: dict[str, Any] = json.loads(result.stdout)
    return printed


def changed(option: str, text: str) -> str:
    words = REFERENCE.split()
    words[words.index(option) + 1] = text
    return " ".join(words)


def test_calc_prints_value_unit_and_display_on_one_line() -> None:
    line = "rate_ml_per_h dose_rate=5mcg/kg/min weight=95kg concentration=200mg/250mL"
    result = run_calc(line)
    assert result.exit_code == 0
    assert result.stdout == '{"value": 35.625, "unit": "mL/h", "display": "35.6 mL/h"}\n'


def test_calc_reads_lines_names_the_wrong_ones_and_goes_on() -> None:
    lines = "bmi weight=80kg height=200cm\n\nbmi weight=0kg height=2m\nkg_to_lb weight=80kg\n"
    result = run_calc("-", lines)
    assert result.exit_code == 2
    values = [json.loads(line)["value"] for line in result.stdout.splitlines()]
    assert values == [20.0, pytest.approx(176.3698097)]
    assert result.stderr == "Line 3: weight must be above 0, not '0kg'.\n"
    assert run_calc("-", "bmi weight=80kg height=200cm\n").exit_code == 0


def test_calc_survives_bytes_that_are_no_text() -> None:
    result = run_calc("-", b"\xff\xfe\x00bmi\n")
    assert result.exit_code == 2
    assert result.stderr.startswith("Line 1: There is no formula")


def test_calc_list_prints_each_formula_with_arguments_units_and_source() -> None:
    listed = [json.loads(line) for line in run_calc("--list").stdout.splitlines()]
    assert len(listed) == 27
    assert all(entry["source"] and entry["unit"] and entry["arguments"] for entry in listed)


@pytest.mark.parametrize("line", ["", "nonsense", "bmi weight", "bmi weight=80kg weight=81kg"])
def test_calc_refuses_wrong_use_with_status_2(line: str) -> None:
    result = run_calc(line)
    assert result.exit_code == 2
    assert not result.stdout
    assert "Error: " in result.stderr


def test_dose_prints_every_quantity_of_the_reference_dose() -> None:
    printed = card(f"{REFERENCE} --height 178cm --sex male")
    expected = {
        "weight_kg": 80.0,
        "basis": "actual",
        "basis_weight_kg": 80.0,
        "dose_mg": 40.0,
        "draw_ml": 0.8,
        "concentration_mg_per_ml": 0.4,
        "rate_ml_per_h": 150.0,
        "dose_rate_mg_per_kg_per_h": 0.75,
        "dose_rate_mcg_per_kg_per_min": 12.5,
        "drops_per_min": 50.0,
        "pump": {"rate_ml_per_h": 150.0, "vtbi_ml": 100.0, "minutes": 40.0},
        "checks": [],
    }
    assert {key: printed[key] for key in expected} == expected
    assert printed["dose_of_rounded_rate"]["dose_mg"] == 40.0
    assert printed["back_check"] == {
        "dose_mg_per_kg": 0.5,
        "dose_rate_mg_per_kg_per_h": 0.75,
        "agrees": True,
    }


def test_pounds_inches_and_a_time_with_its_unit_are_taken() -> None:
    line = "--weight 176lb --dose 500ug/kg --minutes 1h --stock 500mg/10mL --volume 0.1L"
    printed = card(f"{line} --height 70in --sex Female --basis Lean")
    assert printed["weight_kg"] == 79.83225712
    assert printed["minutes"] == 60.0
    assert printed["height_cm"] == 177.8
    assert (printed["sex"], printed["basis"]) == ("female", "lean")


def test_counting_the_drugs_volume_lowers_the_concentration_and_says_its_rule() -> None:
    printed = card(f"{REFERENCE} --count-drug-volume")
    assert printed["total_volume_ml"] == 100.8
    assert printed["concentration_mg_per_ml"] == pytest.approx(40 / 100.8)
    assert "plus the drawn volume" in printed["volume_rule"]


def test_a_hard_limit_exits_1_and_still_prints_its_checks() -> None:
    printed = card(changed("--dose", "5mg/kg"), status=1)
    assert printed["is_refused"] is True
    first = printed["checks"][0]
    assert {key: first[key] for key in ("field", "level", "limit", "value")} == {
        "field": "dose_mg_per_kg",
        "level": "hard",
        "limit": 2.0,
        "value": 5.0,
    }
    assert card(changed("--weight", "400kg"), status=1)["checks"][0]["field"] == "weight_kg"


def test_a_soft_limit_exits_0() -> None:
    checks = card(changed("--dose", "1mg/kg"))["checks"]
    assert [check["level"] for check in checks] == ["soft"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (changed("--weight", "0kg"), "weight must be above 0, not '0kg'."),
        (changed("--weight", "-80kg"), "weight must be above 0, not '-80kg'."),
        (changed("--weight", "1e9kg"), "weight: '1e9kg' is too large."),
        (changed("--weight", "heavy"), "weight: 'heavy' is not a quantity; write 80kg."),
        (changed("--weight", "80"), "weight: '80' lacks its unit; write 80kg."),
        (changed("--weight", "nan"), "weight: 'nan' is not a quantity; write 80kg."),
        (changed("--minutes", "0"), "minutes must be above 0, not '0'."),
        (changed("--minutes", "soon"), "minutes: 'soon' is not a quantity; write 40min."),
        (changed("--stock", "50mg"), "stock: '50mg' has the wrong unit; write 50mg/mL"),
        (changed("--volume", "0mL"), "volume must be above 0, not '0mL'."),
        (f"{REFERENCE} --basis ideal", "The ideal weight needs height and sex."),
        (f"{REFERENCE} --basis heavy", "Invalid value for '--basis'"),
        (f"{REFERENCE} --protocol pain", "Invalid value for '--protocol'"),
        ("--weight 80kg", "Missing option '--dose'."),
    ],
)
def test_dose_refuses_wrong_use_with_status_2_and_one_sentence(line: str, sentence: str) -> None:
    result = run_dose(line)
    assert result.exit_code == 2
    assert not result.stdout
    assert f"Error: {sentence}" in result.stderr
