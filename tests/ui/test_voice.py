"""The app's one alarm sound: every session is heard by it, and every page says when it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from devices.hub import DeviceHub
from kmonitor.alarms.signals import SILENT
from kmonitor.clock import Clock, SystemClock
from kmonitor.effects import DeviceVerb
from kmonitor.keeping import NoKeeper
from kmonitor.limit_sets import load_default
from kmonitor.one_voice import OneVoice
from kmonitor.ports import Inbox, Tap
from kmonitor.settings import Settings
from kmonitor.store.house import House
from kmonitor.store.writer import RecordWriter
from kmonitor.vitals import Mode
from tests import builders
from tests.keyless import NO_KEY_STORE
from tests.voices import GONE, HEARD, KeptVoice
from ui.bridge import Bridge
from ui.record_file import RecordFile
from ui.setup.page import Confirmed
from ui.sitting import Sittings
from ui.start.lists import Note
from ui.theme import make_theme
from ui.window import Parts, Window

LIMIT_MS = 10_000


class StillLink:
    """A monitor that says nothing."""

    name, mode = "still:line", Mode.SIMULATED

    def start(self) -> None:
        pass

    def send(self, verb: DeviceVerb) -> None:
        pass

    def stop(self) -> None:
        pass


class StillHub(DeviceHub):
    def link(  # type: ignore[override]  # in the place of a serial link
        self, address: str, *, clock: Clock, inbox: Inbox, tap: Tap | None = None
    ) -> StillLink:
        return StillLink()


def confirmed() -> Confirmed:
    return Confirmed(
        patient=builders.PATIENT, plan=builders.PLAN, addresses=("still:line",), used_anyway=(),
        limits=load_default(),
    )  # fmt: skip


def attended(voice: KeptVoice) -> bool:
    return voice.is_attended


def test_a_session_is_heard_from_its_beginning_to_its_end(qtbot: QtBot, tmp_path: Path) -> None:
    kept, bridge = KeptVoice(), Bridge()
    record = RecordFile(path=tmp_path / "r.db", open_record=RecordWriter)
    sittings = Sittings(
        hub=StillHub(), clock=SystemClock(), limits=load_default(), house=record,
        keeper=NoKeeper(), chair="Chair 2", observers=(bridge,), voice=kept,
    )  # fmt: skip
    sitting = sittings.begin(confirmed())
    assert attended(kept)

    def has_heard() -> bool:
        session = bridge.take_snapshot()
        return session is not None and session.sound is not None

    qtbot.waitUntil(has_heard, timeout=LIMIT_MS)
    kept.become(GONE)
    qtbot.waitUntil(lambda: kept.signals[-1] is not SILENT, timeout=LIMIT_MS)
    sitting.stop()
    assert not attended(kept)
    assert kept.signals[-1] is SILENT


class Computer:
    """The window of a real computer, with a voice that plays nothing."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.kept = KeptVoice()
        self.voice = OneVoice(lambda: self.kept, volume_pct=80)
        self.house = House.at(folder / "record.db", key_store=NO_KEY_STORE)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        parts = Parts(
            hub=StillHub(), house=self.house, keeper=NoKeeper(), clock=SystemClock(),
            limits=load_default(), voice=self.voice,
        )  # fmt: skip
        settings = Settings(site_folder=folder, ask_sign_in=False)
        self.window = Window(app, parts, settings, make_theme("dark", 3.86, QSize(1280, 800)))
        qtbot.addWidget(self.window.shell)
        self.window.shell.resize(1280, 800)
        self.window.shell.show()
        self.window.front.begin()

    def notes(self) -> list[str]:
        """What the start page says of the sound."""
        said = [each.text() for each in self.window.shell.findChildren(Note) if each.isVisible()]
        return [each for each in said if "ALARM SOUND" in each.upper()]

    def end(self) -> None:
        self.window.shell.leave()
        self.window.finish()
        self.voice.close()
        self.house.close()


@pytest.fixture
def computer(qtbot: QtBot, tmp_path: Path) -> Iterator[Computer]:
    made = Computer(qtbot, tmp_path)
    yield made
    made.end()


def test_the_start_page_says_when_the_sound_device_goes_and_stops_when_it_is_back(
    computer: Computer, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: computer.voice.state is HEARD, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: computer.window.front.is_idle, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: computer.notes() == [], timeout=LIMIT_MS)
    computer.kept.become(GONE)
    qtbot.waitUntil(lambda: len(computer.notes()) == 1, timeout=LIMIT_MS)
    assert "NO ALARM SOUND" in computer.notes()[0]
    computer.kept.become(HEARD)
    qtbot.waitUntil(lambda: computer.notes() == [], timeout=LIMIT_MS)


def test_the_volume_of_the_settings_holds_at_once_in_the_voice_and_in_the_strip(
    computer: Computer, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: computer.voice.state is HEARD, timeout=LIMIT_MS)
    assert computer.kept.volumes == [80]
    computer.window._take_settings(Settings(alarm_volume_pct=40))
    assert computer.kept.volumes == [80, 40]
    assert computer.window._around().alarm_volume_pct == 40
