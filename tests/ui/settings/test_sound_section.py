"""Alarm sound in the settings: what stands there, what a choice changes, and the tones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from kmonitor.one_voice import OneVoice
from kmonitor.people import LOCKED, Person
from kmonitor.settings import Settings
from tests.people_world import Site
from tests.voices import GONE, HEARD, MUTED, NOT_TOLD, KeptVoice
from ui.people.gate import OpenGate
from ui.settings.desk import SettingsDesk
from ui.settings.sound import VOLUME_CHOICES_PCT, SoundSection
from ui.theme import make_theme

LIMIT_MS = 10_000


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "record").mkdir()
    made = Site(tmp_path / "record")
    yield made
    made.house.close()


class Sound:
    """The section over a voice that plays nothing."""

    def __init__(
        self, qtbot: QtBot, site: Site, folder: Path, who: Person, *, alarm_volume_pct: int = 80
    ) -> None:
        self.kept = KeptVoice()
        self.voice = OneVoice(lambda: self.kept, volume_pct=alarm_volume_pct)
        self.voice.begin()
        self.voice._thread.join(LIMIT_MS / 1000)
        settings = Settings(site_folder=folder, alarm_volume_pct=alarm_volume_pct)
        self.desk = SettingsDesk(house=site.house, gate=OpenGate(who), settings=settings)
        self.section = SoundSection(
            make_theme("dark", 3.86, QSize(1280, 800)), self.desk, self.voice
        )
        self.said: list[str] = []
        self.desk.said.connect(self.said.append)
        qtbot.addWidget(self.section)
        self.section.resize(800, 600)
        self.section.show()

    @property
    def state(self) -> str:
        return self.section.state.accessibleName()


def _has(here: Sound, words: str) -> bool:
    return words in here.state


@pytest.fixture
def sound(qtbot: QtBot, site: Site, tmp_path: Path) -> Iterator[Callable[..., Sound]]:
    made: list[Sound] = []

    def make(who: str = "Tess Frank", **more: int) -> Sound:
        made.append(Sound(qtbot, site, tmp_path, site.people[who], **more))
        return made[-1]

    yield make
    for each in made:
        each.desk.errands.finish()
        each.voice.close()


def test_a_volume_is_saved_noted_and_told(
    sound: Callable[..., Sound], site: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    here = sound()
    assert here.section.volume.place == VOLUME_CHOICES_PCT.index(80)
    with qtbot.waitSignal(here.desk.changed, timeout=LIMIT_MS) as changed:
        here.section.volume.keys[2].click()
    assert changed.args[0].alarm_volume_pct == 60
    assert "alarm_volume_pct = 60" in (tmp_path / "settings.toml").read_text(encoding="utf-8")
    author, body = site.bodies("setting_changed")[-1]
    assert author == site.people["Tess Frank"].person_id
    assert '"alarm_volume_pct"' in body
    assert here.said[-1] == "Alarm tones play at 60 % now: play them and listen."
    assert here.section.volume.place == 2


def test_a_volume_that_was_written_by_hand_stays_a_choice(sound: Callable[..., Sound]) -> None:
    here = sound(alarm_volume_pct=35)
    assert [key.text() for key in here.section.volume.keys][-1] == "35 %"
    assert here.section.volume.place == len(VOLUME_CHOICES_PCT)


def test_the_tones_play_at_the_touch_of_a_key(sound: Callable[..., Sound]) -> None:
    here = sound()
    here.section.play.click()
    assert here.kept.tests == 1


def test_the_device_is_told_as_it_changes_while_the_section_is_seen(
    sound: Callable[..., Sound], qtbot: QtBot
) -> None:
    here = sound()
    assert "Speakers" in here.state
    assert "70 %" in here.state
    for state, words in ((GONE, "NO ALARM SOUND"), (MUTED, "muted"), (NOT_TOLD, "not known")):
        here.kept.become(state)
        qtbot.waitUntil(partial(_has, here, words), timeout=LIMIT_MS)
        assert here.section.play.isEnabled() is state.is_there
    here.kept.become(HEARD)
    qtbot.waitUntil(lambda: "70 %" in here.state, timeout=LIMIT_MS)


def test_an_app_without_a_voice_says_so_and_plays_nothing(
    qtbot: QtBot, site: Site, tmp_path: Path
) -> None:
    desk = SettingsDesk(
        house=site.house, gate=OpenGate(LOCKED), settings=Settings(site_folder=tmp_path)
    )
    section = SoundSection(make_theme("dark", 3.86, QSize(1280, 800)), desk, None)
    qtbot.addWidget(section)
    assert "NO ALARM SOUND" in section.state.accessibleName()
    assert not section.play.isEnabled()
