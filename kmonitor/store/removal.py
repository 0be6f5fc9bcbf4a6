"""The one way in which a session leaves the record: a technician does it, a clinician consents.

The bodies go, from the file too; the links of the chain and a row that says who, why and what
stay, so that `verify` knows the holes.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from kmonitor import access
from kmonitor.access import Right
from kmonitor.clock import Clock, SystemClock
from kmonitor.errors import StoreError
from kmonitor.people import Person
from kmonitor.store import schema
from kmonitor.store.captures import forget_captures
from kmonitor.store.connection import Connection
from kmonitor.store.gone import KIND, SEALED, newest_seal
from kmonitor.store.keys import RecordKeys
from kmonitor.store.scribe import writing
from kmonitor.store.site_notes import noting, tell

_SHORTEST_REASON = 5
# Children before what they refer to.
_ORDER = (
    *schema.SEQUENCED,
    *schema.LIVE,
    *("numeric_block", "wave_block", "seal", "session_total", "signoff", "origin"),
    *("checkpoint", "source", "session"),
)
_AFFECTED = "SELECT min(link), max(link) FROM chain WHERE tab = 'session' AND key = ?"


def remove_session(
    path: Path,
    keys: RecordKeys | None,
    session_id: str,
    *,
    technician: Person,
    clinician: Person,
    reason: str,
    clock: Clock | None = None,
) -> int:
    """Remove an ended session; how many rows went. Raises PermissionRefused and StoreError."""
    _check_consent(technician, clinician, reason)
    clock = clock or SystemClock()
    with noting(path, keys, clock) as (connection, chain_key, boot):
        connection.execute("PRAGMA secure_delete = ON")
        with writing(connection, chain_key, clock) as scribe:
            session, patient = _session(connection, session_id)
            first, last = connection.execute(_AFFECTED, (str(session),)).fetchone()
            scribe.insert(
                "removal",
                session=session,
                session_id=session_id,
                patient=patient,
                technician=technician.person_id,
                clinician=clinician.person_id,
                reason=reason.strip(),
                utc_ms=scribe.utc_ms,
                first_link=first,
                last_link=last,
            )
            sealed = _sealed(connection)
            count, gone = _delete(connection, session, patient)
            forget_captures(path, keys, session_id)
            said = {
                "session_id": session_id, "clinician": clinician.person_id,
                "reason": reason.strip(), "count": count, "rows": gone, SEALED: sealed,
            }  # fmt: skip
            tell(scribe, clock, boot, KIND, technician.person_id, said)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return count


def _sealed(connection: Connection) -> list[object]:
    """Where the live rows go on, which the seals that go will not tell any more."""
    last_nr, live_mac = newest_seal(connection) or (0, b"")
    return [last_nr, live_mac.hex()]


def _check_consent(technician: Person, clinician: Person, reason: str) -> None:
    access.require(technician, Right.REMOVE_SESSION)
    access.require(clinician, Right.CONSENT_TO_REMOVAL)
    if technician.person_id == clinician.person_id:
        raise StoreError("The one who removes and the one who consents must be two persons.")
    if len(reason.strip()) < _SHORTEST_REASON:
        raise StoreError("A removal needs its reason in words.")


def _session(connection: Connection, session_id: str) -> tuple[int, int | None]:
    """Its number, and the patient that goes with it."""
    found = connection.execute(
        "SELECT session, patient, EXISTS (SELECT 1 FROM session_total AS t"
        " WHERE t.session = session.session) FROM session WHERE session_id = ?",
        (session_id,),
    ).fetchone()
    if found is None:
        raise StoreError(f"There is no session {session_id!r} in the record.")
    session, patient, has_ended = found
    if not has_ended:
        raise StoreError("A session that has not ended cannot be removed: close it first.")
    return session, _patient_alone(connection, session, patient)


def _patient_alone(connection: Connection, session: int, patient: int | None) -> int | None:
    """The patient, if no other session is about them."""
    other = connection.execute(
        "SELECT 1 FROM session WHERE patient = ? AND session <> ?", (patient, session)
    ).fetchone()
    return None if other else patient


def _delete(
    connection: Connection, session: int, patient: int | None
) -> tuple[int, dict[str, list[Any]]]:
    """How many rows went, and of tables that are not keyed by the session, which."""
    count = 0
    gone: defaultdict[str, list[Any]] = defaultdict(list)
    for table in _ORDER:
        (key, *_) = schema.BY_NAME[table].keys[0]
        if key != "session":
            found = connection.execute(
                f"SELECT {key} FROM {table} WHERE session = ?",  # noqa: S608  # our own names
                (session,),
            )
            gone[table] += [number for (number,) in found]
        done = connection.execute(
            f"DELETE FROM {table} WHERE session = ?",  # noqa: S608  # our own names
            (session,),
        )
        count += done.rowcount
    if patient is not None:
        gone["patient"].append(patient)
        count += connection.execute("DELETE FROM patient WHERE patient = ?", (patient,)).rowcount
    return count, {table: numbers for table, numbers in gone.items() if numbers}
