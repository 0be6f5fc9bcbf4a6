"""Seeded damage to a stream of 97 % and 72 /min: no other number may come out, few may be lost."""

import random
from collections.abc import Callable

import pytest

from devices.protocols.contec_v7 import ContecV7Decoder
from devices.protocols.contec_v7_packets import LivePacket, encode_live
from kmonitor.clock import FakeClock
from kmonitor.metrics import Metric
from kmonitor.vitals import FrameFault, Mode, NumericReading, Reading

NOW = FakeClock().now()
PACKETS = 40
PACKET_BYTES = 9
STREAMS = 600
NUMBERS = {Metric.SPO2: 97, Metric.PULSE_RATE: 72, Metric.PERFUSION_INDEX: 4.2}
STREAM = b"".join(
    encode_live(
        LivePacket(
            spo2_pct=97, pulse_rate_per_min=72, perfusion_index_pct=4.2, pleth=k * 7 % 128,
            bar=k % 16, is_beep=k % 9 == 0, signal=k % 9,
        )
    )
    for k in range(PACKETS)
)  # fmt: skip
Damage = Callable[[random.Random, bytearray, int, int], None]


def delete(_: random.Random, raw: bytearray, place: int, count: int) -> None:
    del raw[place : place + count]


def insert_low(chance: random.Random, raw: bytearray, place: int, count: int) -> None:
    raw[place:place] = bytes(chance.randrange(0x80) for _ in range(count))


def insert_high(chance: random.Random, raw: bytearray, place: int, count: int) -> None:
    raw[place:place] = bytes(chance.randrange(0x80, 0x100) for _ in range(count))


def insert_any(chance: random.Random, raw: bytearray, place: int, count: int) -> None:
    raw[place:place] = chance.randbytes(count)


def repeat(_: random.Random, raw: bytearray, place: int, count: int) -> None:
    raw[place:place] = raw[place - count : place]


def cut_out(chance: random.Random, raw: bytearray, place: int, count: int) -> None:
    del raw[place : place + PACKET_BYTES * chance.randrange(1, 5) + count - 1]


def break_off(chance: random.Random, raw: bytearray, place: int, count: int) -> None:
    """The plug is pulled: the stream ends, with noise of any length."""
    raw[place:] = bytes(chance.randrange(0x80, 0x100) for _ in range(count - 1))


def decode(chance: random.Random, raw: bytes) -> tuple[list[Reading | FrameFault], int]:
    """All that comes of `raw` in one piece, and in pieces the same, but for the waves."""
    whole, pieces = (ContecV7Decoder(Mode.SIMULATED) for _ in range(2))
    found = whole.feed(raw, NOW)
    places = sorted(chance.choices(range(len(raw)), k=6))
    in_pieces = [
        one
        for a, b in zip([0, *places], [*places, len(raw)], strict=True)
        for one in pieces.feed(raw[a:b], NOW)
    ]
    assert _numbers(in_pieces) == _numbers(found)
    assert whole.pending == pieces.pending
    found += [*whole.settle(NOW), *whole.reset(NOW)]
    lost = sum(len(one.raw) for one in found if isinstance(one, FrameFault))
    return found, lost


def _numbers(found: list[Reading | FrameFault]) -> list[NumericReading]:
    return [one for one in found if isinstance(one, NumericReading)]


@pytest.mark.parametrize(
    ("damage", "most_lost"),
    [
        (delete, 4), (insert_low, 2), (insert_high, 2), (insert_any, 2), (repeat, 3), (cut_out, 7),
        (break_off, PACKETS),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)  # fmt: skip
def test_damage_makes_no_other_number_and_loses_little(damage: Damage, most_lost: int) -> None:
    chance = random.Random(f"contec {damage.__name__}")
    for _ in range(STREAMS):
        raw = bytearray(STREAM)
        damage(chance, raw, chance.randrange(100, 240), chance.randrange(1, 12))
        found, lost = decode(chance, bytes(raw))
        told = _numbers(found)
        if damage is break_off:  # "no value" from a pulled plug hides nothing: nothing comes
            told = [one for one in told if one.value is not None]
        assert all(one.value == NUMBERS[one.metric] for one in told), raw.hex(" ")
        assert len(told) >= 3 * (PACKETS - most_lost), raw.hex(" ")
        assert lost <= 6 * PACKET_BYTES


def test_many_kinds_of_damage_on_one_stream_make_no_other_number() -> None:
    chance = random.Random("contec all")
    for _ in range(STREAMS):
        raw = bytearray(STREAM)
        for place in (280, 220, 160, 100):
            damage = chance.choice([delete, insert_low, insert_high, insert_any, repeat])
            damage(chance, raw, place + chance.randrange(50), chance.randrange(1, 12))
        found, _lost = decode(chance, bytes(raw[: chance.randrange(len(raw))] or raw))
        assert all(one.value == NUMBERS[one.metric] for one in _numbers(found)), raw.hex(" ")
