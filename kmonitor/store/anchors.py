"""Anchors: where the chain stood at some moments, kept a second time outside the database.

A chain cut off behind its last anchor, or put back to an older state as a whole, shows only
against such a copy. The file holds no word of a patient.
"""

from __future__ import annotations

import json
import os
import sqlite3
from enum import StrEnum
from pathlib import Path
from typing import Any

from kmonitor.store.beside import anchors_path
from kmonitor.store.scribe import Scribe

_MS_PER_DAY = 86_400_000
_ENOUGH = 4096  # bytes; the last line is shorter


class AnchorKind(StrEnum):
    """Why the chain's state was kept."""

    MADE = "made"
    DAY = "day"
    SESSION_END = "session_end"
    BACKUP = "backup"


def add_anchor(scribe: Scribe, kind: AnchorKind, session: int | None = None) -> int:
    """Keep where the chain stands, as a row that has its own link behind; the row's number."""
    head = scribe.head
    return scribe.insert(
        "anchor",
        utc_ms=scribe.utc_ms,
        kind=kind.value,
        session=session,
        link=head.link,
        mac=head.link_mac,
    )


def day_of(utc_ms: int) -> int:
    """The number of the UTC day."""
    return utc_ms // _MS_PER_DAY


def last_day(connection: sqlite3.Connection) -> int:
    """The UTC day of the newest anchor."""
    (utc_ms,) = connection.execute("SELECT max(utc_ms) FROM anchor").fetchone()
    return 0 if utc_ms is None else day_of(utc_ms)


def copy_out(connection: sqlite3.Connection, path: Path) -> None:
    """Append what the file beside the record at `path` lacks, and flush it to the disk."""
    beside = anchors_path(path)
    last = _last_number(beside)
    found = connection.execute(
        "SELECT anchor, utc_ms, kind, session, link, mac FROM anchor WHERE anchor > ?"
        " ORDER BY anchor",
        (last,),
    ).fetchall()
    if not found:
        return
    (record_id,) = connection.execute(
        "SELECT content FROM store_meta WHERE name = 'record_id'"
    ).fetchone()
    lines = [_line(record_id, row) for row in found]
    with beside.open("ab") as file:
        if _is_torn(beside):
            file.write(b"\n")
        file.write("".join(lines).encode())
        file.flush()
        os.fsync(file.fileno())


def read_copies(path: Path) -> list[dict[str, Any]]:
    """The anchors beside the record at `path`; lines that are none are left out."""
    beside = anchors_path(path)
    if not beside.exists():
        return []
    found = (_read(line) for line in beside.read_bytes().split(b"\n"))
    return [each for each in found if each is not None]


def _line(record_id: str, row: tuple[Any, ...]) -> str:
    anchor, utc_ms, kind, session, link, mac = row
    told = {
        "record": record_id,
        "anchor": anchor,
        "utc_ms": utc_ms,
        "kind": kind,
        "session": session,
        "link": link,
        "mac": mac.hex(),
    }
    return json.dumps(told) + "\n"


def _last_number(beside: Path) -> int:
    """The highest number in the last lines; one that a power cut tore is passed over."""
    if not beside.exists():
        return 0
    with beside.open("rb") as file:
        file.seek(max(0, beside.stat().st_size - _ENOUGH))
        found = [_read(line) for line in file.read().split(b"\n")]
    return max((each["anchor"] for each in found if each is not None), default=0)


def _is_torn(beside: Path) -> bool:
    """Whether a full disk or a power cut ended the file in the midst of a line."""
    with beside.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1))
        return file.read() not in (b"", b"\n")


def _read(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except ValueError:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("anchor"), int):
        return None
    return told
