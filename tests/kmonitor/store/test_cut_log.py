"""A power cut (R2): whatever is left of the log, the record is some moment of its past, whole."""

import random
import shutil
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from kmonitor.clock import FakeClock
from kmonitor.effects import Row
from kmonitor.store.connection import chain_key_of, missing_triggers, open_record
from kmonitor.store.key_file import new_key_file, write_key_file
from kmonitor.store.keys import RecordKeys
from kmonitor.store.ledger import Ledger
from kmonitor.store.reader import RecordReader
from kmonitor.store.verify import verify
from tests.kmonitor.store.make_record import WAVE
from tests.kmonitor.store.record_help import START, act, note, opened, reading

ID = "5e551014-0001"
LOG_HEAD, FRAME = 32, 24 + 4096
COMMITS = 40


@dataclass(frozen=True)
class Model:
    """A record as it lay on the disk at the cut, with all its rows in the log, and its keys."""

    folder: Path
    keys: RecordKeys | None
    rows: list[tuple[int, Row]]

    @property
    def log(self) -> bytes:
        return (self.folder / "r.db-wal").read_bytes()


def make_model(folder: Path, keys: RecordKeys | None) -> Model:
    work = folder / "work"
    work.mkdir()
    path = work / "r.db"
    if keys is not None:
        write_key_file(path, new_key_file(keys))
    with closing(open_record(path, keys)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        ledger = Ledger(connection, FakeClock(), chain_key_of(connection, keys))
        ledger.write([act(1, opened(ID, has_plan=True))])
        for n in range(COMMITS):
            seq = 2 + 3 * n
            ledger.write([reading(seq), reading(seq + 1, 96.0), note(seq + 2, f"Note {n}")])
            ledger.write([replace(WAVE, until=START.plus(n + 1))])
        shutil.copytree(work, folder / "kept")
    (folder / "kept" / "r.db-shm").unlink()
    rows = list(RecordReader(path, keys).rows(ID))
    assert [seq for seq, _ in rows] == list(range(1, 2 + 3 * COMMITS))
    return Model(folder / "kept", keys, rows)


@pytest.fixture(scope="module", params=[False, True], ids=["open", "encrypted"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    keys = RecordKeys.new() if request.param else None
    return make_model(tmp_path_factory.mktemp("model"), keys)


def left_after(model: Model, folder: Path, log: bytes) -> int:
    """How many rows are there behind a cut that left this log; each as it was written."""
    shutil.copytree(model.folder, folder)
    path = folder / "r.db"
    (folder / "r.db-wal").write_bytes(log)
    with closing(open_record(path, model.keys)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        assert missing_triggers(connection) == []
    reader = RecordReader(path, model.keys)
    found = list(reader.rows(ID)) if reader.sessions() else []
    assert found == model.rows[: len(found)]
    assert len(found) in {0, 1, *range(4, len(model.rows) + 1, 3)}  # whole transactions only
    shutil.rmtree(folder)
    return len(found)


def page_ends(model: Model) -> range:
    return range(LOG_HEAD, len(model.log) + 1, FRAME)


def cut_everywhere(model: Model, tmp_path: Path, places: Iterable[int]) -> list[int]:
    return [left_after(model, tmp_path / str(at), model.log[:at]) for at in sorted(places)]


def flipped(log: bytes, chance: random.Random) -> tuple[int, bytes]:
    hurt = bytearray(log)
    at = chance.randrange(len(hurt))
    hurt[at] ^= 1 << chance.randrange(8)
    return at, bytes(hurt)


def check_flips(model: Model, tmp_path: Path, chance: random.Random, times: int) -> None:
    """What lies before the flipped frame's transaction is there; nothing false behind it."""
    for n in range(times):
        at, log = flipped(model.log, chance)
        before = left_after(model, tmp_path / "cut", model.log[:at])
        assert left_after(model, tmp_path / str(n), log) >= before


def test_a_log_cut_at_some_places_leaves_a_moment_of_the_past(model: Model, tmp_path: Path) -> None:
    chance = random.Random(2)
    places = {0, 1, LOG_HEAD, len(model.log) - 1, len(model.log)}
    places |= set(chance.sample(page_ends(model), 10))
    places |= {chance.randrange(len(model.log)) for _ in range(10)}
    left = cut_everywhere(model, tmp_path, places)
    assert left == sorted(left)
    assert (left[0], left[-1]) == (0, len(model.rows))


def test_a_log_with_a_flipped_bit_leaves_nothing_false(model: Model, tmp_path: Path) -> None:
    check_flips(model, tmp_path, random.Random(3), 6)


def test_what_is_left_verifies(model: Model, tmp_path: Path) -> None:
    for at in random.Random(4).sample(page_ends(model), 3):
        folder = tmp_path / str(at)
        shutil.copytree(model.folder, folder)
        (folder / "r.db-wal").write_bytes(model.log[:at])
        found = verify(folder / "r.db", model.keys)
        assert found.is_ok, found.findings


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_log_cut_at_every_page_and_a_thousand_places(model: Model, tmp_path: Path) -> None:
    chance = random.Random(5)
    places = {*page_ends(model), *(chance.randrange(len(model.log)) for _ in range(1000))}
    left = cut_everywhere(model, tmp_path, places)
    assert left == sorted(left)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_thousand_logs_with_a_flipped_bit_leave_nothing_false(
    model: Model, tmp_path: Path
) -> None:
    check_flips(model, tmp_path, random.Random(6), 1000)
