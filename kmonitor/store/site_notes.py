"""One line of the audit trail that belongs to no act of a session, through an own connection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from kmonitor.clock import Clock
from kmonitor.errors import StoreError
from kmonitor.store.connection import Connection, chain_key_of, open_record, plainly
from kmonitor.store.keys import RecordKeys
from kmonitor.store.record_facts import write_facts
from kmonitor.store.scribe import Scribe, writing


@contextmanager
def noting(
    path: Path, keys: RecordKeys | None, clock: Clock
) -> Iterator[tuple[Connection, bytes, int]]:
    """The record for a note: its connection, its chain's key, this boot."""
    if not path.exists():
        raise StoreError(f"There is no record at {path} yet.")
    with closing(open_record(path, keys)) as connection, plainly(path, keys):
        chain_key = chain_key_of(connection, keys)
        yield connection, chain_key, write_facts(connection, clock, chain_key)


def note(
    path: Path, keys: RecordKeys | None, clock: Clock, kind: str, author: str, **said: object
) -> None:
    """Write it, in a transaction of its own."""
    with (
        noting(path, keys, clock) as (connection, chain_key, boot),
        writing(connection, chain_key, clock) as scribe,
    ):
        tell(scribe, clock, boot, kind, author, said)


def tell(
    scribe: Scribe,
    clock: Clock,
    boot: int,
    kind: str,
    author: str,
    said: Mapping[str, object],
    *,
    session: int | None = None,
) -> None:
    """The same within a transaction; `session` is the record's number of one it is about."""
    now = clock.now()
    scribe.insert(
        "site_event",
        boot=boot,
        utc_ms=now.utc_ms,
        mono_ns=now.mono_ns,
        kind=kind,
        author=author,
        session=session,
        body=json.dumps(dict(said), ensure_ascii=False, allow_nan=False),
    )
