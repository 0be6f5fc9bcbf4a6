"""A clinician signs a site's limit set; the signature is for the file as it was, by its SHA-256."""

from __future__ import annotations

from pathlib import Path

from kmonitor import access
from kmonitor.access import Right
from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Clock, Instant, SystemClock
from kmonitor.people import Person
from kmonitor.site_files import FileSignature
from kmonitor.store.connection import Connection
from kmonitor.store.keys import RecordKeys
from kmonitor.store.scribe import writing
from kmonitor.store.site_notes import noting, tell

KIND = "limits_signed"


def sign_limits(
    path: Path,
    keys: RecordKeys | None,
    limits: LimitSet,
    clinician: Person,
    *,
    clock: Clock | None = None,
) -> None:
    """Note the signature for exactly what `limits` was read from; raises PermissionRefused."""
    access.require(clinician, Right.SIGN_OFF)
    clock = clock or SystemClock()
    said = {"name": limits.name, "version": limits.version, "sha256": limits.sha256}
    with (
        noting(path, keys, clock) as (connection, chain_key, boot),
        writing(connection, chain_key, clock) as scribe,
    ):
        tell(scribe, clock, boot, KIND, clinician.person_id, said)


def signed_limits(connection: Connection) -> dict[str, FileSignature]:
    """By the file's SHA-256, who signed it first and when."""
    found = connection.execute(
        "SELECT json_extract(body, '$.sha256'), author, (SELECT name FROM person"
        " WHERE person.person_id = s.author ORDER BY person DESC LIMIT 1), utc_ms"
        " FROM site_event AS s WHERE kind = ? ORDER BY number DESC",
        (KIND,),
    ).fetchall()
    return {
        str(sha256): FileSignature(by=name or author, at=Instant.from_stored(0, ms).at_utc)
        for sha256, author, name, ms in found
    }
