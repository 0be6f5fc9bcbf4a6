"""A clinician signs a session that has ended; what the chain held then stands in the signature."""

from __future__ import annotations

from pathlib import Path

from kmonitor import access
from kmonitor.access import Right
from kmonitor.clock import Clock, SystemClock
from kmonitor.errors import StoreError
from kmonitor.people import Person
from kmonitor.store.connection import Connection
from kmonitor.store.keys import RecordKeys
from kmonitor.store.scribe import writing
from kmonitor.store.site_notes import noting, tell

KIND = "session_signed"
REVIEWED = "reviewed"


def sign_session(
    path: Path,
    keys: RecordKeys | None,
    session_id: str,
    clinician: Person,
    *,
    meaning: str = REVIEWED,
    clock: Clock | None = None,
) -> None:
    """Add the signature; raises PermissionRefused, or StoreError for a session that goes on."""
    access.require(clinician, Right.SIGN_OFF)
    clock = clock or SystemClock()
    with (
        noting(path, keys, clock) as (connection, chain_key, boot),
        writing(connection, chain_key, clock) as scribe,
    ):
        session = ended_session(connection, session_id)
        scribe.insert(
            "signoff",
            session=session,
            person_id=clinician.person_id,
            meaning=meaning,
            utc_ms=scribe.utc_ms,
            link=scribe.head.link,
        )
        said = {"session_id": session_id, "meaning": meaning}
        tell(scribe, clock, boot, KIND, clinician.person_id, said, session=session)


def ended_session(connection: Connection, session_id: str) -> int:
    """The number of a session whose books are closed; raises StoreError."""
    found = connection.execute(
        "SELECT session, EXISTS (SELECT 1 FROM session_total AS t"
        " WHERE t.session = session.session) FROM session WHERE session_id = ?",
        (session_id,),
    ).fetchone()
    if found is None:
        raise StoreError(f"There is no session {session_id!r} in the record.")
    if not found[1]:
        raise StoreError("The session has not ended yet: close it first.")
    return int(found[0])


def is_signed(connection: Connection, session: int) -> bool:
    """Whether somebody has signed it."""
    found = connection.execute("SELECT 1 FROM signoff WHERE session = ? LIMIT 1", (session,))
    return found.fetchone() is not None
