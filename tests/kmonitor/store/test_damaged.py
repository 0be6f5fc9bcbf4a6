"""Files hurt in every way (R5): never a crash, never overwritten, and a session can be written."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from kmonitor.clock import FakeClock
from kmonitor.ports import HouseState
from kmonitor.store import damaged, schema
from kmonitor.store.beside import anchors_path
from kmonitor.store.connection import chain_key_of, open_record
from kmonitor.store.house import House
from kmonitor.store.key_file import new_key_file, write_key_file
from kmonitor.store.keys import RecordKeys
from kmonitor.store.ledger import Ledger
from kmonitor.store.reader import RecordReader
from tests.kmonitor.store.house_help import all_bytes
from tests.kmonitor.store.record_help import act, note, opened, reading

OLD, NEW = "5e551014-0001", "5e551014-0002"
OFTEN = 1000
Hurt = Callable[[Path, random.Random], None]


@dataclass(frozen=True)
class Model:
    """A record with a session, as it lies on the disk while it is in use, and its keys."""

    folder: Path
    keys: RecordKeys | None
    words: list[str]


def make_model(folder: Path, keys: RecordKeys | None) -> Model:
    """Half of the session in the file, half in its log; copied out under the open connection."""
    work = folder / "work"
    work.mkdir()
    path = work / "record.db"
    if keys is not None:
        write_key_file(path, new_key_file(keys))
    words = [f"Note {n} of the old session" for n in range(2, 60)]
    with closing(open_record(path, keys)) as connection:
        ledger = Ledger(connection, FakeClock(), chain_key_of(connection, keys))
        ledger.write([act(1, opened(OLD, has_plan=True))])
        for n, text in enumerate(words, start=2):
            ledger.write([note(n, text)])
            if n == 30:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        anchors_path(path).touch()
        kept = folder / "kept"
        shutil.copytree(work, kept)
    return Model(kept, keys, words)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Model]:
    return {
        is_keyed: make_model(
            tmp_path_factory.mktemp("model"), RecordKeys.new() if is_keyed else None
        )
        for is_keyed in (False, True)
    }


def flip(path: Path, places: list[int], chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for place in places:
        content[place % len(content)] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def flip_header(path: Path, chance: random.Random) -> None:
    flip(path, [chance.randrange(100) for _ in range(chance.randint(1, 30))], chance)


def flip_first_page(path: Path, chance: random.Random) -> None:
    flip(path, [chance.randrange(4096) for _ in range(chance.randint(1, 300))], chance)


def flip_anywhere(path: Path, chance: random.Random) -> None:
    size = path.stat().st_size
    flip(path, [chance.randrange(size) for _ in range(chance.choice((1, 10, 1000)))], chance)


def cut(path: Path, chance: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content))])


def zero_a_piece(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    begin = chance.randrange(len(content))
    end = min(len(content), begin + chance.choice((100, 4096, 100_000)))
    content[begin:end] = bytes(end - begin)
    path.write_bytes(content)


def overwrite_all(path: Path, chance: random.Random) -> None:
    path.write_bytes(chance.choice((b"\x00", b"lorem ipsum ")) * (path.stat().st_size // 12))


def swap_pages(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    first, second = (4096 * chance.randrange(len(content) // 4096) for _ in range(2))
    page = content[first : first + 4096]
    content[first : first + 4096] = content[second : second + 4096]
    content[second : second + 4096] = page
    path.write_bytes(content)


def flip_log(path: Path, chance: random.Random) -> None:
    flip_anywhere(path.with_name(path.name + "-wal"), chance)


def cut_log(path: Path, chance: random.Random) -> None:
    cut(path.with_name(path.name + "-wal"), chance)


HURTS: tuple[Hurt, ...] = (
    *(flip_header, flip_first_page, flip_anywhere, cut, zero_a_piece),
    *(overwrite_all, swap_pages, flip_log, cut_log),
)


def check_one(model: Model, folder: Path, seed: int) -> str:
    """Hurt a copy, enter the house, look at all that is asked of it; what happened."""
    chance = random.Random(seed)
    shutil.copytree(model.folder, folder)
    path = folder / "record.db"
    if chance.random() < 0.3:  # a computer that was shut down well has no log file
        (folder / "record.db-wal").unlink()
        (folder / "record.db-shm").unlink()
        hurt = chance.choice(HURTS[:-2])
    else:
        hurt = chance.choice(HURTS)
    hurt(path, chance)
    before = all_bytes(folder)
    keys_text = model.keys.as_text() if model.keys else None
    house = House.at(path, keys_text, clock=FakeClock())
    try:
        assert house.state is HouseState.READY, (hurt.__name__, seed, house.notes)
        after = all_bytes(folder)
        is_aside = bool(house.notes)
        if is_aside:
            assert "has been set aside as record.damaged-" in house.notes[0]
            (aside,) = folder.glob("record.damaged-*.db")
            for name in before.keys() - {"record.db-shm"}:
                kept = after[name.replace("record.db", aside.name)]
                assert kept == before[name], (hurt.__name__, seed, name)
        write_session(path, model.keys)
        _check_rows(path, model, is_aside=is_aside)
        assert house.keys_text() == keys_text
    finally:
        house.close()
        shutil.rmtree(folder)
    return "set aside" if is_aside else "as it was"


def write_session(path: Path, keys: RecordKeys | None) -> None:
    with closing(open_record(path, keys)) as connection:
        ledger = Ledger(connection, FakeClock(), chain_key_of(connection, keys))
        ledger.write([act(1, opened(NEW))])
        ledger.write([reading(2), note(3, "All is well again.")])
        ledger.write([note(4)])


def _check_rows(path: Path, model: Model, *, is_aside: bool) -> None:
    reader = RecordReader(path, model.keys)
    assert [seq for seq, _ in reader.rows(NEW)] == [1, 2, 3, 4]
    if is_aside:
        assert [each.session_id for each in reader.sessions()] == [NEW]


@pytest.mark.parametrize("version", [0, 1, 1 << 30])
def test_a_hurt_version_number_is_damage(tmp_path: Path, version: int) -> None:
    path = tmp_path / "record.db"
    House.at(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    house = House.at(path)
    house.close()
    assert house.state is HouseState.READY
    assert [p.read_bytes() for p in tmp_path.glob("record.damaged-*.db")] == [before]


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_record_that_a_newer_kmonitor_made_is_left_as_it_is(
    tmp_path: Path, is_whole: bool
) -> None:
    path = tmp_path / "record.db"
    House.at(path).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
        if is_whole:
            newer.execute(
                "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                " VALUES ('kmonitor record', ?, '')",
                (str(schema.VERSION + 1),),
            )
        newer.commit()
    before = path.read_bytes()
    house = House.at(path)
    house.close()
    assert house.state is HouseState.UNUSABLE
    assert "newer kmonitor" in house.notes[0]
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*damaged*"))


def test_a_large_record_is_looked_at_where_it_goes_on(
    models: dict[bool, Model], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(damaged, "_CHECKED_WHOLE", 0)
    seen = [check_one(models[True], tmp_path / str(seed), seed) for seed in range(12)]
    assert seen.count("set aside") > 3


@pytest.mark.parametrize("is_keyed", [False, True], ids=["open", "encrypted"])
def test_forty_hurt_files_are_set_aside_whole_or_used(
    models: dict[bool, Model], tmp_path: Path, is_keyed: bool
) -> None:
    seen = [check_one(models[is_keyed], tmp_path / str(seed), seed) for seed in range(20)]
    assert seen.count("set aside") > 5


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("is_keyed", [False, True], ids=["open", "encrypted"])
def test_a_thousand_hurt_files_are_set_aside_whole_or_used(
    models: dict[bool, Model], tmp_path: Path, is_keyed: bool
) -> None:
    for seed in range(1000, 1000 + OFTEN // 2):
        check_one(models[is_keyed], tmp_path / str(seed), seed)
