"""Names, kinds and ranks of alarm conditions; what of an occurrence is shown, in which order."""

from dataclasses import replace

import pytest

from kmonitor.alarms.conditions import AlarmKind, AlarmPhase, Condition, Priority
from kmonitor.alarms.levels import as_displayed, effective_limit, effective_limits, is_beyond, words
from kmonitor.alarms.limits import Judged, Level, LimitRule
from kmonitor.alarms.occurrences import (
    Occurrence,
    OccurrenceState,
    Part,
    are_worse,
    heard,
    presented,
)
from kmonitor.alarms.signals import SILENT, AlarmSignal
from tests.engine_bench import LIMITS, Bench, technical

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH


@pytest.mark.parametrize("names", [AlarmKind, AlarmPhase, Condition, OccurrenceState, Priority])
def test_the_log_names_each_as_the_program_does(names):
    assert [each.value for each in names] == [each.name.lower() for each in names]


def test_high_outranks_medium_and_medium_low():
    assert [each.rank for each in (LOW, MEDIUM, HIGH)] == [0, 1, 2]


def test_only_three_conditions_silence():
    silencing = {each.value for each in Condition if each.is_inactivation}
    assert silencing == {"audio_paused", "audio_off", "alarm_off"}


def test_a_condition_about_a_high_value_says_so():
    assert Condition.PULSE_HIGH.is_high
    assert not Condition.PULSE_LOW.is_high
    assert not Condition.APNOEA.is_high


def test_nothing_sounds_at_first():
    assert AlarmSignal() == SILENT
    assert (SILENT.sounding, SILENT.reminders) == (None, 0)


@pytest.mark.parametrize(("value", "shown"), [(89.4, 89), (89.5, 90), (90.0, 90), (0.49, 0)])
def test_a_value_is_judged_as_it_is_displayed(value, shown):
    assert as_displayed(value) == shown


def _level(**changes) -> Level:
    return replace(Level(priority=MEDIUM, limit=None, delay_s=0), **changes)


@pytest.mark.parametrize(
    ("level", "is_high", "baseline", "limit"),
    [
        (_level(limit=90), False, None, 90),
        (_level(), False, 80, None),
        (_level(limit=50, fraction_of_baseline=0.8), False, None, 50),
        (_level(limit=50, fraction_of_baseline=0.8), False, 52, 42),
        (_level(limit=50, fraction_of_baseline=0.8, while_baseline_below=60), False, 60, 50),
        (_level(limit=50, fraction_of_baseline=0.8, while_baseline_below=60), False, 59, 47),
        (_level(rise=30), True, None, None),
        (_level(rise=30), True, 120, 150),
        (_level(rise=30), False, 120, 90),
        (_level(limit=150, rise=40), True, 100, 150),
        (_level(limit=150, rise=40), True, 120, 160),
        (_level(limit=90, rise=30), False, 110, 80),
        (_level(limit=90, rise=30), False, 130, 90),
    ],
)
def test_a_limit_may_refer_to_the_baseline(level, is_high, baseline, limit):
    assert effective_limit(level, is_high, baseline) == limit


def test_a_rule_has_one_limit_for_each_level():
    rule = LimitRule(
        condition=Condition.PULSE_HIGH, judged=Judged.PULSE_RATE, is_high=True,
        levels=(_level(limit=120), _level(rise=30)),
    )  # fmt: skip
    assert effective_limits(rule, 72) == (120, 102)


@pytest.mark.parametrize(
    ("value", "limit", "is_high", "beyond"),
    [
        (90, 90, False, False),
        (89.6, 90, False, False),
        (89, 90, False, True),
        (120, 120, True, False),
        (120.4, 120, True, False),
        (121, 120, True, True),
        (1, None, False, False),
    ],
)
def test_the_limit_itself_is_the_last_acceptable_number(value, limit, is_high, beyond):
    assert is_beyond(value, limit, is_high) is beyond


def _rule(condition: Condition) -> LimitRule:
    return next(rule for rule in LIMITS.rules if rule.condition is condition)


@pytest.mark.parametrize(
    ("condition", "value", "limit", "told"),
    [
        (Condition.SPO2_LOW, 89.4, 90, "SpO2 LOW 89 (limit 90)"),
        (Condition.PULSE_HIGH, 130, 120, "Pulse HIGH 130 (limit 120)"),
        (Condition.RESPIRATORY_RATE_LOW, 6, 8, "RR LOW 6 (limit 8)"),
        (Condition.ETCO2_HIGH, 61, 60, "EtCO2 HIGH 61 (limit 60)"),
        (Condition.SEDATION_DEEP, 2, 3, "MOAA/S LOW 2 (limit 3)"),
        (Condition.NIBP_SYSTOLIC_LOW, 85, 90, "SYS LOW 85 (limit 90)"),
        (Condition.NIBP_DIASTOLIC_HIGH, 107, 105, "DIA HIGH 107 (limit 105)"),
        (Condition.NIBP_MEAN_LOW, 54, 55, "MEAN LOW 54 (limit 55)"),
        (Condition.APNOEA, 0.0, 1, "NO BREATH: RR 0"),
    ],
)
def test_the_words_name_value_and_limit(condition, value, limit, told):
    assert words(_rule(condition), value, limit) == told


def _part(condition=Condition.NIBP_SYSTOLIC_HIGH, value=165, limit=160, priority=MEDIUM) -> Part:
    return Part(
        condition=condition, judged="nibp_systolic", value=value, limit=limit, priority=priority
    )


def test_worse_points_away_from_the_limit():
    assert _part().beyond(170, 165) == 5
    assert _part(Condition.SPO2_LOW).beyond(85, 88) == 3


@pytest.mark.parametrize(
    ("now", "by", "worse"),
    [
        (_part(), None, False),
        (_part(value=300), None, False),
        (_part(limit=161), None, True),
        (_part(limit=159), None, False),
        (_part(value=174), 10, False),
        (_part(value=175), 10, True),
        (_part(value=150, priority=HIGH), 10, True),
        (_part(priority=LOW), None, False),
        (_part(Condition.NIBP_DIASTOLIC_HIGH), None, True),
    ],
)
def test_what_makes_a_part_worse(now, by, worse):
    assert are_worse((now,), (_part(),), by) is worse
    assert are_worse((_part(), now), (_part(),), by) is worse


def test_what_is_only_seen_is_not_among_the_heard():
    assert heard((_part(priority=LOW), _part())) == (_part(),)


def _occurrence(number: int = 1, **changes) -> Occurrence:
    at = Bench().now
    fresh = Occurrence(
        number=number, condition=Condition.NO_DATA, about=str(number), kind=AlarmKind.TECHNICAL,
        priority=MEDIUM, state=OccurrenceState.ACTIVE, since=at, onset=at, value=None, limit=None,
        words="",
    )  # fmt: skip
    return replace(fresh, **changes)


def test_what_is_only_seen_makes_an_acknowledged_alarm_no_worse():
    seen = _part(Condition.NIBP_DIASTOLIC_HIGH, priority=LOW)
    acknowledged = _occurrence(acknowledged_parts=(_part(),))
    assert not acknowledged.is_worse((_part(), seen), None)
    assert replace(acknowledged, priority=LOW).is_worse((_part(), seen), None)


def test_only_the_parts_as_urgent_as_the_whole_are_filled():
    both = (_part(priority=HIGH), replace(_part(), judged="nibp_diastolic"))
    assert _occurrence(priority=HIGH, parts=both).components == ("nibp_systolic",)


def test_shown_is_the_urgent_before_the_acknowledged_before_what_is_over():
    at = Bench().now
    shown = presented(
        (
            _occurrence(1, priority=HIGH, state=OccurrenceState.LATCHED),
            _occurrence(2, priority=HIGH, acknowledged_by="N1"),
            _occurrence(3, priority=LOW),
            _occurrence(4, onset=at.plus(-5)),
            _occurrence(5),
            _occurrence(6, state=OccurrenceState.PENDING, onset=None),
            _occurrence(7, condition=Condition.AUDIO_PAUSED),
            _occurrence(8, condition=Condition.AUDIO_OFF, priority=LOW, onset=at.plus(-9)),
        )
    )
    assert [each.number for each in shown] == [5, 4, 3, 8, 2, 1]


def test_while_a_condition_is_there_its_line_is_left_out():
    line = _occurrence(1, about="", state=OccurrenceState.LATCHED, priority=HIGH)
    there = _occurrence(2, about="")
    assert presented((line, there)) == (there,)
    pending = replace(there, state=OccurrenceState.PENDING)
    assert presented((line, pending)) == (line,)
    other = replace(there, about="other")
    assert presented((line, other)) == (other, line)


def test_a_technical_condition_is_known_by_what_it_is_about():
    bench = Bench()
    bench.stand(technical(about="a"), technical(about="b"))
    bench.stand(technical(about="b"))
    assert [(row.about, row.phase.value) for row in bench.rows] == [
        ("a", "onset"),
        ("b", "onset"),
        ("a", "ended"),
    ]
