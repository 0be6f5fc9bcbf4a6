"""Walks the chain: every link, the row it holds the digest of, the live rows, the head."""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from kmonitor.store import schema
from kmonitor.store.chain import Head, digest_of, link_mac, live_mac
from kmonitor.store.connection import Connection
from kmonitor.store.findings import Findings
from kmonitor.store.gone import is_every_seal_told, newest_seal
from kmonitor.store.scribe import key_of

_LINKS = "SELECT link, utc_ms, tab, key, digest, mac FROM chain ORDER BY link"
_HEAD = "SELECT link, link_mac, nr, live_mac, mac FROM chain_head"
_SESSION_FIRST = frozenset(
    table.name for table in schema.TABLES if table.keys[0][:1] == ("session",)
)


@dataclass(slots=True)
class Walk:
    """One way along the chain; `removed` are the sessions that were removed by routine."""

    connection: Connection
    chain_key: bytes
    findings: Findings
    removed: frozenset[int]
    may_lack: frozenset[tuple[str, str]]
    on_link: Callable[[], None]
    rows: int = 0
    link: int = 0
    mac: bytes = b""
    macs: dict[int, bytes] = field(default_factory=dict)
    _seen: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def links(self, wanted: frozenset[int]) -> None:
        """Every link with its row; the macs of the `wanted` ones are kept for the anchors."""
        fetch = {name: _fetch(name) for name in schema.CHAINED}
        for link, utc_ms, tab, key, digest, mac in self.connection.execute(_LINKS):
            for lacking in range(self.link + 1, min(link, self.link + 100)):
                self.findings.add(f"chain {lacking}", "the link is missing", lacking)
            mac_now = link_mac(
                self.chain_key, self.mac, link=link, utc_ms=utc_ms, tab=tab, key=key, digest=digest
            )
            if not hmac.compare_digest(mac_now, mac):
                self._blame_link(link, tab, key)
            self.link, self.mac = link, bytes(mac)
            if link in wanted:
                self.macs[link] = self.mac
            self._row(link, tab, key, digest, fetch.get(tab))
            self.on_link()

    def inserted(self) -> None:
        """Rows that no link holds."""
        for table in schema.CHAINED:
            names = schema.BY_NAME[table].keys[0]
            found = self.connection.execute(
                f"SELECT {', '.join(names)} FROM {table}"  # noqa: S608  # our own names
            )
            for row in found:
                key = ".".join(map(str, row))
                if key not in self._seen[table]:
                    self.findings.add(f"{table} {key}", "it was added outside the program")

    def live(self) -> None:
        """The rows of the running minute follow on the last seal, and the head on them."""
        nr, mac = newest_seal(self.connection) or (0, b"")
        rows = _live_rows(self.connection)
        first_nr = rows[0][2] if rows else None
        # Else a removal of one of the first versions may have taken the seal before it.
        is_known = is_every_seal_told(self.connection) or first_nr == nr + 1
        for name, row, now_nr in rows:
            key = f"{name} {key_of(name, row)}"
            if is_known and now_nr != nr + 1:
                self.findings.add(key, f"the live row before it is missing ({nr + 1})")
            expected = live_mac(self.chain_key, mac, name, row[:-1])
            if is_known and not hmac.compare_digest(expected, row[-1]):
                self.findings.add(key, "it was changed")
            nr, mac, is_known = now_nr, bytes(row[-1]), True
            self.rows += 1
        self._head(nr, mac, is_known=is_known)

    def _head(self, nr: int, mac: bytes, *, is_known: bool) -> None:
        found = self.connection.execute(_HEAD).fetchone()
        if found is None:
            self.findings.add("chain_head 1", "the head of the chain is missing")
            return
        *fields, proof = found
        head = Head(*fields)
        if not hmac.compare_digest(head.mac(self.chain_key), proof):
            self.findings.add("chain_head 1", "the head of the chain was changed")
        if (head.link, head.link_mac) != (self.link, self.mac):
            self.findings.add(f"chain {self.link + 1}", "the end of the chain was cut off")
        if is_known and (head.nr, head.live_mac) != (nr, mac):
            self.findings.add("numeric_live", "the last live rows were cut off or changed")

    def _row(self, link: int, tab: str, key: str, digest: bytes, statement: str | None) -> None:
        name = f"{tab} {key}"
        if statement is None:
            self.findings.add(f"chain {link}", f"it names no table of a record: {tab}", link)
            return
        if key in self._seen[tab]:
            self.findings.add(name, "it stands in the chain twice", link)
        self._seen[tab].add(key)
        row = self._fetched(statement, key)
        if row is None:
            if not self._may_lack(tab, key):
                self.findings.add(name, "it is missing", link)
            return
        self.rows += 1
        if not hmac.compare_digest(digest_of(self.chain_key, tab, row), digest):
            self.findings.add(name, "it was changed", link)

    def _fetched(self, statement: str, key: str) -> tuple[Any, ...] | None:
        parts = key.split(".")
        if statement.count("?") != len(parts):
            return None
        found: tuple[Any, ...] | None = self.connection.execute(statement, parts).fetchone()
        return found

    def _may_lack(self, tab: str, key: str) -> bool:
        if (tab, key) in self.may_lack:
            return True
        first = key.partition(".")[0]
        return tab in _SESSION_FIRST and first.isdigit() and int(first) in self.removed

    def _blame_link(self, link: int, tab: str, key: str) -> None:
        """A link that does not follow: named by the row it stands for."""
        self.findings.add(f"chain {link} ({tab} {key})", "the link was changed or moved", link)


def _fetch(table: str) -> str:
    """The statement that gets one row; the key's texts take the type of their columns."""
    names = ", ".join(schema.columns_of(table))
    keys = schema.BY_NAME[table].keys[0]
    where = " AND ".join(f"{key} = ?" for key in keys)
    return f"SELECT {names} FROM {table} WHERE {where}"  # noqa: S608  # our own names


def _live_rows(connection: Connection) -> list[tuple[str, tuple[Any, ...], int]]:
    """The rows of the running minute with their `nr`, in its order."""
    found = []
    for name in schema.LIVE:
        columns = schema.columns_of(name)
        place = columns.index("nr")
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM {name}")  # noqa: S608  # our names
        found += [(name, row, row[place]) for row in rows]
    return sorted(found, key=itemgetter(2))
