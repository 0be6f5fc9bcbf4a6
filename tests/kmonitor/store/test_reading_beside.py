"""Who reads a quiet record keeps one state of it, also when another program begins to write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kmonitor.clock import FakeClock
from kmonitor.store import damaged
from kmonitor.store.connection import Connection, examining, open_record
from kmonitor.store.keys import RecordKeys
from kmonitor.store.scribe import writing
from kmonitor.store.site_notes import noting, tell
from kmonitor.store.verify import verify

KEYS = (None, RecordKeys.new())
NAMES = ("open", "encrypted")


def write_notes(path: Path, keys: RecordKeys | None, count: int, length: int) -> None:
    """As another program does it: on a connection of its own, whose end empties the log file."""
    clock = FakeClock()
    with (
        noting(path, keys, clock) as (connection, chain_key, boot),
        writing(connection, chain_key, clock) as scribe,
    ):
        for _ in range(count):
            tell(scribe, clock, boot, "exported", "a", {"words": "w" * length})


def make_large(path: Path, keys: RecordKeys | None, notes: int) -> None:
    """More than any page cache holds."""
    open_record(path, keys).close()
    write_notes(path, keys, notes, 4_000)


def test_verify_finds_nothing_in_a_whole_record_that_is_being_written(tmp_path: Path) -> None:
    path, keys = tmp_path / "r.db", RecordKeys.new()
    make_large(path, keys, 3_000)
    before = verify(path, keys)

    def meanwhile(done: int, _of: int) -> None:
        if done == 2_000:
            write_notes(path, keys, 1_000, 100)

    during = verify(path, keys, meanwhile)
    assert during.findings == before.findings == ()
    assert during.rows == before.rows
    assert verify(path, keys).rows > during.rows


@pytest.mark.parametrize("keys", KEYS, ids=NAMES)
def test_a_record_that_another_program_writes_is_not_set_aside_as_damaged(
    tmp_path: Path, keys: RecordKeys | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.db"
    make_large(path, keys, 1_000)

    @contextmanager
    def looking(path: Path, keys: RecordKeys | None = None) -> Iterator[Connection]:
        with examining(path, keys) as connection:
            connection.execute("SELECT count(*) FROM chain").fetchone()
            write_notes(path, keys, 500, 100)
            yield connection

    monkeypatch.setattr(damaged, "examining", looking)
    assert damaged.make_usable(path, keys, FakeClock().now()) is None
    assert verify(path, keys).is_ok
