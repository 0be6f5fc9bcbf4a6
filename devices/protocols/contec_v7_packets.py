"""The packets of Contec's protocol V7: their types and lengths, and both sides' encoders."""

from __future__ import annotations

import re
from dataclasses import dataclass

PACKETS_PER_S = 60
LIVE, ANSWER, IDLE, GOODBYE = 0x01, 0x0B, 0x0C, 0x0D
PACKET_BYTES = {
    0x01: 9, 0x04: 9, 0x05: 9, 0x07: 8, 0x08: 8, 0x09: 6, 0x0A: 4, 0x0B: 4,
    0x0C: 2, 0x0D: 3, 0x0E: 3, 0x0F: 8, 0x10: 3, 0x11: 9, 0x12: 8, 0x15: 9,
}  # fmt: skip
START, STOP, STILL_HERE = 0xA1, 0xA2, 0xAF
NO_PULSE, NO_SPO2, NO_PERFUSION_INDEX = 0xFF, 0x7F, 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePacket:
    """What the simulated oximeter shows at one sixtieth of a second; None is "no value"."""

    spo2_pct: int | None
    pulse_rate_per_min: int | None
    perfusion_index_pct: float | None
    pleth: int
    signal: int = 5
    bar: int = 0
    is_beep: bool = False
    is_probe_off: bool = False
    is_searching: bool = False


def encode_live(live: LivePacket) -> bytes:
    """The nine bytes of one live packet."""
    index = live.perfusion_index_pct
    index_raw = NO_PERFUSION_INDEX if index is None else round(index * 100)
    return encode_packet(
        LIVE,
        live.signal | live.is_beep << 6 | live.is_probe_off << 7,
        live.pleth | live.is_searching << 7,
        live.bar | (index is None) << 4,
        NO_PULSE if live.pulse_rate_per_min is None else live.pulse_rate_per_min,
        NO_SPO2 if live.spo2_pct is None else live.spo2_pct,
        index_raw & 0xFF,
        index_raw >> 8,
    )


def encode_packet(kind: int, *unpacked: int) -> bytes:
    """One packet of the device: type, high bits, data bytes of 0 to 255."""
    high = 0x80
    for k, byte in enumerate(unpacked):
        high |= (byte >> 7) << k
    return bytes((kind, high, *(byte | 0x80 for byte in unpacked)))


def encode_command(code: int) -> bytes:
    """One packet of the host, nine bytes."""
    return bytes((0x7D, 0x81, code, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80))


class ContecV7Ear:
    """Hears the host's commands on the device's side."""

    _COMMAND = re.compile(rb"\x7d\x81([\x80-\xff])[\x80-\xff]{6}")

    def __init__(self) -> None:
        self._held = b""

    def hear(self, chunk: bytes) -> list[int]:
        """Take what the host sent; return the codes of whole commands, such as START."""
        held = self._held + chunk
        codes, end = [], 0
        for match in self._COMMAND.finditer(held):
            codes.append(match[1][0])
            end = match.end()
        self._held = held[end:][-8:]
        return codes
