"""What must not make an alarm vanish: older, poorer and repeated news."""

from kmonitor.alarm_acts import AlarmSwitched, CuffArmTold, LimitsChanged
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.engine import AlarmState, step
from kmonitor.alarms.inputs import Acknowledge, CuffMeasured, Rules
from kmonitor.alarms.limit_changes import describe, with_limit
from kmonitor.alarms.limits import Judged
from kmonitor.alarms.occurrences import OccurrenceState, presented
from kmonitor.clock import FakeClock
from kmonitor.events import NibpEntered, ObservationMade, StatusArrived
from kmonitor.limit_sets import load_default
from kmonitor.vitals import DeviceStatus, Mode, StatusKind
from tests.builders import CUFF, NURSE, nibp
from tests.lived_session import Bedside


def _entered(bedside: Bedside, systolic: int, diastolic: int, mean=None, *, back_s=0) -> None:
    bedside.take(
        NibpEntered(
            at=bedside.now, author=NURSE, measured=bedside.now.plus(-back_s),
            systolic_mmhg=systolic, diastolic_mmhg=diastolic, mean_mmhg=mean,
        )
    )  # fmt: skip


def _heard(bedside: Bedside) -> Priority | None:
    return bedside.session.signal.sounding


def _words(bedside: Bedside) -> list[str]:
    return [each.words for each in bedside.session.presented_alarms if each.parts]


def test_a_reading_typed_in_late_ends_no_alarm_of_a_newer_one(bedside):
    bedside.wait(600)
    _entered(bedside, 190, 100)
    _entered(bedside, 126, 77, back_s=300)
    assert _heard(bedside) is Priority.HIGH
    assert bedside.session.last_nibp.systolic_mmhg == 190
    _entered(bedside, 126, 77)
    assert _heard(bedside) is None
    assert bedside.session.last_nibp.systolic_mmhg == 126


def test_a_reading_typed_in_late_begins_no_alarm_of_the_past(bedside):
    bedside.wait(600)
    _entered(bedside, 126, 77)
    _entered(bedside, 190, 100, back_s=300)
    assert _words(bedside) == []
    assert len(bedside.session.nibp) == 2


def test_other_limits_judge_the_reading_that_was_measured_last(bedside):
    bedside.wait(600)
    _entered(bedside, 155, 77)
    _entered(bedside, 126, 77, back_s=300)
    limits = with_limit(bedside.session.limits, Condition.NIBP_SYSTOLIC_HIGH, 1, 130)
    limits = with_limit(limits, Condition.NIBP_SYSTOLIC_HIGH, 2, 150)
    words = describe(bedside.session.limits, limits)
    bedside.take(LimitsChanged(at=bedside.now, author=NURSE, limits=limits, words=words))
    assert _words(bedside) == ["NIBP SYS HIGH 155 (limit 150)"]


def test_a_reading_without_a_mean_does_not_end_the_alarm_about_it(bedside):
    _entered(bedside, 92, 48, 52)
    _entered(bedside, 93, 49)
    assert _words(bedside) == ["NIBP MEAN LOW 52 (limit 55)"]
    assert _heard(bedside) is Priority.HIGH


def test_a_mean_cannot_lie_outside_of_its_own_reading(bedside):
    _entered(bedside, 92, 48, 52)
    _entered(bedside, 126, 77)
    assert _heard(bedside) is None


def test_a_deep_sedation_is_an_alarm_again_when_its_alarm_is_on_again(bedside):
    bedside.take(ObservationMade(at=bedside.now, author=NURSE, sedation=2))
    for is_on in (False, True):
        bedside.wait(60)
        bedside.take(
            AlarmSwitched(
                at=bedside.now, author=NURSE, condition=Condition.SEDATION_DEEP, is_on=is_on
            )
        )
        assert bool(_words(bedside)) is is_on
    assert _heard(bedside) is Priority.HIGH


def test_an_observation_is_judged_by_new_limits_at_once(bedside):
    bedside.take(ObservationMade(at=bedside.now, author=NURSE, sedation=4))
    bedside.wait(60)
    limits = with_limit(bedside.session.limits, Condition.SEDATION_DEEP, 0, 5)
    words = describe(bedside.session.limits, limits)
    bedside.take(LimitsChanged(at=bedside.now, author=NURSE, limits=limits, words=words))
    assert _words(bedside) == ["MOAA/S LOW 4 (limit 5)"]


def _cuff(bedside: Bedside, what: StatusKind) -> None:
    status = DeviceStatus(received=bedside.now, what=what, mode=Mode.SIMULATED)
    bedside.take(StatusArrived(at=bedside.now, link=CUFF, status=status))


def _share_an_arm(bedside: Bedside) -> None:
    bedside.take(CuffArmTold(at=bedside.now, author=NURSE, is_same_arm=True))


def test_a_monitor_that_repeats_that_its_cuff_inflates_holds_spo2_for_a_minute_in_all(bedside):
    _share_an_arm(bedside)
    for _ in range(7):
        _cuff(bedside, StatusKind.CUFF_STARTED)
        bedside.wait(10, spo2=88)
    assert _heard(bedside) is Priority.MEDIUM


def test_one_cuff_reading_after_the_other_holds_no_low_spo2_for_ever(bedside):
    _share_an_arm(bedside)
    bedside.wait(5)
    for _ in range(2):
        _cuff(bedside, StatusKind.CUFF_STARTED)
        bedside.wait(40, spo2=88)
        bedside.take(nibp(bedside.now))
        bedside.wait(3, spo2=88)
    assert _heard(bedside) is Priority.MEDIUM


def test_an_spo2_that_fell_before_the_cuff_inflated_does_not_wait_for_it(bedside):
    _share_an_arm(bedside)
    bedside.wait(5)
    bedside.wait(5, spo2=88)
    _cuff(bedside, StatusKind.CUFF_STARTED)
    bedside.wait(6, spo2=88)
    assert _heard(bedside) is Priority.MEDIUM


def test_a_second_inflation_is_a_new_one_when_the_first_was_lost(bedside):
    _cuff(bedside, StatusKind.CUFF_STARTED)
    bedside.wait(200)
    _cuff(bedside, StatusKind.CUFF_STARTED)
    assert bedside.session.cuff.last_start == bedside.now


def _reading(clock: FakeClock, systolic: int, diastolic: int) -> CuffMeasured:
    pressures = ((Judged.NIBP_SYSTOLIC, systolic), (Judged.NIBP_DIASTOLIC, diastolic))
    return CuffMeasured(at=clock.advance(s=60), pressures=pressures)


def test_what_nobody_acknowledged_stays_in_the_banner_beside_what_somebody_did():
    """The line of a blood pressure may come to be about what an older line is about."""
    clock, rules, state = FakeClock(), Rules(limits=load_default()), AlarmState()
    for systolic, diastolic in ((100, 38), (84, 60), (82, 44)):
        state, _ = step(state, _reading(clock, systolic, diastolic), rules)
    about_systolic = state.running(Condition.NIBP_SYSTOLIC_LOW)
    assert about_systolic is not None
    seen = Acknowledge(at=clock.now(), number=about_systolic.number, author=NURSE)
    state, _ = step(state, seen, rules)
    state, _ = step(state, _reading(clock, 89, 40), rules)
    shown = [
        (each.condition, each.state, each.priority, each.is_acknowledged)
        for each in presented(state.occurrences)
    ]
    assert (
        Condition.NIBP_DIASTOLIC_LOW, OccurrenceState.LATCHED, Priority.HIGH, False,
    ) in shown  # fmt: skip
    assert shown[0][:2] == (Condition.NIBP_DIASTOLIC_LOW, OccurrenceState.ACTIVE)
