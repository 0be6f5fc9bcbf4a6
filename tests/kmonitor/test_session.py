"""The session as a pure function: phases, refusals, what is due, and replay."""

from decimal import Decimal

import pytest

from kmonitor.effects import PublishSnapshot
from kmonitor.events import (
    AlarmAcknowledged,
    CommitFailed,
    Committed,
    InfusionPaused,
    InfusionRateChanged,
    InfusionResumed,
    InfusionStopped,
    LinkState,
    NoteWritten,
    PumpDone,
    ReadingArrived,
    RecordHealed,
    Refusal,
    SessionEnded,
    Tick,
)
from kmonitor.infusion import ResumeEnd, delivered_mg
from kmonitor.metrics import Metric
from kmonitor.nibp_schedule import nibp_due
from kmonitor.session import next_deadline, replay, step
from kmonitor.vitals import Mode, Validity
from tests.builders import CUFF, NURSE, OXIMETER, end_confirmed, link, nibp, reading, started
from tests.lived_session import Bedside


def test_the_phases_of_a_normal_session(bedside):
    phases = [bedside.session.phase.value]
    bedside.wait(60)
    bedside.take(nibp(bedside.now))
    bedside.take(started(bedside.now))
    phases.append(bedside.session.phase.value)
    bedside.take(PumpDone(at=bedside.now, author=NURSE, prompt=1))
    bedside.wait(2399)
    assert bedside.session.phase.value == "infusing"
    bedside.wait(2)
    phases.append(bedside.session.phase.value)
    bedside.take(end_confirmed(bedside.now))
    phases.append(bedside.session.phase.value)
    bedside.take(SessionEnded(at=bedside.now, author=NURSE))
    phases.append(bedside.session.phase.value)
    assert phases == ["ready", "infusing", "end_due", "recovery", "ended"]
    assert delivered_mg(bedside.session.infusion, bedside.now) == Decimal(41)


def test_the_clock_alone_never_completes_an_infusion(bedside):
    bedside.take(started(bedside.now))
    bedside.wait(3 * 3600)
    assert bedside.session.phase.value == "end_due"
    assert "end_due" in bedside.conditions()


def test_a_press_that_does_not_fit_is_refused_shown_and_kept(bedside):
    bedside.take(InfusionPaused(at=bedside.now, author=NURSE, effective=bedside.now))
    assert bedside.session.phase.value == "ready"
    assert bedside.session.refusal is not None
    assert "not been started" in bedside.session.refusal.reason
    assert isinstance(bedside.rows[-1].row, Refusal)
    assert bedside.rows[-1].row.author == NURSE


def test_every_pump_act_prompts_until_it_is_done_and_alarms_after_a_minute(bedside):
    bedside.take(started(bedside.now))
    assert bedside.session.pump_prompt.task.value == "start"
    bedside.wait(59)
    assert "pump_not_confirmed" not in bedside.conditions()
    bedside.wait(2)
    assert "pump_not_confirmed" in bedside.conditions()
    bedside.take(PumpDone(at=bedside.now, author=NURSE, prompt=1))
    assert bedside.session.pump_prompt is None
    assert "pump_not_confirmed" not in bedside.conditions()


def test_pause_resume_change_rate_and_stop(bedside):
    take, wait = bedside.take, bedside.wait
    take(started(bedside.now))
    wait(600)
    take(InfusionPaused(at=bedside.now, author=NURSE, effective=bedside.now.plus(-60)))
    assert bedside.session.phase.value == "paused"
    wait(300)
    take(InfusionResumed(at=bedside.now, author=NURSE, effective=bedside.now, end=ResumeEnd.EXTEND))
    rate = InfusionRateChanged(
        at=bedside.now, author=NURSE, effective=bedside.now, rate_ml_per_h=Decimal(120)
    )
    take(rate)
    assert bedside.session.pump_prompt.rate_ml_per_h == Decimal(120)
    wait(60)
    take(InfusionStopped(at=bedside.now, author=NURSE, effective=bedside.now))
    assert bedside.session.phase.value == "recovery"
    given = delivered_mg(bedside.session.infusion, bedside.now)
    # 540 s at 150 mL/h and 60 s at 120 mL/h, both of 0.41 mg/mL
    assert given == pytest.approx(
        Decimal("0.41") * (Decimal("22.5") + Decimal(2)), abs=Decimal("1e-9")
    )


def test_monitoring_and_the_cuff_schedule_go_on_in_recovery(bedside):
    bedside.take(started(bedside.now))
    bedside.wait(60)
    bedside.take(nibp(bedside.now))
    bedside.take(InfusionStopped(at=bedside.now, author=NURSE, effective=bedside.now))
    assert nibp_due(bedside.session) == bedside.now.plus(900)
    bedside.wait(12, spo2=88)
    assert "spo2_low" in bedside.conditions()


def test_the_session_cannot_end_while_infusing(bedside):
    bedside.take(started(bedside.now))
    bedside.take(SessionEnded(at=bedside.now, author=NURSE))
    assert bedside.session.phase.value == "infusing"
    assert bedside.session.refusal is not None


def test_nothing_is_kept_after_the_end(bedside):
    bedside.take(SessionEnded(at=bedside.now, author=NURSE))
    seq = bedside.session.seq
    bedside.wait(5)
    assert bedside.session.seq == seq


def test_a_reading_older_than_the_session_is_refused():
    bed = Bedside()
    old = bed.now.plus(-1)
    bed.take(reading(bed.clock.advance(s=1), received=old))
    assert bed.session.numerics == {}
    assert bed.session.refusal is not None
    assert "older than the session" in bed.session.refusal.reason


def test_a_simulated_session_refuses_real_readings_and_says_so_once():
    bed = Bedside()
    for _ in range(5):
        bed.take(reading(bed.clock.advance(s=1), mode=Mode.REAL))
    assert bed.session.numerics == {}
    assert sum(isinstance(row.row, Refusal) for row in bed.rows) == 1


def test_of_two_monitors_one_is_judged_until_it_gives_no_value(bedside):
    for _ in range(20):
        now = bedside.clock.advance(s=1)
        bedside.take(reading(now, value=97))
        bedside.take(reading(now.plus(0.1), value=85, link=CUFF))
    assert "spo2_low" not in bedside.conditions()
    assert bedside.session.numerics[Metric.SPO2].link == OXIMETER
    assert sum(isinstance(row.row, ReadingArrived) for row in bedside.rows) == 40
    for _ in range(25):
        now = bedside.clock.advance(s=1)
        bedside.take(reading(now, value=None))
        bedside.take(reading(now.plus(0.1), value=85, link=CUFF))
    assert bedside.session.numerics[Metric.SPO2].link == CUFF
    assert "spo2_low" in bedside.conditions()


def test_no_data_is_medium_then_high_while_infusing_and_low_before(bedside):
    bedside.wait(5)
    bedside.wait(31, spo2=None)
    priorities = {a.condition.value: a.priority.value for a in bedside.session.presented_alarms}
    assert priorities["no_data"] == "low"
    bedside.wait(2)
    bedside.take(started(bedside.now))
    bedside.wait(31, spo2=None)
    (no_data,) = [a for a in bedside.session.presented_alarms if a.condition.value == "no_data"]
    assert no_data.priority.value == "medium"
    bedside.wait(90, spo2=None)
    (no_data,) = [a for a in bedside.session.presented_alarms if a.condition.value == "no_data"]
    assert no_data.priority.value == "high"


def test_a_probe_that_is_off_is_technical_and_never_spo2_low(bedside):
    bedside.take(started(bedside.now))
    bedside.wait(5)
    bedside.wait(600, spo2=None, pulse=None)
    assert "spo2_low" not in bedside.conditions()
    assert "no_data" in bedside.conditions()


def test_a_lost_link_is_a_condition_and_ends_when_it_lives_again(bedside):
    bedside.wait(3)
    bedside.take(link(bedside.now, LinkState.LOST))
    bedside.pass_silently(6)
    assert "link_lost" in bedside.conditions()
    bedside.take(link(bedside.now, LinkState.LIVE))
    assert "link_lost" not in bedside.conditions()


def test_a_lost_link_that_says_more_is_lost_since_the_first_word(bedside):
    bedside.take(link(bedside.now, LinkState.LOST))
    at = bedside.now
    bedside.wait(4)
    bedside.take(link(bedside.now, LinkState.LOST))
    assert bedside.session.links[OXIMETER].since == at


def test_a_link_that_comes_and_goes_without_ever_living_is_lost(bedside):
    for _ in range(3):
        bedside.take(link(bedside.now, LinkState.LOST))
        bedside.wait(2)
        bedside.take(link(bedside.now, LinkState.CONNECTING))
        bedside.wait(1)
    assert "link_lost" in bedside.conditions()


def test_a_monitor_that_never_answers_is_told_after_half_a_minute():
    bed = Bedside()
    bed.take(link(bed.now, LinkState.CONNECTING))
    bed.pass_silently(29)
    assert "link_lost" not in bed.conditions()
    bed.pass_silently(2)
    assert "link_lost" in bed.conditions()


def test_the_end_of_a_session_ends_no_condition(bedside):
    bedside.take(link(bedside.now, LinkState.LOST))
    bedside.wait(6)
    bedside.take(SessionEnded(at=bedside.now, author=NURSE))
    assert "link_lost" in bedside.conditions()


def test_what_is_open_at_the_pump_is_not_lost_by_the_next_act(bedside):
    def rate(ml_per_h: int) -> None:
        bedside.take(
            InfusionRateChanged(
                at=bedside.now, author=NURSE, effective=bedside.now, rate_ml_per_h=Decimal(ml_per_h)
            )
        )

    def tasks() -> list[str]:
        assert bedside.session.pump_prompt is not None
        return [task.value for task in bedside.session.pump_prompt.tasks]

    bedside.take(started(bedside.now))
    rate(120)
    assert tasks() == ["start"]
    assert bedside.session.pump_prompt.rate_ml_per_h == 120
    bedside.take(InfusionPaused(at=bedside.now, author=NURSE, effective=bedside.now))
    bedside.wait(30)
    rate(100)
    assert tasks() == ["pause", "set_rate"]
    bedside.wait(31)
    assert "pump_not_confirmed" in bedside.conditions()
    bedside.take(PumpDone(at=bedside.now, author=NURSE, prompt=bedside.session.prompts_shown))
    assert bedside.session.pump_prompt is None


def test_an_empty_note_is_refused_and_a_note_is_kept(bedside):
    bedside.take(NoteWritten(at=bedside.now, author=NURSE, text="  "))
    assert bedside.session.refusal is not None
    bedside.take(NoteWritten(at=bedside.now, author=NURSE, text="music off"))
    assert bedside.session.acts[-1].words == "music off"
    assert bedside.session.refusal is None


def test_acknowledging_what_is_not_there_is_refused(bedside):
    bedside.take(AlarmAcknowledged(at=bedside.now, author=NURSE, occurrence=99))
    assert "no such alarm" in bedside.session.refusal.reason


def test_a_failing_record_is_said_at_once_and_ends_when_it_heals(bedside):
    bedside.take(CommitFailed(at=bedside.now, reason="the disk is full"))
    assert "store_failing" in bedside.conditions()
    bedside.take(CommitFailed(at=bedside.now, reason="the disk is full"))
    assert sum(isinstance(row.row, CommitFailed) for row in bedside.rows) == 1
    bedside.take(Committed(at=bedside.clock.advance(s=3), seq=bedside.session.seq))
    assert "store_failing" not in bedside.conditions()
    assert any(isinstance(row.row, RecordHealed) for row in bedside.rows)


def test_a_snapshot_comes_at_least_each_second(bedside):
    effects = bedside.take(Tick(at=bedside.clock.advance(s=1)))
    assert PublishSnapshot() in effects
    assert next_deadline(bedside.session).seconds_since(bedside.now) <= 1


def test_an_event_from_the_past_is_moved_up(bedside):
    bedside.wait(10)
    early = bedside.now.plus(-5)
    bedside.take(NoteWritten(at=early, author=NURSE, text="late news"))
    assert bedside.rows[-1].row.at == bedside.now


def test_ticks_between_events_change_nothing():
    finely, coarsely = Bedside(), Bedside()
    for bed, ticks in ((finely, 100), (coarsely, 1)):
        bed.take(reading(bed.now, value=88))
        for _ in range(ticks):
            bed.take(Tick(at=bed.clock.advance(s=40 / ticks)))
        bed.take(reading(bed.now, value=97))
    assert finely.session == coarsely.session
    assert [r.row for r in finely.rows] == [r.row for r in coarsely.rows]


def test_a_questionable_value_is_judged(bedside):
    for _ in range(12):
        event = reading(bedside.clock.advance(s=1), value=86)
        numeric = event.reading
        doubtful = ReadingArrived(
            at=event.at,
            link=event.link,
            reading=type(numeric)(
                received=numeric.received,
                metric=numeric.metric,
                value=numeric.value,
                validity=Validity.QUESTIONABLE,
                reason=None,
                mode=numeric.mode,
            ),
        )
        bedside.take(doubtful)
    assert "spo2_low" in bedside.conditions()


def test_replaying_the_stored_rows_of_a_whole_session_gives_it_again(bedside):
    bedside.wait(30)
    bedside.take(nibp(bedside.now))
    bedside.take(InfusionPaused(at=bedside.now, author=NURSE, effective=bedside.now))
    bedside.take(started(bedside.now, back_s=20))
    bedside.wait(100, spo2=88)
    bedside.take(AlarmAcknowledged(at=bedside.now, author=NURSE, occurrence=2))
    bedside.take(CommitFailed(at=bedside.now, reason="the disk is full"))
    bedside.wait(40, spo2=None)
    bedside.take(Committed(at=bedside.now, seq=3))
    bedside.wait(10)
    again = replay(bedside.stored, bedside.limits)
    last, _ = step(again, Tick(at=bedside.now))
    bedside.take(Tick(at=bedside.now))
    assert last == bedside.session
