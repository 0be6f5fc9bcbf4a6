import math
import random
from array import array

from hypothesis import given
from hypothesis import strategies as st

from kmonitor.store.sealing import (
    live_body,
    live_readings,
    numbers_of,
    seal_numerics,
    seal_waves,
    unseal_numerics,
    unseal_waves,
)
from kmonitor.store.waves import MISSING, pack

moments = st.integers(min_value=0, max_value=2**62)
milliseconds = st.integers(min_value=-(2**40), max_value=2**45)
texts = st.text(max_size=8)
beside = st.none() | st.tuples(milliseconds, moments)


@st.composite
def readings(draw):
    seqs = sorted(draw(st.sets(st.integers(min_value=1, max_value=10**9), max_size=30)))
    rows = []
    for seq in seqs:
        received = draw(beside) or (None, None)
        value = draw(st.none() | st.floats(allow_nan=False, allow_infinity=False))
        rows.append(
            (
                *(seq, draw(milliseconds), draw(moments), draw(st.integers(1, 3)), *received),
                *(draw(texts), draw(st.sampled_from((150456, 149530))), value, draw(texts)),
                *(draw(st.none() | texts), draw(st.none() | texts)),
            )
        )
    return rows


@given(readings())
def test_sealed_readings_come_back_exactly(rows) -> None:
    assert live_readings(live_body(rows)) == rows
    blocks = seal_numerics(rows)
    back = sorted(row for block in blocks for row in unseal_numerics(block))
    assert back == rows
    assert [math.copysign(1, row[8] or 1) for row in back] == [
        math.copysign(1, row[8] or 1) for row in rows
    ]
    for block in blocks:
        assert block.n == len(numbers_of("q", block.at_ns)) == len(numbers_of("d", block.shown))


@st.composite
def waves(draw):
    numbers = sorted(draw(st.sets(st.integers(1, 10**6), max_size=8)))
    return [
        (
            *(draw(st.sampled_from((150452, 7))), draw(st.integers(1, 2)), number),
            *(draw(milliseconds), draw(moments), "simulated", draw(st.sampled_from((60.0, 100.0)))),
            pack(draw(st.lists(st.none() | st.integers(-32767, 32767), min_size=1, max_size=130))),
        )
        for number in numbers
    ]


@given(waves())
def test_sealed_waves_come_back_exactly(rows) -> None:
    back = sorted((row for block in seal_waves(rows) for row in unseal_waves(block)), key=_number)
    assert back == rows


def _number(row):
    return row[2]


def _minute():
    chance = random.Random(4)
    for n in range(60):
        at_ns = 10**13 + n * 10**9 + chance.randrange(10**6)
        for place, mdc in enumerate((150456, 149530)):
            yield (
                *(1 + 2 * n + place, at_ns // 10**6 + 1_700_000_000_000, at_ns, 1, None, None),
                *("real", mdc, float(90 + n % 5), "valid", None, None),
            )


def test_a_sealed_number_takes_at_most_twenty_bytes() -> None:
    blocks = seal_numerics(_minute())
    size = sum(len(block.at_ns) + len(block.shown) + len(block.rest) for block in blocks)
    assert size / 120 <= 20


def test_a_sealed_pleth_takes_at_most_seven_tenths_of_its_samples() -> None:
    chance = random.Random(5)
    pleth = [
        round(60 + 30 * math.sin(n / 60 * 2 * math.pi * 1.2) + chance.gauss(0, 1))
        for n in range(60 * 60)
    ]
    seconds = [
        (150452, 1, n + 1, 1_700_000_000_000 + n * 1000, 10**13 + n * 10**9, "real", 60.0,
         pack(pleth[60 * n : 60 * n + 60]))
        for n in range(60)
    ]  # fmt: skip
    (block,) = seal_waves(seconds)
    assert len(block.samples) + len(block.parts) <= 0.7 * 2 * len(pleth)


def test_a_gap_in_a_wave_stays_a_gap() -> None:
    second = (150452, 1, 1, 0, 0, "real", 4.0, pack((5, None, 7)))
    (back,) = (wave for block in seal_waves([second]) for wave in unseal_waves(block))
    assert array("h", back[7])[1] == MISSING
