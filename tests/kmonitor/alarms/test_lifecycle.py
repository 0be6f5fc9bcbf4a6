"""The life of an occurrence, row by row: what each step logs, and what it leaves in the state."""

from dataclasses import replace

import pytest

from kmonitor.alarms.conditions import AlarmKind, AlarmPhase, Condition, Priority
from kmonitor.alarms.engine import next_due
from kmonitor.alarms.inputs import CuffMeasured, LimitsMoved, Measured, Missed, Passed, Rules
from kmonitor.alarms.lifecycle import AlarmState
from kmonitor.alarms.limits import Judged
from kmonitor.alarms.numeric import numeric_due
from kmonitor.alarms.occurrences import OccurrenceState, presented
from kmonitor.alarms.rebuilding import rebuilt
from tests.engine_bench import NURSE, Bench, moved_limits, technical

SPO2 = Condition.SPO2_LOW
PULSE = Judged.PULSE_RATE


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_row_tells_all_of_its_occurrence(bench):
    began = bench.now
    bench.spo2(89, seconds=11)
    pending, onset = bench.rows
    assert (pending.phase, pending.at, pending.occurrence) == (AlarmPhase.PENDING, began, 1)
    assert (pending.kind, pending.priority) == (AlarmKind.PHYSIOLOGICAL, Priority.LOW)
    assert (pending.value, pending.limit, pending.words) == (89, 93, "SpO2 LOW 89 (limit 93)")
    assert (onset.phase, onset.at, onset.occurrence) == (AlarmPhase.ONSET, began.plus(10), 1)
    assert (onset.priority, onset.value, onset.limit) == (Priority.MEDIUM, 89, 90)
    assert (onset.author, onset.about) == (None, "")
    (there,) = bench.state.occurrences
    assert (there.since, there.onset) == (began, began.plus(10))


def test_a_pending_occurrence_has_no_onset_and_follows_the_value(bench):
    bench.spo2(92)
    bench.spo2(91)
    (pending,) = bench.state.occurrences
    assert (pending.onset, pending.value, pending.words) == (None, 91, "SpO2 LOW 91 (limit 93)")
    assert presented(bench.state.occurrences) == ()


def test_numbers_of_occurrences_count_up(bench):
    bench.stand(technical(about="a"))
    bench.stand(technical(about="a"), technical(about="b"))
    bench.stand(technical(about="c"))
    assert bench.state.next_number == 4
    assert [each.number for each in bench.state.occurrences] == [3]


def test_an_acknowledgement_names_who_and_keeps_when(bench):
    bench.cuff(165)
    (row,) = bench.acknowledge()
    assert (row.phase, row.author, row.at) == (AlarmPhase.ACKNOWLEDGED, NURSE, bench.now)
    (there,) = bench.state.occurrences
    assert (there.acknowledged_by, there.quiet_since) == (NURSE, bench.now)
    assert there.acknowledged_parts == there.parts


def test_an_acknowledgement_that_fits_nothing_changes_nothing(bench):
    bench.spo2(89, seconds=2)
    before = bench.state
    for number in (1, 2, 99):
        assert bench.acknowledge(number) == ()
        assert bench.state is before


def test_an_escalation_voids_all_of_the_acknowledgement(bench):
    bench.cuff(165)
    bench.acknowledge()
    bench.cuff(190)
    (there,) = bench.state.occurrences
    assert (there.acknowledged_by, there.acknowledged_parts, there.quiet_since) == (None, (), None)
    assert (there.priority, there.words) == (Priority.HIGH, "NIBP SYS HIGH 190 (limit 180)")
    assert bench.rows[-1].priority is Priority.HIGH


@pytest.mark.parametrize("acknowledged", [True, False])
def test_a_pressure_that_eased_and_is_critical_again_escalates(bench, acknowledged):
    bench.cuff(190)
    if acknowledged:
        bench.acknowledge()
    bench.cuff(165)
    assert bench.sound() == (None if acknowledged else "medium")
    bench.cuff(185)
    assert bench.rows[-1].phase is AlarmPhase.ESCALATED
    assert bench.sound() == "high"


def test_an_eased_alarm_is_a_new_one_and_the_worse_a_line(bench):
    bench.cuff(190)
    bench.cuff(165)
    assert [(row.occurrence, row.phase.value) for row in bench.rows] == [
        (1, "onset"),
        (1, "latched"),
        (2, "onset"),
    ]
    line, there = bench.state.occurrences
    assert (line.state, line.priority, line.value) == (
        OccurrenceState.LATCHED, Priority.HIGH, 190,
    )  # fmt: skip
    assert (there.priority, there.value) == (Priority.MEDIUM, 165)


def test_acknowledging_what_is_there_acknowledges_its_line_too(bench):
    bench.cuff(190)
    bench.cuff(165)
    rows = bench.acknowledge(2)
    assert [(row.occurrence, row.phase.value, row.author) for row in rows] == [
        (2, "acknowledged", NURSE),
        (1, "acknowledged", NURSE),
        (1, "ended", None),
    ]


def test_acknowledging_the_line_leaves_what_is_there_unacknowledged(bench):
    bench.cuff(190)
    bench.cuff(165)
    rows = bench.acknowledge(1)
    assert [(row.occurrence, row.phase.value) for row in rows] == [
        (1, "acknowledged"),
        (1, "ended"),
    ]
    assert bench.sound() == "medium"


def test_acknowledging_one_condition_leaves_the_line_of_another(bench):
    bench.spo2(79)
    bench.spo2(97)
    bench.cuff(165)
    bench.acknowledge(2)
    assert [each.number for each in bench.state.occurrences] == [1, 2]


def test_a_new_onset_takes_the_place_of_a_line_no_more_urgent(bench):
    bench.spo2(89, seconds=11)
    bench.spo2(97)
    bench.spo2(89, seconds=11)
    assert [(row.occurrence, row.phase.value) for row in bench.rows[-3:]] == [
        (2, "pending"),
        (1, "ended"),
        (2, "onset"),
    ]
    assert len(bench.state.occurrences) == 1


def test_a_new_onset_leaves_the_more_urgent_line(bench):
    bench.spo2(79)
    bench.spo2(97)
    bench.spo2(89, seconds=11)
    assert [each.state.value for each in bench.state.occurrences] == ["latched", "active"]


def test_a_new_onset_leaves_the_line_of_another_condition(bench):
    bench.cuff(165)
    bench.cuff(120)
    bench.spo2(79)
    assert [each.condition.value for each in bench.state.occurrences] == [
        "nibp_systolic_high",
        "spo2_low",
    ]


def test_lines_do_not_pile_up_where_an_alarm_eases_and_rises(bench):
    for _ in range(5):
        bench.spo2(84, seconds=12)
        bench.spo2(88, seconds=12)
    states = [each.state.value for each in bench.state.occurrences]
    assert sorted(states) == ["active", "latched"]


@pytest.mark.parametrize("priority", [Priority.MEDIUM, Priority.HIGH])
def test_a_technical_condition_leaves_no_line(bench, priority):
    bench.stand(technical(priority=priority))
    bench.stand()
    assert bench.state.occurrences == ()
    assert bench.rows[-1].phase is AlarmPhase.ENDED


def test_an_acknowledged_technical_condition_eases_in_silence_and_worsens_aloud(bench):
    bench.stand(technical(priority=Priority.HIGH))
    bench.acknowledge()
    assert bench.stand(technical(priority=Priority.MEDIUM)) == ()
    (there,) = bench.state.occurrences
    assert (there.number, there.priority, there.is_acknowledged) == (1, Priority.MEDIUM, True)
    (row,) = bench.stand(technical(priority=Priority.HIGH))
    assert (row.phase, bench.sound()) == (AlarmPhase.ESCALATED, "high")


def test_the_words_of_what_stands_follow(bench):
    bench.stand(technical())
    bench.stand(replace(technical(), words="other", value=3.0, limit=2.0))
    (there,) = bench.state.occurrences
    assert (there.words, there.value, there.limit) == ("other", 3.0, 2.0)


def test_what_is_only_seen_leaves_no_line(bench):
    bench.spo2(92, seconds=31)
    bench.spo2(97)
    assert bench.state.occurrences == ()


def test_a_cuff_reading_with_no_component_in_common_is_another_alarm(bench):
    bench.cuff(165)
    bench.cuff(120, 107)
    assert [(row.occurrence, row.phase.value) for row in bench.rows[1:]] == [
        (1, "latched"),
        (2, "onset"),
    ]


def test_of_one_urgency_the_component_farthest_beyond_is_the_worst(bench):
    bench.cuff(162, 109)
    (there,) = bench.state.occurrences
    assert there.words == "NIBP DIA HIGH 109 (limit 105), SYS HIGH 162 (limit 160)"
    assert there.components == ("nibp_diastolic", "nibp_systolic")
    assert there.condition is Condition.NIBP_DIASTOLIC_HIGH


def test_the_more_urgent_component_is_the_worst_however_near(bench):
    bench.cuff(176, 111)
    (there,) = bench.state.occurrences
    assert there.words == "NIBP DIA HIGH 111 (limit 110), SYS HIGH 176 (limit 160)"
    assert there.components == ("nibp_diastolic",)


def test_a_missing_component_is_not_judged(bench):
    bench.take(CuffMeasured(at=bench.now, pressures=((Judged.NIBP_MEAN, None),)))
    assert bench.rows == []
    bench.take(CuffMeasured(at=bench.now, pressures=((Judged.NIBP_MEAN, 54),)))
    assert bench.rows[-1].words == "NIBP MEAN LOW 54 (limit 55)"


@pytest.mark.parametrize(
    ("systolic", "diastolic", "mean", "condition"),
    [
        (85, 60, 70, Condition.NIBP_SYSTOLIC_LOW),
        (165, 60, 70, Condition.NIBP_SYSTOLIC_HIGH),
        (120, 44, 70, Condition.NIBP_DIASTOLIC_LOW),
        (120, 107, 70, Condition.NIBP_DIASTOLIC_HIGH),
        (120, 60, 54, Condition.NIBP_MEAN_LOW),
    ],
)
def test_every_component_ends_with_the_next_normal_reading(
    bench, systolic, diastolic, mean, condition
):
    bench.cuff(systolic, diastolic, mean)
    assert bench.find(condition) is not None
    bench.cuff(120, 60, 70)
    assert bench.find(condition) is None


def test_the_next_due_is_the_next_level_that_is_not_reached_yet(bench):
    began = bench.now
    bench.take(Measured(at=began, judged=Judged.SPO2, value=84))
    assert next_due(bench.state, bench.rules) == began.plus(5)
    bench.take(Passed(at=began.plus(5)))
    assert next_due(bench.state, bench.rules) is None


def test_a_pending_alarm_is_due_when_its_number_is_old(bench):
    began = bench.now
    bench.take(Measured(at=began, judged=Judged.SPO2, value=92))
    assert numeric_due(bench.state, bench.rules) == began.plus(10)
    bench.take(Passed(at=began.plus(9.999)))
    assert bench.find(SPO2) is not None
    bench.take(Passed(at=began.plus(10)))
    assert bench.phases(SPO2) == ["pending", "ended"]
    assert numeric_due(bench.state, bench.rules) is None


def test_nothing_is_due_while_a_number_is_missing_but_that_it_gets_old(bench):
    began = bench.now
    bench.take(Measured(at=began, judged=Judged.SPO2, value=84))
    bench.take(Missed(at=began.plus(1), judged=Judged.SPO2))
    assert next_due(bench.state, bench.rules) == began.plus(10)
    assert bench.take(Passed(at=began.plus(6))) == ()


def test_the_earliest_of_several_things_is_due(bench):
    began = bench.now
    bench.take(Measured(at=began, judged=PULSE, value=150))
    bench.take(Measured(at=began.plus(1), judged=Judged.SPO2, value=84))
    assert next_due(bench.state, bench.rules) == began.plus(6)
    bench.pause()
    assert next_due(bench.state, bench.rules) == began.plus(6)


def test_missing_what_never_was_there_changes_nothing(bench):
    before = bench.state
    bench.take(Missed(at=bench.now, judged=Judged.SPO2))
    assert bench.state.watches == before.watches


def test_one_missing_metric_stops_no_other(bench):
    bench.spo2(84, seconds=1)
    bench.take(Measured(at=bench.now, judged=PULSE, value=150))
    bench.take(Missed(at=bench.now, judged=PULSE))
    for _ in range(5):
        bench.spo2(84)
    assert bench.onsets() == [(5.0, "spo2_low", "high")]


def test_after_a_long_gap_the_delay_begins_anew_and_what_is_there_stays(bench):
    bench.spo2(89, seconds=11)
    bench.pass_time(60)
    assert bench.find(SPO2).state is OccurrenceState.ACTIVE
    bench.spo2(84, seconds=2)
    assert bench.find(SPO2).priority is Priority.MEDIUM
    bench.spo2(84, seconds=4)
    assert bench.find(SPO2).priority is Priority.HIGH


def test_a_number_after_a_gap_of_unjudged_time_begins_its_delay_anew(bench):
    began = bench.now
    bench.take(Measured(at=began, judged=Judged.SPO2, value=89))
    bench.take(Measured(at=began.plus(10), judged=Judged.SPO2, value=89))
    assert bench.onsets() == []
    bench.take(Measured(at=began.plus(19.9), judged=Judged.SPO2, value=89))
    assert bench.onsets() == []
    bench.take(Passed(at=began.plus(20)))
    assert len(bench.onsets()) == 1


def test_an_acknowledged_alarm_ends_where_the_number_is_inside_again(bench):
    bench.spo2(84, seconds=12)
    bench.acknowledge()
    bench.spo2(97)
    assert bench.state.occurrences == ()


def test_an_acknowledged_high_that_is_only_seen_now_stays_acknowledged(bench):
    bench.spo2(84, seconds=31)
    bench.acknowledge()
    bench.spo2(92, seconds=2)
    (there,) = bench.state.occurrences
    assert (there.is_acknowledged, there.priority) == (True, Priority.LOW)


def test_an_alarm_back_within_a_delay_is_over_and_the_delay_goes_on(bench):
    bench.spo2(89, seconds=12)
    bench.spo2(92)
    assert [row.phase.value for row in bench.rows[-2:]] == ["latched", "pending"]
    assert bench.sound() is None


def test_a_high_alarm_lasts_while_a_more_severe_level_waits(bench):
    """Medium by 88 for long, then 84: high waits 5 s, and medium goes on meanwhile."""
    bench.spo2(88, seconds=12)
    bench.spo2(84, seconds=3)
    (there,) = bench.state.occurrences
    assert (there.priority, there.value, there.limit) == (Priority.MEDIUM, 84, 90)


def test_an_engine_made_anew_forgets_the_delay_that_ran(bench):
    bench.spo2(89, seconds=3)
    bench.state = AlarmState(occurrences=bench.state.occurrences, next_number=2)
    assert [row.phase.value for row in bench.take(Passed(at=bench.now))] == ["ended"]
    assert bench.take(Passed(at=bench.now)) == ()


def test_an_engine_made_anew_keeps_what_is_there(bench):
    bench.spo2(89, seconds=12)
    bench.state = AlarmState(occurrences=bench.state.occurrences, next_number=2)
    assert bench.take(Passed(at=bench.now.plus(60))) == ()
    bench.spo2(89)
    assert bench.sound() == "medium"


def test_an_observation_is_judged_at_once_and_stays_until_the_next(bench):
    bench.take(Measured(at=bench.now, judged=Judged.SEDATION, value=2))
    assert bench.onsets() == [(0.0, "sedation_deep", "high")]
    bench.pass_time(600)
    assert bench.sound() == "high"
    bench.take(Measured(at=bench.now, judged=Judged.SEDATION, value=5))
    assert bench.sound() is None


def test_of_two_limits_of_one_urgency_the_words_name_the_more_severe():
    risen = Bench((Judged.NIBP_SYSTOLIC, 118))
    risen.cuff(161, 109)
    (there,) = risen.state.occurrences
    assert there.words == "NIBP DIA HIGH 109 (limit 105), SYS HIGH 161 (limit 160)"


def test_a_component_after_a_missing_one_is_judged(bench):
    told = ((Judged.NIBP_SYSTOLIC, None), (Judged.NIBP_DIASTOLIC, 107))
    bench.take(CuffMeasured(at=bench.now, pressures=told))
    assert bench.rows[-1].words == "NIBP DIA HIGH 107 (limit 105)"


def test_an_alarm_that_is_off_leaves_the_other_side_of_the_same_thing(bench):
    bench.alarm(Condition.NIBP_SYSTOLIC_HIGH, is_off=True)
    bench.cuff(85)
    assert bench.rows[-1].words == "NIBP SYS LOW 85 (limit 90)"
    bench.alarm(Condition.PULSE_HIGH, is_off=True)
    bench.spo2(30, seconds=11, judged=PULSE)
    assert bench.rows[-1].words == "Pulse LOW 30 (limit 40)"


def test_all_that_stands_or_is_over_at_once_is_logged(bench):
    one, other = technical(about="a"), technical(about="b")
    assert len(bench.stand(one, other)) == 2
    rows = bench.stand(technical(about="c"))
    assert [(row.about, row.phase.value) for row in rows] == [
        ("a", "ended"),
        ("b", "ended"),
        ("c", "onset"),
    ]


def test_all_that_moved_limits_begin_is_logged(bench):
    bench.spo2(110, judged=PULSE)
    bench.rules = Rules(limits=moved_limits(Condition.PULSE_HIGH, 100, 105))
    rows = bench.take(LimitsMoved(at=bench.now))
    assert [row.phase.value for row in rows] == ["pending"]
    assert bench.find(Condition.PULSE_HIGH) is not None


def test_a_delay_begun_by_moved_limits_runs_from_then_on(bench):
    bench.spo2(91)
    bench.rules = Rules(limits=moved_limits(SPO2, 93, 92, 85, 80))
    moved = bench.now
    bench.take(LimitsMoved(at=moved))
    for _ in range(3):
        bench.clock.advance(s=0.5)
        bench.take(Measured(at=bench.now, judged=Judged.SPO2, value=91))
    assert next_due(bench.state, bench.rules) == moved.plus(10)


def test_the_delay_of_what_is_only_seen_is_due_too(bench):
    began = bench.now
    bench.spo2(92, seconds=25)
    assert next_due(bench.state, bench.rules) == began.plus(30)


def test_the_delay_to_a_more_urgent_level_is_due_while_active(bench):
    bench.spo2(88, seconds=12)
    fell = bench.now
    bench.take(Measured(at=fell, judged=Judged.SPO2, value=84))
    assert next_due(bench.state, bench.rules) == fell.plus(5)


def test_a_due_needs_no_other_metric(bench):
    began = bench.now
    bench.spo2(150, seconds=2, judged=PULSE)
    assert next_due(bench.state, bench.rules) == began.plus(10)


def test_time_alone_ends_a_delay_while_all_else_is_well(bench):
    began = bench.now
    for second in (0, 9):
        at = began.plus(second)
        bench.take(Measured(at=at, judged=Judged.SPO2, value=97))
        bench.take(Measured(at=at, judged=PULSE, value=150))
    (row,) = bench.take(Passed(at=began.plus(10)))
    assert (row.condition, row.phase) == (Condition.PULSE_HIGH, AlarmPhase.ONSET)


def test_an_escalation_takes_the_place_of_a_line_no_more_urgent(bench):
    bench.cuff(190)
    bench.cuff(165)
    rows = bench.take(CuffMeasured(at=bench.now, pressures=((Judged.NIBP_SYSTOLIC, 191),)))
    assert [(row.occurrence, row.phase.value) for row in rows] == [(1, "ended"), (2, "escalated")]


def test_acknowledging_one_of_two_lines_leaves_the_other(bench):
    bench.cuff(190)
    bench.cuff(165)
    bench.cuff(120)
    assert [each.state.value for each in bench.state.occurrences] == ["latched", "latched"]
    bench.acknowledge(1)
    assert [each.number for each in bench.state.occurrences] == [2]


def test_an_alarm_lasts_since_it_lies_beyond_the_limit_that_it_names():
    bench = Bench((Judged.NIBP_SYSTOLIC, 115.0))
    bench.cuff(152)
    bench.cuff(165)
    worse = bench.now.plus(-600)
    found = bench.find(Condition.NIBP_SYSTOLIC_HIGH)
    assert (found.lasts_since, found.worsened) == (worse, worse)
    assert found.onset == worse.plus(-600)
    bench.acknowledge(found.number)
    bench.cuff(176)
    assert bench.phases(Condition.NIBP_SYSTOLIC_HIGH)[-1] == "escalated"
    assert bench.find(Condition.NIBP_SYSTOLIC_HIGH).lasts_since == worse
    assert rebuilt((), bench.rows, bench.rules.limits)[0].lasts_since == worse
