"""What the panels say and offer, without Qt."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kmonitor.clock import FakeClock
from kmonitor.infusion import (
    EndConfirmed,
    EndReached,
    InfusionState,
    Paused,
    Refused,
    ResumeEnd,
    Started,
    begin,
    planned_end,
    step,
)
from kmonitor.session_state import PumpPrompt, PumpTask
from tests.builders import PLAN
from ui.bedside.panels.pressure_entry import read_pressures
from ui.bedside.panels.pump_words import not_confirmed_words, pump_words
from ui.bedside.panels.rate_choice import rate_choice, stepped
from ui.bedside.panels.resume_choice import resume_choices
from ui.bedside.panels.time_back import at_planned_end, last_act_effective, time_choices

ZONE = "UTC"


def infusing(clock: FakeClock, minutes: int = 10) -> InfusionState:
    now = clock.now()
    state = step(begin(PLAN), Started(at=now, effective=now))
    assert not isinstance(state, Refused)
    clock.advance(s=minutes * 60)
    return state


def test_an_act_can_be_set_back_but_not_before_the_last_one() -> None:
    clock = FakeClock()
    state = infusing(clock, minutes=3)
    choices = time_choices(clock.now(), ZONE, last_act_effective(state))
    assert [choice.words for choice in choices][:2] == ["now", "1 min ago"]
    assert [c.back_s for c in choices if c.is_possible] == [0, 60, 120, 180]
    assert choices[1].clock == "09:02"


def test_the_planned_end_can_always_be_named() -> None:
    clock = FakeClock()
    state = infusing(clock, minutes=40)
    end = planned_end(state)
    assert end is not None
    choice = at_planned_end(end, ZONE)
    assert (choice.is_possible, choice.clock) == (True, "09:40")
    now = clock.advance(s=3600)
    due = step(state, EndReached(at=now))
    assert not isinstance(due, Refused)
    assert not isinstance(step(due, EndConfirmed(at=now, effective=end)), Refused)


def test_resume_shows_both_ends_and_both_amounts() -> None:
    clock = FakeClock()
    now = clock.advance(s=0)
    state = infusing(clock)
    paused = step(state, Paused(at=clock.now(), effective=clock.now()))
    assert not isinstance(paused, Refused)
    now = clock.advance(s=300)
    extend, keep = resume_choices(paused, now, 0, ZONE)
    assert (extend.end, extend.consequence) == (ResumeEnd.EXTEND, "End 09:45 · 41 of 41 mg given")
    assert keep.consequence == "End 09:40 · 35.9 of 41 mg given"
    late = clock.advance(s=3600)
    assert "it has passed" in resume_choices(paused, late, 0, ZONE)[1].why_not


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("", "Type the new rate"),
        ("0", "above 0"),
        ("abc", "digits only"),
        ("120,5", "with a point"),
        ("120.55", "one digit after the point"),
        ("150", "is the rate that is set now"),
        ("1000", "hard limit"),
    ],
)
def test_a_rate_that_cannot_be_set_says_why(text: str, trouble: str) -> None:
    clock = FakeClock()
    choice = rate_choice(infusing(clock), text, clock.now(), 0, ZONE)
    assert choice.rate_ml_per_h is None
    assert trouble in choice.trouble


def test_a_rate_shows_mg_per_kg_per_h_and_the_new_end() -> None:
    clock = FakeClock()
    choice = rate_choice(infusing(clock), "120", clock.now(), 0, ZONE)
    assert choice.rate_ml_per_h == 120
    assert choice.dose_rate == "0.6 mg/kg/h"
    assert choice.end == "end 09:47, in 38 min, 41 mg given"
    assert choice.confirm == "Set 120 mL/h"


def test_a_soft_limit_on_a_rate_is_on_the_key_itself() -> None:
    clock = FakeClock()
    choice = rate_choice(infusing(clock), "220", clock.now(), 0, ZONE)
    assert "soft limit" in choice.trouble
    assert choice.confirm == "Set 220 mL/h anyway"


def test_steps_never_lead_to_0() -> None:
    assert stepped("150", Decimal(-10)) == "140"
    assert stepped("5", Decimal(-10)) == "0.1"
    assert stepped("x", Decimal(1)) == "1"


@pytest.mark.parametrize(
    ("fields", "trouble"),
    [
        (("", "", "", ""), "Type systolic"),
        (("120", "", "", ""), "Type systolic"),
        (("120", "130", "", ""), "must be below"),
        (("120", "120", "", ""), "must be below"),
        (("9", "5", "", ""), "between 10 and 300"),
        (("301", "80", "", ""), "between 10 and 300"),
        (("12x", "80", "", ""), "whole numbers"),
        (("120.5", "80", "", ""), "whole numbers"),
        (("120", "80", "130", ""), "between diastolic and systolic"),
        (("120", "80", "80", ""), "between diastolic and systolic"),
        (("120", "80", "93", "500"), "Pulse must lie"),
    ],
)
def test_an_implausible_pressure_is_one_sentence(
    fields: tuple[str, str, str, str], trouble: str
) -> None:
    entry = read_pressures(*fields)
    assert entry.pressures is None
    assert trouble in entry.trouble


def test_mean_and_pulse_may_be_left_out() -> None:
    found = read_pressures("120", "80", "", "").pressures
    assert found is not None
    assert (found.mean_mmhg, found.pulse_rate_per_min) == (None, None)
    found = read_pressures("120", "80", "93", "72").pressures
    assert found is not None
    assert (found.mean_mmhg, found.pulse_rate_per_min) == (93, 72)


@pytest.mark.parametrize(
    ("task", "rate", "words"),
    [
        (PumpTask.START, Decimal(150), "PUMP: start it now at 150\N{NO-BREAK SPACE}mL/h"),
        (PumpTask.PAUSE, None, "PUMP: pause it now"),
        (PumpTask.RESUME, Decimal(120), "PUMP: resume it now at 120\N{NO-BREAK SPACE}mL/h"),
        (PumpTask.SET_RATE, Decimal(120), "PUMP: set 120\N{NO-BREAK SPACE}mL/h"),
        (PumpTask.STOP, None, "PUMP: stop it now"),
    ],
)
def test_the_prompt_says_what_to_do_at_the_pump(
    task: PumpTask, rate: Decimal | None, words: str
) -> None:
    clock = FakeClock()
    prompt = PumpPrompt(number=1, tasks=(task,), rate_ml_per_h=rate, since=clock.now())
    assert pump_words(prompt, clock.advance(s=5)).words == words
    assert pump_words(prompt, clock.now()).since == "asked 5 s ago"
    assert "NOT CONFIRMED for 1 min 5 s" in pump_words(prompt, clock.advance(s=60)).since


def test_a_prompt_names_all_that_is_open_and_no_rate_starts_a_paused_pump() -> None:
    clock = FakeClock()
    both = PumpPrompt(
        number=2,
        tasks=(PumpTask.PAUSE, PumpTask.SET_RATE),
        rate_ml_per_h=Decimal(120),
        since=clock.now(),
    )
    rate = "120\N{NO-BREAK SPACE}mL/h"
    said = pump_words(both, clock.now(), is_paused=True).words
    assert said == f"PUMP: pause it now, then set {rate}, do not start"
    assert not_confirmed_words(both) == (
        "The pump prompt 'pause the pump, then set 120 mL/h' is not confirmed yet."
    )
    alone = replace(both, tasks=(PumpTask.SET_RATE,))
    assert pump_words(alone, clock.now(), is_paused=True).words == (
        f"PUMP: set {rate}, do not start"
    )
    assert pump_words(alone, clock.now()).words == f"PUMP: set {rate}"
