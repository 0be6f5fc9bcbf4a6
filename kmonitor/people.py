"""Who acts and who is treated."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Role(StrEnum):
    """What a person may do; the rules come with sign-in."""

    NURSE = "nurse"
    CLINICIAN = "clinician"
    TECHNICIAN = "technician"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who acts; `person_id` stands in every row that they cause."""

    person_id: str
    name: str
    role: Role
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The one who is treated; a label and the clinic's identifier, no name needed."""

    label: str
    identifier: str
    weight_kg: Decimal
    height_cm: Decimal | None = None
    sex: str | None = None


DEMONSTRATION_NURSE = Person(person_id="N1", name="N1 nurse", role=Role.NURSE)
WATCHER = Person(person_id="watch", name="watch (command line)", role=Role.PROGRAM)
PROGRAM = Person(person_id="program", name="kmonitor", role=Role.PROGRAM)
# Acts that need no sign-in, done where nobody was signed in or the screen was locked.
LOCKED = Person(person_id="locked", name="locked", role=Role.PROGRAM)
