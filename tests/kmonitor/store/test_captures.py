"""Raw bytes beside the record: kept, bounded, under its key, and never in anybody's way."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kmonitor.clock import FakeClock, Instant, monotonic_s
from kmonitor.errors import StoreError
from kmonitor.store import captures
from kmonitor.store.beside import captures_path, wal_path
from kmonitor.store.captures import CaptureWriter, capture_bytes, forget_captures
from kmonitor.store.connection import open_keyed
from kmonitor.store.house import House
from kmonitor.store.keys import Locked, RecordKeys

PASSPHRASE = "a long enough passphrase"
SESSION, OTHER = "5e551014-0001", "5e551014-0002"
LINK, CUFF = "/dev/ttyUSB0:nonin", "/dev/ttyUSB1:suntech"
WAIT_S = 20.0
CHECKOUT = Path(__file__).resolve().parents[3]
WRITER = "tests.kmonitor.store.capture_until_killed"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A round of the writer takes a fiftieth of a second."""
    monkeypatch.setattr(captures, "BLOCK_S", 0.02)


@contextmanager
def capturing(
    record: Path,
    keys: RecordKeys | None = None,
    *,
    session_id: str = SESSION,
    limit_mb: int = 64,
    ask: Callable[[], RecordKeys | None] | None = None,
) -> Iterator[CaptureWriter]:
    writer = CaptureWriter(
        record, keys=ask or (lambda: keys), session_id=session_id, limit_mb=limit_mb
    )
    try:
        yield writer
    finally:
        writer.stop()


def kept(
    record: Path, keys: RecordKeys | None = None, link: str = LINK, session_id: str = SESSION
) -> bytes:
    return b"".join(content for _, content in capture_bytes(record, keys, session_id, link))


def wait_until(is_so: Callable[[], bool]) -> None:
    end_s, pause = monotonic_s() + WAIT_S, threading.Event()
    while not is_so():
        assert monotonic_s() < end_s
        pause.wait(0.01)


def test_what_a_link_sent_comes_back_in_order_apart_from_the_other(record: Path) -> None:
    clock = FakeClock()
    with capturing(record) as tap:
        for second in range(5):
            tap(LINK, clock.advance(s=1), bytes([second]) * 40)
            tap(CUFF, clock.now(), b"cuff")
    blocks = list(capture_bytes(record, None, SESSION, LINK))
    assert [content for _, content in blocks] == [bytes([second]) * 40 for second in range(5)]
    assert [at for at, _ in blocks] == [FakeClock().now().plus(s) for s in range(1, 6)]
    assert kept(record, link=CUFF) == b"cuff" * 5
    assert kept(record, session_id=OTHER) == b""


def test_a_second_of_one_link_is_one_block(record: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "BLOCK_S", 1.0)
    clock = FakeClock()
    with capturing(record) as tap:
        for _ in range(30):
            tap(LINK, clock.advance(s=0.1), b"a")
    lengths = [len(content) for _, content in capture_bytes(record, None, SESSION, LINK)]
    assert lengths == [10, 10, 10]


def test_a_record_without_captures_gives_none(record: Path) -> None:
    assert kept(record) == b""
    assert not captures_path(record).exists()


def test_nothing_sent_makes_no_file(record: Path) -> None:
    with capturing(record):
        pass
    assert not captures_path(record).exists()


def test_sessions_share_the_file(record: Path) -> None:
    for session_id in (SESSION, OTHER):
        with capturing(record, session_id=session_id) as tap:
            tap(LINK, FakeClock().now(), session_id.encode())
    assert kept(record, session_id=SESSION) == SESSION.encode()
    assert kept(record, session_id=OTHER) == OTHER.encode()


def test_under_a_key_no_file_holds_the_bytes_in_clear(record: Path) -> None:
    keys, said = RecordKeys.new(), b"DOE, JANE 1964-02-29 "
    with capturing(record, keys) as tap:
        for second in range(20):
            tap(LINK, FakeClock().now().plus(second), said * 50)
        wait_until(lambda: wal_path(captures_path(record)).exists())
        in_flight = [each.read_bytes() for each in record.parent.iterdir()]
    left = [each.read_bytes() for each in record.parent.iterdir()]
    assert kept(record, keys) == said * 1000
    assert in_flight
    assert not any(b"DOE, JANE" in text or b"ttyUSB0" in text for text in in_flight + left)


def test_without_a_key_they_stand_in_clear_so_the_test_above_can_fail(record: Path) -> None:
    with capturing(record) as tap:
        tap(LINK, FakeClock().now(), b"DOE, JANE 1964-02-29 " * 50)
    assert b"DOE, JANE" in captures_path(record).read_bytes()


def test_another_key_reads_nothing(record: Path) -> None:
    with capturing(record, RecordKeys.new()) as tap:
        tap(LINK, FakeClock().now(), b"abc")
    with pytest.raises(StoreError):
        kept(record, RecordKeys.new())


@pytest.mark.parametrize("keys", [None, RecordKeys.new()])
def test_the_ring_lets_the_oldest_go_and_the_file_stays_small(
    record: Path, keys: RecordKeys | None
) -> None:
    second_of_bytes = os.urandom(20_000)
    with capturing(record, keys, limit_mb=1) as tap:
        for second in range(400):  # eight times the ring
            tap(LINK, FakeClock().now().plus(second), second.to_bytes(2, "big") + second_of_bytes)
            if second % 10 == 0:
                wait_until(tap._heard.empty)
    blocks = [content[:2] for _, content in capture_bytes(record, keys, SESSION, LINK)]
    newest = [second.to_bytes(2, "big") for second in range(400)][-len(blocks) :]
    assert blocks == newest
    assert 20 <= len(blocks) <= 50
    assert captures_path(record).stat().st_size < 3_000_000


def test_a_full_disk_stops_the_ring_where_it_is(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with capturing(record) as tap:
        tap(LINK, FakeClock().now(), bytes(100_000))
    before = captures_path(record).stat().st_size
    monkeypatch.setattr(captures, "KEPT_FREE_BYTES", 1 << 62)  # more than any disk has
    with capturing(record) as tap:
        for second in range(100):
            tap(LINK, FakeClock().now().plus(second), bytes(20_000))
            if second % 5 == 0:
                wait_until(tap._heard.empty)
    assert captures_path(record).stat().st_size < before + 500_000


def test_bytes_wait_for_the_key_and_are_bounded(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, is_given, asked = RecordKeys.new(), threading.Event(), threading.Event()
    monkeypatch.setattr(captures, "MOST_WAITING_BYTES", 5_000)

    def ask() -> RecordKeys:
        asked.set()
        if not is_given.is_set():
            raise Locked("nobody has given the key")
        return keys

    with capturing(record, ask=ask) as tap:
        for second in range(20):
            asked.clear()
            tap(LINK, FakeClock().now().plus(second), bytes([second]) * 1000)
            assert asked.wait(WAIT_S)
        is_given.set()
        wait_until(captures_path(record).exists)
    assert kept(record, keys) == b"".join(bytes([second]) * 1000 for second in range(15, 20))


def test_a_disk_that_fails_is_said_once_and_it_goes_on_when_it_heals(
    record: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, captures.log.name)
    captures_path(record).mkdir(parents=True)  # something else has the name
    with capturing(record) as tap:
        tap(LINK, FakeClock().now(), b"first ")
        wait_until(lambda: tap._is_failing)
        tap(LINK, FakeClock().now().plus(1), b"second")
        wait_until(lambda: len(tap._waiting) == 2)
        captures_path(record).rmdir()
        wait_until(lambda: not tap._is_failing)
    assert kept(record) == b"first second"
    assert [line for line in caplog.messages if "not written" in line] == [
        line for line in caplog.messages if "not written" in line
    ][:1]
    assert "capturing goes on" in caplog.messages


def test_a_file_in_use_by_another_is_waited_for(record: Path) -> None:
    with capturing(record) as tap:
        tap(LINK, FakeClock().now(), b"a")
    holder = open_keyed(captures_path(record), None)
    holder.execute("BEGIN EXCLUSIVE")
    with capturing(record) as tap:
        tap(LINK, FakeClock().now(), b"b")
        wait_until(lambda: tap._is_failing)
        holder.execute("ROLLBACK")
        holder.close()
    assert kept(record) == b"ab"


@pytest.mark.parametrize(
    "content",
    [b"a page of something else " * 400, bytes(8192), b"SQLite format 3\x00" + b"x" * 9000],
)
@pytest.mark.parametrize("keys", [None, RecordKeys.new()])
def test_a_file_that_is_of_no_use_gives_way(
    record: Path, content: bytes, keys: RecordKeys | None
) -> None:
    captures_path(record).write_bytes(content)
    with capturing(record, keys) as tap:
        tap(LINK, FakeClock().now(), b"abc")
    assert kept(record, keys) == b"abc"


def test_captures_made_before_the_record_had_a_key_do_not_stay_readable(record: Path) -> None:
    with capturing(record) as tap:
        tap(LINK, FakeClock().now(), b"DOE, JANE")
    keys = RecordKeys.new()
    with capturing(record, keys) as tap:
        tap(LINK, FakeClock().now(), b"more")
    assert kept(record, keys) == b"more"
    assert not any(b"DOE, JANE" in each.read_bytes() for each in record.parent.iterdir())


def test_a_removed_session_leaves_no_byte(record: Path) -> None:
    with capturing(record) as tap:
        tap(LINK, FakeClock().now(), b"DOE, JANE " * 2000)
    with capturing(record, session_id=OTHER) as tap:
        tap(LINK, FakeClock().now(), b"other")
    forget_captures(record, None, SESSION)
    assert kept(record) == b""
    assert kept(record, session_id=OTHER) == b"other"
    assert not any(b"DOE, JANE" in each.read_bytes() for each in record.parent.iterdir())


def test_a_thread_that_is_stuck_holds_up_no_port_and_no_end(record: Path) -> None:
    is_let_go, is_stuck = threading.Event(), threading.Event()

    def ask() -> None:
        is_stuck.set()
        is_let_go.wait(WAIT_S)

    captures.ENDS_WITHIN_S, before = 0.05, captures.ENDS_WITHIN_S
    try:
        with capturing(record, ask=ask) as tap:
            tap(LINK, FakeClock().now(), b"a")
            assert is_stuck.wait(WAIT_S)
            for _ in range(3 * captures.MOST_WAITING_CHUNKS):
                tap(LINK, FakeClock().now(), b"b")
            assert tap._heard.qsize() == captures.MOST_WAITING_CHUNKS
    finally:
        captures.ENDS_WITHIN_S = before
        is_let_go.set()


def test_a_house_that_is_locked_keeps_the_bytes_until_its_key_is_given(record: Path) -> None:
    house = House.at(record)
    house.protect(PASSPHRASE)
    house.close()
    house = House.at(record)
    tap = house.captures(SESSION, limit_mb=64)
    tap(LINK, FakeClock().now(), b"abc")
    wait_until(lambda: tap._is_failing)  # type: ignore[attr-defined]  # of the writer it is
    assert not captures_path(record).exists()
    house.unlock(PASSPHRASE)
    wait_until(captures_path(record).exists)
    tap.stop()
    keys = RecordKeys.from_text(house.keys_text() or "")
    house.close()
    assert kept(record, keys) == b"abc"


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_writer_leaves_what_was_written(record: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", WRITER, str(record)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    ) as process:
        assert process.stdout is not None
        for _ in range(5):
            said = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    count = int(said)
    content = kept(record)
    numbers = [int.from_bytes(content[at : at + 4], "big") for at in range(0, len(content), 4)]
    assert numbers[: len(numbers)] == list(range(len(numbers)))
    assert len(numbers) >= count
    with capturing(record) as tap:  # and the next session writes on
        tap(LINK, Instant(0, FakeClock().now().at_utc), b"next")
    assert kept(record).endswith(b"next")
