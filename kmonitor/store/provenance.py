"""Who signed a session, and where one that came from another computer was recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One person's signature; `by` is their name as the record knows it."""

    by: str
    meaning: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The record that a session was taken from; `computer` is that one's name."""

    computer: str
    record_id: str
    exported_by: str
    exported: datetime
