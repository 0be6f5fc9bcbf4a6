"""One table of the record with the triggers that keep its rows as they were written."""

from __future__ import annotations

from dataclasses import dataclass

# Conditions on the row OLD under which the triggers let a DELETE pass.
NEVER = "0"
SESSION_IS_REMOVED = (
    "EXISTS (SELECT 1 FROM removal JOIN session USING (session, session_id)"
    " WHERE removal.session = OLD.session)"
)
IT_IS_REMOVED = (
    "EXISTS (SELECT 1 FROM removal"
    " WHERE removal.session = OLD.session AND removal.session_id = OLD.session_id)"
)
PATIENT_IS_REMOVED = (
    "EXISTS (SELECT 1 FROM removal WHERE removal.patient = OLD.patient)"
    " AND NOT EXISTS (SELECT 1 FROM session WHERE session.patient = OLD.patient)"
)
SEAL_COVERS_IT = (
    "EXISTS (SELECT 1 FROM seal WHERE seal.session = OLD.session"
    " AND seal.seal = (SELECT max(seal) FROM seal WHERE session = OLD.session)"
    " AND OLD.nr BETWEEN seal.first_nr AND seal.last_nr)"
)
_NO_COLUMNS = ("PRIMARY", "UNIQUE", "CHECK")


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `keys` are its primary key and its unique columns.

    A chained one has a link of the chain for each row. A free one is a cache without triggers.
    """

    name: str
    columns: str
    keys: tuple[tuple[str, ...], ...]
    has_rowid: bool = False
    may_go: str = NEVER
    is_chained: bool = True
    is_head: bool = False
    is_free: bool = False

    @property
    def creation(self) -> str:
        """The statement that makes it."""
        options = "STRICT" if self.has_rowid else "STRICT, WITHOUT ROWID"
        return f"CREATE TABLE {self.name} ({self.columns}) {options}"

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns in their order."""
        words = (each.split(maxsplit=1)[0] for each in _parts(self.columns))
        return tuple(word for word in words if word not in _NO_COLUMNS)

    @property
    def triggers(self) -> dict[str, str]:
        """By name, the statements that make it refuse UPDATE, DELETE and REPLACE.

        The third holds also against a program that left `recursive_triggers` off.
        """
        if self.is_free:
            return {}
        same = " OR ".join(
            "(" + " AND ".join(f"{column} IS NEW.{column}" for column in key) + ")"
            for key in self.keys
        )
        exists = f"EXISTS (SELECT 1 FROM {self.name} WHERE {same})"  # noqa: S608  # our own names
        kept = "" if self.may_go == NEVER else f" WHEN NOT ({self.may_go})"
        return {
            f"{self.name}_never_{what}": (
                f"CREATE TRIGGER {self.name}_never_{what} BEFORE {when} "
                f"BEGIN SELECT RAISE (ABORT, 'rows of {self.name} are never {what}'); END"
            )
            for what, when in (
                ("changed", f"UPDATE ON {self.name}"),
                ("deleted", f"DELETE ON {self.name}{kept}"),
                ("replaced", f"INSERT ON {self.name} WHEN {exists}"),
            )
            if not (self.is_head and what == "changed")
        }


def sequenced(name: str, columns: str) -> Table:
    """A table of rows of the session-wide sequence."""
    return Table(
        name,
        f"{columns},\n    PRIMARY KEY (session, seq)",
        (("session", "seq"),),
        may_go=SESSION_IS_REMOVED,
    )


def _parts(columns: str) -> list[str]:
    """What stands between the commas that are in no brackets."""
    parts, depth = [""], 0
    for sign in columns:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
