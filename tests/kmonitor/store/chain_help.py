"""The chain of a record walked through, independent of the program's own walk."""

import hashlib
import hmac
import sqlite3

from kmonitor.store import schema
from kmonitor.store.chain import Head, canonical


def _hmac(key: bytes, *parts: bytes) -> bytes:
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def faults_of(connection: sqlite3.Connection, key: bytes) -> list[str]:
    """What is wrong with links, digests, live rows and head; nothing in a whole record."""
    found, mac, last = [], b"", 0
    digests = {}
    for link, utc_ms, tab, name, digest, stored in connection.execute(
        "SELECT link, utc_ms, tab, key, digest, mac FROM chain ORDER BY link"
    ):
        last += 1
        mac = _hmac(key, mac, canonical("chain", (link, utc_ms, tab, name, digest)))
        digests[tab, name] = digest
        found += [f"link {link}"] if (link, mac) != (last, stored) else []
    for table in schema.CHAINED:
        names = schema.columns_of(table)
        for row in connection.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall():
            name = ".".join(str(row[names.index(k)]) for k in schema.BY_NAME[table].keys[0])
            if digests.pop((table, name), None) != _hmac(key, canonical(table, row)):
                found.append(f"{table} {name}")
    found += [f"lacks {tab} {name}" for tab, name in digests]
    (nr, live_mac), live = _live_faults(connection, key)
    head = Head(last, mac, nr, live_mac)
    stored_head = connection.execute("SELECT link, link_mac, nr, live_mac, mac FROM chain_head")
    if stored_head.fetchall() != [(last, mac, nr, live_mac, head.mac(key))]:
        found.append("head")
    return found + live


def _live_faults(connection: sqlite3.Connection, key: bytes) -> tuple[tuple[int, bytes], list[str]]:
    seals = "SELECT last_nr, live_mac FROM seal ORDER BY last_nr DESC LIMIT 1"
    last, mac = connection.execute(seals).fetchone() or (0, b"")
    rows = []
    for table in schema.LIVE:
        names = schema.columns_of(table)
        for row in connection.execute(f"SELECT {', '.join(names)} FROM {table}"):
            rows.append((row[names.index("nr")], table, row))
    found = []
    for nr, table, row in sorted(rows):
        last += 1
        mac = _hmac(key, mac, canonical(table, row[:-1]))[:16]
        found += [f"live {table} {nr}"] if (nr, mac) != (last, row[-1]) else []
    return (last, mac), found
