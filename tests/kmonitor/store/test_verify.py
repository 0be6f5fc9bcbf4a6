"""R14: whatever is done to the record behind the program's back is found, and the row is named."""

from contextlib import closing
from pathlib import Path

import pytest

from kmonitor.clock import FakeClock
from kmonitor.errors import StoreError
from kmonitor.store import schema
from kmonitor.store.beside import anchors_path
from kmonitor.store.connection import Connection, chain_key_of, open_keyed, reading
from kmonitor.store.findings import Verification
from kmonitor.store.keys import Locked, RecordKeys
from kmonitor.store.ledger import Ledger
from kmonitor.store.seals import seal_lot
from kmonitor.store.verify import OPEN_NOTE, verify
from tests.kmonitor.store.tampering import copy_of, make_record, tamper

KEYS = RecordKeys.new()
CHAINED = [name for name in schema.CHAINED if name not in ("removal", "origin", "signoff")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_record(tmp_path_factory.mktemp("whole") / "record.db")


@pytest.fixture
def record(whole: Path, tmp_path: Path) -> Path:
    return copy_of(whole, tmp_path / "r.db")


def bad(found: Verification) -> str:
    assert not found.is_ok
    assert found.first_bad is not None
    return found.first_bad


def keys_of(record: Path, table: str) -> list[tuple[object, ...]]:
    with reading(record) as connection:
        names = ", ".join(schema.BY_NAME[table].keys[0])
        return connection.execute(f"SELECT {names} FROM {table} ORDER BY {names}").fetchall()


def where(table: str) -> str:
    return " AND ".join(f"{name} = ?" for name in schema.BY_NAME[table].keys[0])


def named(key: tuple[object, ...]) -> str:
    return ".".join(map(str, key))


def test_a_whole_record_verifies(whole: Path) -> None:
    found = verify(whole)
    assert found.findings == ()
    assert found.rows > 60 + 6  # the links' rows and the six live readings
    assert OPEN_NOTE in found.notes


def test_an_encrypted_record_verifies_with_its_key_only(tmp_path: Path) -> None:
    path = make_record(tmp_path / "k.db", KEYS)
    found = verify(path, KEYS)
    assert found.is_ok
    assert OPEN_NOTE not in found.notes
    (path.parent / "k.db.keys").write_text("{}")
    with pytest.raises(Locked):
        verify(path)


def test_every_table_has_rows_to_be_tampered_with(record: Path) -> None:
    empty = [table for table in CHAINED if not keys_of(record, table)]
    assert set(empty) <= {"credential", "site_event", "limit_set"}


@pytest.mark.parametrize("table", [*CHAINED, *schema.LIVE])
def test_every_changed_column_is_found_and_its_row_named(record: Path, table: str) -> None:
    keys = keys_of(record, table)
    if not keys:
        return  # one of the three that `test_every_table_has_rows...` allows
    key = keys[len(keys) // 2]
    for column in schema.columns_of(table):
        if column in schema.BY_NAME[table].keys[0]:
            continue
        path = copy_of(record, record.with_name(f"{column}.db"))
        _change(path, table, column, key)
        found = verify(path)
        assert f"{table} {named(key)}" in {each.row for each in found.findings}, column
        if table in CHAINED:
            assert bad(found) == f"{table} {named(key)}", column


def _change(path: Path, table: str, column: str, key: tuple[object, ...]) -> None:
    """Another value of the same kind."""

    def change(connection: Connection) -> None:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        kinds = {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}
        (before,) = connection.execute(
            f"SELECT {column} FROM {table} WHERE {where(table)}", key
        ).fetchone()
        match kinds[column]:
            case "TEXT":
                after: object = f"{before} "
            case "BLOB":
                after = b"\x01" + (before or b"")
            case _:
                after = (before or 0) + 1
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where(table)}", (after, *key))

    tamper(path, change)


@pytest.mark.parametrize("table", [*CHAINED, *schema.LIVE])
def test_every_deleted_row_is_found_and_named(record: Path, table: str) -> None:
    for key in keys_of(record, table):
        path = copy_of(record, record.with_name("deleted.db"))
        _delete(path, table, key)
        found = verify(path)
        names = {each.row for each in found.findings}
        if table in schema.LIVE:
            assert any(name.split()[0] in schema.LIVE for name in names), key
        elif table == "store_meta" and key == ("chain_key",):
            assert bad(found) == "store_meta chain_key"
        else:
            assert f"{table} {named(key)}" in names, key


def _delete(path: Path, table: str, key: tuple[object, ...]) -> None:
    tamper(path, lambda c: c.execute(f"DELETE FROM {table} WHERE {where(table)}", key))


@pytest.mark.parametrize("table", ["act", "nibp", "alarm_event"])
def test_swapped_rows_are_found_and_named(record: Path, table: str) -> None:
    first, second = keys_of(record, table)[:2]
    names = ", ".join(n for n in schema.columns_of(table) if n not in schema.BY_NAME[table].keys[0])

    def swap(connection: Connection) -> None:
        got = [
            connection.execute(f"SELECT {names} FROM {table} WHERE {where(table)}", key).fetchone()
            for key in (second, first)
        ]
        sets = ", ".join(f"{name} = ?" for name in names.split(", "))
        for row, key in zip(got, (first, second), strict=True):
            connection.execute(f"UPDATE {table} SET {sets} WHERE {where(table)}", (*row, *key))

    tamper(record, swap)
    assert bad(verify(record)) == f"{table} {named(first)}"


def test_an_inserted_row_is_found_and_named(record: Path) -> None:
    def insert(connection: Connection) -> None:
        names = ", ".join(n for n in schema.columns_of("act") if n != "seq")
        connection.execute(
            f"INSERT INTO act (seq, {names}) SELECT 900, {names} FROM act WHERE session = 1 LIMIT 1"
        )

    tamper(record, insert)
    found = verify(record)
    assert bad(found) == "act 1.900"
    assert any(each.row.startswith("session 1.") for each in found.findings)  # the hole before it


def test_a_replaced_row_is_found_and_named(record: Path) -> None:
    def replace(connection: Connection) -> None:
        names = schema.columns_of("act")
        row = list(connection.execute("SELECT * FROM act WHERE session = 1 LIMIT 1").fetchone())
        row[names.index("author")] = "somebody else"
        connection.execute(f"REPLACE INTO act VALUES ({', '.join('?' * len(row))})", row)

    tamper(record, replace)
    assert bad(verify(record)).startswith("act 1.")


@pytest.mark.parametrize("kept", [1, 5, 20])
def test_a_cut_tail_is_found_where_it_was_cut(record: Path, kept: int) -> None:
    """Rows and their links gone together, as if they had never been."""

    def cut(connection: Connection) -> None:
        found = connection.execute(
            "SELECT link, tab, key FROM chain ORDER BY link DESC LIMIT ?", (kept,)
        ).fetchall()
        for link, table, key in found:
            connection.execute(f"DELETE FROM {table} WHERE {where(table)}", key.split("."))
            connection.execute("DELETE FROM chain WHERE link = ?", (link,))

    with reading(record) as connection:
        (last,) = connection.execute("SELECT max(link) FROM chain").fetchone()
    tamper(record, cut)
    assert f"chain {last - kept + 1}" in {each.row for each in verify(record).findings}


def test_a_cut_end_of_the_live_rows_is_found(record: Path) -> None:
    tamper(
        record,
        lambda c: c.execute(
            "DELETE FROM numeric_live WHERE nr = (SELECT max(nr) FROM numeric_live)"
        ),
    )
    assert not verify(record).is_ok


def test_live_rows_cut_off_at_the_front_are_found_also_after_the_next_seal(record: Path) -> None:
    with reading(record) as connection:
        (first,) = connection.execute("SELECT min(nr) FROM wave_live").fetchone()
    tamper(record, lambda c: c.execute(f"DELETE FROM numeric_live WHERE nr <= {first}"))
    tamper(record, lambda c: c.execute(f"DELETE FROM wave_live WHERE nr <= {first}"))
    assert not verify(record).is_ok
    with closing(open_keyed(record, None)) as connection:
        Ledger(connection, FakeClock(), chain_key_of(connection, None)).also(seal_lot)
    assert "seal" in {each.row.split()[0] for each in verify(record).findings}


def test_an_older_state_put_back_is_found_by_the_anchors_beside_it(record: Path) -> None:
    old = record.read_bytes()
    make_more(record)
    assert verify(record).is_ok
    record.write_bytes(old)
    for ending in ("-wal", "-shm"):
        record.with_name(record.name + ending).unlink(missing_ok=True)
    assert bad(verify(record)).startswith("chain ")


def make_more(path: Path) -> None:
    from kmonitor.store.backup import back_up  # an anchor comes with each backup

    back_up(path, None, path.with_name("copy.db"))


def test_a_dropped_or_weakened_trigger_is_found_and_named(record: Path) -> None:
    with closing(open_keyed(record, None)) as connection:
        connection.execute("DROP TRIGGER act_never_deleted")
    assert bad(verify(record)) == "trigger act_never_deleted"


def test_a_trigger_that_swallows_rows_is_found_and_named(record: Path) -> None:
    with closing(open_keyed(record, None)) as connection:
        connection.execute("CREATE TRIGGER t BEFORE INSERT ON act BEGIN SELECT RAISE(IGNORE); END")
    assert bad(verify(record)) == "trigger t"


@pytest.mark.parametrize("column", ["digest", "mac", "key", "tab", "utc_ms"])
def test_a_changed_link_is_found_and_named(record: Path, column: str) -> None:
    new = {"utc_ms": "utc_ms + 1", "key": "'1.1'", "tab": "'nibp'"}.get(column, "zeroblob(32)")
    tamper(record, lambda c: c.execute(f"UPDATE chain SET {column} = {new} WHERE link = 30"))
    links = {each.link for each in verify(record).findings}
    assert 30 in links


def test_swapped_links_are_found(record: Path) -> None:
    def swap(connection: Connection) -> None:
        connection.execute("UPDATE chain SET link = -1 WHERE link = 30")
        connection.execute("UPDATE chain SET link = 30 WHERE link = 31")
        connection.execute("UPDATE chain SET link = 31 WHERE link = -1")

    tamper(record, swap)
    assert bad(verify(record)).startswith("chain 30 ")


@pytest.mark.parametrize("column", ["link", "link_mac", "nr", "live_mac", "mac"])
def test_a_changed_head_is_found(record: Path, column: str) -> None:
    new = f"{column} + 1" if column in ("link", "nr") else "x'00'"
    tamper(record, lambda c: c.execute(f"UPDATE chain_head SET {column} = {new}"))
    assert "chain_head 1" in {each.row for each in verify(record).findings}


def test_a_forged_chain_needs_the_key(tmp_path: Path) -> None:
    """All macs reckoned anew with another key: every link is wrong."""
    path = make_record(tmp_path / "k.db", KEYS)
    other = RecordKeys(KEYS.key_id, KEYS.record_key, RecordKeys.new().chain_key)
    assert not verify(path, other).is_ok


def test_damaged_pages_are_a_finding_and_no_crash(record: Path) -> None:
    content = bytearray(record.read_bytes())
    for place in range(len(content) // 2, len(content) - 4096, 4096):
        content[place : place + 400] = b"\xff" * 400
    record.write_bytes(content)
    assert not verify(record).is_ok


def test_where_no_record_is_there_is_nothing_to_verify(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no record"):
        verify(tmp_path / "none.db")


def test_missing_anchors_are_a_note_and_no_fault(record: Path) -> None:
    anchors_path(record).unlink()
    found = verify(record)
    assert found.is_ok
    assert any("anchors" in note for note in found.notes)
