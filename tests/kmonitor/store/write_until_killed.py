"""A process that writes a session and prints every sequence said to be on disk; to be killed.

The first line of stdin are the record's keys, empty for an open one.
"""

import sys
import threading
import uuid
from pathlib import Path

from kmonitor.clock import SystemClock
from kmonitor.events import Committed, Event
from kmonitor.store import shelf, writer
from kmonitor.store.keys import RecordKeys
from tests.kmonitor.store.record_help import act, note, opened, reading, wave


class PrintedInbox:
    def put(self, event: Event) -> None:
        if isinstance(event, Committed):
            print(event.seq, flush=True)


def main(path: Path) -> None:
    writer.COMMIT_EVERY_S = 0.02
    shelf.SEAL_EVERY_S = 0.03
    clock, session_id = SystemClock(), str(uuid.uuid4())
    line = sys.stdin.readline().strip()
    keys = RecordKeys.from_text(line) if line else None
    record = writer.RecordWriter(path, inbox=PrintedInbox(), clock=clock, keys=keys)
    print(session_id, flush=True)
    record.keep(act(1, opened(session_id, clock.now())))
    pause, seq = threading.Event(), 1
    while True:
        seq += 1
        now = clock.now()
        record.keep(note(seq) if seq % 20 == 0 else reading(seq, at=now))
        record.keep(wave(now, (1, 2, 3, 4)))
        if seq % 10 == 0:
            pause.wait(0.001)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
