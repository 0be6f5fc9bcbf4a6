"""Limit sets out of `resources/limits/NAME.toml` or the site's own `limits/NAME.toml`.

The program's own are signed by their listed SHA-256, a site's by a clinician in the record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from kmonitor import site_files
from kmonitor.alarms.conditions import Condition, Priority
from kmonitor.alarms.limit_checks import JUDGES, Flaw, flaw_in
from kmonitor.alarms.limits import FastFall, Level, LimitRule, LimitSet
from kmonitor.errors import SettingsError
from kmonitor.site_files import Fields, FileSignature, SiteFile

FOLDER = "limits"
DEFAULT = "default"
SHIPPED = (DEFAULT, "tighter", "wider")
NOT_SIGNED = "No clinician has signed this file as it is now."
Signed = Callable[[str], FileSignature | None]
"""Who signed the file with this SHA-256."""
_LONGEST = 60
_POINTS, _WITHIN_S = (1, 30), (5, 300)
_TOGETHER = (2, 10)
_OBSERVATION_S = (60, 7200)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedSet:
    """One set of the list: `limit_set` where it can be chosen, else `problem` says why not.

    `unsigned` is what a site's file says that is sound and waits for a signature.
    """

    name: str
    where: str
    is_shipped: bool
    limit_set: LimitSet | None = None
    unsigned: LimitSet | None = None
    signature: FileSignature | None = None
    problem: str = ""

    @property
    def contents(self) -> LimitSet | None:
        """What stands in the file, also where nobody has signed it yet."""
        return self.limit_set or self.unsigned

    @property
    def title(self) -> str:
        """The set's title; the file's name where it cannot be read."""
        return self.contents.title if self.contents is not None else self.name

    @property
    def version(self) -> int | None:
        """None where it cannot be read."""
        return self.contents.version if self.contents is not None else None

    def signed_words(self, zone: tzinfo | None = None) -> str:
        """Who stands for it, for people; the day in `zone`, None is this computer's."""
        if self.is_shipped:
            return "Comes with the program" if self.limit_set is not None else ""
        if self.signature is None:
            return "Not signed"
        return f"Signed by {self.signature.by}, {self.signature.at.astimezone(zone):%Y-%m-%d}"


def load_default() -> LimitSet:
    """The default set as it came with the program; raises SettingsError."""
    return load(DEFAULT)


def load(name: str, site_folder: Path | None = None) -> LimitSet:
    """The set `name`, the site's own first, signed or not; SettingsError names file and field."""
    return _read(site_files.load(FOLDER, name, site_folder), name)


def load_file(path: Path) -> LimitSet:
    """The set in any file; it needs no signature. SettingsError names file and field."""
    return _read(site_files.read(path), None)


def available(site_folder: Path | None, signed: Signed) -> list[OfferedSet]:
    """Every set there is, the default first; one that cannot be chosen says why.

    A site's own file takes the place of the shipped one of its name, if it can be chosen.
    """
    own = {each.name: each for each in _own(site_folder, signed)}
    offered = []
    for name in SHIPPED:
        instead = own.pop(name, None)
        if instead is None or instead.limit_set is None:
            offered.append(_shipped(name))
        if instead is not None:
            offered.append(instead)
    return [*offered, *own.values()]


def chosen(offered: Sequence[OfferedSet], name: str) -> LimitSet | None:
    """The set of that name that can be chosen; None where there is none."""
    return next((each.limit_set for each in offered if each.name == name and each.limit_set), None)


def _shipped(name: str) -> OfferedSet:
    where = f"{FOLDER}/{name}.toml"
    try:
        return OfferedSet(name=name, where=where, is_shipped=True, limit_set=load(name))
    except SettingsError as error:
        return OfferedSet(name=name, where=where, is_shipped=True, problem=str(error))


def _own(site_folder: Path | None, signed: Signed) -> Iterator[OfferedSet]:
    if site_folder is None:
        return
    for path in sorted((site_folder / FOLDER).glob("*.toml")):
        name, where = path.stem, str(path)
        try:
            found = _read(site_files.read(path), name)
        except SettingsError as error:
            yield OfferedSet(name=name, where=where, is_shipped=False, problem=str(error))
            continue
        signature = signed(found.sha256)
        yield OfferedSet(
            name=name,
            where=where,
            is_shipped=False,
            limit_set=found if signature is not None else None,
            unsigned=found if signature is None else None,
            signature=signature,
            problem="" if signature is not None else NOT_SIGNED,
        )


def _read(found: SiteFile, name: str | None) -> LimitSet:
    fields = found.fields
    limit_set = LimitSet(
        name=_line(fields, "name"),
        title=_line(fields, "title"),
        version=fields.whole("version"),
        author=_line(fields, "author"),
        dated=fields.day("dated"),
        sha256=found.sha256,
        rules=tuple(_rule(each) for each in fields.tables("rule")),
        fast_fall=_fast_fall(fields),
        several_lesser=_several(fields),
        observation_every_s=fields.number_within("observation_every_s", *_OBSERVATION_S),
    )
    fields.finish()
    if name is not None and limit_set.name != name:
        raise fields.wrong("name", f"must be {name}, as the file is called")
    flaw = flaw_in(limit_set)
    if flaw is not None:
        raise SettingsError(f"{found.name}{_place(flaw)}: field {flaw.field} {flaw.words}.")
    return limit_set


def _place(flaw: Flaw) -> str:
    rule = "" if flaw.rule is None else f" rule[{flaw.rule + 1}]"
    return rule if flaw.level is None else f"{rule} level[{flaw.level + 1}]"


def _line(fields: Fields, name: str) -> str:
    found = fields.text(name)
    if not found.isprintable() or len(found) > _LONGEST:
        raise fields.wrong(name, f"must be one line of at most {_LONGEST} letters")
    return found.strip()


def _rule(fields: Fields) -> LimitRule:
    name = fields.text("condition")
    judges = JUDGES.get(Condition(name)) if name in set(Condition) else None
    if judges is None:
        raise fields.wrong("condition", f"names no known condition: {name}")
    levels = tuple(_level(each) for each in fields.tables("level"))
    return LimitRule(
        condition=Condition(name), judged=judges.judged, is_high=judges.is_high, levels=levels
    )


def _level(fields: Fields) -> Level:
    priority = fields.text("priority")
    if priority not in set(Priority):
        raise fields.wrong("priority", "must be low, medium or high")
    return Level(
        priority=Priority(priority),
        limit=fields.number_if_there("limit"),
        delay_s=fields.number_if_there("for_s") or 0.0,
        rise=fields.number_if_there("rise"),
        fraction_of_baseline=fields.number_if_there("fraction_of_baseline"),
        while_baseline_below=fields.number_if_there("while_baseline_below"),
    )


def _fast_fall(fields: Fields) -> FastFall | None:
    found = fields.table_if_there("fast_fall")
    if found is None:
        return None
    points = found.number_within("points", *_POINTS)
    within_s = found.number_within("within_s", *_WITHIN_S)
    if points is None or within_s is None:
        raise found.wrong("points" if points is None else "within_s", "is missing")
    found.finish()
    return FastFall(points=points, within_s=within_s)


def _several(fields: Fields) -> int | None:
    found = fields.number_within("several_lesser", *_TOGETHER)
    if found is None:
        return None
    if found != int(found):
        raise fields.wrong("several_lesser", "must be a whole number")
    return int(found)
