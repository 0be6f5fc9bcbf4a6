"""Going on with a session that broke off: its state out of the record, up to the last row.

Everything here is pure but `resume_from`, which reads. The rows are replayed with the numbers
that they have in the record, on from a checkpoint where there is one. What the last step still
had to write when the program died is made again and is `missing`. Whatever the record holds,
the session goes on: where replay and record disagree the record's numbers stand, and that is
said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.alarms.limits import LimitSet
from kmonitor.alarms.rebuilding import rebuilt
from kmonitor.checkpoints import CheckpointError, decode
from kmonitor.clock import Instant
from kmonitor.effects import Effect, PersistRow, Row
from kmonitor.events import SessionOpened, SessionResumed, Stored, Tick
from kmonitor.moving import moved, shift_ns
from kmonitor.people import PROGRAM
from kmonitor.session import open_session, step
from kmonitor.session_program import judged_until
from kmonitor.session_state import Session

KeptRow = tuple[int, int, Row]  # its place in the session, the number of its boot, the row
_OURS = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePoint:
    """A session as its record knows it, for `Monitor.resume`.

    `session` and the `missing` rows, which are to be kept first, still have the times of the
    boot in which the session was kept; `resumed` tells by how much they move from there on.
    `doubt` is a sentence where the record and the replay disagree, else empty.
    """

    session: Session
    missing: tuple[PersistRow, ...]
    last: Instant
    shift_ns: int = 0
    is_same_boot: bool = True
    doubt: str = ""

    def resumed(self, at: Instant, *, author: str, cause: str) -> SessionResumed:
        """The event by which the session goes on at `at`, on the clock of this run."""
        return SessionResumed(
            at=at, author=author, since=moved(self.last, self.shift_ns),
            cause=f"{cause} {self.doubt}".strip(), is_same_boot=self.is_same_boot,
            shift_ns=self.shift_ns,
        )  # fmt: skip


class Kept(Protocol):
    """One session of a record, as its reader tells it; all calls may raise StoreError."""

    def checkpoint(self, session_id: str) -> bytes | None:
        """The newest checkpoint."""

    def rows_with_boot(self, session_id: str, after_seq: int = 0) -> Iterable[KeptRow]:
        """The rows behind `after_seq`, in their order."""

    def boots(self) -> Mapping[int, tuple[str, int, int]]:
        """By number, each boot's id and one moment of it."""

    def session(self, session_id: str) -> Any:
        """Its own row: `rows` is the highest number given, `opening` what began it."""


def resume_from(
    record: Kept, session_id: str, limits: LimitSet, *, here: Instant, boot_id: str
) -> ResumePoint:
    """Where the session of `record` stands; `limits` only serve where it has none of its own."""
    stored = record.session(session_id)
    boot = next((nr for nr, told in record.boots().items() if told[0] == boot_id), None)
    checkpoint = _checkpoint(record.checkpoint(session_id))
    if checkpoint is not None:
        rows = list(record.rows_with_boot(session_id, checkpoint.seq - 1))
        if rows and rows[0][0] == checkpoint.seq and checkpoint.session_id == session_id:
            return resume_point(
                rows, limits, here=here, boot=boot, highest=stored.rows, checkpoint=checkpoint
            )
    rows = list(record.rows_with_boot(session_id))
    if not rows or not isinstance(rows[0][2], SessionOpened):
        at = rows[0][2].at if rows else here
        opened = SessionOpened(at=at, author=PROGRAM.person_id, **stored.opening)
        rows.insert(0, (1, rows[0][1] if rows else -1, opened))
    return resume_point(rows, limits, here=here, boot=boot, highest=stored.rows)


def _checkpoint(body: bytes | None) -> Session | None:
    try:
        return None if body is None else decode(body)
    except CheckpointError:
        return None


def resume_point(
    rows: Iterable[KeptRow],
    limits: LimitSet,
    *,
    here: Instant,
    boot: int | None,
    highest: int = 0,
    checkpoint: Session | None = None,
) -> ResumePoint:
    """Replay `rows` (with a checkpoint, those from its own last one on) to the last of them.

    `boot` is the number of this boot in the record, None if it has none yet; `highest` is the
    highest number the record has given, where it is above that of the last row.
    """
    replayed = _Replay(limits, checkpoint)
    kept_in = None
    for seq, nr, row in rows:
        if kept_in is None or not isinstance(row, AlarmTransition):
            kept_in = nr  # an alarm's row that was missing is written in a later boot
        replayed.last = row.at
        replayed.take(seq, row)
    last = replayed.last_moment()
    session, missing, doubt = replayed.at_the_end(last, highest)
    is_same = boot is not None and kept_in == boot and not here.is_before(last)
    shift = 0 if is_same else shift_ns(last, here)
    return ResumePoint(
        session=session, missing=missing, last=last, shift_ns=shift, is_same_boot=is_same,
        doubt=doubt,
    )  # fmt: skip


class _Replay:
    """The session as it becomes, with the rows that the replay makes and those of the record."""

    def __init__(self, limits: LimitSet, checkpoint: Session | None) -> None:
        self.session = checkpoint
        self.last: Instant | None = None
        self._limits = limits
        self._alarms = () if checkpoint is None else checkpoint.alarms.occurrences
        self._highest = 0 if checkpoint is None else checkpoint.seq
        self._from = self._highest
        self._made: dict[int, Row] = {}
        self._told: dict[int, AlarmTransition] = {}
        self._is_at_odds = False

    def take(self, seq: int, row: Row) -> None:
        """Take one stored row; an alarm's is only compared with the one that the replay makes."""
        if seq <= self._from:
            return
        self._highest = max(self._highest, seq)
        if isinstance(row, AlarmTransition):
            self._told[seq] = row
        elif self.session is None:
            if not isinstance(row, SessionOpened):
                raise ValueError("a session begins with SessionOpened")
            self.session, effects = open_session(row, self._limits)
            self._remember(effects)
        else:
            self._step(seq, row)

    def _step(self, seq: int, row: Stored) -> None:
        if isinstance(row, SessionResumed):
            if row.shift_ns:
                self._move(row.shift_ns)
            row = replace(row, shift_ns=0)
        self._pass_time(judged_until(row, row.at))
        self._number(seq - 1)
        self._try(row)
        if self._open.seq < seq:
            self._number(seq)

    def _move(self, by_ns: int) -> None:
        self.session = moved(self._open, by_ns)
        self._alarms = moved(self._alarms, by_ns)
        self._told = {seq: moved(row, by_ns) for seq, row in self._told.items()}

    def _pass_time(self, until: Instant) -> None:
        """The deadlines up to a row come before it, with numbers of their own."""
        self._try(Tick(at=until))

    def _try(self, event: Stored | Tick) -> None:
        try:
            self.session, effects = step(self._open, event)
        except _OURS:  # what failed once may fail again; the rest of the record still counts
            self._is_at_odds = True
            return
        self._remember(effects)

    def _number(self, seq: int) -> None:
        """The record's number stands; a row with two bodies would be none."""
        session = self._open
        if session.seq == seq:
            return
        self._is_at_odds = True
        self.session = replace(session, seq=seq)

    def _remember(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, PersistRow):
                self._made[effect.seq] = effect.row

    def last_moment(self) -> Instant:
        """Up to when the program is known to have judged."""
        now = self._open.now
        return now if self.last is None or self.last.is_before(now) else self.last

    @property
    def _open(self) -> Session:
        if self.session is None:
            raise ValueError("nothing is open")
        return self.session

    def at_the_end(
        self, last: Instant, highest: int
    ) -> tuple[Session, tuple[PersistRow, ...], str]:
        """The session at the last row's moment, the rows that are missing, and what is odd."""
        self._pass_time(last)
        highest = max(highest, self._highest)
        session = self._open
        missing = tuple(
            PersistRow(seq=seq, row=row, is_act=False)
            for seq, row in sorted(self._made.items())
            if seq > highest
        )
        if session.seq < highest:
            session = replace(session, seq=highest)
        if self._has_other_alarms():
            self._is_at_odds = True
            session = self._with_alarms_of_the_record(session, missing)
        record = replace(session.record, committed_seq=highest, committed_at=None)
        session = replace(session, record=record, screen_alive=None)
        doubt = "The record and its replay disagree; the record stands." if self._is_at_odds else ""
        return session, missing, doubt

    def _has_other_alarms(self) -> bool:
        return any(_named(self._made.get(seq)) != _named(row) for seq, row in self._told.items())

    def _with_alarms_of_the_record(
        self, session: Session, missing: tuple[PersistRow, ...]
    ) -> Session:
        new = [row.row for row in missing if isinstance(row.row, AlarmTransition)]
        rows = [*self._told.values(), *new]
        number = max((row.occurrence for row in rows), default=0) + 1
        alarms = replace(
            session.alarms,
            occurrences=rebuilt(self._alarms, rows, session.limits),
            next_number=max(number, session.alarms.next_number),
        )
        return replace(session, alarms=alarms)


def _named(row: Row | None) -> tuple[object, ...]:
    if not isinstance(row, AlarmTransition):
        return ()
    return (row.occurrence, row.condition, row.phase, row.about)
