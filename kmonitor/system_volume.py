"""Where the system sends sound and how loud, as far as it tells; None is "not known".

PulseAudio and PipeWire by pulsectl, Windows by pycaw, macOS by osascript. A question may wait for a
sound server that hangs: it is asked on a thread of its own, always the same one.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from kmonitor.alarms.signals import SystemOutput
from kmonitor.clock import monotonic_s

AskSystem = Callable[[], SystemOutput | None]

_STAND_IN = "auto_null"  # both servers play into this where the last device is gone
_OSASCRIPT = ("/usr/bin/osascript", "-e", "get volume settings")
_MAC_EVERY_S = 5.0
_MAC_ANSWERS_WITHIN_S = 2.0


def system_volume(app_name: str) -> AskSystem:
    """What asks this system; `app_name` is how its mixer names our sound."""
    here = str(sys.platform)
    if here.startswith("linux"):
        return PulseVolume(app_name)
    if here.startswith("win"):
        return WindowsVolume()
    if here.startswith("darwin"):
        return MacVolume()
    return lambda: None


class PulseVolume:
    """PulseAudio, and PipeWire that answers as PulseAudio does."""

    def __init__(self, app_name: str) -> None:
        self._app_name = app_name
        self._pulse: Any = None

    def __call__(self) -> SystemOutput | None:
        """None without the library or the server; the next call tries again."""
        try:
            import pulsectl
        except (ImportError, OSError):
            return None
        try:
            if self._pulse is None:
                self._pulse = pulsectl.Pulse("kmonitor volume", connect=False)
                self._pulse.connect()
            return self._look()
        except (pulsectl.PulseError, pulsectl.PulseDisconnected):
            self.close()
            return None

    def close(self) -> None:
        """Leave the server."""
        pulse, self._pulse = self._pulse, None
        if pulse is not None:
            pulse.close()

    def _look(self) -> SystemOutput | None:
        chosen = self._pulse.server_info().default_sink_name
        sinks = {sink.index: sink for sink in self._pulse.sink_list()}
        ours = next(filter(self._is_ours, self._pulse.sink_input_list()), None)
        sink = None if ours is None else sinks.get(ours.sink)
        heard = sink or next((each for each in sinks.values() if each.name == chosen), None)
        if heard is None:
            return None
        volume_pct = _pct(heard)
        return SystemOutput(
            chosen=chosen,
            ours=sink and sink.name,
            title=heard.description or heard.name,
            is_real=heard.name != _STAND_IN,
            is_silenced=bool(heard.mute or not volume_pct or (ours and _is_silent(ours))),
            volume_pct=volume_pct,
        )

    def _is_ours(self, stream: Any) -> bool:
        told = stream.proplist
        is_this_process = told.get("application.process.id") == str(os.getpid())
        return bool(is_this_process and told.get("application.name") == self._app_name)


class WindowsVolume:
    """The output that Windows plays to by default."""

    def __init__(self) -> None:
        self._is_ready = False

    def __call__(self) -> SystemOutput | None:
        """None without the library, or without an output."""
        try:
            import comtypes
            from pycaw.pycaw import AudioUtilities
        except (ImportError, OSError):
            return None
        try:
            if not self._is_ready:
                comtypes.CoInitialize()  # once for this thread
                self._is_ready = True
            output = AudioUtilities.GetSpeakers()
            if output is None:
                return None
            volume = output.EndpointVolume
            volume_pct = round(100 * volume.GetMasterVolumeLevelScalar())
            return SystemOutput(
                chosen=output.id,
                title=output.FriendlyName or "",
                is_silenced=bool(volume.GetMute()) or not volume_pct,
                volume_pct=volume_pct,
            )
        except (comtypes.COMError, OSError, AttributeError):
            return None


class MacVolume:
    """The volume as the menu bar shows it; a digital output tells none."""

    def __init__(self) -> None:
        self._asked_s = float("-inf")
        self._answer: SystemOutput | None = None

    def __call__(self) -> SystemOutput | None:
        """A small program has to be started for it, so that is done every few seconds."""
        if monotonic_s() - self._asked_s >= _MAC_EVERY_S:
            self._asked_s = monotonic_s()
            self._answer = self._ask()
        return self._answer

    def _ask(self) -> SystemOutput | None:
        try:
            done = subprocess.run(
                _OSASCRIPT,
                capture_output=True,
                text=True,
                timeout=_MAC_ANSWERS_WITHIN_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return mac_output(done.stdout)


def mac_output(told: str) -> SystemOutput | None:
    """What `get volume settings` says; a missing number is an output without a volume."""
    volume = re.search(r"output volume:(\d+)", told)
    silenced = re.search(r"output muted:(true|false)", told)
    if volume is None and silenced is None:
        return None
    volume_pct = None if volume is None else int(volume[1])
    return SystemOutput(
        chosen="",
        is_silenced=volume_pct == 0 or (silenced is not None and silenced[1] == "true"),
        volume_pct=volume_pct,
    )


def _pct(output: Any) -> int:
    level: float = output.volume.value_flat
    return round(100 * level)


def _is_silent(stream: Any) -> bool:
    return bool(stream.mute) or _pct(stream) == 0
