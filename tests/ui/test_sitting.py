"""What is said of a session's end is so; what it begins with is what was confirmed."""

import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kmonitor.alarm_acts import LimitsChanged
from kmonitor.alarms.limits import LimitSet
from kmonitor.clock import Clock, SystemClock
from kmonitor.effects import DeviceVerb
from kmonitor.errors import StoreError
from kmonitor.keeping import NoKeeper
from kmonitor.limit_sets import load_default
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.ports import Inbox, Record
from kmonitor.session_state import Session
from kmonitor.store.connection import open_record
from kmonitor.store.reader import RecordReader
from kmonitor.store.writer import RecordWriter
from kmonitor.vitals import Mode, WaveBlock
from tests import builders
from tests.kmonitor.store.record_help import KeptInbox, act, opened
from ui.setup.page import Confirmed
from ui.sitting import NOT_CLOSED, Sitting, Sittings

SESSION = "5e551014-0001"


class House:
    """A record that cannot be written any more once it is open, while `is_held`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._other = open_record(path)
        self.is_held = True

    def reader(self) -> RecordReader:
        return RecordReader(self._path)

    def writer(self, *, inbox: Inbox, clock: Clock, continues: str | None = None) -> Record:
        record = RecordWriter(self._path, inbox=inbox, clock=clock, continues=continues)
        if self.is_held:
            self._other.execute("BEGIN IMMEDIATE")
        return record

    def let_go(self) -> None:
        self.is_held = False
        self._other.rollback()

    def close(self) -> None:
        self._other.close()


def sittings(house: House) -> Sittings:
    return Sittings(
        hub=None,  # type: ignore[arg-type]  # no link is opened
        clock=SystemClock(), limits=load_default(), house=house, keeper=NoKeeper(),
        chair="Chair 2", observers=(),
    )  # fmt: skip


def test_a_session_that_could_not_be_closed_is_not_said_to_be(tmp_path: Path) -> None:
    path, inbox, clock = tmp_path / "r.db", KeptInbox(), SystemClock()
    record = RecordWriter(path, inbox=inbox, clock=clock)
    record.keep(act(1, opened(SESSION, clock.now())))
    record.stop()
    with closing(House(path)) as house:
        with pytest.raises(StoreError, match=NOT_CLOSED):
            sittings(house).close(SESSION, author=DEMONSTRATION_NURSE)
        assert RecordReader(path).unfinished() is not None
        house.let_go()
        sittings(house).close(SESSION, author=DEMONSTRATION_NURSE)
        assert RecordReader(path).unfinished() is None


class QuietLink:
    """A port on which nothing is ever said."""

    mode = Mode.SIMULATED

    def __init__(self, name: str) -> None:
        self.name = name

    def start(self) -> None: ...

    def send(self, verb: DeviceVerb) -> None: ...

    def stop(self) -> None: ...


class QuietHub:
    def link(self, address: str, **_about: object) -> QuietLink:
        return QuietLink(address)


class Looker:
    """The newest snapshot, as the screen gets it."""

    def __init__(self) -> None:
        self.session: Session | None = None
        self.news = threading.Condition()

    def on_snapshot(self, session: Session) -> None:
        with self.news:
            self.session = session
            self.news.notify_all()

    def on_wave(self, link: str, block: WaveBlock) -> None: ...

    def on_row(self, row: object) -> None: ...

    def on_commit(self, seq: int) -> None: ...


class Bed:
    """Sessions on one record, begun as the set-up page begins them."""

    def __init__(self, path: Path) -> None:
        self.house = House(path)
        self.house.is_held = False
        self.looker, self.clock = Looker(), SystemClock()
        self.sittings = Sittings(
            hub=QuietHub(),  # type: ignore[arg-type]  # of the devices only a link is asked for
            clock=self.clock, limits=load_default(), house=self.house, keeper=NoKeeper(),
            chair="Chair 2", observers=(self.looker,),
        )  # fmt: skip

    def begin(self, limits: LimitSet, *, is_same_arm: bool = False) -> Sitting:
        return self.sittings.begin(
            Confirmed(
                patient=builders.PATIENT, plan=builders.PLAN, addresses=(builders.OXIMETER,),
                used_anyway=(), limits=limits, is_same_arm=is_same_arm,
            )
        )  # fmt: skip

    def wait(self, sitting: Sitting, *, changed: bool = False) -> Session:
        """Until the screen knows of the session, and of its changed limits where they are meant."""

        def is_there() -> bool:
            seen = self.looker.session
            is_it = seen is not None and seen.session_id == sitting.session_id
            return is_it and seen is not None and (seen.are_limits_changed or not changed)

        with self.looker.news:
            assert self.looker.news.wait_for(is_there, 5), "no snapshot came"
            assert self.looker.session is not None
            return self.looker.session


def moved(limits: LimitSet) -> LimitSet:
    """SpO2 low at another number."""
    first = limits.rules[0]
    levels = tuple(
        replace(level, limit=88.0) if level.limit == 90 else level for level in first.levels
    )
    return replace(limits, rules=(replace(first, levels=levels), *limits.rules[1:]))


def test_a_new_session_begins_with_the_set_and_not_with_the_last_patients_limits(
    tmp_path: Path,
) -> None:
    chosen = load_default()
    bed = Bed(tmp_path / "r.db")
    with closing(bed.house):
        first = bed.begin(chosen)
        bed.wait(first)
        first.put(
            LimitsChanged(
                at=bed.clock.now(), author="N1", limits=moved(chosen), words="SpO2 low 90 to 88"
            )
        )
        changed = bed.wait(first, changed=True)
        assert changed.limits.rules[0].shown_limit == 88
        first.stop()
        second = bed.begin(chosen)
        seen = bed.wait(second)
        second.stop()
        assert seen.limits == chosen
        assert not seen.are_limits_changed
        reader = RecordReader(tmp_path / "r.db")
        assert reader.limits(first.session_id) == chosen
        assert reader.limits(second.session_id) == chosen


def test_a_session_begins_with_the_set_that_was_confirmed(tmp_path: Path) -> None:
    chosen = replace(moved(load_default()), name="ours", title="Ours", version=3)
    bed = Bed(tmp_path / "r.db")
    with closing(bed.house):
        sitting = bed.begin(chosen)
        seen = bed.wait(sitting)
        sitting.stop()
        assert seen.limits == chosen == sitting.began_with
        stored = RecordReader(tmp_path / "r.db").session(sitting.session_id)
        assert stored.limit_set == "ours"
        assert not seen.spo2_waits_for_cuff


def test_a_session_whose_limits_were_changed_goes_on_with_them_and_knows_its_set(
    tmp_path: Path,
) -> None:
    chosen = load_default()
    bed = Bed(tmp_path / "r.db")
    with closing(bed.house):
        first = bed.begin(chosen)
        bed.wait(first)
        first.put(
            LimitsChanged(
                at=bed.clock.now(), author="N1", limits=moved(chosen), words="SpO2 low 90 to 88"
            )
        )
        bed.wait(first, changed=True)
        first.stop()
        again = bed.sittings.resume(
            first.session_id, cause="resumed by the test", author=DEMONSTRATION_NURSE
        )
        seen = bed.wait(again)
        again.stop()
        assert seen.limits == moved(chosen)
        assert again.began_with == chosen


def test_the_same_arm_is_told_to_the_session_that_was_confirmed_so(tmp_path: Path) -> None:
    bed = Bed(tmp_path / "r.db")
    with closing(bed.house):
        sitting = bed.begin(load_default(), is_same_arm=True)
        sitting.stop()  # everything that was put has been taken
        assert bed.looker.session is not None
        assert bed.looker.session.spo2_waits_for_cuff
