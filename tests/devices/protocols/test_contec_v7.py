import pytest

from devices.protocols.contec_v7 import ContecV7Decoder, ContecV7Host
from devices.protocols.contec_v7_packets import (
    STILL_HERE,
    ContecV7Ear,
    LivePacket,
    encode_live,
    encode_packet,
)
from kmonitor.clock import FakeClock
from kmonitor.effects import DeviceVerb
from kmonitor.metrics import Metric
from kmonitor.vitals import (
    DeviceStatus,
    FrameFault,
    Mode,
    NumericReading,
    Reading,
    Reason,
    StatusKind,
    Validity,
    WaveBlock,
)

NOW = FakeClock().now()
Told = tuple[float | None, Validity, Reason | None]
NOTHING: Told = (None, Validity.NOT_AVAILABLE, Reason.SENSOR_OFF)
SEARCHING: Told = (None, Validity.ONGOING, Reason.SEARCHING)
SAID_INVALID: Told = (None, Validity.INVALID, Reason.DEVICE_SAYS_INVALID)
OUT_OF_RANGE: Told = (None, Validity.INVALID, Reason.OUT_OF_RANGE)
GOOD = encode_live(
    LivePacket(spo2_pct=97, pulse_rate_per_min=72, perfusion_index_pct=4.21, pleth=64)
)

LOW = encode_live(
    LivePacket(spo2_pct=88, pulse_rate_per_min=135, perfusion_index_pct=4.21, pleth=64)
)


def valid(number: float) -> Told:
    return number, Validity.VALID, None


def decode(raw: bytes) -> list[Reading | FrameFault]:
    decoder = ContecV7Decoder(Mode.SIMULATED)
    return decoder.feed(raw, NOW) + decoder.settle(NOW)


def numbers(raw: bytes) -> dict[Metric, Told]:
    """The last number of each metric."""
    found = [one for one in decode(raw) if isinstance(one, NumericReading)]
    return {one.metric: (one.value, one.validity, one.reason) for one in found}


def told_spo2(raw: bytes) -> list[float | None]:
    return told_spo2_of(decode(raw))


def told_spo2_of(found: list[Reading | FrameFault]) -> list[float | None]:
    numbers = [one for one in found if isinstance(one, NumericReading)]
    return [one.value for one in numbers if one.metric is Metric.SPO2]


def samples(raw: bytes) -> list[int | None]:
    found = [one for one in decode(raw) if isinstance(one, WaveBlock)]
    return [sample for block in found for sample in block.samples]


def faults(raw: bytes) -> list[FrameFault]:
    return [one for one in decode(raw) if isinstance(one, FrameFault)]


def count(raw: bytes) -> int:
    decoder = ContecV7Decoder(Mode.SIMULATED)
    decoder.feed(raw, NOW)
    decoder.settle(NOW)
    return decoder.frames


@pytest.mark.parametrize(
    ("raw", "pleth", "pulse", "spo2", "index"),
    [
        ("01 E0 84 93 92 BC E3 FF FF", 19, valid(60), valid(99), SAID_INVALID),
        ("01 A0 C5 C0 87 C8 E1 A5 81", 64, valid(72), valid(97), valid(4.21)),
        ("01 E8 85 C0 97 87 DE FF FF", 64, valid(135), valid(94), SAID_INVALID),
        ("01 E9 80 C0 90 FF FF FF FF", None, NOTHING, NOTHING, NOTHING),
    ],
)
def test_the_example_packets_decode_as_documented(
    raw: str, pleth: int | None, pulse: Told, spo2: Told, index: Told
) -> None:
    packet = bytes.fromhex(raw)
    told = numbers(packet)
    assert told[Metric.PULSE_RATE] == pulse
    assert told[Metric.SPO2] == spo2
    assert told[Metric.PERFUSION_INDEX] == index
    assert samples(packet) == [pleth]


@pytest.mark.parametrize("pulse", [1, 7, 127, 128, 135, 254])
def test_all_eight_bits_of_the_pulse_count(pulse: int) -> None:
    raw = encode_live(
        LivePacket(spo2_pct=97, pulse_rate_per_min=pulse, perfusion_index_pct=None, pleth=0)
    )
    assert numbers(raw)[Metric.PULSE_RATE] == valid(pulse)


@pytest.mark.parametrize(
    ("place", "byte", "metric", "told"),
    [
        (3, 0xFF, Metric.PULSE_RATE, SAID_INVALID),
        (3, 0x00, Metric.PULSE_RATE, OUT_OF_RANGE),
        (4, 0x7F, Metric.SPO2, SAID_INVALID),
        (4, 0x00, Metric.SPO2, OUT_OF_RANGE),
        (4, 101, Metric.SPO2, OUT_OF_RANGE),
        (4, 0xFF, Metric.SPO2, OUT_OF_RANGE),
        (6, 0x08, Metric.PERFUSION_INDEX, valid(21.49)),
        (6, 0x09, Metric.PERFUSION_INDEX, OUT_OF_RANGE),
        (2, 0x10, Metric.PERFUSION_INDEX, SAID_INVALID),
        (2, 0x00, Metric.PERFUSION_INDEX, valid(4.21)),
    ],
)
def test_a_byte_that_means_no_number_gives_none(
    place: int, byte: int, metric: Metric, told: Told
) -> None:
    unpacked = [0x05, 64, 0x00, 72, 97, 0xA5, 0x01]
    if byte in (0x08, 0x09):
        unpacked[5] = 0x65
    unpacked[place] = byte
    assert numbers(encode_packet(1, *unpacked))[metric] == told


@pytest.mark.parametrize(
    ("place", "bits", "told"),
    [(0, 0x80, NOTHING), (0, 0x10, SEARCHING), (1, 0x80, SEARCHING)],
)
def test_without_a_finger_no_number_is_shown_whatever_the_bytes_say(
    place: int, bits: int, told: Told
) -> None:
    unpacked = [0x05, 64, 0x00, 72, 97, 0xA5, 0x01]
    unpacked[place] |= bits
    assert set(numbers(encode_packet(1, *unpacked)).values()) == {told}


def test_the_sensor_is_told_once_at_each_change() -> None:
    off = encode_live(
        LivePacket(
            spo2_pct=None, pulse_rate_per_min=None, perfusion_index_pct=None, pleth=64,
            is_probe_off=True,
        )
    )  # fmt: skip
    found = decode(GOOD + off * 3 + GOOD * 2)
    told = [one.what for one in found if isinstance(one, DeviceStatus)]
    assert told == [StatusKind.SENSOR_OFF, StatusKind.SENSOR_ON]


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (encode_packet(0x0C), "the oximeter is idle"),
        (encode_packet(0x0D, 0x01), "the oximeter is switching off"),
        (encode_packet(0x0D, 0xFF), "the oximeter gives no reason"),
    ],
)
def test_the_end_of_the_live_stream_is_told_at_once_and_in_words(raw: bytes, detail: str) -> None:
    (status,) = ContecV7Decoder(Mode.SIMULATED).feed(raw, NOW)
    assert isinstance(status, DeviceStatus)
    assert (status.what, status.detail) == (StatusKind.LIVE_STREAM_ENDED, detail)


def test_an_unknown_reason_of_a_goodbye_is_a_fault() -> None:
    assert [fault.raw for fault in faults(encode_packet(0x0D, 0x33))] == [b"\x0d\x80\xb3"]


def test_every_documented_packet_is_known_by_its_length() -> None:
    lengths = {4: 9, 5: 9, 7: 8, 8: 8, 9: 6, 10: 4, 11: 4, 12: 2, 14: 3, 15: 8, 16: 3, 17: 9,
               18: 8, 21: 9}  # fmt: skip
    raw = b"".join(encode_packet(kind, *bytes(n - 2)) for kind, n in lengths.items())
    assert count(raw + GOOD) == len(lengths) + 1
    assert faults(raw + GOOD) == []


@pytest.mark.parametrize("lost", range(9))
def test_a_lost_byte_costs_its_own_packet_and_no_other(lost: int) -> None:
    damaged = GOOD[:lost] + GOOD[lost + 1 :]
    raw = GOOD * 3 + damaged + GOOD * 3
    assert count(raw) == 6
    assert b"".join(fault.raw for fault in faults(raw)) == damaged


@pytest.mark.parametrize("doubled", range(1, 9))
def test_a_doubled_byte_makes_no_wrong_number(doubled: int) -> None:
    damaged = GOOD[:doubled] + GOOD[doubled : doubled + 1] + GOOD[doubled:]
    raw = GOOD * 3 + damaged + GOOD * 3
    assert count(raw) == 6
    told = {one.value for one in decode(raw) if isinstance(one, NumericReading)}
    assert told == {97, 72, 4.21}
    assert [fault.reason for fault in faults(raw)] == ["a byte too many"]


def test_a_stream_that_begins_in_the_middle_of_a_packet_is_read_from_the_next() -> None:
    assert count(GOOD[4:] + GOOD * 2) == 2


def test_a_good_packet_between_damaged_ones_is_read() -> None:
    assert count(GOOD * 2 + (GOOD[:5] + GOOD) * 10) == 12
    assert count((GOOD[:5] + GOOD) * 10) == 9


def test_new_numbers_between_damaged_packets_are_believed_when_told_twice() -> None:
    assert told_spo2(GOOD * 3 + (LOW[:5] + LOW) * 3 + LOW[:1]) == [97, 97, 97, 88, 88]


def test_new_numbers_count_when_a_whole_live_packet_follows() -> None:
    assert told_spo2(GOOD + LOW + GOOD + LOW * 2 + GOOD * 2) == [97, 88, 97, 88, 88, 97, 97]
    assert faults(GOOD * 2 + LOW + encode_packet(0x0C))[0].raw == LOW


def test_new_numbers_right_before_a_pause_wait_for_the_next_packet() -> None:
    decoder = ContecV7Decoder(Mode.SIMULATED)
    decoder.feed(GOOD * 2 + LOW, NOW)
    decoder.settle(NOW)
    assert (decoder.frames, decoder.pending) == (2, 9)
    assert told_spo2_of(decoder.feed(LOW, NOW)) == [88]


def test_new_numbers_that_became_old_in_a_pause_are_told_only_if_still_true() -> None:
    decoder = ContecV7Decoder(Mode.SIMULATED)
    decoder.feed(GOOD * 2 + LOW, NOW)
    decoder.settle(NOW)
    assert told_spo2_of(decoder.feed(GOOD * 2, NOW)) == [97]


def test_bytes_torn_off_by_a_pulled_plug_make_no_number() -> None:
    assert told_spo2(GOOD * 3 + GOOD[:6] + b"\xbc\xc1\xa2") == [97] * 3


def test_ten_live_packets_that_all_differ_are_all_read_but_one_after_damage() -> None:
    packets = [encode_packet(1, 5, 64, 0, 72, spo2, 0xA5, 1) for spo2 in range(88, 98)]
    assert told_spo2(b"".join(packets) + GOOD) == [*range(88, 98), 97]
    assert told_spo2(b"\x80" * 200 + b"".join(packets) + GOOD) == [*range(89, 98), 97]


@pytest.mark.parametrize("high", [b"\xbc", b"\xbc\xc1", b"\xa0" * 8, b"\xa0" * 9])
def test_surplus_high_bytes_inside_a_packet_make_no_number(high: bytes) -> None:
    for place in range(1, 9):
        raw = GOOD * 3 + GOOD[:place] + high + GOOD[place:] + GOOD * 3
        assert set(told_spo2(raw)) == {97}
        assert len(told_spo2(raw)) >= 6


def test_two_packets_run_into_each_other_make_no_number() -> None:
    for kept in range(1, 10):
        for lost in range(1, 10):
            raw = GOOD * 3 + GOOD[:kept] + GOOD[lost:] + GOOD * 3
            assert set(told_spo2(raw)) == {97}


def test_far_from_a_good_packet_only_two_in_a_row_are_believed() -> None:
    noise = b"\x80" * 100
    assert count(noise + GOOD + noise) == 0
    assert count(noise + GOOD * 3 + noise) == 2


def test_a_packet_that_tells_the_same_is_told_as_soon_as_the_next_begins() -> None:
    decoder = ContecV7Decoder(Mode.SIMULATED)
    assert decoder.feed(GOOD, NOW) == []
    assert len(decoder.feed(GOOD, NOW)) == 4
    assert len(decoder.feed(GOOD[:1], NOW)) == 4
    assert decoder.pending == 1


def test_the_host_starts_keeps_and_stops_the_stream() -> None:
    host = ContecV7Host()
    assert host.greeting().hex(" ") == "7d 81 a1 80 80 80 80 80 80"
    assert host.keep_alive().hex(" ") == "7d 81 af 80 80 80 80 80 80"
    assert host.farewell().hex(" ") == "7d 81 a2 80 80 80 80 80 80"
    assert host.command(DeviceVerb.START_CUFF) is None


def test_the_device_hears_commands_cut_anywhere() -> None:
    ear = ContecV7Ear()
    said = ContecV7Host().keep_alive() * 2
    heard = [code for k in range(len(said)) for code in ear.hear(said[k : k + 1])]
    assert heard == [STILL_HERE, STILL_HERE]
