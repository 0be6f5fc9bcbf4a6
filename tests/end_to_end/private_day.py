"""A process in which everything happens that could tell of a patient; to be searched from outside.

The first line of stdin are the secrets as JSON. It prints one JSON line when all has happened,
with the secrets that were made meanwhile, and goes on with a session until the next line comes.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

from devices.hub import DeviceHub
from kmonitor.clock import Instant, SystemClock
from kmonitor.crash_dumps import forbid_dumps
from kmonitor.events import NoteWritten, SessionEnded, SessionOpened
from kmonitor.limit_sets import load_default
from kmonitor.monitor import Monitor
from kmonitor.people import Patient, Person, Role
from kmonitor.ports import Captures, SignInRefused
from kmonitor.store import writer
from kmonitor.store.bundle import make_bundle
from kmonitor.store.connection import open_record
from kmonitor.store.house import House
from kmonitor.store.keys import RecordKeys
from kmonitor.store.signing import sign_session
from kmonitor.vitals import Mode
from tests import builders
from tests.monitor_looker import Looker

SIGNED, RUNNING = "5e551014-0001", "5e551014-0002"


class Sick:
    """A reading that cannot be read, and whose fault repeats what a patient is called."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __getattr__(self, name: str) -> Any:
        raise ValueError(f"{name} of {object.__getattribute__(self, '_words')}")


class Sitting:
    """One session with all that a session has, on a port that also says the words."""

    def __init__(self, house: House, secrets: dict[str, str], session_id: str) -> None:
        self.clock, self.looker, self._secrets = SystemClock(), Looker(), secrets
        self.monitor = Monitor(clock=self.clock, limits=load_default(), observers=[self.looker])
        self.record = house.writer(inbox=self.monitor, clock=self.clock)
        self.captures: Captures = house.captures(session_id, limit_mb=10)
        self._heard, self._has_spoken = bytearray(), threading.Event()
        self.monitor.keep_in(self.record)
        address = f"{secrets['port']}:contec-v7"
        self.monitor.attach(
            DeviceHub().link(address, clock=self.clock, inbox=self.monitor, tap=self._tap)
        )
        patient = Patient(
            label=secrets["label"], identifier=secrets["identifier"], weight_kg=Decimal(80)
        )
        opened = SessionOpened(
            at=self.clock.now(), author="N1", session_id=session_id, mode=Mode.REAL,
            chair="Chair 1", zone="UTC", limit_set="default", protocol="mood", patient=patient,
            plan=builders.PLAN,
        )  # fmt: skip
        self.monitor.start(opened)

    def _tap(self, link: str, at: Instant, chunk: bytes) -> None:
        self.captures(link, at, chunk)
        self._heard += chunk
        if self._secrets["words"].encode() in self._heard:
            self._has_spoken.set()

    def hear(self) -> None:
        """Until the monitor has said the words."""
        assert self._has_spoken.wait(20)

    def note(self) -> None:
        """Words of a person, and saved."""
        self.monitor.put(NoteWritten(at=self.clock.now(), author="N1", text=self._secrets["words"]))
        seq = self.looker.wait_for(lambda session: len(session.acts) > 1).seq
        self.looker.wait_for(lambda session: session.record.committed_seq >= seq)

    def fail(self) -> None:
        """The engine fails over the words."""
        sick = builders.reading(self.clock.now(), mode=Mode.REAL)
        object.__setattr__(sick, "reading", Sick(self._secrets["words"]))
        self.monitor.put(sick)
        self.looker.wait_for(lambda session: session.engine_fault == "ValueError")

    def stop(self) -> None:
        self.monitor.stop()
        self.captures.stop()


def hold_record(path: Path, keys: RecordKeys, sitting: Sitting) -> None:
    """Commits fail for a while, with the words among the rows that wait."""
    with closing(open_record(path, keys)) as other:
        other.execute("BEGIN IMMEDIATE")
        at = sitting.clock.now()
        sitting.monitor.put(NoteWritten(at=at, author="N1", text=sitting._secrets["words"]))
        sitting.looker.wait_for(lambda session: session.record.failing_since is not None)
        other.execute("ROLLBACK")
    sitting.looker.wait_for(lambda session: session.record.failing_since is None)


def say_on_a_thread(words: str) -> None:
    """A fault that nobody catches."""

    def fail() -> None:
        raise ValueError(words)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def add_people(house: House, pin: str) -> Person:
    """Somebody who may sign, after a wrong and a right PIN."""
    boss = house.accounts.add(None, name="Tess", role=Role.TECHNICIAN, pin=bytearray(pin.encode()))
    doctor = house.accounts.add(boss, name="Dora", role=Role.CLINICIAN, pin=bytearray(pin.encode()))
    wrong = house.accounts.sign_in(doctor.person_id, bytearray(pin[::-1].encode()))
    assert isinstance(wrong, SignInRefused)
    house.accounts.sign_in(doctor.person_id, bytearray(pin.encode()))
    return doctor


def finish_and_sign(
    house: House, sitting: Sitting, doctor: Person, secrets: dict[str, str]
) -> None:
    """The first session goes the whole way to a bundle."""
    sitting.monitor.put(SessionEnded(at=sitting.clock.now(), author="N1"))
    sitting.stop()
    keys = RecordKeys.from_text(house.keys_text() or "")
    sign_session(house.path, keys, SIGNED, doctor)
    out = house.path.parent / "out.kmbundle"
    make_bundle(house.path, keys, SIGNED, out, by=doctor, passphrase=secrets["bundle"])


def main(folder: Path) -> None:
    forbid_dumps()
    logging.basicConfig(filename=folder / "kmonitor.log", level=logging.DEBUG)
    writer.COMMIT_EVERY_S = 0.05
    secrets = json.loads(sys.stdin.readline())
    house = House.at(folder / "data" / "record.db")
    code = house.protect(secrets["passphrase"])
    doctor = add_people(house, secrets["pin"])
    sitting = Sitting(house, secrets, SIGNED)
    sitting.hear()
    sitting.note()
    sitting.fail()
    finish_and_sign(house, sitting, doctor, secrets)
    say_on_a_thread(secrets["words"])
    sitting = Sitting(house, secrets, RUNNING)
    sitting.note()
    keys = RecordKeys.from_text(house.keys_text() or "")
    hold_record(house.path, keys, sitting)
    (folder / "copies").mkdir()
    assert house.back_up(folder / "copies").is_good
    said = {"keys": house.keys_text(), "code": code}
    print(json.dumps(said), flush=True)
    sys.stdin.readline()
    sitting.stop()
    house.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
