"""A simulated microcontroller board on kmonitor's line protocol: oximeter, capnograph and cuff."""

from __future__ import annotations

from typing import Protocol, assert_never

from devices.protocols.line import LineEar, LineEncoder
from devices.protocols.line_message import Message
from devices.simulator.cuff import (
    NO_HEARTBEAT,
    CuffEvent,
    CuffFailure,
    CuffPressure,
    CuffResult,
    CuffStarted,
)
from devices.simulator.pleth import Pleth
from devices.source import Sensor, Source, VitalSigns
from kmonitor.clock import NS_PER_S, Instant

HEARTBEAT_LOST_S = 5.0
TICKS_PER_S = 10
WAVE_HZ = 100
REFUSED = "refused"
_DAY_MS = 86_400_000
_CLOCK_JUMPS_S = 45.0

_QUALITIES = {
    Sensor.ON: "ok",
    Sensor.OFF: "off",
    Sensor.SEARCHING: "search",
}
_KEYS = {
    "spo2": "spo2_pct",
    "pr": "pulse_rate_per_min",
    "pi": "perfusion_index_pct",
    "rr": "respiratory_rate_per_min",
    "temp": "temperature_degc",
    "etco2": "etco2_mmhg",
}


class BoardCuff(Protocol):
    """What the board drives: a cuff that measures, or a recorded one."""

    def begin_cycle(self, at_s: float) -> None:
        """Measure by itself from now on."""

    def end_cycle(self) -> None:
        """Measure only when asked."""

    def start(self, at_s: float) -> tuple[str, list[CuffEvent]]:
        """Begin now: `ok` and what happens, or the reason for not beginning."""

    def stop(self, at_s: float) -> list[CuffEvent]:
        """Let the air out."""

    def until(self, at_s: float) -> list[CuffEvent]:
        """What happened up to `at_s`."""


class LineDevice:
    """Times are patient seconds; lines go out in tenths of a second counted from the first host."""

    settle_s = 0.2  # a host that just opened the port throws away what comes at once

    def __init__(
        self,
        source: Source,
        cuff: BoardCuff,
        *,
        heartbeat_lost_s: float = HEARTBEAT_LOST_S,
        refuses: bool = False,
        has_clock_jump: bool = False,
    ) -> None:
        """`refuses` answers every command with no; `has_clock_jump` sets the clock back a day."""
        self._source = source
        self._cuff = cuff
        self._heartbeat_lost_s = heartbeat_lost_s
        self._refuses = refuses
        self._has_clock_jump = has_clock_jump
        self._ear = LineEar()
        self._encoder = LineEncoder()
        self._keys = {
            key: field
            for key, field in _KEYS.items()
            if field in source.gives or key in ("spo2", "pr")
        }
        self._start_s: float | None = None
        self._says_hello = False
        self._tick = 0
        self._host_s: float | None = None  # the last heartbeat; None: this host never had one
        self._pleth = Pleth(source, rate_hz=WAVE_HZ, start_s=0.0)

    def connected(self, at_s: float) -> None:
        """Say hello, go on in the pattern of tenths that the first host began."""
        self._source.begin(at_s)
        if self._start_s is None:
            self._start_s = at_s
        self._cuff.until(at_s)  # what happened unheard is lost
        self._tick = int((at_s - self._start_s) * TICKS_PER_S) + (at_s > self._start_s)
        self._pleth = Pleth(self._source, rate_hz=WAVE_HZ, start_s=at_s)
        self._host_s = None
        self._says_hello = True
        self._cuff.begin_cycle(at_s)

    def disconnected(self) -> None:
        """The host is gone, and its heartbeat with it."""
        self._ear = LineEar()
        if self._host_s is not None:
            self._cuff.end_cycle()

    def heard(self, chunk: bytes, at_s: float) -> list[bytes]:
        """Act on the host's heartbeats and commands; return the answers."""
        lines: list[bytes] = []
        for message in self._ear.hear(chunk, _instant(at_s)):
            if message.kind == "K":
                self._host_s = at_s
                self._cuff.begin_cycle(at_s)
            elif message.kind == "C" and message.words:
                lines += self._obey(message, at_s)
        return lines

    def _obey(self, message: Message, at_s: float) -> list[bytes]:
        number, asked = message.words[0], message.words[1:]
        events: list[CuffEvent] = []
        if not number.isdecimal():
            return []
        if self._refuses:
            answer = REFUSED
        elif asked == ("BP", "start"):
            answer, events = (
                (NO_HEARTBEAT, []) if self._is_host_lost(at_s) else self._cuff.start(at_s)
            )
        elif asked == ("BP", "stop"):
            answer, events = "ok", self._cuff.stop(at_s)
        elif asked == ("SYS", "hello"):
            answer, self._says_hello = "ok", True
        else:
            answer = "unknown"
        return [
            self._encoder.encode_answer(int(number), answer),
            *(self._cuff_line(event) for event in events),
        ]

    def _is_host_lost(self, at_s: float) -> bool:
        return self._host_s is not None and at_s - self._host_s > self._heartbeat_lost_s

    def until(self, at_s: float) -> list[bytes]:
        """The lines due up to `at_s`."""
        if self._start_s is None:
            return []
        if self._is_host_lost(at_s):
            self._cuff.end_cycle()
        lines: list[bytes] = []
        if self._says_hello:
            self._says_hello = False
            lines.append(self._hello(at_s))
        due = int((at_s - self._start_s) * TICKS_PER_S + 1e-6)
        while self._tick <= due:
            tick_s = self._start_s + self._tick / TICKS_PER_S
            if self._source.has_ended(tick_s):
                break
            lines += self._tenth(tick_s)
            self._tick += 1
        return lines

    def _tenth(self, tick_s: float) -> list[bytes]:
        vitals = self._source.vitals(tick_s)
        lines = [self._cuff_line(event) for event in self._cuff.until(tick_s)]
        if self._tick % TICKS_PER_S == 0:
            lines.append(self._vitals_line(vitals, tick_s))
        moments = [tick_s + k / WAVE_HZ for k in range(WAVE_HZ // TICKS_PER_S)]
        levels = [level for level, _ in self._pleth.samples(vitals, moments)]
        shown = levels if vitals.sensor is not Sensor.OFF else [None] * len(levels)
        return [*lines, self._encoder.encode_wave(self._ms(tick_s), WAVE_HZ, shown)]

    def _ms(self, at_s: float) -> int:
        since_s = at_s - (self._start_s or 0.0)
        is_before_jump = self._has_clock_jump and since_s < _CLOCK_JUMPS_S
        return round(since_s * 1000) + (_DAY_MS if is_before_jump else 0)

    def _hello(self, at_s: float) -> bytes:
        keys: dict[str, str | float | None] = {
            "ver": 1,
            "dev": "kmonitor-simulator",
            "fw": "1.0",
            "sn": "SIM1",
        }
        return self._encoder.encode_keys("H", self._ms(at_s), keys)

    def _vitals_line(self, vitals: VitalSigns, at_s: float) -> bytes:
        keys: dict[str, str | float | None] = {
            key: getattr(vitals, field) for key, field in self._keys.items()
        }
        keys["q"] = _QUALITIES[vitals.sensor]
        return self._encoder.encode_keys("V", self._ms(at_s), keys)

    def _cuff_line(self, event: CuffEvent) -> bytes:
        return self._encoder.encode_keys("B", self._ms(event.at_s), _cuff_keys(event))


def _cuff_keys(event: CuffEvent) -> dict[str, str | float | None]:
    match event:
        case CuffStarted(number=number):
            return {"id": number, "st": "start"}
        case CuffPressure(number=number, pressure_mmhg=pressure):
            return {"id": number, "st": "run", "cuff": pressure}
        case CuffResult(number=number, failure=None):
            return {
                "sys": event.systolic_mmhg,
                "dia": event.diastolic_mmhg,
                "map": event.mean_mmhg,
                "pr": event.pulse_rate_per_min,
                "id": number,
                "st": "done",
            }
        case CuffResult(number=number, failure=CuffFailure.STOPPED):
            return {"id": number, "st": "stop"}
        case CuffResult(number=number, failure=failure):
            return {
                "sys": None,
                "dia": None,
                "map": None,
                "pr": None,
                "id": number,
                "st": "err",
                "err": failure,
            }
        case _:
            assert_never(event)


def _instant(at_s: float) -> Instant:
    return Instant.from_stored(round(at_s * NS_PER_S), 0)
