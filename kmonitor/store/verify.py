"""Whether a record is as it was written: file, triggers, references, chain, anchors, gaps."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from kmonitor.errors import StoreError
from kmonitor.store import schema
from kmonitor.store.act_rows import ROW_REFUSED, ROWS_DROPPED
from kmonitor.store.anchors import read_copies
from kmonitor.store.beside import anchors_path
from kmonitor.store.connection import (
    Connection,
    Damaged,
    chain_key_of,
    examining,
    foreign_triggers,
    missing_triggers,
    reading,
)
from kmonitor.store.findings import DATABASE, Findings, Verification
from kmonitor.store.gone import gone_rows
from kmonitor.store.keys import RecordKeys
from kmonitor.store.sealing import NumericBlock, WaveBlock, unseal_numerics, unseal_waves
from kmonitor.store.verify_chain import Walk

OPEN_NOTE = "The record is not encrypted: this shows accidents, not intent."
_NO_COPIES = "There is no file of anchors beside the record: a cut tail shows only by its own head."
_NO_CHAIN = (
    "The record is of an older kmonitor and has no chain yet; "
    "it gets one when this kmonitor first writes to it."
)
_CHAIN_KEY = frozenset({("store_meta", "chain_key")})
_Block = TypeVar("_Block", NumericBlock, WaveBlock)
Progress = Callable[[int, int], None]


def verify(
    path: Path, keys: RecordKeys | None = None, progress: Progress | None = None
) -> Verification:
    """Look at everything; what cannot be read is a finding, a locked or absent record is not.

    `progress` hears how many links of how many have been walked. Raises StoreError where there
    is no record, or Locked.
    """
    findings, rows, notes = Findings(), 0, []
    if keys is None:
        notes.append(OPEN_NOTE)
    try:
        with reading(path, keys) as connection:
            if not _has_chain(path, keys):
                notes.append(_NO_CHAIN)
            _file(connection, findings, is_keyed=keys is not None)
            for name in missing_triggers(connection):
                findings.add(f"trigger {name}", "it is missing or was changed")
            for name in foreign_triggers(connection):
                findings.add(f"trigger {name}", "it was added outside the program")
            rows = _walk(connection, path, keys, findings, progress or _silent)
            if not anchors_path(path).exists():
                notes.append(_NO_COPIES)
            rows += _sessions(connection, findings)
    except Damaged as error:
        findings.add(DATABASE, str(error).rstrip("."))
    if findings.left_out:
        notes.append(f"{findings.left_out} more findings are not listed.")
    return Verification(rows=rows, findings=tuple(findings.found), notes=tuple(notes))


def _silent(_done: int, _of: int) -> None:
    """Nobody looks on."""


def _has_chain(path: Path, keys: RecordKeys | None) -> bool:
    """Whether the file itself has one; what is walked of an older one is made for this look."""
    with examining(path, keys) as connection:
        found = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'chain'").fetchone()
    return found is not None


def _file(connection: Connection, findings: Findings, *, is_keyed: bool) -> None:
    """The file itself, page by page."""
    if is_keyed:
        for (words,) in connection.execute("PRAGMA cipher_integrity_check").fetchall():
            findings.add(DATABASE, str(words))
    for (words,) in connection.execute("PRAGMA integrity_check(20)").fetchall():
        if words != "ok":
            findings.add(DATABASE, str(words))
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchall():
        where = table if rowid is None else f"{table} {rowid}"
        findings.add(where, f"it refers to a row of {parent} that is not there")


def _walk(
    connection: Connection,
    path: Path,
    keys: RecordKeys | None,
    findings: Findings,
    progress: Progress,
) -> int:
    try:
        chain_key = chain_key_of(connection, keys)
    except (StoreError, ValueError):
        findings.add("store_meta chain_key", "the key of the chain is missing or was changed")
        return 0
    (count,) = connection.execute("SELECT count(*) FROM chain").fetchone()
    done = iter(range(1, count + 1))
    gone = gone_rows(connection)
    walk = Walk(
        connection=connection,
        chain_key=chain_key,
        findings=findings,
        removed=gone.get("session", frozenset()),
        may_lack=_lacking(gone) | (frozenset() if keys is None else _CHAIN_KEY),
        on_link=lambda: progress(next(done), count),
    )
    anchors = connection.execute("SELECT anchor, link, mac FROM anchor ORDER BY anchor").fetchall()
    copies = _copies(connection, path)
    wanted = {link for _, link, _ in anchors} | {copy["link"] for copy in copies}
    walk.links(frozenset(wanted))
    walk.inserted()
    walk.live()
    for session, seal in connection.execute("SELECT session, seal FROM seal WHERE NOT is_whole"):
        findings.add(f"seal {session}.{seal}", "the live rows it sealed had been changed")
    for number, link, mac in anchors:
        if link and walk.macs.get(link) != mac:
            findings.add(f"anchor {number}", "it does not fit the chain")
    _against_copies(walk, {number for number, *_ in anchors}, copies)
    return walk.rows


def _lacking(gone: Mapping[str, frozenset[int]]) -> frozenset[tuple[str, str]]:
    return frozenset((table, str(number)) for table, numbers in gone.items() for number in numbers)


def _against_copies(walk: Walk, numbers: set[int], copies: list[dict[str, Any]]) -> None:
    """What was anchored outside the database must still stand in it; so must the anchor's row."""
    for copy in copies:
        link, number = copy["link"], copy["anchor"]
        mac = walk.macs.get(link, b"")
        if mac.hex() != copy["mac"]:
            words = f"the chain no longer holds what was anchored as number {number}"
            walk.findings.add(f"chain {link}", words, link)
        elif number not in numbers:
            words = f"the end of the chain was cut off: anchor {number} was here"
            walk.findings.add(f"chain {link + 1}", words, link + 1)


def _copies(connection: Connection, path: Path) -> list[dict[str, Any]]:
    """The anchors beside the record, if they are of this record."""
    (record_id,) = connection.execute(
        "SELECT content FROM store_meta WHERE name = 'record_id'"
    ).fetchone() or ("",)
    wanted = ("link", "mac", "anchor")
    return [
        copy
        for copy in read_copies(path)
        if copy.get("record") == record_id and all(name in copy for name in wanted)
    ]


def _sessions(connection: Connection, findings: Findings) -> int:
    """Each session's sequence runs from 1 without a hole; how many readings lie in blocks."""
    readings = 0
    found = connection.execute("SELECT session, session_id FROM session ORDER BY session")
    for session, session_id in found.fetchall():
        try:
            readings += _sequence(connection, session, session_id, findings)
        except (ValueError, LookupError, TypeError, ArithmeticError, zlib.error) as error:
            findings.add(
                f"session {session}", f"its blocks cannot be read ({type(error).__name__})"
            )
    return readings


def _sequence(connection: Connection, session: int, session_id: str, findings: Findings) -> int:
    seqs: set[int] = set()
    readings = 0
    for table, numbers in _seqs(connection, session):
        readings += len(numbers) if table not in schema.SEQUENCED else 0
        for seq in numbers:
            if seq in seqs:
                findings.add(f"{table} {session}.{seq}", "its place in the session is taken twice")
            seqs.add(seq)
    if not seqs:
        findings.add(f"session {session}", f"the session {session_id} has no rows")
    if max(seqs, default=0) != len(seqs):
        lost = _given_up(connection, session)
        hole = next((n for n in range(1, max(seqs)) if n not in seqs and n not in lost), None)
        if hole is not None:
            words = f"row {hole} of session {session_id} is missing"
            findings.add(f"session {session}.{hole}", words)
    return readings


def _seqs(connection: Connection, session: int) -> Iterator[tuple[str, list[int]]]:
    for table in schema.SEQUENCED:
        found = connection.execute(
            f"SELECT seq FROM {table} WHERE session = ?",  # noqa: S608  # our own names
            (session,),
        )
        yield table, [seq for (seq,) in found]
    for block in _blocks(connection, "numeric_block", NumericBlock, session):
        yield "numeric_block", [reading[0] for reading in unseal_numerics(block)]
    for wave in _blocks(connection, "wave_block", WaveBlock, session):
        unseal_waves(wave)
    found = connection.execute("SELECT body FROM numeric_live WHERE session = ?", (session,))
    for (body,) in found:
        yield "numeric_live", [reading[0] for reading in json.loads(body)]


def _blocks(
    connection: Connection, table: str, kind: type[_Block], session: int
) -> Iterator[_Block]:
    names = [each.name for each in fields(kind)]
    found = connection.execute(
        f"SELECT {', '.join(names)} FROM {table} WHERE session = ?",  # noqa: S608  # our own names
        (session,),
    )
    for row in found:
        yield kind(**dict(zip(names, row, strict=True)))


def _given_up(connection: Connection, session: int) -> set[int]:
    """What the program itself noted as dropped while its disk failed."""
    lost: set[int] = set()
    found = connection.execute(
        "SELECT seq, kind, body FROM system_event WHERE session = ? AND kind IN (?, ?)",
        (session, ROWS_DROPPED, ROW_REFUSED),
    )
    for _, kind, body in found:
        if kind == ROWS_DROPPED:
            said = json.loads(body)
            lost.update(range(said["first"], said["last"] + 1))
    return lost
