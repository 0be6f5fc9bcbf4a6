import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from kmonitor.errors import StoreError
from kmonitor.store import connection, schema
from kmonitor.store.connection import missing_triggers, open_record, reading
from kmonitor.store.examine import cipher_version
from tests.kmonitor.store.record_help import whole


def pragma(opened: sqlite3.Connection, name: str) -> object:
    return opened.execute(f"PRAGMA {name}").fetchone()[0]


def refusal(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        open_record(path).close()
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.skipif(os.name != "posix", reason="rights are kept otherwise there")
def test_a_new_record_is_for_this_user_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with closing(open_record(tmp_path / "r.db")) as opened:
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("ROLLBACK")
            for each in tmp_path.glob("r.db*"):
                if each.suffix != ".anchors":  # digests only
                    assert each.stat().st_mode & 0o077 == 0, each
    finally:
        os.umask(before)


def test_a_new_record_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "with ä?#% in it" / "r.db"
    with closing(open_record(path)) as opened:
        assert pragma(opened, "journal_mode") == "wal"
        assert pragma(opened, "synchronous") == 2
        assert pragma(opened, "recursive_triggers") == 1
        assert pragma(opened, "foreign_keys") == 1
        assert pragma(opened, "trusted_schema") == 0
        assert pragma(opened, "application_id") == schema.APPLICATION_ID
        assert pragma(opened, "user_version") == schema.VERSION
        assert missing_triggers(opened) == []
        assert pragma(opened, "integrity_check") == "ok"
    with reading(path) as again:
        assert again.execute("SELECT count(*) FROM session").fetchone() == (0,)


def test_every_table_is_strict_and_refuses_changes(tmp_path: Path) -> None:
    with closing(open_record(tmp_path / "r.db")) as opened:
        tables = {name: strict for _, name, kind, _, _, strict in opened.execute(
            "PRAGMA main.table_list") if not name.startswith("sqlite_")}  # fmt: skip
        assert set(tables) == set(schema.BY_NAME)
        assert all(tables[name] for name in set(tables) - {"_sqlite_migrations"})
        guarded = {trigger.rsplit("_never_")[0] for trigger in schema.triggers()}
        assert guarded == set(tables) - {"checkpoint"}
        for name in tables:
            found = tuple(row[1] for row in opened.execute(f"PRAGMA table_info ({name})"))
            assert found == schema.columns_of(name)


def test_opening_it_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    open_record(path).close()
    before = whole(path)
    open_record(path).close()
    assert whole(path) == before


@pytest.mark.parametrize("size", [1, 30, 600, 5000])
def test_a_file_that_is_no_database_is_refused_and_untouched(tmp_path: Path, size: int) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear colleague, " * (size // 16 + 1))
    before = whole(path)
    assert "is not a record of kmonitor" in refusal(path)
    assert whole(path) == before


def test_a_record_cut_short_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    open_record(path).close()
    path.write_bytes(path.read_bytes()[:9000])
    before = path.read_bytes()
    assert "is damaged" in refusal(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipe (name TEXT)")
        other.commit()
    before = whole(path)
    assert "another program" in refusal(path)
    assert whole(path) == before


def test_a_newer_record_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with closing(open_record(path)) as opened:
        opened.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    before = whole(path)
    assert "newer kmonitor" in refusal(path)
    with pytest.raises(StoreError, match="newer kmonitor"), reading(path):
        pass
    assert whole(path) == before


def test_a_record_that_died_while_it_was_made_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    path.touch()
    open_record(path).close()
    empty = tmp_path / "empty.db"
    with closing(sqlite3.connect(empty)) as only_begun:
        only_begun.execute("PRAGMA journal_mode = WAL")
    with closing(open_record(empty)) as opened:
        assert missing_triggers(opened) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "folder" in refusal(tmp_path / "file" / "r.db")
    assert "folder" in refusal(tmp_path / "file" / "deeper" / "r.db")


def test_a_path_that_is_a_folder_is_said(tmp_path: Path) -> None:
    assert "not a record" in refusal(tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is where even root writes nothing")
def test_a_path_that_cannot_be_written_is_said() -> None:
    assert "/proc/r.db" in refusal(Path("/proc/r.db"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_without_permission_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "cannot be opened" in refusal(tmp_path / "r.db")


def test_a_full_disk_at_the_start_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = (*connection.SAFETY, "PRAGMA max_page_count = 12")
    monkeypatch.setattr(connection, "SAFETY", full)
    assert "disk is full" in refusal(tmp_path / "r.db")
    monkeypatch.undo()
    open_record(tmp_path / "r.db").close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(connection._connect(str(path))) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.rollback()


def test_a_record_locked_by_another_program_is_said(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    open_record(path).close()
    with locked(path):
        assert "locked by another program" in refusal(path)


def test_reading_makes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "r.db"
    with pytest.raises(StoreError, match="There is no record at"), reading(path):
        pass
    assert list(tmp_path.iterdir()) == []
    open_record(path).close()
    before = whole(path)
    with reading(path) as opened:
        opened.execute("SELECT * FROM metric").fetchall()
        with pytest.raises(dbapi2.OperationalError, match="readonly"):
            opened.execute("INSERT INTO store_meta VALUES ('a', 'b')")
    assert whole(path) == before


def test_an_empty_file_is_an_empty_record_for_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    path.touch()
    with pytest.raises(StoreError, match="is empty"), reading(path):
        pass
    assert whole(path) == b"['r.db']"


def test_a_missing_or_altered_trigger_is_found(tmp_path: Path) -> None:
    with closing(open_record(tmp_path / "r.db")) as opened:
        opened.execute("DROP TRIGGER act_never_deleted")
        opened.execute("DROP TRIGGER nibp_never_changed")
        opened.execute(
            "CREATE TRIGGER nibp_never_changed BEFORE UPDATE ON nibp BEGIN SELECT 1; END"
        )
        assert missing_triggers(opened) == ["act_never_deleted", "nibp_never_changed"]


def test_sqlite_utils_is_not_loaded_to_open_a_record_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    open_record(path).close()
    program = (
        "import sys; from pathlib import Path; from kmonitor.store import writer, reader;"
        "from kmonitor.store.connection import open_record;"
        f"open_record(Path({str(path)!r})).close();"
        "sys.exit('sqlite_utils' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_to_ask_for_the_cipher_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cipher_version()[0].isdigit()
    assert list(tmp_path.iterdir()) == []
