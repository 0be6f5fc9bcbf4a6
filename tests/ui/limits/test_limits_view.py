"""The rows and the editor of the limits page, without Qt."""

from dataclasses import replace

import pytest

from kmonitor.alarm_acts import AlarmSwitched, LimitsChanged
from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.limits import Judged
from kmonitor.metrics import Metric
from tests import builders
from tests.limits_world import (
    NO_BREATH,
    PULSE_LOW,
    SPO2,
    SPO2_CRITICAL,
    SPO2_SEEN,
    SYSTOLIC,
    SYSTOLIC_RISE,
    SYSTOLIC_WITH_RISE,
    LimitsBed,
    begun,
)
from ui.limits.draft import Draft, Spot
from ui.limits.view_model import Cell, Column, Editor, Row, editor, first_spot, live_number, rows


def draft_of(bed: LimitsBed) -> Draft:
    limits = bed.session.limits
    return Draft(now=limits, wanted=limits, began_with=bed.set)


def row_of(bed: LimitsBed, judged: Judged, draft: Draft | None = None) -> Row:
    table = rows(bed.session, draft or draft_of(bed), bed.clock.now())
    return next(row for row in table if row.judged is judged)


def cell_of(bed: LimitsBed, judged: Judged, column: Column, draft: Draft | None = None) -> Cell:
    return row_of(bed, judged, draft).cells[column]


def edited(bed: LimitsBed, spot: Spot, draft: Draft | None = None) -> Editor:
    now = bed.clock.now()
    return editor(bed.session, draft or draft_of(bed), spot, now, name_of=lambda _id: "Ann Lee")


def test_every_level_of_the_set_has_its_place_and_no_place_is_shared_by_two_rules() -> None:
    bed = begun()
    table = rows(bed.session, draft_of(bed), bed.clock.now())
    spots = [spot for row in table for cell in row.cells.values() for spot in cell.spots]
    levels = [
        Spot(condition=rule.condition, place=place)
        for rule in bed.set.rules
        for place in range(len(rule.levels))
    ]
    assert sorted(spots, key=str) == sorted(levels, key=str)
    assert len(set(spots)) == len(spots)


def test_the_rows_come_in_the_order_of_the_bedside_with_numbers_from_low_to_high() -> None:
    bed = begun()
    table = rows(bed.session, draft_of(bed), bed.clock.now())
    assert [row.name for row in table] == [
        *("SpO2", "Pulse", "SYS", "DIA", "MEAN", "RR", "EtCO2", "MOAA/S"),
    ]
    spo2 = table[0].cells
    assert [(column, spo2[column].text) for column in Column if column in spo2] == [
        (Column.CRITICAL_LOW, "85"),
        (Column.LOW, "90"),
        (Column.SEEN_LOW, "93"),
    ]
    assert first_spot(table) == SPO2


def test_a_place_with_several_numbers_names_the_others_in_its_note() -> None:
    bed = begun()
    assert cell_of(bed, Judged.SPO2, Column.CRITICAL_LOW).note == "5 s or 80"
    high = cell_of(bed, Judged.NIBP_SYSTOLIC, Column.HIGH)
    assert (high.text, high.note, high.spots) == ("160", "or +40", (SYSTOLIC, SYSTOLIC_WITH_RISE))
    assert cell_of(bed, Judged.NIBP_SYSTOLIC, Column.SEEN_HIGH).text == "+30"
    assert cell_of(bed, Judged.PULSE_RATE, Column.LOW).note == "or ×0.8"
    no_breath = cell_of(bed, Judged.RESPIRATORY_RATE, Column.CRITICAL_LOW)
    assert (no_breath.text, no_breath.note) == ("30 s", "no breath")


def test_the_live_number_stands_in_the_row_with_the_age_of_a_cuff_reading() -> None:
    bed = begun()
    assert row_of(bed, Judged.SPO2).live.text == "97"
    systolic = row_of(bed, Judged.NIBP_SYSTOLIC).live
    assert (systolic.text, systolic.is_current) == ("124", True)
    bed.live(90)
    assert row_of(bed, Judged.NIBP_SYSTOLIC).live.note == "1 min ago"
    assert row_of(bed, Judged.SEDATION).live.text == "5"


@pytest.mark.parametrize("seconds", [11, 40])
def test_a_number_that_is_not_current_is_dashes_with_its_age(seconds: int) -> None:
    bed = begun()
    bed.clock.advance(s=seconds)
    bed.put(builders.reading(bed.clock.now(), Metric.PULSE_RATE, 72))
    spo2 = live_number(bed.session, Judged.SPO2, bed.clock.now())
    assert (spo2.text, spo2.is_current) == ("--", False)
    assert spo2.note
    pulse = live_number(bed.session, Judged.PULSE_RATE, bed.clock.now())
    assert (pulse.text, pulse.is_current) == ("72", True)


def test_while_no_news_come_every_live_number_is_dashes() -> None:
    bed = begun()
    table = rows(bed.session, draft_of(bed), bed.clock.now(), is_frozen=True)
    assert {row.live.text for row in table} == {"--"}
    assert not any(row.live.is_current for row in table)


def test_an_observation_that_is_due_again_is_dashes() -> None:
    bed = begun()
    bed.clock.advance(s=901)
    assert row_of(bed, Judged.SEDATION).live.text == "--"
    assert "15 min ago" in row_of(bed, Judged.SEDATION).live.note


def test_what_waits_is_marked_and_what_is_impossible_is_marked_wrong() -> None:
    bed = begun()
    draft = draft_of(bed).with_limit(SPO2, 84)
    low = cell_of(bed, Judged.SPO2, Column.LOW, draft)
    assert (low.text, low.is_moved, low.is_wrong) == ("84", True, True)
    assert low.note == "still 90"
    assert cell_of(bed, Judged.SPO2, Column.CRITICAL_LOW, draft).is_wrong
    assert not cell_of(bed, Judged.SPO2, Column.SEEN_LOW, draft).is_wrong
    assert edited(bed, SPO2, draft).trouble == draft.trouble
    assert edited(bed, SPO2_SEEN, draft).trouble == ""


def test_the_editor_says_the_number_in_words_and_the_live_one_beside_it() -> None:
    shown = edited(begun(), SPO2)
    assert (shown.title, shown.says) == ("SpO2 low · medium priority", "below 90 %, for 10 s")
    assert (shown.limit, shown.delay, shown.live) == ("90", "10", "Now 97 %")
    assert shown.baseline is None
    assert (shown.back, shown.can_default) == ("", False)


def test_relative_limits_are_said_in_words_with_the_baseline() -> None:
    bed = begun()
    shown = edited(bed, SYSTOLIC)
    assert shown.baseline == 125
    assert shown.delay is None
    assert "more than 40 above baseline" in shown.relative
    assert shown.relative.endswith("(baseline 125)")
    assert [words for _, words in shown.others] == ["160", "150 and +40"]
    assert edited(bed, SYSTOLIC_RISE).limit == "30"
    assert edited(bed, SYSTOLIC_RISE).baseline is None
    bed.session = replace(bed.session, baseline=None)
    assert edited(bed, SYSTOLIC).relative.endswith("(no baseline yet)")
    assert edited(bed, SYSTOLIC).baseline is None


def test_a_limit_that_can_lie_nowhere_else_has_a_delay_only() -> None:
    shown = edited(begun(), NO_BREATH)
    assert (shown.limit, shown.delay) == (None, "30")


def test_a_changed_limit_says_who_changed_it_and_what_it_was() -> None:
    bed = begun()
    wanted = draft_of(bed).with_limit(SPO2, 88).with_limit(PULSE_LOW, 45)
    bed.put(
        LimitsChanged(at=bed.clock.now(), author="N1", limits=wanted.wanted, words=wanted.words)
    )
    shown = edited(bed, SPO2)
    assert shown.history.startswith("Changed by Ann Lee at ")
    assert shown.history.endswith(", was 90")
    assert edited(bed, PULSE_LOW).history.endswith(", was 50")
    assert edited(bed, SPO2_CRITICAL).history == ""
    assert cell_of(bed, Judged.SPO2, Column.LOW).note == "was 90"
    assert shown.can_default


def test_an_alarm_that_is_off_is_off_in_each_of_its_places() -> None:
    bed = begun()
    bed.put(
        AlarmSwitched(at=bed.clock.now(), author="N1", condition=Condition.SPO2_LOW, is_on=False)
    )
    row = row_of(bed, Judged.SPO2)
    assert all(cell.is_off for cell in row.cells.values())
    assert cell_of(bed, Judged.SPO2, Column.LOW).spoken == "SpO2 low 90, off"
    assert not any(cell.is_off for cell in row_of(bed, Judged.PULSE_RATE).cells.values())
    assert edited(bed, SPO2).is_off
