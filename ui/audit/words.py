"""The audit trail's rows as they are shown; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from kmonitor.people import Person
from kmonitor.ports import AuditEntry

HEADINGS = ("When", "Who", "What", "Detail", "Session")
EVERYBODY = "Everybody"
NOTHING_YET = "Nothing has been done on this computer yet."
NOTHING_FOUND = "Nothing fits what was typed."
_SESSION_SHOWN = 8


def cells(entry: AuditEntry, zone: tzinfo) -> tuple[str, ...]:
    """One row, in the order of the headings."""
    at = entry.at.astimezone(zone)
    when = f"{at:%b} {at.day}, {at.year}  {at:%H:%M:%S}"
    session = "" if entry.session_id is None else entry.session_id[:_SESSION_SHOWN]
    return when, entry.name, entry.what, entry.detail, session


def spoken(entry: AuditEntry, zone: tzinfo) -> str:
    """The row in full, for a screen reader and the line under the table."""
    when, name, what, detail, _session = cells(entry, zone)
    session = "" if entry.session_id is None else f", session {entry.session_id}"
    return f"{when}: {name}, {what}{f': {detail}' if detail else ''}{session}"


def who_choices(people: Sequence[Person]) -> list[tuple[str, str | None]]:
    """What can be chosen: everybody, each person, what was done while locked, the program."""
    named: list[tuple[str, str | None]] = [(EVERYBODY, None)]
    return named + [(each.name, each.person_id) for each in people]


def empty_words(*, is_filtered: bool) -> str:
    """What stands in place of an empty table."""
    return NOTHING_FOUND if is_filtered else NOTHING_YET
