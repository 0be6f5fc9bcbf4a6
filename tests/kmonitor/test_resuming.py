"""A session that broke off anywhere goes on as it was, whatever of its rows reached the disk."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.checkpoints import decode, encode
from kmonitor.clock import Instant
from kmonitor.effects import PersistRow
from kmonitor.events import (
    AlarmAcknowledged,
    EngineFaulted,
    InfusionPaused,
    LinkState,
    SessionOpened,
    SessionResumed,
    Tick,
)
from kmonitor.metrics import Metric
from kmonitor.moving import moved, shift_ns
from kmonitor.resuming import resume_from, resume_point
from kmonitor.session import replay, step
from tests import builders
from tests.builders import CUFF, NURSE, OXIMETER
from tests.happenings import LIMITS, Live, short_happenings
from tests.lived_session import Bedside

BOOT = 1
slowly = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def kept(rows):
    return [(each.seq, BOOT, each.row) for each in rows]


def point_of(rows, *, here=None, checkpoint=None, boot=BOOT, highest=0):
    rows = kept(rows)
    return resume_point(
        rows, LIMITS, here=here or rows[-1][2].at, boot=boot, checkpoint=checkpoint,
        highest=highest,
    )  # fmt: skip


@slowly
@given(short_happenings, st.floats(0, 1), st.floats(0, 1))
@example([(0.0, ("spo2", 92), 0), (61.0, ("spo2", 92), 0)], 0.5, 1.0)
def test_a_session_cut_at_any_row_is_as_it_was_and_lives_on_alike(happened, where, marked):
    live = Live()
    live.live(happened)
    cut = 1 + int(where * (len(live.rows) - 1))
    rows = live.rows[:cut]
    point = point_of(rows)
    assert point.missing == tuple(
        replace(row, is_act=False) for row in live.rows[cut : cut + len(point.missing)]
    )
    assert not point.doubt
    events = [row.row for row in rows if not isinstance(row.row, AlarmTransition)]
    expected, _ = step(replay(events, LIMITS), Tick(at=point.last))
    assert point.session == expected
    _check_the_rest(live, point, cut)
    _check_with_a_checkpoint(live, point, rows, marked)


def _check_the_rest(live, point, cut):
    """Events whose rows the cut took away come again; those of a torn step do not."""
    session = point.session
    has_come = cut + len(point.missing)
    for event, _, before in live.taken:
        if before >= has_come:
            session, _ = step(session, event)
    last = Tick(at=live.session.now)
    torn = [each for each in live.taken if each[2] < has_come]
    is_whole = not torn or _rows_after(live, torn[-1]) == has_come
    if is_whole:
        assert step(session, last)[0] == step(live.session, last)[0]


def _rows_after(live, taken):
    later = [each[2] for each in live.taken if each[2] > taken[2]]
    return min(later, default=len(live.rows))


def _check_with_a_checkpoint(live, point, rows, marked):
    """With a checkpoint from any moment before the cut the result is equal."""
    before = [
        session
        for _, session, count in live.taken
        if count <= len(rows) and not point.last.is_before(session.now)
    ]
    if not before:
        return
    session = before[int(marked * (len(before) - 1))]
    again = point_of(rows[session.seq - 1 :], checkpoint=decode(encode(session)))
    at = point.last.plus(4)
    for each in (again, point):
        assert each.missing == point.missing
    resumed = point.resumed(at, author=NURSE, cause="killed")
    assert step(again.session, resumed)[0] == step(point.session, resumed)[0]


@slowly
@given(short_happenings, st.sampled_from([-3600, 2, 3600]), st.booleans())
@example([(0.0, ("plain", 6), 0)], -3600, False)
@example([(61.0, ("spo2", 84), 0)], -3600, True)
@example([(0.0, ("spo2", 84), 0), (7.5, ("committed", 0), 0), (0.0, ("stall", 4.0), 0)], 2, False)
def test_what_was_resumed_once_or_twice_is_resumed_again_alike(happened, away_s, is_other_boot):
    live = Live()
    live.live(happened)
    rows = kept(live.rows)
    here = live.clock.now().plus(away_s)
    boot = BOOT
    for _ in range(2):
        boot += is_other_boot
        if is_other_boot:
            here = moved(here, -here.mono_ns // 2)
        point = resume_point(rows, LIMITS, here=here, boot=boot)
        resumed = point.resumed(here, author=NURSE, cause="killed")
        session, effects = step(point.session, resumed)
        new = [*point.missing, *(each for each in effects if isinstance(each, PersistRow))]
        rows += [(each.seq, boot, each.row) for each in new]
        assert [seq for seq, _, _ in rows] == list(range(1, len(rows) + 1))
        again = resume_point(rows, LIMITS, here=here, boot=boot)
        assert not again.doubt
        assert not again.missing
        assert again.session == session
        here = here.plus(60)


@slowly
@given(short_happenings, st.sets(st.integers(0, 60)), st.integers(0, 2))
def test_a_record_with_holes_is_resumed_and_its_numbers_stand(happened, holes, notes):
    live = Live()
    live.live(happened)
    rows = [row for i, row in enumerate(live.rows) if i == 0 or i not in holes]
    point = point_of(rows, highest=live.rows[-1].seq + notes)
    assert point.session.seq >= live.rows[-1].seq + notes
    assert all(row.seq > live.rows[-1].seq + notes for row in point.missing)
    told = {row.row.occurrence for row in rows if isinstance(row.row, AlarmTransition)}
    assert point.session.alarms.next_number > max(told, default=0)
    gone = {
        row.row.occurrence
        for row in (*rows, *point.missing)
        if isinstance(row.row, AlarmTransition) and row.row.phase.value == "ended"
    }
    if point.doubt:
        assert all(each.number not in gone for each in point.session.alarms.occurrences)


def _infusing(spo2=84):
    """A minute of an infusion with an acknowledged low SpO2, an open prompt, live links."""
    bedside = Bedside()
    bedside.take(builders.link(bedside.now))
    bedside.take(builders.link(bedside.now, name=CUFF))
    bedside.take(builders.started(bedside.clock.advance(s=1)))
    bedside.wait(20)
    bedside.wait(40, spo2=spo2)
    return bedside


def _resumed(bedside, *, away_s=4.0, here=None, boot=BOOT):
    here = here or bedside.clock.advance(s=away_s)
    point = point_of(bedside.rows, here=here, boot=boot)
    resumed = point.resumed(here, author=NURSE, cause="The program was killed.")
    return step(point.session, resumed)


def test_open_and_acknowledged_alarms_are_as_they_were():
    bedside = _infusing()
    (number,) = (
        each.number for each in bedside.session.presented_alarms if each.condition == "spo2_low"
    )
    bedside.take(AlarmAcknowledged(at=bedside.now, author=NURSE, occurrence=number))
    before = {each.number: each for each in bedside.session.alarms.occurrences}
    session, _ = _resumed(bedside)
    after = {each.number: each for each in session.alarms.occurrences}
    assert before.items() <= after.items()
    assert before[number].acknowledged_by == NURSE
    assert {after[nr].condition.value for nr in after.keys() - before.keys()} == {"program_away"}


def test_limits_prompt_baseline_and_infusion_are_as_they_were():
    bedside = _infusing()
    session, _ = _resumed(bedside)
    for name in ("limits", "pump_prompt", "baseline", "infusion", "phase", "patient", "nibp"):
        assert getattr(session, name) == getattr(bedside.session, name)


def test_nothing_is_judged_for_the_time_between():
    bedside = _infusing(spo2=97)
    broke_off = bedside.now
    session, effects = _resumed(bedside, away_s=600)
    times = [each.row.at for each in effects if hasattr(each, "row")]
    assert set(times) == {session.now}
    assert session.now.seconds_since(broke_off) == 600
    assert {each.condition.value for each in session.presented_alarms} >= {
        "program_away", "no_data", "link_lost",
    }  # fmt: skip


def test_a_delay_that_ran_begins_no_alarm_before_a_number_has_come():
    bedside = Bedside()
    bedside.wait(5)
    bedside.take(builders.reading(bedside.clock.advance(s=1), Metric.SPO2, 84))
    bedside.wait(1, spo2=84)
    assert "spo2_low" not in bedside.conditions()
    session, _ = _resumed(bedside, away_s=8)
    shown = {each.condition.value for each in session.presented_alarms}
    assert "spo2_low" not in shown
    session, _ = step(session, builders.reading(session.now.plus(0.5), Metric.SPO2, 84))
    assert "spo2_low" in {each.condition.value for each in session.presented_alarms}


def test_numbers_are_as_old_as_they_are_and_links_have_told_nothing_since():
    bedside = _infusing(spo2=97)
    broke_off = bedside.now
    session, _ = _resumed(bedside, away_s=12)
    held = session.numerics[Metric.SPO2]
    assert held.is_stale(session.now)
    link = session.links[OXIMETER]
    assert (link.state, link.not_live_since) == (LinkState.LOST, broke_off)


def test_a_cuff_that_was_inflating_is_forgotten():
    bedside = _infusing(spo2=97)
    bedside.session = replace(
        bedside.session, cuff=replace(bedside.session.cuff, inflating_since=bedside.now)
    )
    at = bedside.clock.advance(s=4)
    resumed = SessionResumed(at=at, author=NURSE, since=bedside.session.now, cause="killed")
    session, _ = step(bedside.session, resumed)
    assert not session.cuff.is_inflating(at)


def test_an_end_that_came_meanwhile_is_due_at_once():
    bedside = _infusing(spo2=97)
    session, _ = _resumed(bedside, away_s=3000)
    assert session.phase.value == "end_due"
    assert "end_due" in {each.condition.value for each in session.presented_alarms}


def test_the_gap_is_told_until_it_is_acknowledged_and_stays_in_the_lane():
    bedside = _infusing(spo2=97)
    broke_off = bedside.now
    session, _ = _resumed(bedside)
    (gap,) = session.interruptions
    assert (gap.since, gap.until, gap.is_same_boot) == (broke_off, session.now, True)
    (alarm,) = [each for each in session.presented_alarms if each.condition == "program_away"]
    assert (alarm.words, alarm.priority.value) == ("PROGRAM WAS AWAY for 0:04", "low")
    assert session.acts[-1].words == "program was away for 0:04"
    act = AlarmAcknowledged(at=session.now, author=NURSE, occurrence=alarm.number)
    session, _ = step(session, act)
    assert "program_away" not in {each.condition.value for each in session.presented_alarms}
    assert session.interruptions == (gap,)


def test_after_a_reboot_durations_come_out_by_the_wall_clock():
    bedside = _infusing(spo2=97)
    before = bedside.session
    here = Instant(20 * 10**9, bedside.now.at_utc + timedelta(seconds=90))
    session, _ = _resumed(bedside, here=here, boot=2)
    assert session.now == here
    assert session.now.seconds_since(session.opened) == pytest.approx(
        before.now.seconds_since(before.opened) + 90, abs=0.002
    )
    (gap,) = session.interruptions
    assert gap.seconds == pytest.approx(90, abs=0.002)
    assert not gap.is_same_boot
    assert "about 1:30" in session.acts[-1].words


def test_a_wall_clock_that_was_set_back_meanwhile_stops_no_judging():
    bedside = _infusing(spo2=97)
    here = Instant(20 * 10**9, bedside.now.at_utc - timedelta(days=1))
    session, _ = _resumed(bedside, here=here, boot=2)
    assert session.interruptions[-1].seconds == 0
    later, effects = step(session, Tick(at=here.plus(31)))
    assert effects
    assert "no_data" in {each.condition.value for each in later.presented_alarms}


def test_behind_a_wall_clock_that_went_back_all_of_the_order_may_have_been_given():
    bedside = _infusing(spo2=97)
    before = bedside.session.given_range_mg(bedside.now)
    here = Instant(20 * 10**9, bedside.now.at_utc - timedelta(minutes=30))
    session, _ = _resumed(bedside, here=here, boot=2)
    assert session.infusion is not None
    assert before is not None
    assert session.given_range_mg(session.now) == (before[0], session.infusion.plan.ordered_mg)
    (alarm,) = [each for each in session.presented_alarms if each.condition == "program_away"]
    assert alarm.words == "PROGRAM WAS AWAY for an unknown time"
    assert session.acts[-1].words == "program was away for an unknown time"


def test_a_run_at_another_speed_goes_on_although_its_clock_began_anew():
    bedside = _infusing(spo2=97)
    here = bedside.now.plus(-200)
    session, _ = _resumed(bedside, here=here)
    assert session.now == here
    assert not session.interruptions[-1].is_same_boot


def test_a_gap_of_utc_is_never_negative():
    here = builders.clock().now()
    for later in (here.plus(5), here, here.plus(-5)):
        shift = shift_ns(later, here)
        assert moved(later, shift).seconds_since(here) == min(0, later.seconds_since(here))


def test_a_row_that_fails_in_replay_is_passed_over_and_said(monkeypatch):
    bedside = _infusing()
    rows = list(bedside.rows)
    broken = next(i for i, row in enumerate(rows) if i > 40 and hasattr(row.row, "reading"))
    bad = replace(rows[broken].row)
    object.__setattr__(bad, "reading", None)
    rows[broken] = replace(rows[broken], row=bad)
    point = point_of(rows)
    assert "disagree" in point.doubt
    assert "disagree" in point.resumed(bedside.now, author=NURSE, cause="killed").cause
    assert point.session.seq == bedside.session.seq
    assert point.session.presented_alarms == bedside.session.presented_alarms


def test_where_the_log_of_alarms_differs_the_log_stands():
    bedside = _infusing()
    rows = [
        replace(row, row=replace(row.row, occurrence=row.row.occurrence + 40))
        if isinstance(row.row, AlarmTransition)
        else row
        for row in bedside.rows
    ]
    point = point_of(rows)
    assert {each.number for each in point.session.alarms.occurrences} == {
        each.number + 40 for each in bedside.session.alarms.occurrences
    }
    assert point.session.alarms.next_number == bedside.session.alarms.next_number + 40
    shown = [each.words for each in point.session.presented_alarms]
    assert shown == [each.words for each in bedside.session.presented_alarms]


class Stored:
    def __init__(self, rows, checkpoint=None) -> None:
        self.kept = kept(rows)
        self.body = checkpoint
        self.asked: list[int] = []
        self.rows = max(seq for seq, _, _ in self.kept)
        opened = next(row for _, _, row in self.kept if isinstance(row, SessionOpened))
        names = ("session_id", "mode", "chair", "zone", "limit_set", "patient", "plan")
        self.opening = {name: getattr(opened, name) for name in names}

    def checkpoint(self, _session_id):
        return self.body

    def rows_with_boot(self, _session_id, after_seq=0):
        self.asked.append(after_seq)
        return iter([each for each in self.kept if each[0] > after_seq])

    def boots(self):
        return {BOOT: ("here", 0, 0)}

    def session(self, _session_id):
        return self


def _from(stored, bedside):
    return resume_from(stored, "2026-01-05-0001", LIMITS, here=bedside.now, boot_id="here")


def test_a_checkpoint_spares_the_replay_and_a_bad_one_costs_only_time():
    bedside = _infusing()
    early = encode(bedside.session)
    bedside.wait(30, spo2=97)
    plain = Stored(bedside.rows)
    expected = _from(plain, bedside)
    for body, begins in ((early, decode(early).seq - 1), (early[:-3], 0), (b"", 0)):
        stored = Stored(bedside.rows, body)
        assert _from(stored, bedside) == expected
        assert stored.asked == [begins]


def test_a_checkpoint_ahead_of_the_rows_is_not_believed():
    bedside = _infusing()
    ahead = encode(bedside.session)
    rows = bedside.rows[:-5]
    assert _from(Stored(rows, ahead), bedside) == _from(Stored(rows), bedside)


def test_a_session_whose_first_row_is_lost_goes_on_with_what_its_own_row_tells():
    bedside = _infusing()
    stored = Stored(bedside.rows)
    stored.kept = stored.kept[1:]
    point = _from(stored, bedside)
    assert point.session.patient == bedside.session.patient
    assert point.session.infusion == bedside.session.infusion
    assert point.session.seq == bedside.session.seq


def test_a_fault_of_the_engine_in_the_record_stands_until_it_is_acknowledged():
    bedside = _infusing(spo2=97)
    bedside.take(EngineFaulted(at=bedside.now, what="ValueError"))
    session, _ = _resumed(bedside)
    assert "engine_fault" in {each.condition.value for each in session.presented_alarms}


def test_a_pause_is_still_a_pause():
    bedside = _infusing(spo2=97)
    at = bedside.clock.advance(s=1)
    bedside.take(InfusionPaused(at=at, author=NURSE, effective=at))
    session, _ = _resumed(bedside, away_s=300)
    assert session.phase.value == "paused"
