"""What the settings page says; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from kmonitor.ports import BackupResult, HouseState, Protection

LOCK_CHOICES_MIN = (2, 5, 10, 30, 0)
CAPTURE_CHOICES_MB = (500, 1_000, 4_000, 16_000)
SHORTEST_PASSPHRASE = 10
_GOOD_PASSPHRASE = 20
_FEWEST_KINDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWords:
    """How the record is kept: a headline, what it means, and whether it must be seen."""

    headline: str
    meaning: str
    is_loud: bool


def record_words(state: HouseState, protection: Protection) -> RecordWords:
    """The state of this computer's record."""
    if state is HouseState.UNUSABLE:
        return RecordWords(
            headline="NO RECORD",
            meaning="The record cannot be used; what is measured now is NOT SAVED.",
            is_loud=True,
        )
    if state is HouseState.IN_USE:
        return RecordWords(
            headline="IN USE BY ANOTHER PROGRAM",
            meaning="Only review is possible here until the other program is closed.",
            is_loud=True,
        )
    if state is HouseState.LOCKED:
        return RecordWords(
            headline="ENCRYPTED, AND NOT YET OPENED",
            meaning="The start page asks for the passphrase; until then nothing is saved.",
            is_loud=True,
        )
    return _PROTECTED[protection]


_PROTECTED = {
    Protection.KEY_STORE: RecordWords(
        headline="Encrypted",
        meaning="The key lies in the key store of this computer; nobody has to type.",
        is_loud=False,
    ),
    Protection.PASSPHRASE: RecordWords(
        headline="Encrypted",
        meaning="The passphrase is asked for after each start of this computer.",
        is_loud=False,
    ),
    Protection.NONE: RecordWords(
        headline="NOT ENCRYPTED",
        meaning="Whoever carries the disk away can read what is in the record.",
        is_loud=True,
    ),
}


def passphrase_hint(first: str, second: str) -> str:
    """How good a passphrase is, in words; a sentence with "not" says why it is not taken."""
    if not first:
        return f"At least {SHORTEST_PASSPHRASE} characters; four or five unrelated words are best."
    if len(first) < SHORTEST_PASSPHRASE:
        return f"{SHORTEST_PASSPHRASE - len(first)} more characters are needed."
    if len(set(first.casefold())) < _FEWEST_KINDS:
        return "It repeats itself too much."
    if second and not first.startswith(second) and second != first:
        return "The two are not the same."
    if second != first:
        return "Type the same again."
    if len(first) < _GOOD_PASSPHRASE:
        return "Usable. Longer is better: add another word."
    return "Good."


def is_passphrase_usable(first: str, second: str) -> bool:
    """Whether it can be taken."""
    is_long = len(first) >= SHORTEST_PASSPHRASE
    return is_long and first == second and len(set(first.casefold())) >= _FEWEST_KINDS


def backup_words(last: BackupResult | None, zone: tzinfo) -> tuple[str, str, bool]:
    """Headline and sentence of the newest backup, and whether it must be seen."""
    if last is None:
        return "NO BACKUP YET", "Choose a folder on another disk or a stick.", True
    day = last.at.astimezone(zone)
    when = f"{day:%b} {day.day}, {day.year}, {day:%H:%M}"
    if last.is_good:
        return f"Last backup: {when}", last.words, False
    return f"LAST BACKUP FAILED: {when}", last.words, True


def lock_words(minutes: int) -> str:
    """A choice of the lock's row."""
    return "Never" if minutes == 0 else f"{minutes} min"


def capture_words(megabytes: int) -> str:
    """A choice of the captures' row."""
    if megabytes >= 1_000 and megabytes % 500 == 0:
        return f"{megabytes / 1000:g} GB"
    return f"{megabytes} MB"


def with_current(choices: tuple[int, ...], current: int) -> tuple[int, ...]:
    """The choices, and what was set in the file by hand, which is not thrown away."""
    return choices if current in choices else (*choices, current)


def roles_words() -> str:
    """What the roles are for."""
    return (
        "A nurse runs sessions. A clinician does too, and signs and exports."
        " A technician sets up this computer and adds people, and runs no session."
    )
