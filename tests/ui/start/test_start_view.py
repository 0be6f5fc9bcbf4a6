"""What the start page says, worked out without Qt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from kmonitor.ports import HouseState, Protection
from kmonitor.session_state import SessionPhase
from kmonitor.this_computer import ComputerNote
from kmonitor.vitals import Mode
from tests.start_world import NOW, ZONE, backup, stored
from ui.start.facts import RecordFacts, Unfinished
from ui.start.view_model import Lead, StartView, start_view, summary_lines

READY = RecordFacts(state=HouseState.READY, protection=Protection.KEY_STORE, backup=backup())


def view(facts: RecordFacts, *computer: ComputerNote) -> StartView:
    return start_view(facts, computer, NOW, ZONE)


def waiting(phase: SessionPhase | None) -> RecordFacts:
    found = Unfinished(stored=stored(is_ended=False), phase=phase, last=NOW - timedelta(minutes=12))
    return replace(READY, unfinished=found)


def said(shown: StartView) -> list[str]:
    return [note.words for note in shown.notes]


def test_with_nothing_waiting_a_new_session_is_the_first_thing() -> None:
    shown = view(READY)
    assert shown.lead is Lead.NEW
    assert shown.new_why_not == ""
    assert shown.card is None
    assert shown.rows_wait == "No session today yet."


def test_an_unfinished_session_stands_first_with_what_is_known_of_it() -> None:
    shown = view(waiting(SessionPhase.INFUSING))
    assert shown.lead is Lead.UNFINISHED
    assert shown.card is not None
    assert shown.card.who == "Chair 2 · Demo patient 0417"
    assert shown.card.what == "INFUSING"
    assert shown.card.when == "began 08:34 · last row 09:52, 12 min ago"
    assert shown.card.warning == "THE PUMP MAY BE RUNNING: look at it."
    assert shown.card.can_resume
    assert shown.new_why_not == "resume or close the unfinished session first"


def test_one_of_another_day_says_which() -> None:
    found = Unfinished(
        stored=stored(is_ended=False, ago_min=3000),
        phase=SessionPhase.PAUSED,
        last=NOW - timedelta(minutes=2990),
    )
    card = view(replace(READY, unfinished=found)).card
    assert card is not None
    assert card.when == "began 2026-01-03 08:04 · last row 2026-01-03 08:14, 2 days ago"
    assert card.warning == ""


def test_a_session_that_cannot_be_read_can_only_be_closed() -> None:
    card = view(waiting(None)).card
    assert card is not None
    assert not card.can_resume
    assert "only be closed" in card.warning


def test_a_locked_record_asks_for_its_key_and_still_lets_monitoring_begin() -> None:
    locked = RecordFacts(state=HouseState.LOCKED, protection=Protection.PASSPHRASE)
    shown = view(locked)
    assert shown.lead is Lead.LOCKED
    assert shown.new_why_not == ""
    assert shown.rows_wait == "They can be seen once the record is open."
    assert not any("backup" in words.lower() for words in said(shown))


def test_where_another_program_writes_no_session_begins() -> None:
    shown = view(replace(READY, state=HouseState.IN_USE, today=(stored(is_ended=False),)))
    assert shown.new_why_not == "the other program has the record"
    assert shown.says


def test_monitoring_can_start_where_the_record_cannot_be_used() -> None:
    shown = view(replace(READY, state=HouseState.UNUSABLE, protection=Protection.NONE))
    assert shown.new_why_not == ""
    assert "nothing of it is saved" in shown.says
    assert not shown.is_not_encrypted


def test_an_open_record_says_so_loudly_and_what_to_do() -> None:
    shown = view(replace(READY, protection=Protection.NONE))
    assert shown.is_not_encrypted
    assert shown.notes[0].is_loud
    assert shown.notes[0].words.startswith("NOT ENCRYPTED")
    assert "Settings" in shown.notes[0].words


def test_loud_sentences_stand_first_whoever_says_them() -> None:
    facts = replace(READY, notes=("A damaged record was set aside.",))
    sound = ComputerNote(words="NO ALARM SOUND", is_loud=True)
    disk = ComputerNote(words="200 GB free", is_loud=False)
    shown = view(facts, disk, sound)
    assert said(shown)[:2] == ["A damaged record was set aside.", "NO ALARM SOUND"]
    assert [note.is_loud for note in shown.notes] == [True, True, False, False]


def test_a_failed_or_missing_backup_is_loud() -> None:
    failed = view(replace(READY, backup=backup(is_good=False))).notes[0]
    assert failed.is_loud
    assert failed.words == "Backup 2026-01-04 14:04: the folder is not there."
    assert view(replace(READY, backup=None)).notes[0].is_loud


def test_while_this_computer_is_looked_at_that_is_said() -> None:
    assert "This computer is being looked at." in said(start_view(READY, None, NOW, ZONE))


def test_todays_sessions_stand_with_time_patient_and_how_they_ended() -> None:
    sessions = (stored(0, is_ended=False), stored(1, ago_min=300, mode=Mode.SIMULATED))
    rows = view(replace(READY, today=sessions)).rows
    assert [(row.time, row.who, row.how) for row in rows] == [
        ("08:34", "Chair 2 · Demo patient 0417", "has no end"),
        ("05:04", "Chair 2 · Demo patient 0417", "SIMULATED, ended, 62 min"),
    ]


def test_a_session_is_read_as_its_row_says() -> None:
    lines = dict(summary_lines(stored()))
    assert lines["Patient"] == "Demo patient 0417"
    assert lines["Ordered"] == "41 mg, 0.5 mg/kg in 40 min"
    assert lines["Ended"] == "2026-01-05 09:36"
