"""Makes a record, or brings an older one to this version; slow to import, so only when needed."""

from __future__ import annotations

import secrets
import sqlite3

from sqlite_utils import Database, Migrations

from kmonitor.store import schema
from kmonitor.store.keys import KEY_BYTES, RecordKeys

record = Migrations("kmonitor record")


@record(name="1")
def _version_1(database: Database) -> None:
    for table in schema.TABLES_1:
        database.execute(table.creation)
    for index in schema.INDICES_1:
        database.execute(index)


def migrate(connection: sqlite3.Connection, keys: RecordKeys | None = None) -> None:
    """Apply what is missing, renew all triggers and stamp the file, in one transaction.

    An open record keeps the key of its chain inside; an encrypted one has it in `keys`.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        record.apply(Database(connection, execute_plugins=False))
        if keys is None:
            _give_chain_key(connection)
        _renew_triggers(connection)
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {schema.VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _renew_triggers(connection: sqlite3.Connection) -> None:
    old = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for (name,) in old:
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in schema.triggers().values():
        connection.execute(statement)


def _give_chain_key(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO store_meta (name, content) SELECT 'chain_key', ?"
        " WHERE NOT EXISTS (SELECT 1 FROM store_meta WHERE name = 'chain_key')",
        (secrets.token_hex(KEY_BYTES),),
    )
