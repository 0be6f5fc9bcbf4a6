from datetime import timedelta
from pathlib import Path

import pytest

from kmonitor.access import (
    ALWAYS,
    BRAKE_AFTER,
    BRAKE_WAIT_S,
    LONGEST_WAIT_S,
    RIGHTS,
    Lockout,
    PermissionRefused,
    Right,
    Stamp,
    is_lock_due,
    may,
    require,
    role_table,
    wait_after_s,
)
from kmonitor.clock import FakeClock, Instant
from kmonitor.people import LOCKED, PROGRAM, WATCHER, Person, Role

NURSE, CLINICIAN, TECHNICIAN = (
    Person(person_id=str(role), name=f"A {role}", role=role)
    for role in (Role.NURSE, Role.CLINICIAN, Role.TECHNICIAN)
)


@pytest.mark.parametrize(
    "person",
    [
        None,
        LOCKED,
        NURSE,
        CLINICIAN,
        TECHNICIAN,
        Person(person_id="x", name="x", role=Role.NURSE, is_active=False),
    ],
)
def test_what_saves_a_patient_needs_nobody_signed_in(person):
    must = {
        *(Right.SEE_VITALS, Right.PAUSE_INFUSION, Right.STOP_INFUSION, Right.ACKNOWLEDGE),
        *(Right.PAUSE_AUDIO, Right.EMERGENCY, Right.BREAK_GLASS),
    }
    assert must <= ALWAYS
    assert all(may(person, right) for right in ALWAYS)


@pytest.mark.parametrize("person", [None, LOCKED, PROGRAM, WATCHER])
def test_nobody_signed_in_may_do_nothing_else(person):
    assert not [right for right in set(Right) - ALWAYS if may(person, right)]


def test_every_right_belongs_to_somebody():
    assert frozenset(Right) == ALWAYS.union(*RIGHTS.values())


@pytest.mark.parametrize(
    ("right", "persons"),
    [
        (Right.RUN_SESSION, [NURSE, CLINICIAN]),
        (Right.SIGN_OFF, [CLINICIAN]),
        (Right.REVIEW, [NURSE, CLINICIAN]),
        (Right.CHANGE_SETTINGS, [TECHNICIAN]),
        (Right.MANAGE_PEOPLE, [TECHNICIAN]),
        (Right.SIMULATE, [NURSE, CLINICIAN, TECHNICIAN]),
        (Right.RESTORE, [TECHNICIAN]),
        (Right.REMOVE_SESSION, [TECHNICIAN]),
        (Right.CONSENT_TO_REMOVAL, [CLINICIAN]),
        (Right.CHANGE_KEY, [TECHNICIAN]),
        (Right.EXPORT, [CLINICIAN]),
        (Right.SEE_AUDIT, [CLINICIAN, TECHNICIAN]),
    ],
)
def test_a_right_is_for_those_roles_and_no_other(right, persons):
    assert [person for person in (NURSE, CLINICIAN, TECHNICIAN) if may(person, right)] == persons


def test_who_left_has_no_right_any_more():
    gone = Person(person_id="x", name="x", role=Role.TECHNICIAN, is_active=False)
    assert not may(gone, Right.MANAGE_PEOPLE)
    with pytest.raises(PermissionRefused, match="no access any more"):
        require(gone, Right.MANAGE_PEOPLE)


def test_a_refusal_says_who_may():
    with pytest.raises(PermissionRefused) as refused:
        require(NURSE, Right.CHANGE_SETTINGS)
    assert str(refused.value) == "A nurse may not change settings; that is for a technician."
    with pytest.raises(PermissionRefused) as refused:
        require(None, Right.RUN_SESSION)
    expected = "To set up, run and end a session, sign in first as a nurse or a clinician."
    assert str(refused.value) == expected


def test_the_role_table_has_a_line_for_each_right():
    lines = role_table().splitlines()
    assert len(lines) == len(Right) + 2
    assert lines[0] == "| may | locked, nobody | nurse | clinician | technician |"
    assert "| change settings |  |  |  | x |" in lines
    assert "| acknowledge an alarm | x | x | x | x |" in lines


def stamp(clock, boot=1):
    return Stamp(boot=boot, at=clock.now())


def guessed(times, clock, person_id="A", lockout=None):
    lockout = lockout or Lockout()
    for _ in range(times):
        lockout = lockout.after_wrong(person_id, stamp(clock))
    return lockout


def test_the_wait_grows_from_nothing_to_a_quarter_of_an_hour():
    waits = [wait_after_s(n) for n in range(12)]
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert wait_after_s(10**9) == LONGEST_WAIT_S


def test_all_pins_of_four_digits_take_a_hundred_days():
    total_s = sum(wait_after_s(wrong) for wrong in range(1, 10_000))
    assert total_s == 30 + 60 + 120 + 240 + 480 + (10_000 - 9) * LONGEST_WAIT_S
    assert total_s > 100 * 24 * 3600


def test_the_wait_runs_off_and_ends_with_a_right_pin():
    clock = FakeClock()
    lockout = guessed(4, clock)
    assert lockout.wait_s("A", stamp(clock)) == 30
    assert lockout.wait_s("B", stamp(clock)) == 0
    clock.advance(s=29)
    assert lockout.wait_s("A", stamp(clock)) == 1
    clock.advance(s=1)
    assert lockout.wait_s("A", stamp(clock)) == 0
    assert lockout.after_wrong("A", stamp(clock)).wait_s("A", stamp(clock)) == 60
    assert lockout.after_right("A").after_wrong("A", stamp(clock)).wait_s("A", stamp(clock)) == 0


def test_trying_one_person_after_another_meets_a_brake_that_a_right_pin_does_not_loosen():
    clock = FakeClock()
    lockout = Lockout()
    for i in range(BRAKE_AFTER):
        lockout = lockout.after_wrong(f"P{i}", stamp(clock))
    assert lockout.wait_s("Z", stamp(clock)) == 0
    lockout = lockout.after_wrong("P10", stamp(clock)).after_right("P10")
    assert lockout.wait_s("Z", stamp(clock)) == BRAKE_WAIT_S
    clock.advance(s=BRAKE_WAIT_S)
    assert lockout.wait_s("Z", stamp(clock)) == 0
    lockout = lockout.after_wrong("Z", stamp(clock))
    assert lockout.wait_s("Y", stamp(clock)) == BRAKE_WAIT_S
    clock.advance(s=16 * 60)
    assert lockout.after_wrong("Z", stamp(clock)).wait_s("Y", stamp(clock)) == 0


def test_a_set_clock_shortens_no_wait_within_a_boot():
    clock = FakeClock()
    lockout = guessed(5, clock)
    now = clock.now()
    ahead = Stamp(boot=1, at=Instant(now.mono_ns, now.at_utc + timedelta(days=1)))
    back = Stamp(boot=1, at=Instant(now.mono_ns, now.at_utc - timedelta(days=1)))
    assert lockout.wait_s("A", ahead) == lockout.wait_s("A", back) == 60


def test_a_restart_of_the_machine_forgets_no_wait():
    clock = FakeClock()
    lockout = guessed(5, clock)
    later = Stamp(boot=2, at=Instant(5, clock.now().at_utc + timedelta(seconds=20)))
    assert lockout.wait_s("A", later) == 40


def test_a_clock_that_was_years_ahead_locks_nobody_out_for_years():
    clock = FakeClock()
    lockout = guessed(9, clock)
    before = Stamp(boot=2, at=Instant(5, clock.now().at_utc - timedelta(days=700)))
    assert lockout.wait_s("A", before) == 0


@pytest.mark.parametrize(
    ("now_s", "after_s", "is_due"),
    [(399.9, 300, False), (400, 300, True), (1e9, 0, False)],
)
def test_the_screen_locks_after_so_long_without_a_touch(now_s, after_s, is_due):
    assert is_lock_due(100, now_s, after_s) is is_due


def test_the_architecture_shows_this_very_table():
    shown = Path(__file__).resolve().parents[2] / "ARCHITECTURE.md"
    assert role_table() in shown.read_text(encoding="utf-8")
