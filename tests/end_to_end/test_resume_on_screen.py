"""A session that broke off is offered at the start and goes on as it was; over a real record."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from devices.hub import DeviceHub
from devices.protocols.contec_v7_packets import LivePacket, encode_live
from kmonitor.alarms.occurrences import Occurrence
from kmonitor.clock import SystemClock
from kmonitor.events import (
    AlarmAcknowledged,
    InfusionStopped,
    LinkState,
    ProgramClosing,
    SessionEnded,
    SessionResumed,
)
from kmonitor.infusion import InfusionPhase
from kmonitor.keeping import NoKeeper
from kmonitor.limit_sets import load_default
from kmonitor.people import DEMONSTRATION_NURSE
from kmonitor.ports import HouseState
from kmonitor.session_state import Session, SessionPhase
from kmonitor.store.captures import capture_bytes
from kmonitor.store.house import House
from kmonitor.store.reader import RecordReader, StoredSession
from tests.end_to_end.ports import Beating, PtyDevice
from tests.keyless import NO_KEY_STORE
from ui.bedside.page import BedsidePage
from ui.bedside.panels.unlock_panel import UnlockPanel
from ui.bedside.view_models.identity import Around, Touch
from ui.bridge import Bridge
from ui.front_desk import FrontDesk
from ui.going_on import go_on
from ui.office import Office
from ui.people.gate import OpenGate
from ui.setup.form import DEMONSTRATION
from ui.setup.monitors_box import SimulatedMonitors
from ui.setup.page import SetupPage
from ui.shell import Shell
from ui.sitting import Sittings
from ui.start.page import StartPage
from ui.theme import Theme, make_theme

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-serial ports")
LIMIT_MS = 20_000
LOW = encode_live(LivePacket(spo2_pct=79, pulse_rate_per_min=72, perfusion_index_pct=4.2, pleth=64))


class Program:
    """One life of the program, from its start page to its end."""

    def __init__(self, qtbot: QtBot, folder: Path, keeper: NoKeeper | None = None) -> None:
        self._qtbot = qtbot
        clock, bridge = SystemClock(), Bridge()
        self.house = House.at(folder / "record.db", clock=clock, key_store=NO_KEY_STORE)
        gate = OpenGate(DEMONSTRATION_NURSE)
        keeper = keeper or NoKeeper()
        self.sittings = Sittings(
            hub=DeviceHub(), clock=clock, limits=load_default(), house=self.house, keeper=keeper,
            chair="Chair 2", observers=(bridge,), who=gate.person,
            capture=lambda session_id: self.house.captures(session_id, limit_mb=64),
        )  # fmt: skip
        gone_on = go_on(self.sittings, keeper)
        office = Office(
            house=self.house, keeper=keeper, unfinished=self.sittings, chair=lambda: "Chair 2",
            backup_folder=lambda: None, computer=tuple,
        )  # fmt: skip

        def make_setup(theme: Theme) -> SetupPage:
            monitors = SimulatedMonitors(theme, [f"{folder / 'oximeter'}:contec-v7"])
            return SetupPage(
                theme, chair="Chair 2", monitors=monitors, form=DEMONSTRATION, has_way_back=True
            )

        self.shell = Shell(
            make_theme("dark", 3.86, QSize(1280, 800)), clock=clock, bridge=bridge,
            make_setup=make_setup, begin=self.sittings.begin, gate=gate, keeper=keeper,
            around=self._around, after_end="Done", has_start=True,
        )  # fmt: skip
        qtbot.addWidget(self.shell)
        self.front = FrontDesk(self.shell, office, clock)
        self.shell.resize(1280, 800)
        self.shell.show()
        self.front.begin(gone_on.sitting, gone_on.trouble)

    def _around(self) -> Around:
        return self.front.around()

    @property
    def start(self) -> StartPage:
        assert self.front.page is not None
        return self.front.page

    @property
    def page(self) -> BedsidePage:
        assert self.shell.page is not None
        return self.shell.page

    @property
    def session(self) -> Session:
        assert self.shell.session is not None
        return self.shell.session

    def until(self, holds: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(holds, timeout=LIMIT_MS)

    def set_up(self) -> None:
        self.until(lambda: self.start.new.isEnabled() and self.front.is_idle)
        self.start.new.click()
        assert self.shell.setup is not None
        self.shell.setup.confirm.click()
        self.until(lambda: self.shell.session is not None)

    def act(self, act: str, *what: object) -> None:
        """One act of the person at the keys, until it is on disk."""
        visit = self.shell.visit
        assert visit is not None
        before = len(self.session.acts)
        getattr(visit.actions, act)(*what)
        self.until(lambda: len(self.session.acts) > before and self.session.is_saved)

    def end(self, cause: str = "window closed") -> None:
        self.shell.leave(cause)
        self.front.finish()
        self.house.close()


@pytest.fixture
def device(tmp_path: Path) -> Iterator[PtyDevice]:
    made = PtyDevice(tmp_path / "oximeter")
    yield made
    made.unplug()


@pytest.fixture
def programs(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    made: list[Program] = []

    def start(folder: Path = tmp_path, keeper: NoKeeper | None = None) -> Program:
        made.append(Program(qtbot, folder, keeper))
        return made[-1]

    yield start
    for each in made:
        each.end()


def live_until_paused(program: Program, device: PtyDevice) -> None:
    """An infusion with an acknowledged alarm and a pause."""
    program.set_up()
    with Beating(device, LOW):
        program.until(lambda: any(a.words.startswith("SpO2 LOW") for a in alarms(program)))
        program.act("acknowledge", alarms(program)[0].number)
    program.act("enter_bp", 126, 77)
    program.act("start")
    program.act("pause")


def alarms(program: Program) -> tuple[Occurrence, ...]:
    return program.session.presented_alarms


def standing(session: Session) -> tuple[object, ...]:
    """What must be the same before and after."""
    infusion = session.infusion
    assert infusion is not None
    return (
        session.limits, session.phase, infusion.phase, session.pump_prompt,
        [(each.number, each.is_acknowledged, each.words) for each in session.presented_alarms
         if each.words.startswith("SpO2")],
        [(each.systolic_mmhg, each.diastolic_mmhg) for each in session.nibp],
        [(each.kind, each.words) for each in session.acts][:5],
    )  # fmt: skip


def only_session(folder: Path) -> StoredSession:
    found = RecordReader(folder / "record.db").sessions()
    assert len(found) == 1
    return found[0]


def test_a_session_left_by_closing_the_window_is_offered_and_goes_on_as_it_was(
    programs: Callable[..., Program], device: PtyDevice, tmp_path: Path
) -> None:
    first = programs()
    live_until_paused(first, device)
    before = standing(first.session)
    first.end("window closed")
    second = programs()
    second.until(second.start.unfinished.isVisible)
    assert second.shell.focusWidget() is second.start.unfinished.resume
    assert "PAUSED" in second.start.unfinished._what.text()
    QTest.keyClick(second.start.unfinished.resume, Qt.Key.Key_Return)
    second.until(lambda: second.shell.session is not None)
    assert standing(second.session) == before
    with Beating(device, LOW):
        second.until(lambda: _is_live(second.session))
        second.until(lambda: "79" in second.page.spo2.accessibleName())
    assert len(second.session.interruptions) == 1
    page = second.page
    second.until(lambda: page.trend._scene is not None and bool(page.trend._scene.aways))
    assert page.trend._scene is not None
    assert page.trend._scene.aways[0].words.startswith("PROGRAM AWAY 0:0")
    filled = page.trend._scene.curves[0][1]
    assert filled[0].begin_s < page.trend._scene.aways[0].begin_s
    second.end()
    events = list(RecordReader(tmp_path / "record.db").events(only_session(tmp_path).session_id))
    closing = [event for event in events if isinstance(event, ProgramClosing)]
    assert closing[0].cause == "window closed"
    assert closing[0].author == DEMONSTRATION_NURSE.person_id
    assert [event.author for event in events if isinstance(event, SessionResumed)] == [
        DEMONSTRATION_NURSE.person_id
    ]
    assert sum(isinstance(event, AlarmAcknowledged) for event in events) == 1
    heard = capture_bytes(
        tmp_path / "record.db", None, only_session(tmp_path).session_id,
        f"{tmp_path / 'oximeter'}:contec-v7",
    )  # fmt: skip
    moments = [at for at, raw in heard if LOW in raw]
    resumed = next(event.at for event in events if isinstance(event, SessionResumed))
    assert moments[0].is_before(resumed)
    assert resumed.is_before(moments[-1])


def _is_live(session: Session) -> bool:
    return all(each.state is LinkState.LIVE for each in session.links.values())


def cut_off(program: Program, folder: Path, to: Path) -> None:
    """What a dead machine leaves: the record's files as they are at this moment."""
    program.until(lambda: program.session.is_saved)
    to.mkdir()
    for path in folder.glob("record.db*"):
        if not path.name.endswith(".lock"):
            shutil.copy(path, to / path.name)


class AfterDeath(NoKeeper):
    """The parent of an app that has died in the midst of a session."""

    def __init__(self, session_id: str) -> None:
        self.handed_over = {"session": session_id, "cause": "the program stood still"}


def test_after_a_death_under_the_supervisor_it_goes_on_without_a_question(
    programs: Callable[..., Program], device: PtyDevice, tmp_path: Path
) -> None:
    first = programs()
    live_until_paused(first, device)
    before = standing(first.session)
    cut_off(first, tmp_path, tmp_path / "after")
    session_id = first.session.session_id
    first.end()
    (tmp_path / "after" / "oximeter").symlink_to(device.port)
    second = programs(tmp_path / "after", AfterDeath(session_id))
    second.until(lambda: second.shell.session is not None)
    assert second.front.page is None
    assert standing(second.session) == before
    second.end()
    assert only_session(tmp_path / "after").ended is None


def test_a_session_can_be_closed_with_what_is_known(
    programs: Callable[..., Program], device: PtyDevice, tmp_path: Path
) -> None:
    first = programs()
    live_until_paused(first, device)
    first.end()
    second = programs()
    second.until(second.start.unfinished.isVisible)
    box = second.start.unfinished
    box.close_it.click()
    assert not box.agree.isEnabled()
    second.until(box.agree.isEnabled)
    box.agree.click()
    second.until(lambda: second.start.new.isVisible() and second.start.new.isEnabled())
    assert not box.isVisible()
    second.end()
    found = only_session(tmp_path)
    assert found.ended is not None
    events = list(RecordReader(tmp_path / "record.db").events(found.session_id))
    told = [event for event in events if isinstance(event, InfusionStopped | SessionEnded)]
    assert [type(event) for event in told] == [InfusionStopped, SessionEnded]
    assert {event.author for event in told} == {DEMONSTRATION_NURSE.person_id}


def test_with_a_locked_record_monitoring_begins_and_its_rows_are_saved_once_it_is_open(
    programs: Callable[..., Program], device: PtyDevice, tmp_path: Path
) -> None:
    made = House.at(tmp_path / "record.db", key_store=NO_KEY_STORE)
    made.protect("a horse on the moon")
    made.close()
    program = programs()
    assert program.house.state is HouseState.LOCKED
    program.until(program.start.lock.isVisible)
    program.set_up()
    with Beating(device):
        program.until(lambda: "97" in program.page.spo2.accessibleName())
        program.until(lambda: "NOT SAVED locked" in program.page.identity.accessibleName())
        assert not program.session.is_saved
        program.page.touched.emit(Touch.UNLOCK)
        panel = program.page.findChild(UnlockPanel)
        assert panel is not None
        panel.passphrase.field.setText("a cow on the moon")
        QTest.keyClick(panel.passphrase.field, Qt.Key.Key_Return)
        program.until(lambda: "wrong" in panel.passphrase.news.text().lower())
        panel.passphrase.field.setText("a horse on the moon")
        QTest.keyClick(panel.passphrase.field, Qt.Key.Key_Return)
        program.until(lambda: program.session.is_saved and program.session.seq > 5)
        program.until(lambda: "Saved" in program.page.identity.accessibleName())
    assert program.session.phase is SessionPhase.READY
    assert program.session.infusion is not None
    assert program.session.infusion.phase is InfusionPhase.PROGRAMMED
