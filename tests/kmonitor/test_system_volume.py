"""What the sound servers tell, in their own words; without one it is not known."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from kmonitor.alarms.signals import SystemOutput
from kmonitor.system_volume import MacVolume, PulseVolume, WindowsVolume, mac_output, system_volume

APP = "kmonitor alarm"


def sink(index: int, name: str, *, mute: int = 0, volume: float = 0.7) -> SimpleNamespace:
    return SimpleNamespace(
        index=index,
        name=name,
        description=f"The {name}",
        mute=mute,
        volume=SimpleNamespace(value_flat=volume),
    )


def stream(on: int, *, app: str = APP, pid: int | None = None, mute: int = 0) -> SimpleNamespace:
    told = {"application.name": app, "application.process.id": str(pid or os.getpid())}
    return SimpleNamespace(
        sink=on, proplist=told, mute=mute, volume=SimpleNamespace(value_flat=1.0)
    )


class Server:
    """Answers as pulsectl does."""

    def __init__(self, chosen: str, sinks: list[Any], streams: list[Any]) -> None:
        self._told = chosen, sinks, streams

    def server_info(self) -> SimpleNamespace:
        return SimpleNamespace(default_sink_name=self._told[0])

    def sink_list(self) -> list[Any]:
        return self._told[1]

    def sink_input_list(self) -> list[Any]:
        return self._told[2]


def told_by(chosen: str, sinks: list[Any], streams: list[Any]) -> SystemOutput | None:
    pytest.importorskip("pulsectl", exc_type=ImportError)
    volume = PulseVolume(APP)
    volume._pulse = Server(chosen, sinks, streams)
    return volume()


def test_the_output_that_has_our_sound_is_the_one_that_counts() -> None:
    told = told_by("room", [sink(0, "room"), sink(1, "desk", mute=1, volume=0.4)], [stream(1)])
    assert told == SystemOutput(
        chosen="room", ours="desk", title="The desk", is_silenced=True, volume_pct=40
    )


def test_without_a_stream_of_ours_it_is_the_one_the_system_chose() -> None:
    others = [stream(1, app="a game"), stream(1, pid=1)]
    told = told_by("room", [sink(0, "room"), sink(1, "desk", mute=1)], others)
    assert told == SystemOutput(chosen="room", title="The room", is_silenced=False, volume_pct=70)


@pytest.mark.parametrize(
    ("output", "ours"),
    [
        (sink(0, "room", mute=1), stream(0)),
        (sink(0, "room", volume=0.0), stream(0)),
        (sink(0, "room", volume=0.004), stream(0)),
        (sink(0, "room"), stream(0, mute=1)),
    ],
)
def test_a_volume_of_0_and_our_own_stream_silenced_in_the_mixer_are_silence(
    output: SimpleNamespace, ours: SimpleNamespace
) -> None:
    told = told_by("room", [output], [ours])
    assert told is not None
    assert told.is_silenced is True


def test_the_stand_in_for_a_lost_device_is_told_as_such() -> None:
    told = told_by("auto_null", [sink(0, "auto_null")], [stream(0)])
    assert told is not None
    assert not told.is_real


def test_a_server_without_any_output_tells_nothing() -> None:
    assert told_by("", [], []) is None


def test_without_a_server_or_without_the_library_it_is_not_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nothing")
    volume = PulseVolume(APP)
    assert volume() is None
    assert volume() is None
    monkeypatch.setitem(sys.modules, "pulsectl", None)
    assert volume() is None


class Speakers:
    """As pycaw gives them."""

    id, FriendlyName = "{0.0.0}", "Speakers"

    def __init__(self, mute: int, scalar: float) -> None:
        self.EndpointVolume = SimpleNamespace(
            GetMute=lambda: mute, GetMasterVolumeLevelScalar=lambda: scalar
        )


@pytest.mark.parametrize(
    ("mute", "scalar", "is_silenced"), [(0, 0.55, False), (1, 0.55, True), (0, 0.0, True)]
)
def test_windows_tells_of_its_default_output(
    mute: int, scalar: float, is_silenced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    comtypes, pycaw, inner = ModuleType("comtypes"), ModuleType("pycaw"), ModuleType("pycaw.pycaw")
    vars(comtypes).update(CoInitialize=lambda: begun.append(1), COMError=RuntimeError)
    vars(inner).update(AudioUtilities=SimpleNamespace(GetSpeakers=lambda: Speakers(mute, scalar)))
    for name, module in (("comtypes", comtypes), ("pycaw", pycaw), ("pycaw.pycaw", inner)):
        monkeypatch.setitem(sys.modules, name, module)
    volume = WindowsVolume()
    told = [volume(), volume()]
    pct = round(100 * scalar)
    assert (
        told[0]
        == told[1]
        == SystemOutput(chosen="{0.0.0}", title="Speakers", is_silenced=is_silenced, volume_pct=pct)
    )
    assert begun == [1]


def test_windows_without_the_library_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "comtypes", None)
    assert WindowsVolume()() is None


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("output volume:44, input volume:50, alert volume:100, output muted:false", (False, 44)),
        ("output volume:44, input volume:50, alert volume:100, output muted:true", (True, 44)),
        ("output volume:0, input volume:50, alert volume:100, output muted:false", (True, 0)),
        ("output volume:missing value, alert volume:100, output muted:missing value", None),
        ("", None),
    ],
)
def test_a_mac_tells_its_volume_in_words(told: str, expected: tuple[bool, int] | None) -> None:
    output = mac_output(told)
    assert (output and (output.is_silenced, output.volume_pct)) == expected


@pytest.mark.skipif(sys.platform == "darwin", reason="there it answers")
def test_without_the_program_that_asks_a_mac_it_is_not_known() -> None:
    volume = MacVolume()
    assert volume() is None
    assert volume() is None


def test_this_system_can_be_asked() -> None:
    answer = system_volume(APP)()
    assert answer is None or answer.volume_pct is None or answer.volume_pct >= 0
