"""What the limits section of the settings says; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.limit_texts import PRIORITY_WORDS, table_of
from kmonitor.alarms.limits import LimitSet
from kmonitor.limit_sets import FOLDER, OfferedSet

COLUMNS = ("", "Seen only", "Medium", "High")
_PRIORITIES = [PRIORITY_WORDS[each] for each in (Priority.LOW, Priority.MEDIUM, Priority.HIGH)]
_ABOUT = (
    "A set that can be used is chosen at set-up. A site's own set is a file in the folder limits "
    "beside the settings; a clinician signs it here."
)
_CLOSED = "The record is not open, so it cannot be told who signed a site's set."


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWords:
    """Whether a set can be chosen, in a few words, and what that means."""

    headline: str
    meaning: str


def title_words(offered: OfferedSet) -> str:
    """The set by its title; by the name of its file where that cannot be read."""
    if offered.contents is None:
        return f"{offered.name}.toml"
    return offered.contents.full_title


def set_words(offered: OfferedSet, zone: tzinfo) -> SetWords:
    """The state of one set."""
    if offered.limit_set is not None:
        by = f"By {offered.limit_set.author}, {_day(offered.limit_set.dated)}."
        return SetWords(headline=_signed(offered, zone), meaning=f"{by} It can be chosen.")
    if offered.unsigned is not None:
        return SetWords(
            headline="NOT SIGNED: cannot be chosen",
            meaning="Read it through; when a clinician signs it, it can be chosen at set-up. "
            "A change of the file needs a new signature.",
        )
    problem = offered.problem.replace(offered.where, f"{FOLDER}/{offered.name}.toml")
    return SetWords(headline="CANNOT BE USED", meaning=problem)


def _signed(offered: OfferedSet, zone: tzinfo) -> str:
    if offered.signature is None:
        return offered.signed_words(zone)
    return f"Signed by {offered.signature.by}, {_day(offered.signature.at.astimezone(zone))}"


def _day(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"


def list_words(*, is_open: bool) -> str:
    """What stands over the list."""
    return _ABOUT if is_open else f"{_ABOUT} {_CLOSED}"


def by_rule(limits: LimitSet) -> Sequence[tuple[str, ...]]:
    """A row for each rule: its name, and by priority what is beyond it and for how long."""
    rows: dict[str, dict[str, list[str]]] = {}
    for each in table_of(limits):
        if each.priority:
            what = each.beyond if each.delay == "at once" else f"{each.beyond} {each.delay}"
            rows.setdefault(each.rule, {}).setdefault(each.priority, []).append(what)
    return [
        (rule, *("\nor ".join(cells.get(priority, ())) or "–" for priority in _PRIORITIES))
        for rule, cells in rows.items()
    ]


def footnotes(limits: LimitSet) -> str:
    """What belongs to no rule, and how the table is read."""
    notes = ["Seen only makes no sound. Where no time stands, it is told at once."]
    if limits.observation_every_s is not None:
        minutes = f"{limits.observation_every_s / 60:g}"
        notes.append(f"While infusing, an observation of the patient is due every {minutes} min.")
    return " ".join(notes)
