import json
import logging
import threading
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from kmonitor.access import PermissionRefused
from kmonitor.clock import FakeClock
from kmonitor.errors import StoreError, WorldError
from kmonitor.people import LOCKED, PROGRAM, Person, Role
from kmonitor.pins import PinRefused, Pins
from kmonitor.ports import Accounts, SignInRefused
from kmonitor.store.account_rows import BREAK_GLASS
from kmonitor.store.accounts import StoredAccounts
from kmonitor.store.connection import chain_key_of, open_record, reading
from kmonitor.store.keys import RecordKeys
from kmonitor.store.record_facts import write_facts

PIN, TESS_PIN, OTHER = b"4826", b"715392", b"9151"
CHEAP = Pins(time_cost=1, memory_cost_kib=8)


class Desk:
    """A record with its people; a `Desk` on the same path is a program started anew."""

    def __init__(
        self,
        path: Path,
        *,
        keys: RecordKeys | None = None,
        clock: FakeClock | None = None,
        pins: Pins = CHEAP,
    ) -> None:
        self.path = path
        self.keys = keys
        self.clock = clock or FakeClock()
        self.accounts = StoredAccounts(path, keys, self.clock, pins=pins)

    def first(self) -> Person:
        pin = bytearray(TESS_PIN)
        return self.accounts.add(None, name="Tess", role=Role.TECHNICIAN, pin=pin)

    def nurse(self, by: Person, name: str = "Ned") -> Person:
        return self.accounts.add(by, name=name, role=Role.NURSE, pin=bytearray(PIN))

    def sign_in(self, person: Person | str, pin: bytes = PIN) -> Person | SignInRefused:
        person_id = person if isinstance(person, str) else person.person_id
        return self.accounts.sign_in(person_id, bytearray(pin))

    def waits(self, person: Person, pin: bytes = OTHER) -> float:
        found = self.sign_in(person, pin)
        assert isinstance(found, SignInRefused)
        return found.wait_s

    def again(self) -> "Desk":
        return Desk(self.path, keys=self.keys, clock=self.clock)

    def events(self) -> list[tuple[str, str, dict[str, object]]]:
        with reading(self.path, self.keys) as connection:
            rows = connection.execute("SELECT kind, author, body FROM site_event ORDER BY number")
            return [(kind, author, json.loads(body)) for kind, author, body in rows]

    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.events()]


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "record.db")


def test_it_is_what_the_ports_promise(desk):
    promised: Accounts = desk.accounts
    assert promised.people() == ()


def test_the_first_person_is_a_technician_and_makes_the_others(desk):
    with pytest.raises(PermissionRefused, match="The first person is a technician"):
        desk.accounts.add(None, name="Ned", role=Role.NURSE, pin=bytearray(PIN))
    assert desk.accounts.people() == ()
    tess = desk.first()
    ned = desk.nurse(tess)
    assert desk.accounts.people() == (ned, tess)
    with pytest.raises(PermissionRefused, match="Sign in as a technician"):
        desk.accounts.add(None, name="Eve", role=Role.TECHNICIAN, pin=bytearray(TESS_PIN))
    assert desk.again().accounts.people() == (ned, tess)


def test_who_did_what_stands_in_every_row(desk):
    tess = desk.first()
    ned = desk.nurse(tess)
    desk.sign_in(ned)
    desk.accounts.sign_out(ned, "left")
    desk.accounts.note(tess, "setting_changed", field="chair", old="1", new="2")
    desk.accounts.note(None, "program_started")
    desk.accounts.note(LOCKED, "alarm_list_seen")
    told = [
        ("person_added", tess.person_id),
        ("person_added", tess.person_id),
        ("signed_in", ned.person_id),
        ("signed_out", ned.person_id),
        ("setting_changed", tess.person_id),
        ("program_started", PROGRAM.person_id),
        ("alarm_list_seen", LOCKED.person_id),
    ]
    assert [(kind, author) for kind, author, _ in desk.events()] == told
    with reading(desk.path) as connection:
        without_name = connection.execute(
            "SELECT author FROM site_event WHERE author NOT IN (SELECT person_id FROM person)"
            " UNION SELECT author FROM credential"
            " WHERE author NOT IN (SELECT person_id FROM person)"
        ).fetchall()
    assert without_name == []


def test_every_row_has_its_link_of_the_chain(desk):
    tess = desk.first()
    desk.nurse(tess)
    desk.waits(tess)
    with reading(desk.path) as connection:
        for table, key in (
            ("person", "person"),
            ("credential", "credential"),
            ("site_event", "number"),
        ):
            rows = connection.execute(f"SELECT {key} FROM {table}").fetchall()
            links = connection.execute("SELECT key FROM chain WHERE tab = ?", (table,)).fetchall()
            assert rows
            assert sorted(str(number) for (number,) in rows) == sorted(name for (name,) in links)


def test_the_right_pin_signs_in_and_a_wrong_one_does_not(desk):
    ned = desk.nurse(desk.first())
    assert desk.sign_in(ned) == ned
    assert desk.sign_in(ned, OTHER) == SignInRefused(reason="This PIN is not right.")
    assert desk.sign_in("nobody") == SignInRefused(reason="There is no such person here.")


def test_names_are_unique_whatever_their_letters_and_spaces(desk):
    tess = desk.first()
    desk.nurse(tess, "Ned  Roe")
    for name in ("ned roe", " TESS ", "kmonitor", "Locked"):
        with pytest.raises(PermissionRefused, match="taken already"):
            desk.nurse(tess, name)
    for name in ("", "  ", "a\x00b", "x" * 61):
        with pytest.raises(PermissionRefused, match="A name has"):
            desk.nurse(tess, name)
    assert [each.name for each in desk.accounts.people()] == ["Ned Roe", "Tess"]


def test_only_a_technician_looks_after_people(desk):
    tess = desk.first()
    ned = desk.nurse(tess)
    with pytest.raises(PermissionRefused, match="that is for a technician"):
        desk.nurse(ned, "Eve")
    with pytest.raises(PermissionRefused, match="that is for a technician"):
        desk.accounts.change(ned, ned.person_id, role=Role.TECHNICIAN, is_active=True)
    with pytest.raises(PermissionRefused, match="that is for a technician"):
        desk.accounts.change_pin(ned, tess.person_id, bytearray(b"924681"))
    lied = replace(ned, role=Role.TECHNICIAN)  # the record decides, not who asks
    with pytest.raises(PermissionRefused, match="that is for a technician"):
        desk.nurse(lied, "Eve")
    made_up = Person(person_id="T9", name="T9", role=Role.TECHNICIAN)
    with pytest.raises(PermissionRefused, match="sign in first"):
        desk.nurse(made_up, "Eve")
    assert desk.kinds() == ["person_added", "person_added"]


def test_everybody_changes_their_own_pin_and_a_technician_anybodys(desk):
    tess = desk.first()
    ned = desk.nurse(tess)
    desk.accounts.change_pin(ned, ned.person_id, bytearray(OTHER))
    assert desk.sign_in(ned, OTHER) == ned
    assert isinstance(desk.sign_in(ned, PIN), SignInRefused)
    desk.accounts.change_pin(tess, ned.person_id, bytearray(PIN))
    assert desk.sign_in(ned, PIN) == ned
    with pytest.raises(PinRefused, match="6 to 8 digits"):
        desk.accounts.change_pin(tess, tess.person_id, bytearray(PIN))


def test_a_new_pin_by_a_technician_ends_a_wait(desk):
    tess = desk.first()
    ned = desk.nurse(tess)
    assert [desk.waits(ned) for _ in range(4)] == [0, 0, 0, 30]
    desk.accounts.change_pin(tess, ned.person_id, bytearray(b"7351"))
    assert desk.sign_in(ned, b"7351") == ned


def test_who_has_no_access_any_more_is_listed_apart_and_cannot_sign_in(desk):
    tess = desk.first()
    ned = desk.nurse(tess)
    desk.accounts.change(tess, ned.person_id, role=Role.NURSE, is_active=False)
    assert desk.accounts.people() == (tess,)
    assert [each.is_active for each in desk.accounts.people(with_inactive=True)] == [False, True]
    assert desk.sign_in(ned) == SignInRefused(reason="There is no such person here.")
    with pytest.raises(PermissionRefused, match="no access any more"):
        desk.accounts.change_pin(ned, ned.person_id, bytearray(OTHER))
    desk.accounts.change(tess, ned.person_id, role=Role.CLINICIAN, is_active=True)
    assert desk.sign_in(ned) == replace(ned, role=Role.CLINICIAN)


def test_the_last_technician_stays(desk):
    tess = desk.first()
    for role, is_active in ((Role.NURSE, True), (Role.TECHNICIAN, False)):
        with pytest.raises(PermissionRefused, match="last technician"):
            desk.accounts.change(tess, tess.person_id, role=role, is_active=is_active)
    second = desk.accounts.add(tess, name="Tom", role=Role.TECHNICIAN, pin=bytearray(b"924681"))
    desk.accounts.change(tess, tess.person_id, role=Role.TECHNICIAN, is_active=False)
    with pytest.raises(PermissionRefused, match="last technician"):
        desk.accounts.change(second, second.person_id, role=Role.NURSE, is_active=True)


def test_who_becomes_a_technician_needs_a_longer_pin(desk):
    tess = desk.first()
    ned = desk.nurse(tess)
    desk.accounts.change(tess, ned.person_id, role=Role.TECHNICIAN, is_active=True)
    refused = desk.sign_in(ned)
    assert isinstance(refused, SignInRefused)
    assert "too short for a technician" in refused.reason
    desk.accounts.change_pin(tess, ned.person_id, bytearray(b"924681"))
    assert isinstance(desk.sign_in(ned, b"924681"), Person)


def test_break_glass_needs_no_pin_and_is_told_loudly(desk):
    tess = desk.first()
    person = desk.accounts.break_glass("Dr  Roe", "nobody with a PIN is here")
    assert person == Person(person_id=f"{BREAK_GLASS}Dr Roe", name="Dr Roe", role=Role.NURSE)
    told = {"name": "Dr Roe", "reason": "nobody with a PIN is here"}
    assert desk.events()[-1] == ("break_glass", person.person_id, told)
    desk.accounts.break_glass("Dr Roe", "")
    assert desk.kinds()[-2:] == ["break_glass", "break_glass"]
    assert desk.accounts.people(with_inactive=True) == (tess,)
    assert isinstance(desk.sign_in(person), SignInRefused)
    with pytest.raises(PermissionRefused):
        desk.nurse(person, "Eve")


def test_break_glass_works_before_anybody_was_added(desk):
    desk.accounts.break_glass("Roe", "first day")
    assert desk.first().role is Role.TECHNICIAN


def test_a_note_of_a_session_stands_with_that_session(desk):
    desk.accounts.note(None, "session_signed", session_id="not-there")
    with reading(desk.path) as connection:
        assert connection.execute("SELECT session FROM site_event").fetchone() == (None,)


def test_the_wait_is_remembered_by_a_program_started_anew_and_ends_with_the_right_pin(desk):
    ned = desk.nurse(desk.first())
    assert [desk.waits(ned) for _ in range(4)] == [0, 0, 0, 30]
    for fresh in (desk, desk.again()):
        refused = fresh.sign_in(ned, PIN)
        assert isinstance(refused, SignInRefused)
        assert refused == SignInRefused(reason="No PIN is looked at now; wait 30 s.", wait_s=30)
    desk.clock.advance(s=30)
    assert desk.again().waits(ned) == 60
    desk.clock.advance(s=60)
    assert desk.sign_in(ned, PIN) == ned
    assert desk.waits(ned) == 0


def test_guesses_during_a_wait_are_not_looked_at_and_are_counted_in_the_next_row(desk):
    ned = desk.nurse(desk.first())
    for _ in range(4):
        desk.waits(ned)
    rows = len(desk.kinds())
    assert {desk.waits(ned, PIN) for _ in range(20)} == {30}
    assert len(desk.kinds()) == rows
    desk.clock.advance(s=30)
    desk.waits(ned)
    told = [said for kind, _, said in desk.events() if kind == "sign_in_refused"]
    assert [said["not_looked_at"] for said in told] == [0, 0, 0, 0, 20]


def test_trying_one_person_after_another_meets_the_brake(desk):
    tess = desk.first()
    people = [desk.nurse(tess, f"N{i}") for i in range(12)]
    assert [desk.waits(each) for each in people] == [0] * 10 + [30, 30]
    refused = desk.sign_in(tess, TESS_PIN)
    assert isinstance(refused, SignInRefused)
    assert refused.wait_s == 30


def test_guesses_at_the_same_moment_are_counted_one_after_the_other(desk):
    ned = desk.nurse(desk.first())
    together = threading.Barrier(8)
    found = []

    def guess():
        accounts = desk.again().accounts  # as eight programs
        together.wait()
        found.append(accounts.sign_in(ned.person_id, bytearray(OTHER)))

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    looked_at = [kind for kind in desk.kinds() if kind == "sign_in_refused"]
    assert (len(found), len(looked_at)) == (8, 4)


def test_a_pin_stands_nowhere_in_the_record_the_log_or_an_error(desk, caplog):
    caplog.set_level(logging.DEBUG)
    tess = desk.first()
    ned = desk.accounts.add(tess, name="Ned", role=Role.NURSE, pin=bytearray(b"48261937"))
    said = [repr(desk.sign_in(ned, pin)) for pin in (b"48261937", b"93715826", b"60482517")]
    for pin in (b"93715826", b"82"):
        with pytest.raises(WorldError) as refused:
            desk.accounts.add(ned, name="Eve", role=Role.NURSE, pin=bytearray(pin))
        said.append(repr(refused.value) + repr(refused.value.__context__))
    said += [repr(desk.accounts), repr(vars(desk.accounts)), caplog.text]
    files = b"".join(each.read_bytes() for each in desk.path.parent.iterdir())
    for pin in (TESS_PIN, b"48261937", b"93715826", b"60482517"):
        assert pin not in files
        assert pin.decode() not in "".join(said)


def test_a_pin_is_wiped_by_every_call_that_takes_one(desk):
    tess = desk.first()
    ned = desk.nurse(tess)
    calls = [
        lambda pin: desk.accounts.add(None, name="x", role=Role.TECHNICIAN, pin=pin),
        lambda pin: desk.accounts.add(tess, name="Eve", role=Role.NURSE, pin=pin),
        lambda pin: desk.accounts.add(tess, name="P", role=Role.PROGRAM, pin=pin),
        lambda pin: desk.accounts.sign_in(ned.person_id, pin),
        lambda pin: desk.accounts.change_pin(tess, "nobody", pin),
        lambda pin: desk.accounts.change_pin(ned, ned.person_id, pin),
    ]
    for call in calls:
        pin = bytearray(b"715926")
        with suppress(PermissionRefused):
            call(pin)
        assert pin == bytes(6)


def test_a_verifier_of_weaker_parameters_is_made_anew_at_sign_in(tmp_path):
    ned = (weak := Desk(tmp_path / "record.db")).nurse(weak.first())
    strong = Desk(weak.path, pins=Pins(time_cost=2, memory_cost_kib=16))
    for _ in range(2):
        assert strong.sign_in(ned) == ned
    with reading(weak.path) as connection:
        found = connection.execute(
            "SELECT verifier FROM credential WHERE person_id = ?", (ned.person_id,)
        ).fetchall()
    assert [text.split("$")[3] for (text,) in found] == ["m=8,t=1,p=1", "m=16,t=2,p=1"]


def test_the_real_parameters_work_in_an_encrypted_record(tmp_path):
    keys = RecordKeys.new()
    desk = Desk(tmp_path / "record.db", keys=keys, pins=Pins())
    tess = desk.first()
    assert desk.sign_in(tess, TESS_PIN) == tess
    assert isinstance(desk.sign_in(tess, b"715393"), SignInRefused)
    assert b"Tess" not in desk.path.read_bytes()


def test_a_record_that_cannot_be_written_is_one_sentence_and_changes_nothing(desk, monkeypatch):
    monkeypatch.setattr("kmonitor.store.connection.BUSY_TIMEOUT_S", 0.05)
    tess = desk.first()
    with closing(open_record(desk.path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked by another program"):
            desk.accounts.note(tess, "exported")
        other.rollback()
    assert desk.kinds() == ["person_added"]


def test_lines_that_waited_and_could_again_not_be_written_are_counted_once(desk, monkeypatch):
    """They are rows of a transaction that another fault then takes back."""
    tess = desk.first()
    monkeypatch.setattr("kmonitor.store.connection.BUSY_TIMEOUT_S", 0.05)
    with closing(open_record(desk.path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert [desk.waits(tess) for _ in range(2)] == [0, 0]
        other.rollback()
    for _ in range(3):
        with pytest.raises(PermissionRefused):
            desk.accounts.change(tess, tess.person_id, role=Role.NURSE, is_active=True)
    assert desk.kinds() == ["person_added"]
    assert [desk.waits(tess) for _ in range(2)] == [0, 30]
    assert desk.kinds().count("sign_in_refused") == 4


def test_a_record_that_cannot_be_written_keeps_nobody_from_a_patient(desk, monkeypatch):
    monkeypatch.setattr("kmonitor.store.connection.BUSY_TIMEOUT_S", 0.05)
    tess = desk.first()
    ned = desk.nurse(tess)
    with closing(open_record(desk.path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert desk.sign_in(ned) == ned
        desk.accounts.sign_out(ned, "left")
        roe = desk.accounts.break_glass("Roe", "the disk is full")
        assert [desk.waits(tess) for _ in range(5)] == [0, 0, 0, 30, 30]
        other.rollback()
    assert len(desk.kinds()) == 2
    assert desk.waits(tess) == 30
    desk.accounts.note(tess, "exported")
    came = [(kind, author) for kind, author, _ in desk.events()[2:]]
    refused = [("sign_in_refused", LOCKED.person_id)] * 4 + [("locked_out", LOCKED.person_id)]
    assert came == [
        ("signed_in", ned.person_id),
        ("signed_out", ned.person_id),
        ("break_glass", roe.person_id),
        *refused,
        ("exported", tess.person_id),
    ]
    assert desk.again().waits(tess) == 30
    desk.accounts.note(tess, "exported")
    assert desk.kinds()[-2:] == ["exported", "exported"]


def test_emergency_access_works_where_the_record_can_not_even_be_read(tmp_path):
    desk = Desk(tmp_path / "record.db")
    desk.path.write_bytes(b"no record " * 1000)
    assert desk.accounts.break_glass("Roe", "").role is Role.NURSE
    with pytest.raises(StoreError):
        desk.sign_in("Ned")


def test_the_demonstration_person_of_a_record_is_nobody_who_can_sign_in(desk):
    with closing(open_record(desk.path)) as connection:
        write_facts(connection, desk.clock, chain_key_of(connection, None))
    assert desk.accounts.people() == ()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_ten_thousand_guesses_at_full_speed_are_hardly_looked_at(desk):
    """R15: somebody types without pause, one guess a second of the clinic's time."""
    ned = desk.nurse(desk.first())
    for i in range(10_000):
        desk.sign_in(ned, b"%04d" % (i + 5_000 if i < 4_000 else i % 4_000))
        desk.clock.advance(s=1)
    looked_at = desk.kinds().count("sign_in_refused")
    print(f"looked at {looked_at} of 10,000 guesses in {10_000 / 3600:.1f} h")
    assert looked_at == 19
