"""What `verify` found wrong, each with the name of the row, and the first of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

DATABASE = "database"
_LAST = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`row` is the table and its key ("act 3.105"); `link` its place in the chain, if any."""

    row: str
    words: str
    link: int | None = None

    @property
    def sentence(self) -> str:
        """For people."""
        return f"{self.row}: {self.words}."


@dataclass(slots=True)
class Findings:
    """Gathered on the way through the record; beyond a bound only counted."""

    most: int = 1000
    found: list[Finding] = field(default_factory=list)
    left_out: int = 0

    def add(self, row: str, words: str, link: int | None = None) -> None:
        """Keep one."""
        if len(self.found) >= self.most:
            self.left_out += 1
            return
        self.found.append(Finding(row=row, words=words, link=link))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """`rows` are those looked at; `notes` say what could not be proven, and are no fault."""

    rows: int
    findings: Sequence[Finding]
    notes: Sequence[str] = ()

    @property
    def is_ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    @property
    def first_bad(self) -> str | None:
        """The first bad row in the order of the chain; rows without a link come after."""
        if not self.findings:
            return None
        first = min(self.findings, key=lambda each: _LAST if each.link is None else each.link)
        return first.row
