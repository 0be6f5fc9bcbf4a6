"""What begins to be heard is on disk at once; it may be the last that the program writes."""

from kmonitor.alarms.conditions import AlarmPhase, AlarmTransition, Condition, Priority
from kmonitor.effects import PersistRow
from kmonitor.events import Committed, EngineFaulted, RecordHealed, SoundChanged
from kmonitor.session import fail_plainly, fail_safely
from kmonitor.store import writer as writer_module
from kmonitor.store.reader import RecordReader
from tests.builders import started
from tests.kmonitor.store.record_help import KeptInbox, writing
from tests.lived_session import Bedside

HOUR_S = 3600.0


def lived() -> Bedside:
    bedside = Bedside()
    bedside.take(started(bedside.now))
    bedside.wait(12)
    bedside.wait(12, spo2=88)
    bedside.wait(30, spo2=70)
    bedside.wait(10)
    return bedside


def alarm_rows(bedside: Bedside):
    return [row for row in bedside.rows if isinstance(row.row, AlarmTransition)]


def test_onset_and_escalation_of_what_is_heard_ask_for_a_commit_of_their_own():
    found = {
        (row.row.phase, row.row.priority): row.is_act
        for row in alarm_rows(lived())
        if row.row.condition is Condition.SPO2_LOW
    }
    assert found == {
        (AlarmPhase.PENDING, Priority.LOW): False,
        (AlarmPhase.ONSET, Priority.MEDIUM): True,
        (AlarmPhase.ESCALATED, Priority.HIGH): True,
        (AlarmPhase.LATCHED, Priority.HIGH): False,
    }


def test_what_is_only_seen_waits_for_the_next_commit():
    bedside = Bedside()
    bedside.wait(12)
    bedside.wait(40, spo2=None)
    low = [row for row in alarm_rows(bedside) if row.row.phase is AlarmPhase.ONSET]
    assert low
    assert {row.row.priority for row in low} == {Priority.LOW}
    assert not any(row.is_act for row in low)


def test_a_fault_of_the_engine_asks_for_a_commit_of_its_own():
    for fail in (fail_safely, fail_plainly):
        bedside = Bedside()
        _, effects = fail(bedside.session, bedside.now, "ValueError")
        found = {type(each.row): each.is_act for each in effects if isinstance(each, PersistRow)}
        assert found == {EngineFaulted: False, AlarmTransition: True}


def test_an_onset_is_on_disk_without_waiting_for_the_second_to_be_over(tmp_path, monkeypatch):
    """The writer's own second is an hour here: only who asks for a commit gets one."""
    monkeypatch.setattr(writer_module, "COMMIT_EVERY_S", HOUR_S)
    path, inbox, bedside = tmp_path / "r.db", KeptInbox(), Bedside()
    with writing(path, inbox) as record:
        for row in bedside.rows:
            record.keep(row)
        inbox.wait_for_seq(bedside.session.seq)
        before = len(bedside.rows)
        bedside.take(SoundChanged(at=bedside.now, is_there=False))
        assert isinstance(bedside.rows[-1].row, AlarmTransition)
        for row in bedside.rows[before:]:
            record.keep(row)
        inbox.wait_for_seq(bedside.session.seq)
        told = RecordReader(path).rows(bedside.session.session_id)
        assert [row for _, row in told][-1] == bedside.rows[-1].row


def test_a_commit_that_comes_with_an_onset_needs_no_further_one():
    bedside = lived()
    told = bedside.take(Committed(at=bedside.now, seq=bedside.session.seq))
    assert bedside.session.is_saved
    assert not [each for each in told if isinstance(getattr(each, "row", None), RecordHealed)]
