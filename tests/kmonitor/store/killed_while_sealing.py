"""A process that writes 39 readings and kills itself at a statement of the sealing transaction."""

import os
import signal
import sqlite3
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kmonitor.clock import FakeClock
from kmonitor.store.connection import chain_key_of, open_record
from kmonitor.store.ledger import Ledger
from kmonitor.store.seals import seal_lot
from tests.kmonitor.store.record_help import act, opened, reading


class Deadly:
    """A connection that ends the process at a statement once it is `armed`."""

    def __init__(self, connection: sqlite3.Connection, point: str) -> None:
        self._connection = connection
        self._point = point
        self.armed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, sql: str, values: Iterable[Any] = ()) -> sqlite3.Cursor:
        if self.armed and sql.startswith(self._point):
            os.kill(os.getpid(), signal.SIGKILL)
        return self._connection.execute(sql, tuple(values))


def main(path: Path, point: str) -> None:
    connection: Any = Deadly(open_record(path), point)
    ledger = Ledger(connection, FakeClock(), chain_key_of(connection, None))
    ledger.write([act(1, opened())])
    for seq in range(2, 41):
        ledger.write([reading(seq)])
    connection.armed = True
    ledger.also(seal_lot)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
