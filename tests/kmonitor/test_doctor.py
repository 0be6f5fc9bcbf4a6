import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from kmonitor import doctor, doctor_record
from kmonitor.clock import SystemClock
from kmonitor.doctor import (
    SYNCS,
    Check,
    Verdict,
    disk,
    disk_time,
    display,
    examined,
    judged_sync,
    look,
    ok,
    qt_version,
    sync_times,
)
from kmonitor.doctor_record import in_use, last_backup, protection, record
from kmonitor.ports import BackupResult, SoundState
from kmonitor.store.beside import lock_path
from kmonitor.store.connection import open_record
from kmonitor.store.examine import RecordFacts, examine
from kmonitor.store.hold import RecordHold
from kmonitor.store.key_file import new_key_file, write_key_file
from kmonitor.store.keys import RecordKeys
from tests.voices import GONE, HEARD, MUTED, NOT_TOLD, KeptVoice

PASSPHRASE = "a long enough passphrase"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


def verdicts(checks: Iterator[Check]) -> dict[str, Verdict]:
    return {check.name: check.verdict for check in checks}


def encrypted(path: Path) -> RecordKeys:
    keys = RecordKeys.new()
    open_record(path, keys).close()
    write_key_file(path, new_key_file(keys).with_passphrase(keys, PASSPHRASE))
    return keys


def test_the_findings_keep_their_order_though_some_take_longer() -> None:
    is_second_done = threading.Event()

    def first() -> Iterator[Check]:
        is_second_done.wait(20)
        yield ok("first", "good")

    def second() -> Iterator[Check]:
        is_second_done.set()
        yield look("second", "good")

    found = list(examined([("first", first), ("second", second)]))
    assert [check.name for check in found] == ["first", "second"]


def test_the_disk_is_timed_while_nothing_else_goes_on() -> None:
    began: list[str] = []

    def note(name: str) -> Iterator[Check]:
        began.append(name)
        yield ok(name, "good")

    names = ("first", "second", "disk time", "last")
    found = list(examined([(name, partial(note, name)) for name in names]))
    assert began[0] == "disk time"
    assert [check.name for check in found] == list(names)


def test_a_look_that_fails_or_stands_still_stops_no_other() -> None:
    is_over = threading.Event()

    def fail() -> Iterator[Check]:
        raise ZeroDivisionError

    def stand() -> Iterator[Check]:
        is_over.wait(20)
        yield ok("stood", "late")

    looks = [("failed", fail), ("stood", stand), ("last", lambda: [ok("last", "good")])]
    found = verdicts(examined(looks, within_s=0.2))
    is_over.set()
    assert found == {"failed": Verdict.LOOK, "stood": Verdict.LOOK, "last": Verdict.OK}


@pytest.mark.parametrize(
    ("python", "qt", "verdict"),
    [
        ((3, 11), "6.11.3", Verdict.OK),
        ((3, 11), "6.12.0", Verdict.WRONG),
        ((3, 12), "6.12.0", Verdict.OK),
        ((3, 12), None, Verdict.WRONG),
    ],
)
def test_one_pair_of_versions_cannot_run(
    python: tuple[int, int], qt: str | None, verdict: Verdict
) -> None:
    (check,) = qt_version(python, qt)
    assert check.verdict is verdict
    assert bool(check.mend) is (verdict is Verdict.WRONG)


def test_a_missing_display_is_seen_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert verdicts(display("linux")) == {"display": Verdict.LOOK}
    assert verdicts(display("win32")) == {"display": Verdict.OK}
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert verdicts(display("linux")) == {"display": Verdict.OK}


def test_a_missing_package_is_wrong_and_a_missing_sound_library_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert verdicts(doctor.environment()) == {"environment": Verdict.OK}
    monkeypatch.setattr(doctor, "_PACKAGES", ("numpy", "no_such_package"))
    (check,) = doctor.environment()
    assert check.verdict is Verdict.WRONG
    assert check.found == "packages are missing: no_such_package"


def test_the_disk_is_timed_and_nothing_is_left(tmp_path: Path) -> None:
    times = sync_times(tmp_path)
    assert len(times) == SYNCS
    assert all(each > 0 for each in times)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("median_s", "verdict"),
    [(0.0, Verdict.OK), (0.049, Verdict.OK), (0.05, Verdict.LOOK), (0.5, Verdict.WRONG)],
)
def test_a_slow_disk_is_told(median_s: float, verdict: Verdict) -> None:
    assert judged_sync(median_s).verdict is verdict


def test_a_folder_that_is_not_there_yet_is_judged_by_the_one_above(path: Path) -> None:
    there = path.parent / "not" / "yet" / "record.db"
    assert list(verdicts(disk_time(there))) == ["disk time"]
    assert list(verdicts(disk(there))) == ["disk"]
    assert not there.parent.exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_wrong(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        assert verdicts(disk_time(path)) == {"disk time": Verdict.WRONG}
    finally:
        path.parent.chmod(0o700)


def test_a_full_disk_is_wrong(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "free_bytes", lambda _: 1_000_000_000)
    assert verdicts(disk(path)) == {"disk": Verdict.WRONG}


def test_every_look_at_the_computer_gives_a_finding(path: Path) -> None:
    for name, find in doctor.computer_looks(path):
        if name != "sound":  # takes three seconds where there is none
            assert list(find()), name


@pytest.mark.parametrize(
    ("state", "verdict", "words"),
    [
        (HEARD, Verdict.OK, "70 %"),
        (NOT_TOLD, Verdict.OK, "not known"),
        (MUTED, Verdict.LOOK, "NO ALARM SOUND"),
        (GONE, Verdict.LOOK, "NO ALARM SOUND: no sound device"),
        (None, Verdict.LOOK, "NO ALARM SOUND: no sound device"),
    ],
)
def test_how_the_sound_device_stands_is_told(
    state: SoundState | None, verdict: Verdict, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "_SOUND_WITHIN_S", 0.01)
    voice = KeptVoice(state)
    (check,) = doctor.sound(lambda: voice)
    assert check.verdict is verdict
    assert words in check.found
    assert bool(check.mend) is (verdict is Verdict.LOOK)
    assert voice.is_closed


def test_the_last_word_of_the_sound_device_holds() -> None:
    turned_down = SoundState(is_there=True, device="Speakers", volume_pct=12)

    class Later(KeptVoice):
        def attend(self, tell: Callable[[SoundState], None] | None) -> None:
            super().attend(tell)
            self.become(turned_down)

    voice = Later(NOT_TOLD)
    (check,) = doctor.sound(lambda: voice)
    assert "12 %" in check.mend


def test_no_record_is_nothing_wrong(path: Path) -> None:
    (check,) = record(path)
    assert check == ok("record", "none yet; it is made with the first session")
    assert not path.exists()


def test_an_open_record_is_said_to_be_not_encrypted(path: Path) -> None:
    open_record(path).close()
    found = {check.name: check for check in record(path)}
    assert found["protection"].verdict is Verdict.LOOK
    assert "NOT ENCRYPTED" in found["protection"].found
    assert found["record"].verdict is Verdict.OK
    assert found["record's guards"].verdict is Verdict.OK
    assert found["backup"].found == "there was none yet"


def test_a_locked_record_is_well_and_not_looked_into(path: Path) -> None:
    encrypted(path)
    found = {check.name: check for check in record(path)}
    assert found["protection"] == ok("protection", "encrypted, its key is behind a passphrase")
    assert found["record"].verdict is Verdict.OK
    assert "not looked at" in found["record"].found


def test_with_its_keys_an_encrypted_record_is_looked_into(path: Path) -> None:
    keys = encrypted(path)
    facts = examine(path, keys)
    assert (facts.is_opened, facts.fault, facts.missing_triggers) == (True, "", 0)


def test_a_missing_guard_is_wrong(path: Path) -> None:
    connection = open_record(path)
    (name,) = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger' LIMIT 1"
    ).fetchone()
    connection.execute(f"DROP TRIGGER {name}")
    connection.close()
    assert verdicts(record(path))["record's guards"] is Verdict.WRONG


@pytest.mark.parametrize("content", [b"x" * 5000, b"SQLite format 3\x00" + bytes(9000), b"short"])
def test_a_file_that_is_no_record_is_wrong_and_untouched(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert verdicts(record(path))["record"] is Verdict.WRONG
    assert path.read_bytes() == content
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_damaged_record_is_wrong(path: Path) -> None:
    open_record(path).close()
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = os.urandom(4096 * 3)
    path.write_bytes(content)
    assert verdicts(record(path))["record"] is Verdict.WRONG


def test_a_key_file_that_is_damaged_is_wrong(path: Path) -> None:
    encrypted(path)
    path.with_name("record.db.keys").write_text("{", encoding="ascii")
    assert verdicts(record(path))["record"] is Verdict.WRONG


def test_who_holds_the_record_is_told_while_that_program_lives(path: Path) -> None:
    with RecordHold.take(path):
        (check,) = in_use(path)
        assert f"process {os.getpid()} holds it since" in check.found
        assert check.verdict is Verdict.LOOK  # this test has no supervisor
    assert verdicts(in_use(path)) == {"record in use": Verdict.OK}
    lock_path(path).write_text("4194304 1764000000000\n", encoding="ascii")  # it died
    assert verdicts(in_use(path)) == {"record in use": Verdict.OK}


def test_an_old_or_a_failed_backup_is_told() -> None:
    now = SystemClock().now().at_utc

    def backup(age_days: float, *, is_good: bool = True) -> Verdict:
        at = now - timedelta(days=age_days)
        return last_backup(
            BackupResult(at=at, path=Path("b.db"), is_good=is_good, words="a sentence")
        ).verdict

    assert (backup(1), backup(8), backup(1, is_good=False)) == (
        Verdict.OK,
        Verdict.LOOK,
        Verdict.WRONG,
    )


def test_a_key_in_the_key_store_is_said() -> None:
    facts = RecordFacts(is_there=True, is_encrypted=True, is_in_key_store=True)
    assert protection(facts).found == "encrypted, its key is in this computer's key store"


def test_the_database_says_its_version() -> None:
    (check,) = doctor_record.cipher()
    assert check.found[0] in "456789"
