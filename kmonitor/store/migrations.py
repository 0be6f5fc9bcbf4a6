"""Makes a record, or brings an older one to this version; slow to import, so only when needed."""

from __future__ import annotations

import json
import secrets
import sqlite3
import uuid

from sqlite_utils import Database, Migrations

from kmonitor.clock import SystemClock
from kmonitor.store import schema
from kmonitor.store.anchors import AnchorKind, add_anchor
from kmonitor.store.chain import Head
from kmonitor.store.keys import KEY_BYTES, RecordKeys
from kmonitor.store.scribe import Scribe, insertion
from kmonitor.store.seals import seal_all
from kmonitor.store.totals import add_totals
from kmonitor.version import version

record = Migrations("kmonitor record")

_OLD_LIVE = (
    "SELECT session, seq, boot, utc_ms, mono_ns, source, received_utc_ms, received_mono_ns, mode,"
    " metric, value, validity, reason, device_time FROM numeric_live_1 ORDER BY session, seq"
)
_OLD_WAVES = (
    "SELECT session, metric, source, block, boot, utc_ms, mono_ns, mode, rate_hz, samples"
    " FROM wave_live_1 ORDER BY session, block"
)
_OLD = tuple(f"{name}_1" for name in schema.LIVE)


@record(name="1")
def _version_1(database: Database) -> None:
    for table in schema.TABLES_1:
        database.execute(table.creation)
    for index in schema.INDICES_1:
        database.execute(index)


@record(name="2")
def _version_2(database: Database) -> None:
    for name in schema.LIVE:
        database.execute(f"ALTER TABLE {name} RENAME TO {name}_1")
    for table in schema.TABLES_2:
        database.execute(table.creation)
    for index in schema.INDICES_2:
        database.execute(index)
    for name, column in schema.ADDED_2.items():
        database.execute(f"ALTER TABLE {name} ADD COLUMN {column}")


def migrate(connection: sqlite3.Connection, keys: RecordKeys | None = None) -> None:
    """Apply what is missing, renew all triggers and stamp the file, in one transaction.

    An open record keeps the key of its chain inside; an encrypted one has it in `keys`.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        (stored,) = connection.execute("PRAGMA user_version").fetchone()  # another may have been
        _drop_triggers(connection)
        record.apply(Database(connection, execute_plugins=False))
        for statement in schema.triggers().values():
            connection.execute(statement)
        if stored < 2:  # the version that brought the chain
            _begin_chain(connection, keys)
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {schema.VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _drop_triggers(connection: sqlite3.Connection) -> None:
    old = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for (name,) in old:
        connection.execute(f'DROP TRIGGER "{name}"')


def _begin_chain(connection: sqlite3.Connection, keys: RecordKeys | None) -> None:
    """Link every row that is there, seal what was live, and fix the state by an anchor."""
    chain_key = secrets.token_bytes(KEY_BYTES) if keys is None else keys.chain_key
    head = Head()
    fields = (1, head.link, head.link_mac, head.nr, head.live_mac, head.mac(chain_key))
    connection.execute(insertion("chain_head"), fields)
    scribe = Scribe(connection, chain_key, SystemClock())
    for table in schema.CHAINED:
        names = ", ".join(schema.columns_of(table))
        order = ", ".join(schema.BY_NAME[table].keys[0])
        found = connection.execute(f"SELECT {names} FROM {table} ORDER BY {order}")  # noqa: S608  # our names
        for row in found.fetchall():
            scribe.link(table, row)
    if keys is None:
        scribe.insert("store_meta", name="chain_key", content=chain_key.hex())
    if not connection.execute("SELECT 1 FROM store_meta WHERE name = 'record_id'").fetchone():
        made = {"record_id": str(uuid.uuid4()), "made_utc_ms": scribe.utc_ms, "made_by": version()}
        for name, content in made.items():
            scribe.insert("store_meta", name=name, content=str(content))
    _take_over_live(connection, scribe)
    add_totals(scribe)
    add_anchor(scribe, AnchorKind.MADE)
    scribe.finish()


def _take_over_live(connection: sqlite3.Connection, scribe: Scribe) -> None:
    """The live rows of version 1, which had a reading each, become blocks."""
    for session, seq, boot, *fields in connection.execute(_OLD_LIVE).fetchall():
        body = json.dumps([(seq, *fields)], ensure_ascii=False, separators=(",", ":"))
        scribe.add_live("numeric_live", (session, seq, seq, boot, body))
    for row in connection.execute(_OLD_WAVES).fetchall():
        scribe.add_live("wave_live", row)
    seal_all(scribe)
    for name in _OLD:
        connection.execute(f"DROP TABLE {name}")
