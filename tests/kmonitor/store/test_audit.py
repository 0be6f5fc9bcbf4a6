import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kmonitor import events
from kmonitor.access import PermissionRefused
from kmonitor.alarms.conditions import AlarmKind, AlarmPhase, AlarmTransition, Condition, Priority
from kmonitor.clock import FakeClock
from kmonitor.effects import PersistRow, Row
from kmonitor.errors import StoreError
from kmonitor.people import LOCKED, Person, Role
from kmonitor.pins import Pins
from kmonitor.ports import AuditEntry
from kmonitor.store.accounts import StoredAccounts
from kmonitor.store.act_rows import ACT_KINDS
from kmonitor.store.audit import TRAIL, audit_entries, export_audit
from kmonitor.store.audit_words import Deed, tell
from kmonitor.store.connection import reading
from kmonitor.store.house import House
from tests.kmonitor.store.record_help import NURSE, START, KeptInbox, opened, writing


def transition(seq: int, occurrence: int, phase: AlarmPhase, words: str) -> PersistRow:
    row = AlarmTransition(
        at=START.plus(seq),
        occurrence=occurrence,
        condition=Condition.SPO2_LOW,
        kind=AlarmKind.PHYSIOLOGICAL,
        priority=Priority.HIGH,
        phase=phase,
        value=89,
        limit=90,
        words=words,
    )
    return PersistRow(seq=seq, row=row, is_act=False)


def refusal(seq: int, author: str | None, event: str, reason: str) -> PersistRow:
    row = events.Refusal(at=START.plus(600 + seq), author=author, event=event, reason=reason)
    return PersistRow(seq=seq, row=row, is_act=False)


def did(seq: int, row: Row) -> PersistRow:
    return PersistRow(seq=seq, row=row, is_act=True)


def a_session(path: Path) -> None:
    at = START.plus
    cuff = events.NibpEntered(
        at=at(600),
        author=NURSE,
        measured=at(530),
        systolic_mmhg=128,
        diastolic_mmhg=82,
        mean_mmhg=97,
    )
    inbox = KeptInbox()
    with writing(path, inbox) as writer:
        for row in (
            did(1, opened(has_plan=True)),
            did(2, events.InfusionStarted(at=at(2), author=NURSE, effective=at(2))),
            transition(3, 1, AlarmPhase.PENDING, ""),
            transition(4, 1, AlarmPhase.ONSET, "SpO2 LOW 89 (limit 90)"),
            did(5, events.AlarmAcknowledged(at=at(5), author=LOCKED.person_id, occurrence=1)),
            did(6, cuff),
            did(7, events.NoteWritten(at=at(601), author=NURSE, text="calm")),
            refusal(8, NURSE, "InfusionPaused", "It is paused."),
            refusal(9, None, "ReadingArrived", "It is older than the session."),
            did(10, events.SessionEnded(at=at(2400), author=NURSE)),
        ):
            writer.keep(row)
        inbox.wait_for_seq(10)


class Site:
    """A record with a session of ten rows, then people who came and went an hour later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        a_session(path)
        self.clock = FakeClock()
        self.clock.advance(s=3600)
        self.accounts = StoredAccounts(
            path, None, self.clock, pins=Pins(time_cost=1, memory_cost_kib=8)
        )
        self.tess = self._add(None, "Tess", Role.TECHNICIAN, b"715392")
        self.ned = self._add(self.tess, "Ned", Role.NURSE, b"4826")

    def _add(self, by: Person | None, name: str, role: Role, pin: bytes) -> Person:
        self.clock.advance(s=1)
        return self.accounts.add(by, name=name, role=role, pin=bytearray(pin))

    def sign_in(self, person: Person, pin: bytes) -> None:
        self.clock.advance(s=1)
        self.accounts.sign_in(person.person_id, bytearray(pin))

    def entries(self, **asked: Any) -> list[AuditEntry]:
        with reading(self.path) as connection:
            return audit_entries(connection, **asked)


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path / "record.db")


def lines(entries):
    return [(each.name, each.what, each.detail) for each in entries]


def test_everything_that_people_did_is_told_the_newest_first(site):
    site.sign_in(site.ned, b"0000")
    site.sign_in(site.ned, b"4826")
    nurse = "N1 nurse"
    assert lines(site.entries()) == [
        ("Ned", "signed in", ""),
        ("locked", "sign-in refused for Ned", "wrong PIN"),
        ("Tess", "Ned added", "as a nurse"),
        ("Tess", "Tess added", "as a technician"),
        (nurse, "session ended", ""),
        (nurse, "refused: infusion paused", "It is paused."),
        (nurse, "note written", "calm"),
        (nurse, "NIBP entered 128/82", "mean 97, took effect 70 s earlier"),
        ("locked", "alarm acknowledged", "SpO2 LOW 89 (limit 90)"),
        (nurse, "infusion started", ""),
        (nurse, "session opened", ""),
    ]


def test_an_entry_names_its_session_and_its_moment(site):
    first = site.entries()[-1]
    assert (first.session_id, first.at, first.author) == ("5e551014-0001", START.at_utc, NURSE)
    assert site.entries()[0].session_id is None
    site.accounts.note(site.tess, "session_signed", session_id="5e551014-0001", meaning="read")
    signed = site.entries()[0]
    assert (signed.session_id, signed.what) == ("5e551014-0001", "session signed")
    assert signed.detail == "read"


def test_what_a_person_of_this_computer_did_in_a_session_bears_their_name(site):
    later = opened("5e551014-0002", at=START.plus(7200))
    inbox = KeptInbox()
    with writing(site.path, inbox) as writer:
        writer.keep(did(1, replace(later, author=site.ned.person_id)))
        inbox.wait_for_seq(1)
    assert lines(site.entries(author=site.ned.person_id)) == [("Ned", "session opened", "")]
    with reading(site.path) as connection:
        nameless = connection.execute(
            "SELECT author FROM act UNION SELECT author FROM site_event"
            " EXCEPT SELECT person_id FROM person"
        ).fetchall()
    assert nameless == []


def test_it_is_filtered_by_words_person_and_time(site):
    assert lines(site.entries(text="nibp 128")) == [
        ("N1 nurse", "NIBP entered 128/82", "mean 97, took effect 70 s earlier")
    ]
    assert [each.what for each in site.entries(text="TESS")] == ["Ned added", "Tess added"]
    assert site.entries(text="nothing like it") == []
    assert [each.what for each in site.entries(author=LOCKED.person_id)] == ["alarm acknowledged"]
    ended = START.plus(2400).at_utc
    assert {each.what for each in site.entries(since=ended)} == {
        *("session ended", "Tess added", "Ned added")
    }
    before_start = site.entries(since=START.at_utc, until=START.plus(2).at_utc)
    assert [each.what for each in before_start] == ["session opened"]


@pytest.mark.parametrize("asked", [{}, {"text": "e"}, {"author": NURSE}])
def test_the_pages_together_are_the_whole(site, asked):
    whole = site.entries(**asked, limit=None)
    paged = [
        each
        for offset in range(0, len(whole) + 3, 3)
        for each in site.entries(**asked, limit=3, offset=offset)
    ]
    assert len(whole) > 5
    assert paged == whole


def test_a_page_of_the_trail_is_read_by_its_indices_and_the_rest_never_sorted(site):
    with reading(site.path) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {TRAIL.format(where='1')}", (200, 0))
        steps = [row[3] for row in plan]
    assert len([step for step in steps if step.startswith("SCAN") and "_by_time" in step]) == 3
    assert not [step for step in steps if step == "USE TEMP B-TREE FOR ORDER BY"]


def test_the_export_is_a_table_that_holds_every_sign_and_is_noted(site, tmp_path):
    odd = 'says "no", then\r\nÄ ≥ 3; =1+1'
    site.accounts.note(site.ned, "remark", words=odd)
    entries = site.entries()
    file = tmp_path / "trail.csv"
    export_audit(entries, file, by=site.tess, accounts=site.accounts)
    raw = file.read_bytes()
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8"), newline="")))
    assert rows[0] == ["time_utc", "person_id", "name", "what", "detail", "session"]
    assert rows[1][2:5] == ["Ned", "remark", f"words {odd}"]
    assert rows[-1][0] == "2026-01-05T09:00:00.000Z"
    assert rows[-1][5] == "5e551014-0001"
    assert len(rows) == len(entries) + 1
    assert raw.count(b"\r\n") == len(rows) + 1  # one stands inside a field
    noted = site.entries(limit=1)
    assert lines(noted) == [("Tess", "audit trail exported", f"{len(entries)} entries")]


def test_a_nurse_exports_no_trail_and_no_file_is_overwritten(site, tmp_path):
    file = tmp_path / "trail.csv"
    with pytest.raises(PermissionRefused):
        export_audit([], file, by=site.ned, accounts=site.accounts)
    assert not file.exists()
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        export_audit([], file, by=site.tess, accounts=site.accounts)
    assert file.read_text(encoding="utf-8") == "mine"
    assert site.entries(text="exported") == []


def test_a_removed_or_unknown_person_and_session_still_have_a_line(site):
    site.accounts.note(Person(person_id="P7", name="Pat", role=Role.NURSE), "looked_around")
    site.accounts.note(None, "session_removed", session_id="5e55gone")
    gone, unknown = site.entries(limit=2)
    assert (gone.session_id, gone.what) == ("5e55gone", "session removed from the record")
    assert unknown.name == "P7"


NAMES = {"p": "Pia"}


@pytest.mark.parametrize(
    ("kind", "said", "words"),
    [
        ("infusion_rate_changed", {"rate_ml_per_h": "120"}, ("pump set to 120 mL/h", "")),
        ("locked_out", {"person": "p", "wait_s": 60}, ("no PIN of Pia looked at", "for 60 s")),
        ("pin_changed", {"person": "p"}, ("PIN of Pia changed", "")),
        ("pin_changed", {"person": "q"}, ("PIN of somebody unknown changed", "")),
        ("signed_out", {"cause": "locked itself"}, ("signed out", "locked itself")),
        (
            "break_glass",
            {"name": "Roe", "reason": ""},
            ("EMERGENCY ACCESS WITHOUT A PIN", "no reason given"),
        ),
        (
            "sign_in_refused",
            {"person": "p", "reason": "wrong_pin", "not_looked_at": 9},
            ("sign-in refused for Pia", "wrong PIN, 9 more tries before were not looked at"),
        ),
        (
            "person_changed",
            {
                **{"person": "p", "role": "clinician", "old_role": "nurse"},
                **{"is_active": False, "was_active": True},
            },
            ("Pia changed", "now a clinician, before nurse, has no access any more"),
        ),
        (
            "setting_changed",
            {"field": "lock_after_min", "old": "5", "new": "9"},
            ("setting lock after min: 9", "before 5"),
        ),
        (
            "session_removed",
            {"clinician": "p", "reason": "asked for", "count": 9},
            ("session removed from the record", "with the consent of Pia, asked for"),
        ),
        (
            "backup_made",
            {"file": "r.db", "good": False, "words": "x"},
            ("BACKUP IS NOT GOOD", "r.db"),
        ),
        (
            "key_changed",
            {"what": "encrypted", "way": "passphrase"},
            ("record encrypted", "key under a passphrase"),
        ),
        ("limit_changed", {"to": 88, "by": "p", "none": None}, ("limit changed", "to 88, by Pia")),
    ],
)
def test_a_deed_is_told_in_plain_words(kind, said, words):
    told = tell(Deed(kind=kind, said=said), NAMES)
    assert (told.what, told.detail) == words


def test_every_act_that_the_record_knows_has_words_of_its_own():
    bare = {"text": "t", "link": "l", "rate_ml_per_h": "1", "occurrence": 1}
    cuff = {"systolic_mmhg": 1, "diastolic_mmhg": 1, "is_same_arm": True, "is_heard": True}
    bare |= {"answer": "oxygen", "is_on": True, "condition": "spo2_low"}
    told = {kind: tell(Deed(kind=kind, said=bare | cuff), {}).detail for kind in ACT_KINDS}
    assert not [kind for kind, detail in told.items() if "systolic" in detail]


def test_the_house_of_the_record_tells_its_trail_once_it_is_ready(site):
    house = House.at(site.path, clock=site.clock)
    assert list(house.audit(text="added")) == site.entries(text="added")
    assert [each.what for each in house.audit(limit=1, offset=1)] == ["Tess added"]
    house.close()


def test_a_house_without_a_record_yet_has_an_empty_trail(tmp_path):
    house = House.at(tmp_path / "none.db", clock=FakeClock())
    assert list(house.audit()) == []
    house.close()
