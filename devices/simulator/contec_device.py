"""A simulated Contec oximeter: silent until asked, quiet when nobody is "still here"."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from devices.protocols import contec_v7_packets as contec_v7
from devices.protocols.contec_v7_packets import ContecV7Ear, LivePacket, encode_live, encode_packet
from devices.simulator.pleth import Pleth
from devices.source import Sensor, Source, VitalSigns

ASK_PERFUSION_INDEX = 0xAC
UNSUPPORTED = 0x05
_TENTH = contec_v7.PACKETS_PER_S // 10
_HIGHEST_PULSE_PER_MIN, _HIGHEST_PERFUSION_INDEX_PCT = 254, 22
ALIVE_S = 30.0  # patient seconds the live stream goes on without "still here"


class ContecDevice:
    """One oximeter on a finger of the source's patient; times are patient seconds."""

    settle_s = 0.0  # it is silent until asked, so it may answer at once

    def __init__(
        self, source: Source, *, needs_host: bool = True, alive_s: float = ALIVE_S
    ) -> None:
        """Without `needs_host` it streams by itself as soon as it is connected."""
        self._source = source
        self._needs_host = needs_host
        self._alive_s = alive_s
        self._ear = ContecV7Ear()
        self._start_s: float | None = None
        self._sent = 0
        self._heard_s = 0.0
        self._pleth = Pleth(source, rate_hz=contec_v7.PACKETS_PER_S, start_s=0.0)

    def connected(self, at_s: float) -> None:
        """Somebody holds the other end."""
        if not self._needs_host:
            self._begin(at_s)

    def disconnected(self) -> None:
        """The cable is out; a real one would stream on for a while into nothing."""
        self._start_s = None
        self._ear = ContecV7Ear()

    def heard(self, chunk: bytes, at_s: float) -> list[bytes]:
        """Act on what the host sent; return the answers."""
        answers = []
        for code in self._ear.hear(chunk):
            self._heard_s = at_s
            answers += self._obey(code, at_s)
        return answers

    def _obey(self, code: int, at_s: float) -> list[bytes]:
        match code:
            case contec_v7.START if self._start_s is None:
                self._begin(at_s)
                return []
            case contec_v7.START | contec_v7.STILL_HERE:
                return []
            case contec_v7.STOP:
                self._start_s = None
                return [encode_packet(contec_v7.IDLE)]
            case _ if code == ASK_PERFUSION_INDEX:
                return [encode_packet(contec_v7.ANSWER, code, 0)]
            case _:
                return [encode_packet(contec_v7.ANSWER, code, UNSUPPORTED)]

    def _begin(self, at_s: float) -> None:
        self._source.begin(at_s)
        self._start_s, self._sent, self._heard_s = at_s, 0, at_s
        self._pleth = Pleth(self._source, rate_hz=contec_v7.PACKETS_PER_S, start_s=at_s)

    def until(self, at_s: float) -> list[bytes]:
        """The packets due up to `at_s`."""
        if self._start_s is None:
            return []
        if self._needs_host and at_s - self._heard_s > self._alive_s:
            self._start_s = None
            return []
        packets: list[bytes] = []
        due = int((at_s - self._start_s) * contec_v7.PACKETS_PER_S) + 1
        while self._sent < due:
            first_s = self._start_s + self._sent / contec_v7.PACKETS_PER_S
            if self._source.has_ended(first_s):
                self._start_s = None
                return [*packets, encode_packet(contec_v7.GOODBYE, 0)]
            in_tenth = _TENTH - self._sent % _TENTH
            packets += self._span(min(in_tenth, due - self._sent))
        return packets

    def _span(self, count: int) -> list[bytes]:
        """`count` packets of one tenth of a second, which show the same numbers."""
        start_s = self._start_s or 0.0
        moments = [start_s + (self._sent + k) / contec_v7.PACKETS_PER_S for k in range(count)]
        tenth = self._sent // _TENTH
        self._sent += count
        vitals = self._source.vitals(start_s + tenth / 10)
        shown = _shown(vitals)
        return [_packet(shown, level, beep) for level, beep in self._pleth.samples(vitals, moments)]


@lru_cache(maxsize=8)
def _shown(vitals: VitalSigns) -> LivePacket:
    """What the display and the wire show of `vitals`, as far as this protocol goes."""
    spo2, pulse = vitals.spo2_pct, vitals.pulse_rate_per_min
    index = vitals.perfusion_index_pct
    return LivePacket(
        spo2_pct=spo2 if spo2 and spo2 <= 100 else None,
        pulse_rate_per_min=pulse if pulse and pulse <= _HIGHEST_PULSE_PER_MIN else None,
        perfusion_index_pct=index if index and index <= _HIGHEST_PERFUSION_INDEX_PCT else None,
        pleth=0,
        signal=5 if vitals.sensor is Sensor.ON else 0,
        is_probe_off=vitals.sensor is Sensor.OFF,
        is_searching=vitals.sensor is Sensor.SEARCHING,
    )


@lru_cache(maxsize=1024)
def _packet(shown: LivePacket, level: int, is_beep: bool) -> bytes:
    is_beep = is_beep and shown.signal > 0
    return encode_live(replace(shown, pleth=level, bar=level >> 3, is_beep=is_beep))
