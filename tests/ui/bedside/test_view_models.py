"""What the bedside says in each situation; no Qt."""

from dataclasses import replace
from decimal import Decimal

import pytest

from kmonitor.alarms.conditions import Priority
from kmonitor.events import AlarmAcknowledged, CommitFailed, InfusionRateChanged, LinkState
from kmonitor.metrics import Metric
from kmonitor.nibp_schedule import nibp_due
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.session_state import Session, SessionPhase
from kmonitor.vitals import Mode, Reason
from tests.bedside_sessions import CUFF, OXIMETER, Course, extras_of, infusing_course
from ui.bedside.banner_words import second_line
from ui.bedside.view_models.banner import Banner, BannerLook, banner
from ui.bedside.view_models.identity import Around, Tone, identity, mode_strip, saved
from ui.bedside.view_models.infusion_bar import InfusionBar, infusion_bar
from ui.bedside.view_models.keys import Key, keys
from ui.bedside.view_models.nibp_tile import Half, NibpTile, nibp_tile
from ui.bedside.view_models.numeric_tile import NumericTile, extra_tiles, numeric_tile
from ui.bedside.view_models.words import age_words, left_words, minutes_words, watch_words


def spo2_of(course: Course, later_s: float = 0.4) -> NumericTile:
    return numeric_tile(course.session, Metric.SPO2, course.now.plus(later_s))


def nibp_of(course: Course) -> NibpTile:
    return nibp_tile(course.session, course.now, nibp_due(course.session))


def banner_of(course: Course) -> Banner:
    return banner(course.session, course.now)


def bar_of(course: Course) -> InfusionBar:
    return infusion_bar(course.session, course.now)


def key_of(session: Session, name: str) -> Key | None:
    return next((key for key in keys(session) if key.name == name), None)


def test_a_fresh_value_stands_with_its_age_signal_and_limits() -> None:
    course = Course()
    course.run(20)
    tile = spo2_of(course)
    assert tile.text in {"96", "97", "98"}
    assert tile.foot == ("now", "signal good", "PI 4.2")
    assert (tile.limits, tile.unit, tile.is_stale, tile.alarm) == ("≥ 90", "%", False, None)
    pulse = numeric_tile(course.session, Metric.PULSE_RATE, course.now)
    assert pulse.limits == "50–120"


def test_before_any_value_there_are_dashes_and_never_a_zero() -> None:
    tile = spo2_of(Course())
    assert (tile.text, tile.foot, tile.is_stale) == ("--", ("no data yet",), True)
    assert "no value" in tile.spoken


def test_silence_greys_the_number_after_ten_seconds_and_takes_it_away_after_thirty() -> None:
    course = Course()
    course.run(20)
    assert not spo2_of(course, 9.9).is_stale
    grey = spo2_of(course, 14)
    assert grey.is_stale
    assert grey.text != "--"
    assert grey.foot == ("old", "14 s ago")
    gone = spo2_of(course, 34)
    assert gone.text == "--"
    assert gone.foot[0] == "no data 0:34"


def test_a_finger_that_is_out_is_said_at_once_and_the_number_goes_after_ten_seconds() -> None:
    course = Course()
    course.run(20)
    course.run(4, spo2=None, pulse=None)
    tile = spo2_of(course, 0)
    assert tile.is_stale
    assert tile.foot == ("finger out", "4 s ago")
    course.run(20, spo2=None, pulse=None)
    assert spo2_of(course, 0).text == "--"
    assert spo2_of(course, 0).foot[0].startswith("finger out 0:24")


def test_a_screen_without_news_is_grey_all_over() -> None:
    course = Course()
    course.run(20)
    assert numeric_tile(course.session, Metric.SPO2, course.now, is_frozen=True).is_stale
    said = banner(course.session, course.now, silent_s=3)
    assert (said.look, said.priority) == (BannerLook.FILLED, Priority.HIGH)
    assert "NOT CURRENT" in said.words


def test_a_pending_alarm_marks_the_limit_only() -> None:
    course = Course()
    course.run(20)
    course.run(5, spo2=88)
    tile = spo2_of(course)
    assert tile.is_limit_marked
    assert tile.alarm is None
    assert banner_of(course).look is BannerLook.QUIET


def test_a_low_spo2_fills_tile_and_banner_until_acknowledged() -> None:
    course = Course()
    course.run(20)
    course.run(15, spo2=87)
    tile = spo2_of(course)
    assert tile.alarm is not None
    assert (tile.alarm.stars, tile.alarm.words, tile.alarm.is_acknowledged) == ("**", "LOW", False)
    shown = banner_of(course)
    assert (shown.look, shown.stars, shown.can_acknowledge) == (BannerLook.FILLED, "**", True)
    assert shown.words.startswith("SpO2 LOW 8")
    assert shown.occurrence is not None
    course.take(AlarmAcknowledged(at=course.now, author="N1", occurrence=shown.occurrence))
    again = banner_of(course)
    assert (again.look, again.can_acknowledge) == (BannerLook.OUTLINED, False)
    assert "acknowledged by N1" in again.detail


def test_an_alarm_that_ended_unseen_stays_as_a_quiet_line() -> None:
    course = Course()
    course.run(20)
    course.run(15, spo2=87)
    course.run(10)
    shown = banner_of(course)
    assert (shown.look, shown.can_acknowledge) == (BannerLook.LATCHED, True)
    assert shown.words.startswith("WAS: SpO2 LOW")
    assert spo2_of(course).alarm is None


def test_several_alarms_are_counted_and_named() -> None:
    course = Course()
    course.run(20)
    course.cuff(184, 100)
    course.run(15, spo2=87)
    shown = banner_of(course)
    assert shown.count == "1 of 2"
    assert second_line(shown, len(shown.others)) == f"and: {shown.others[0]}"
    assert second_line(shown, 0) == "+1 more"


def test_an_acknowledged_alarm_never_hides_one_that_is_not() -> None:
    course = Course()
    course.run(20)
    course.run(15, spo2=87)
    course.run(10)
    latched = banner_of(course)
    course.cuff(184, 100)
    standing = banner_of(course)
    assert standing.occurrence is not None
    course.take(AlarmAcknowledged(at=course.now, author="N1", occurrence=standing.occurrence))
    shown = banner_of(course)
    assert shown.can_acknowledge
    assert (shown.occurrence, shown.words, shown.look) == (
        latched.occurrence, latched.words, BannerLook.LATCHED,
    )  # fmt: skip
    assert (shown.count, shown.others) == ("1 of 2", (standing.words,))
    assert shown.occurrence is not None
    course.take(AlarmAcknowledged(at=course.now, author="N1", occurrence=shown.occurrence))
    left = banner_of(course)
    assert (left.occurrence, left.look) == (standing.occurrence, BannerLook.OUTLINED)
    assert not left.can_acknowledge


def test_a_refused_press_is_said_where_the_alarms_stand() -> None:
    course = Course()
    course.run(3)
    course.pause()
    assert banner_of(course).words.startswith("Not done: Pause does not fit")
    course.run(11)
    assert banner_of(course).words == "No alarms"


def test_of_a_blood_pressure_only_the_offending_half_is_an_alarm() -> None:
    course = Course()
    course.run(5)
    course.cuff(164, 90)
    tile = nibp_of(course)
    assert tile.offending == {Half.SYSTOLIC}
    assert (tile.systolic, tile.diastolic, tile.mean) == ("164", "90", "115")
    assert tile.limits == ("sys 90–160", "dia 45–105")
    assert "alarm" in tile.spoken


def test_a_blood_pressure_has_its_age_the_one_before_and_when_the_next_is_due() -> None:
    course = infusing_course(0)
    course.run(140)
    tile = nibp_of(course)
    assert tile.age == "3 min ago"
    assert tile.due.startswith("next in ")
    assert tile.remarks == ("was 128/72 at 10:04",)


def test_an_overdue_reading_is_said_and_not_while_the_cuff_works() -> None:
    course = infusing_course(0)
    course.run(13 * 60)
    tile = nibp_of(course)
    assert tile.is_overdue
    assert tile.due.startswith("OVERDUE ")
    course.cuff_starts(142)
    working = nibp_of(course)
    assert (working.cuff, working.due) == ("CUFF MEASURING 142 mmHg", "")


def test_a_failed_cuff_is_said_in_words_and_keeps_the_last_pressure() -> None:
    course = infusing_course(0)
    course.cuff(None, None, reason=Reason.CUFF_MOTION)
    course.run(40)
    tile = nibp_of(course)
    assert tile.systolic == "126"
    assert tile.remarks[0] == "cuff failed 40 s ago: movement"


def test_a_pressure_of_unknown_time_is_grey() -> None:
    course = Course()
    course.cuff(131, 80, is_timed=False)
    tile = nibp_of(course)
    assert (tile.age, tile.is_stale, tile.due) == ("time unknown", True, "baseline reading due")


def test_a_pressure_is_gone_after_an_hour() -> None:
    course = Course()
    course.cuff(131, 80)
    late = nibp_tile(course.session, course.now.plus(3601), None)
    assert (late.systolic, late.diastolic, late.mean) == ("--", "--", "--")


def test_extra_tiles_stand_only_where_a_link_gives_them() -> None:
    course = Course()
    course.run(5)
    assert extra_tiles(course.session, course.now, is_frozen=False) == ()
    given = extras_of(course.session, course.now)
    tiles = extra_tiles(given, course.now, is_frozen=False)
    assert [tile.label for tile in tiles] == ["RR", "EtCO2"]


def test_the_bar_of_an_infusion_counts_in_words() -> None:
    course = infusing_course(24)
    bar = bar_of(course)
    assert (bar.phase, bar.big) == ("INFUSING", "16 min left")
    assert bar.detail == "24 min gone · not paused · planned end 10:48"
    assert (bar.given, bar.planned) == ("24.6 mg", "by clock, of 41 mg")
    assert bar.share == pytest.approx(0.6)
    assert (bar.volume, bar.rate) == ("60 of 100 mL", "150 mL/h")
    assert bar.dose_rate == "0.75 mg/kg/h · 0.41 mg/mL"


def test_the_bar_before_in_a_pause_at_the_end_and_after() -> None:
    course = infusing_course(0)
    course.pause()
    course.run(130)
    assert (bar_of(course).big, bar_of(course).rate) == ("Paused 2:10", "0 mL/h")
    assert "left when resumed" in bar_of(course).detail
    ready = Course()
    assert (bar_of(ready).phase, bar_of(ready).big) == ("READY", "Not started")
    due = infusing_course(41)
    assert (bar_of(due).phase, bar_of(due).big) == ("END DUE", "End due 1:00 ago")
    assert bar_of(due).is_urgent
    due.confirm_end()
    due.run(12 * 60)
    assert (bar_of(due).phase, bar_of(due).big) == ("RECOVERY", "12 min since the end")


def test_a_changed_rate_changes_what_is_left() -> None:
    course = infusing_course(20)
    course.take(
        InfusionRateChanged(
            at=course.now, author="N1", effective=course.now, rate_ml_per_h=Decimal(100)
        )
    )
    assert bar_of(course).big == "30 min left"
    assert bar_of(course).rate == "100 mL/h"


def test_a_session_without_a_plan_promises_no_dose() -> None:
    course = Course(has_plan=False)
    course.run(300)
    bar = bar_of(course)
    assert (bar.phase, bar.share, bar.given) == ("MONITORING", None, "")


def test_keys_keep_their_places_and_end_session_exists_only_in_recovery() -> None:
    course = infusing_course(0)
    places = {}
    for phase in SessionPhase:
        shown = keys(replace(course.session, phase=phase))
        places[phase] = [key.name for key in shown]
        is_ending = phase in (SessionPhase.RECOVERY, SessionPhase.MONITORING)
        assert ("end_session" in places[phase]) is is_ending
    assert {tuple(names[1:5]) for names in places.values()} == {
        ("change_rate", "start_cuff", "enter_bp", "note")
    }
    assert places[SessionPhase.PAUSED][0] == "resume"
    assert places[SessionPhase.END_DUE][0] == "pause"
    assert {names[-1] for names in places.values()} == {"stop"}


def test_enter_bp_stays_where_a_link_can_start_the_cuff() -> None:
    can, cannot = Course(), Course(can_start_cuff=False)
    for course, is_usable in ((can, True), (cannot, False)):
        start, enter = key_of(course.session, "start_cuff"), key_of(course.session, "enter_bp")
        assert start is not None
        assert enter is not None
        assert start.is_usable is is_usable
        assert enter.is_usable


def test_no_two_keys_share_a_letter() -> None:
    course = infusing_course(0)
    for phase in SessionPhase:
        letters = [key.letter for key in keys(replace(course.session, phase=phase))]
        assert len(set(letters)) == len(letters)
        assert "A" not in letters


def test_the_strip_names_chair_patient_plan_limits_and_links_in_words() -> None:
    course = Course()
    course.run(3)
    course.link_state(CUFF, LinkState.LOST)
    strip = identity(course.session, course.now, Around(person=DEMONSTRATION_NURSE), 0.4)
    assert strip.chair == "CHAIR 2"
    said = {chip.caption: chip.words for chip in (*strip.left, *strip.right)}
    assert said["DEMO PATIENT"] == "ID 0417 · 82 kg"
    assert said["0.5 mg/kg in 40 min"] == "41 mg in 100 mL"
    assert said["Adult ketamine v1"] == "alarm limits"
    assert (said["Oximeter"], said["Monitor"]) == ("live", "lost")
    assert strip.clock == "10:00:03"
    tones = {chip.caption: chip.tone for chip in strip.right}
    assert tones["NO ALARM"] is Tone.LOUD
    assert (tones["Oximeter"], tones["Monitor"]) == (Tone.LIVE, Tone.ABSENT)


def test_not_saved_is_loud() -> None:
    course = Course()
    course.run(3)
    assert saved(course.session, 0.4).words == "just now"
    course.take(CommitFailed(at=course.now, reason="disk full"))
    course.is_committing = False
    course.run(7)
    assert saved(course.session, 0.4).caption == "NOT SAVED"
    chip = saved(course.session, 7)
    assert (chip.caption, chip.words, chip.tone) == ("NOT SAVED", "for 0:07", Tone.LOUD)


@pytest.mark.parametrize(
    ("mode", "word"), [(Mode.SIMULATED, "SIMULATED"), (Mode.REPLAYED, "REPLAYED"), (Mode.REAL, "")]
)
def test_what_is_not_a_patient_says_so(mode: Mode, word: str) -> None:
    words = mode_strip(Course(mode=mode).session).words
    assert words.startswith(word)
    assert bool(words) is bool(word)


def test_times_are_said_short_and_never_too_little_left() -> None:
    assert [age_words(s) for s in (0.42, 12.9, 130, 6000)] == [
        "now",
        "12 s",
        "2 min",
        "1 h 40 min",
    ]
    assert [left_words(s) for s in (0, 59.2, 60.5, 959)] == ["0 s", "1 min", "2 min", "16 min"]
    assert [watch_words(s) for s in (34, 725, 3723)] == ["0:34", "12:05", "1:02:03"]
    assert minutes_words(89) == "89 min"


def test_a_silent_oximeter_is_not_the_cuff() -> None:
    course = Course()
    course.run(3)
    course.link_state(OXIMETER, LinkState.SILENT)
    strip = identity(course.session, course.now, Around(person=DEMONSTRATION_NURSE), 0.4)
    assert "Oximeter silent" in strip.spoken
    assert "Monitor live" in strip.spoken
