"""A process that writes a patient into an encrypted record, never ending; to be looked at.

The first line of stdin are the record's keys. It prints a line when rows are on disk.
"""

import sys
import threading
from decimal import Decimal
from pathlib import Path

from kmonitor.clock import SystemClock
from kmonitor.events import Committed, Event, SessionOpened
from kmonitor.people import Patient
from kmonitor.store import writer
from kmonitor.store.house import House
from kmonitor.vitals import Mode
from tests.kmonitor.store.record_help import NURSE, PLAN, act, note, reading

LABEL, IDENTIFIER, WORDS = "Zebulon Quickwater", "MRN-7731-XK", "dreamt of lighthouses"


class PrintedInbox:
    def put(self, event: Event) -> None:
        if isinstance(event, Committed):
            print(event.seq, flush=True)


def main(path: Path) -> None:
    writer.COMMIT_EVERY_S = 0.02
    clock = SystemClock()
    house = House.at(path, sys.stdin.readline().strip())
    record = house.writer(inbox=PrintedInbox(), clock=clock)
    patient = Patient(label=LABEL, identifier=IDENTIFIER, weight_kg=Decimal("80.0"))
    session = SessionOpened(
        at=clock.now(), author=NURSE, session_id="5e551014-0009", mode=Mode.SIMULATED,
        chair="Chair 1", zone="UTC", limit_set="adult", protocol="mood", patient=patient, plan=PLAN,
    )  # fmt: skip
    record.keep(act(1, session))
    pause, seq = threading.Event(), 1
    while True:
        seq += 1
        record.keep(note(seq, f"The patient {WORDS}.") if seq % 5 == 0 else reading(seq))
        pause.wait(0.002)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
