"""What people do about alarms in a session: answered, silenced, switched off, limits moved."""

from dataclasses import replace

import pytest

from kmonitor.alarm_acts import (
    AlarmAnswer,
    AlarmAnswered,
    AlarmSwitched,
    AudioPauseAsked,
    AudioPauseEnded,
    AudioSwitched,
    CuffArmTold,
    LimitsChanged,
    SoundTested,
)
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.checkpoints import decode, encode
from kmonitor.effects import PresentAlarms
from kmonitor.events import (
    AlarmAcknowledged,
    LinkState,
    ObservationMade,
    PumpDone,
    Refusal,
    SessionEnded,
    SessionResumed,
    StatusArrived,
    Tick,
)
from kmonitor.metrics import Metric
from kmonitor.session import replay, step
from kmonitor.vitals import DeviceStatus, Mode, StatusKind
from tests.builders import CUFF, NURSE, link, nibp, reading, started
from tests.engine_bench import LIMITS, moved_limits
from tests.lived_session import Bedside


def _sound(bedside: Bedside) -> str | None:
    sounding = bedside.session.signal.sounding
    return None if sounding is None else sounding.value


def _number(bedside: Bedside, condition: str) -> int:
    return next(
        each.number
        for each in bedside.session.alarms.occurrences
        if each.condition.value == condition
    )


def _refusal(bedside: Bedside) -> str:
    row = bedside.rows[-1].row
    assert isinstance(row, Refusal)
    assert row.author == NURSE
    return row.reason


@pytest.fixture
def alarmed(bedside: Bedside) -> Bedside:
    """A session whose cuff reading sounds."""
    bedside.take(started(bedside.now))
    bedside.take(PumpDone(at=bedside.now, author=NURSE, prompt=1))
    bedside.wait(1)
    bedside.take(nibp(bedside.now, 170))
    assert _sound(bedside) == "medium"
    return bedside


def _pause(bedside: Bedside) -> None:
    bedside.take(AudioPauseAsked(at=bedside.now, author=NURSE))


def test_the_voice_hears_of_a_pause_and_of_its_end(alarmed):
    effects = alarmed.take(AudioPauseAsked(at=alarmed.now, author=NURSE))
    assert [e.signal.sounding for e in effects if isinstance(e, PresentAlarms)] == [None]
    alarmed.wait(119)
    assert _sound(alarmed) is None
    effects = alarmed.take(Tick(at=alarmed.clock.advance(s=1)))
    assert [e.signal.sounding for e in effects if isinstance(e, PresentAlarms)] == [Priority.MEDIUM]


def test_a_pause_is_an_act_with_its_author_and_a_second_one_is_refused(alarmed):
    _pause(alarmed)
    assert alarmed.session.acts[-1].words == "alarm sound paused"
    assert alarmed.session.acts[-1].author == NURSE
    alarmed.wait(60)
    _pause(alarmed)
    assert _refusal(alarmed) == "The alarm sound is paused already."
    alarmed.wait(60)
    assert _sound(alarmed) == "medium"


def test_a_pause_is_ended_by_hand_once(alarmed):
    _pause(alarmed)
    alarmed.take(AudioPauseEnded(at=alarmed.now, author=NURSE))
    assert _sound(alarmed) == "medium"
    assert alarmed.session.acts[-1].words == "alarm sound on again"
    alarmed.take(AudioPauseEnded(at=alarmed.now, author=NURSE))
    assert _refusal(alarmed) == "The alarm sound is not paused."


def test_a_pause_ends_when_the_session_goes_on_after_the_program_was_away(alarmed):
    _pause(alarmed)
    since = alarmed.now
    now = alarmed.clock.advance(s=5)
    alarmed.take(SessionResumed(at=now, author=NURSE, since=since, cause="it was killed"))
    assert _sound(alarmed) == "medium"


def test_a_lost_monitor_breaks_a_pause_while_infusing(alarmed):
    _pause(alarmed)
    alarmed.take(link(alarmed.now, LinkState.LOST))
    alarmed.pass_silently(31)
    assert "link_lost" in alarmed.conditions()
    assert _sound(alarmed) == "medium"


def test_nothing_sounds_after_the_end_of_a_session(bedside):
    bedside.take(nibp(bedside.now, 170))
    assert _sound(bedside) == "medium"
    effects = bedside.take(SessionEnded(at=bedside.now, author=NURSE))
    assert _sound(bedside) is None
    assert any(isinstance(each, PresentAlarms) for each in effects)


def test_the_sound_is_switched_off_and_on_and_off_reminds(alarmed):
    alarmed.take(AudioSwitched(at=alarmed.now, author=NURSE, is_on=False))
    assert (_sound(alarmed), alarmed.session.acts[-1].words) == (None, "alarm sound off")
    assert "audio_off" in alarmed.conditions()
    effects = []
    for _ in range(180):
        effects += alarmed.take(Tick(at=alarmed.clock.advance(s=1)))
    reminders = [e.signal.reminders for e in effects if isinstance(e, PresentAlarms)]
    assert reminders == [1]
    alarmed.take(AudioSwitched(at=alarmed.now, author=NURSE, is_on=False))
    assert _refusal(alarmed) == "The alarm sound is off already."
    alarmed.take(AudioSwitched(at=alarmed.now, author=NURSE, is_on=True))
    assert _sound(alarmed) is not None
    alarmed.take(AudioSwitched(at=alarmed.now, author=NURSE, is_on=True))
    assert _refusal(alarmed) == "The alarm sound is on already."


def _switch(bedside: Bedside, condition: Condition, *, is_on: bool) -> None:
    bedside.take(AlarmSwitched(at=bedside.now, author=NURSE, condition=condition, is_on=is_on))


def test_one_alarm_is_switched_off_and_on_again_it_judges_the_last_reading(alarmed):
    _switch(alarmed, Condition.NIBP_SYSTOLIC_HIGH, is_on=False)
    assert alarmed.session.acts[-1].words == "alarm nibp systolic high off"
    assert {"alarm_off"} == alarmed.conditions() & {"alarm_off", "nibp_systolic_high"}
    assert _sound(alarmed) is None
    _switch(alarmed, Condition.NIBP_SYSTOLIC_HIGH, is_on=False)
    assert _refusal(alarmed) == (
        "The alarm nibp systolic high is off already, or cannot be switched."
    )
    _switch(alarmed, Condition.NIBP_SYSTOLIC_HIGH, is_on=True)
    assert "nibp_systolic_high" in alarmed.conditions()
    assert _sound(alarmed) == "medium"


def test_an_old_cuff_reading_is_not_judged_again(bedside):
    bedside.take(nibp(bedside.now, 170))
    _switch(bedside, Condition.NIBP_SYSTOLIC_HIGH, is_on=False)
    bedside.pass_silently(3600)
    _switch(bedside, Condition.NIBP_SYSTOLIC_HIGH, is_on=True)
    assert "nibp_systolic_high" not in bedside.conditions()


def test_a_technical_alarm_cannot_be_switched_off(alarmed):
    _switch(alarmed, Condition.NO_DATA, is_on=False)
    assert _refusal(alarmed) == "The alarm no data is off already, or cannot be switched."


def _change(bedside: Bedside, condition: Condition, *limits: float | None) -> None:
    after = moved_limits(condition, *limits)
    bedside.take(LimitsChanged(at=bedside.now, author=NURSE, limits=after, words="90 to 92"))


def test_changed_limits_judge_at_once_and_are_logged_with_who_and_what(bedside):
    bedside.wait(12, spo2=91)
    assert "spo2_low" not in bedside.conditions()
    _change(bedside, Condition.SPO2_LOW, 95, 94, 93, 92)
    assert bedside.session.acts[-1].words == "limits: 90 to 92"
    assert bedside.session.acts[-1].author == NURSE
    assert bedside.session.are_limits_changed
    assert "spo2_low" in bedside.conditions()


def test_changed_limits_judge_the_last_cuff_reading_too(bedside):
    bedside.take(nibp(bedside.now, 155))
    assert "nibp_systolic_high" not in bedside.conditions()
    limits = _limits(Condition.NIBP_SYSTOLIC_HIGH)
    limits[2] = 152
    _change(bedside, Condition.NIBP_SYSTOLIC_HIGH, *limits)
    assert _sound(bedside) == "medium"
    limits[2] = 160
    _change(bedside, Condition.NIBP_SYSTOLIC_HIGH, *limits)
    assert _sound(bedside) is None


def _limits(condition: Condition) -> list[float | None]:
    rule = next(rule for rule in LIMITS.rules if rule.condition is condition)
    return [level.limit for level in rule.levels]


def test_limits_of_another_shape_or_the_same_ones_are_refused(bedside):
    before = bedside.session.limits
    bedside.take(LimitsChanged(at=bedside.now, author=NURSE, limits=before, words="none"))
    assert isinstance(bedside.rows[-1].row, Refusal)
    fewer = replace(before, rules=before.rules[1:])
    bedside.take(LimitsChanged(at=bedside.now, author=NURSE, limits=fewer, words="fewer"))
    assert isinstance(bedside.rows[-1].row, Refusal)
    assert bedside.session.limits == before
    assert not bedside.session.are_limits_changed


def test_all_acts_about_alarms_replay_to_an_equal_session_and_fit_a_checkpoint(alarmed):
    _pause(alarmed)
    alarmed.wait(3)
    alarmed.take(AudioPauseEnded(at=alarmed.now, author=NURSE))
    alarmed.take(AudioSwitched(at=alarmed.now, author=NURSE, is_on=False))
    _switch(alarmed, Condition.PULSE_LOW, is_on=False)
    _change(alarmed, Condition.SPO2_LOW, 95, 92, 85, 80)
    alarmed.take(CuffArmTold(at=alarmed.now, author=NURSE, is_same_arm=True))
    alarmed.take(SoundTested(at=alarmed.now, author=NURSE, is_heard=False))
    alarmed.take(ObservationMade(at=alarmed.now, author=NURSE, sedation=3))
    _answer(alarmed, AlarmAnswer.OXYGEN)
    alarmed.wait(200, spo2=91)
    last = Tick(at=alarmed.clock.advance(s=1))
    alarmed.take(last)
    again, _ = step(replay(alarmed.stored, alarmed.limits), last)
    assert again == alarmed.session
    assert decode(encode(alarmed.session)) == alarmed.session


def _answer(bedside: Bedside, answer: AlarmAnswer, text: str = "", occurrence: int = 0) -> None:
    bedside.take(
        AlarmAnswered(
            at=bedside.now, author=NURSE, answer=answer, text=text,
            occurrence=occurrence or _number(bedside, "nibp_systolic_high"),
        )
    )  # fmt: skip


def test_an_answer_is_logged_and_acknowledges(alarmed):
    _answer(alarmed, AlarmAnswer.REPOSITION)
    assert alarmed.session.acts[-1].words == "repositioned"
    assert _sound(alarmed) is None
    _answer(alarmed, AlarmAnswer.PRESCRIBER_SAID, "  go on slower ")
    assert alarmed.session.acts[-1].words == "prescriber said: go on slower"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (AlarmAnswer.PRESCRIBER_SAID, "What was said is missing."),
        (AlarmAnswer.MEDICINE_GIVEN, "What was given is missing."),
    ],
)
def test_an_answer_that_lacks_its_text_is_refused_and_acknowledges_nothing(alarmed, answer, reason):
    _answer(alarmed, answer, "  ")
    assert _refusal(alarmed) == reason
    assert _sound(alarmed) == "medium"


def test_an_answer_after_the_alarm_is_over_is_logged(alarmed):
    number = _number(alarmed, "nibp_systolic_high")
    alarmed.take(AlarmAcknowledged(at=alarmed.now, author=NURSE, occurrence=number))
    alarmed.wait(60)
    alarmed.take(nibp(alarmed.now))
    _answer(alarmed, AlarmAnswer.NONE_NEEDED, occurrence=number)
    assert alarmed.session.acts[-1].words == "no action needed"


def test_an_observation_is_judged_at_once(alarmed):
    alarmed.take(ObservationMade(at=alarmed.now, author=NURSE, sedation=3))
    words = {each.words for each in alarmed.session.presented_alarms}
    assert "MOAA/S LOW 3 (limit 4)" in words
    alarmed.take(ObservationMade(at=alarmed.now, author=NURSE, sedation=2))
    assert _sound(alarmed) == "high"
    alarmed.take(ObservationMade(at=alarmed.now, author=NURSE, sedation=4))
    assert _sound(alarmed) == "medium"
    assert [each.sedation for each in alarmed.session.observations] == [3, 2, 4]


@pytest.mark.parametrize("sedation", [-1, 6])
def test_an_observation_off_its_scale_is_refused(bedside, sedation):
    bedside.take(ObservationMade(at=bedside.now, author=NURSE, sedation=sedation))
    assert _refusal(bedside) == "The MOAA/S scale goes from 0 to 5."
    assert bedside.session.observations == ()


def _inflate(bedside: Bedside) -> None:
    status = DeviceStatus(received=bedside.now, what=StatusKind.CUFF_STARTED, mode=Mode.SIMULATED)
    bedside.take(StatusArrived(at=bedside.now, link=CUFF, status=status))


def _tell_arm(bedside: Bedside, *, is_same_arm: bool) -> None:
    bedside.take(CuffArmTold(at=bedside.now, author=NURSE, is_same_arm=is_same_arm))


@pytest.mark.parametrize("told", [None, False, True])
def test_spo2_waits_for_a_cuff_only_where_the_same_arm_was_told(bedside, told):
    if told is not None:
        _tell_arm(bedside, is_same_arm=told)
    _inflate(bedside)
    bedside.wait(30, spo2=88)
    assert ("spo2_low" in bedside.conditions()) is (told is not True)
    assert bedside.session.numerics[Metric.SPO2].latest.value == 88
    assert "no_data" not in bedside.conditions()


def test_spo2_waits_for_no_cuff_that_does_not_tell(bedside):
    _tell_arm(bedside, is_same_arm=True)
    bedside.wait(12, spo2=88)
    assert "spo2_low" in bedside.conditions()


def test_spo2_waits_a_minute_at_most(bedside):
    _tell_arm(bedside, is_same_arm=True)
    _inflate(bedside)
    bedside.wait(59, spo2=88)
    assert bedside.session.alarms.occurrences == ()
    bedside.wait(11, spo2=88)
    assert "spo2_low" in bedside.conditions()


def test_spo2_waits_no_longer_when_the_reading_is_there(bedside):
    _tell_arm(bedside, is_same_arm=True)
    _inflate(bedside)
    bedside.wait(20, spo2=88)
    bedside.take(nibp(bedside.now))
    bedside.wait(12, spo2=88)
    assert "spo2_low" in bedside.conditions()


@pytest.mark.parametrize(("value", "priority"), [(84, "high"), (79, "high")])
def test_spo2_below_85_never_waits(bedside, value, priority):
    _tell_arm(bedside, is_same_arm=True)
    _inflate(bedside)
    bedside.wait(7, spo2=value)
    assert bedside.session.presented_alarms[0].priority.value == priority


def test_spo2_of_85_waits(bedside):
    _tell_arm(bedside, is_same_arm=True)
    _inflate(bedside)
    bedside.wait(30, spo2=85)
    assert "spo2_low" not in bedside.conditions()


def test_an_alarm_that_was_there_before_the_cuff_goes_on_and_ends_by_itself(bedside):
    _tell_arm(bedside, is_same_arm=True)
    bedside.wait(12, spo2=88)
    _inflate(bedside)
    bedside.wait(20, spo2=88)
    assert _sound(bedside) == "medium"
    bedside.wait(2, spo2=97)
    assert _sound(bedside) is None


def test_only_spo2_waits_for_the_cuff(bedside):
    _tell_arm(bedside, is_same_arm=True)
    _inflate(bedside)
    for _ in range(12):
        bedside.take(reading(bedside.clock.advance(s=1), Metric.PULSE_RATE, 150))
    assert "pulse_high" in bedside.conditions()


def test_the_sound_test_answers_whether_it_was_heard(bedside):
    assert bedside.session.is_sound_heard is None
    bedside.take(SoundTested(at=bedside.now, author=NURSE, is_heard=False))
    assert bedside.session.acts[-1].words == "alarm sound tested: NOT heard"
    assert "sound_failed" in bedside.conditions()
    bedside.take(SoundTested(at=bedside.now, author=NURSE, is_heard=True))
    assert bedside.session.acts[-1].words == "alarm sound tested: heard"
    assert "sound_failed" not in bedside.conditions()
