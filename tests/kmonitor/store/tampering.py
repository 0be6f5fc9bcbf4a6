"""A record with rows of every kind, and a hand that reaches into it past the triggers."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kmonitor.clock import FakeClock
from kmonitor.effects import PersistRow
from kmonitor.store import schema
from kmonitor.store.anchors import copy_out
from kmonitor.store.connection import Connection, chain_key_of, open_keyed, open_record
from kmonitor.store.keys import RecordKeys
from kmonitor.store.ledger import Ledger
from kmonitor.store.seals import seal_lot
from kmonitor.store.totals import add_totals
from kmonitor.store.waves import WaveSecond
from tests.kmonitor.store.make_record import WAVE, whole_session
from tests.kmonitor.store.record_help import act, opened, reading

LIVE_SESSION = "5e551014-live"


def make_record(path: Path, keys: RecordKeys | None = None) -> Path:
    """One session that has ended and is sealed, and one that goes on, with live rows."""
    with closing(open_record(path, keys)) as connection:
        ledger = Ledger(connection, FakeClock(), chain_key_of(connection, keys))
        rows = enumerate(whole_session(), start=1)
        ledger.write([PersistRow(seq=seq, row=row, is_act=False) for seq, row in rows])
        second: list[WaveSecond] = [WAVE]
        ledger.write(second)
        ledger.also(seal_lot)
        ledger.also(add_totals)
        ledger.write([act(1, opened(LIVE_SESSION))])
        for seq in range(2, 8, 2):
            ledger.write([reading(seq), reading(seq + 1, 71.0)])
            ledger.write(second)
        copy_out(connection, path)
    return path


def copy_of(path: Path, to: Path) -> Path:
    for each in path.parent.glob(f"{path.name}*"):
        shutil.copyfile(each, to.parent / each.name.replace(path.name, to.name))
    return to


@contextmanager
def reaching_in(path: Path, keys: RecordKeys | None = None) -> Iterator[Connection]:
    """Without triggers and references; the triggers are put back as they were afterwards."""
    with closing(open_keyed(path, keys)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for name in schema.triggers():
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for statement in schema.triggers().values():
            connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def tamper(path: Path, how: Callable[[Connection], object], keys: RecordKeys | None = None) -> None:
    with reaching_in(path, keys) as connection:
        how(connection)
