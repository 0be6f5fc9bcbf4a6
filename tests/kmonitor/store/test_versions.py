"""A record of every released version opens, reads the same, and goes on."""

import shutil
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from kmonitor.clock import FakeClock
from kmonitor.errors import StoreError
from kmonitor.metrics import Metric
from kmonitor.store import schema
from kmonitor.store.backup import back_up, restore
from kmonitor.store.connection import chain_key_of, examining, missing_triggers, open_record
from kmonitor.store.reader import RecordReader
from kmonitor.store.summary import summarise
from kmonitor.store.verify import verify
from tests.kmonitor.store.chain_help import faults_of
from tests.kmonitor.store.make_record import WAVE, whole_session
from tests.kmonitor.store.record_help import KeptInbox, act, note, opened, writing

DATABASES = Path(__file__).resolve().parents[2] / "data" / "databases"
VERSIONS = [f"version-{number}.db" for number in range(1, schema.VERSION + 1)]


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "r.db"
    shutil.copyfile(DATABASES / request.param, path)
    path.chmod(0o600)
    return path


def test_an_old_record_reads_the_same(old: Path) -> None:
    reader = RecordReader(old)
    session_id = reader.resolve("last")
    rows = whole_session()
    assert list(reader.rows(session_id)) == list(enumerate(rows, start=1))
    assert reader.waves(session_id, Metric.PLETH) == [WAVE]


def test_an_old_record_is_brought_to_this_version_and_goes_on(old: Path) -> None:
    before = list(RecordReader(old).rows("5e551014-0001"))
    inbox = KeptInbox()
    with writing(old, inbox, FakeClock()) as record:
        record.keep(act(1, opened("new")))
        record.keep(note(2))
    with closing(open_record(old)) as connection:
        assert missing_triggers(connection) == []
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert faults_of(connection, chain_key_of(connection, None)) == []
    assert list(RecordReader(old).rows("5e551014-0001")) == before
    assert len(RecordReader(old).sessions()) == 2


def test_verify_says_that_a_record_has_no_chain_yet(old: Path) -> None:
    def has_note() -> bool:
        return any("no chain yet" in note for note in verify(old).notes)

    with examining(old) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    assert has_note() == (version == 1)
    open_record(old).close()
    assert not has_note()


def test_an_old_record_can_be_backed_up_and_put_back(old: Path, tmp_path: Path) -> None:
    before = list(RecordReader(old).rows("5e551014-0001"))
    result = back_up(old, None, tmp_path / "copy.db")
    assert result.is_good
    restore(result.path, None, tmp_path / "elsewhere" / "record.db")
    assert list(RecordReader(tmp_path / "elsewhere" / "record.db").rows("5e551014-0001")) == before


def test_a_backup_of_an_older_version_can_be_put_back(old: Path, tmp_path: Path) -> None:
    before = list(RecordReader(old).rows("5e551014-0001"))
    there = tmp_path / "elsewhere" / "record.db"
    assert restore(old, None, there) is None
    assert list(RecordReader(there).rows("5e551014-0001")) == before
    assert verify(there).is_ok


def test_the_databases_are_small() -> None:
    assert {path.name for path in DATABASES.glob("*.db")} == set(VERSIONS)
    assert all(path.stat().st_size < 120_000 for path in DATABASES.glob("*.db"))


def test_a_damaged_record_is_one_sentence_and_untouched(tmp_path: Path) -> None:
    """Bytes flipped at random: it reads, or it says what is wrong, and nothing else."""
    whole, chance, path = (DATABASES / VERSIONS[-1]).read_bytes(), Random(1), tmp_path / "r.db"
    said = set()
    for trial in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 3, 20))):
            damaged[chance.randrange(len(whole) if trial % 2 else 3000)] = chance.randrange(256)
        path.write_bytes(damaged)
        reader = RecordReader(path)
        try:
            summarise(reader, reader.resolve("last"))
        except StoreError as error:
            said.add(str(error).replace(str(path), "PATH"))
        assert path.read_bytes() == damaged
    assert "The record PATH is damaged." in said
