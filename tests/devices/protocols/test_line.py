import pytest

from devices.protocols.line import LineDecoder, LineEar, LineEncoder, LineHost
from kmonitor.clock import FakeClock
from kmonitor.effects import DeviceVerb
from kmonitor.metrics import Metric
from kmonitor.vitals import (
    DeviceIdentity,
    DeviceStatus,
    FrameFault,
    Mode,
    NibpReading,
    NumericReading,
    Reading,
    Reason,
    StatusKind,
    Validity,
    WaveBlock,
)

NOW = FakeClock().now()
Told = tuple[float | None, Validity, Reason | None]
OFF: Told = (None, Validity.NOT_AVAILABLE, Reason.SENSOR_OFF)
OUT_OF_RANGE: Told = (None, Validity.INVALID, Reason.OUT_OF_RANGE)
NOT_MEASURED: Told = (None, Validity.NOT_AVAILABLE, Reason.NOT_MEASURED)
DONE = {"sys": 118, "dia": 76, "map": 90, "pr": 71, "id": 7, "st": "done"}


def valid(number: float) -> Told:
    return number, Validity.VALID, None


def decode(*lines: bytes) -> list[Reading | FrameFault]:
    return LineDecoder(Mode.SIMULATED).feed(b"".join(lines), NOW)


def example(text: str) -> bytes:
    return text.encode("ascii") + b"\r\n"


def numbers(*lines: bytes) -> dict[Metric, Told]:
    found = [one for one in decode(*lines) if isinstance(one, NumericReading)]
    return {one.metric: (one.value, one.validity, one.reason) for one in found}


def reasons(*lines: bytes) -> list[str]:
    decoder = LineDecoder(Mode.SIMULATED)
    found = decoder.feed(b"".join(lines), NOW) + decoder.settle(NOW)
    return [one.reason for one in found if isinstance(one, FrameFault)]


def vitals(**keys: object) -> bytes:
    return LineEncoder(41).encode("V", 1000, [f"{key}={text}" for key, text in keys.items()])


def cuff_lines(*lines: dict[str, object]) -> list[NibpReading]:
    encoder = LineEncoder()
    raw = [encoder.encode("B", 1000, [f"{k}={v}" for k, v in line.items()]) for line in lines]
    return [one for one in decode(*raw) if isinstance(one, NibpReading)]


def test_the_example_hello_names_the_board() -> None:
    (hello,) = decode(example("$H,0,15,ver=1,dev=esp32-bp,fw=1.0.2,sn=A0042*D2DB"))
    assert isinstance(hello, DeviceIdentity)
    assert (hello.model, hello.serial_number, hello.firmware) == ("esp32-bp", "A0042", "1.0.2")


def test_the_example_vitals_decode_as_documented() -> None:
    assert numbers(example("$V,41,123450,spo2=97,pr=72,pi=4.2,q=ok*1937")) == {
        Metric.SPO2: valid(97),
        Metric.PULSE_RATE: valid(72),
        Metric.PERFUSION_INDEX: valid(4.2),
    }
    full = example("$V,45,127000,spo2=96,pr=70,rr=14,etco2=36,temp=36.6,q=ok*91DB")
    assert numbers(full) == {
        Metric.SPO2: valid(96),
        Metric.PULSE_RATE: valid(70),
        Metric.RESPIRATORY_RATE: valid(14),
        Metric.ETCO2: valid(36),
        Metric.TEMPERATURE: valid(36.6),
    }
    off = example("$V,43,125450,spo2=,pr=,q=off*7545")
    assert numbers(off) == {Metric.SPO2: OFF, Metric.PULSE_RATE: OFF}


def test_the_example_cuff_lines_decode_as_documented() -> None:
    (done,) = decode(example("$B,42,124010,sys=118,dia=76,map=90,pr=71,id=7,st=done*8E21"))
    assert isinstance(done, NibpReading)
    assert (done.systolic_mmhg, done.diastolic_mmhg, done.mean_mmhg) == (118, 76, 90)
    assert (done.pulse_rate_per_min, done.determination, done.device_time) == (71, "7", "124010")
    (failed,) = decode(example("$B,44,126000,sys=,dia=,map=,pr=,id=8,st=err,err=motion*0DBA"))
    assert isinstance(failed, NibpReading)
    assert (failed.systolic_mmhg, failed.validity) == (None, Validity.INVALID)
    assert failed.reason is Reason.CUFF_MOTION


def test_the_example_wave_and_answer_decode_as_documented() -> None:
    (wave,) = decode(example("$W,46,127000,100,64:66:70:75*D80E"))
    assert isinstance(wave, WaveBlock)
    assert (wave.rate_hz, wave.samples) == (100, (64, 66, 70, 75))
    (answer,) = decode(example("$A,1,ok*CD1C"))
    assert isinstance(answer, DeviceStatus)
    assert answer.what is StatusKind.COMMAND_ACCEPTED


def test_the_host_says_the_example_lines() -> None:
    host = LineHost()
    assert host.command(DeviceVerb.START_CUFF) == b"$C,1,BP,start*FF0E\r\n"
    assert host.keep_alive() == b"$K,2*745A\r\n"


def test_the_board_hears_the_host() -> None:
    host, ear = LineHost(), LineEar()
    said = host.keep_alive() + (host.command(DeviceVerb.START_CUFF) or b"")
    heard = [one for k in range(len(said)) for one in ear.hear(said[k : k + 1], NOW)]
    assert [(one.kind, one.words) for one in heard] == [("K", ("1",)), ("C", ("2", "BP", "start"))]


@pytest.mark.parametrize(
    ("key", "text", "metric", "told"),
    [
        ("spo2", 0, Metric.SPO2, OUT_OF_RANGE),
        ("spo2", 101, Metric.SPO2, OUT_OF_RANGE),
        ("spo2", -5, Metric.SPO2, OUT_OF_RANGE),
        ("spo2", "", Metric.SPO2, NOT_MEASURED),
        ("pr", 0, Metric.PULSE_RATE, OUT_OF_RANGE),
        ("pr", 300, Metric.PULSE_RATE, valid(300)),
        ("pr", 511, Metric.PULSE_RATE, OUT_OF_RANGE),
        ("pi", 0, Metric.PERFUSION_INDEX, OUT_OF_RANGE),
        ("rr", 0, Metric.RESPIRATORY_RATE, valid(0)),
        ("etco2", "", Metric.ETCO2, NOT_MEASURED),
        ("temp", 0, Metric.TEMPERATURE, OUT_OF_RANGE),
    ],
)
def test_a_number_is_told_or_the_reason_why_there_is_none(
    key: str, text: object, metric: Metric, told: Told
) -> None:
    assert numbers(vitals(**{key: text, "q": "ok"})) == {metric: told}


@pytest.mark.parametrize(
    ("quality", "told"),
    [
        ("ok", valid(97)),
        ("low", (97, Validity.QUESTIONABLE, Reason.LOW_PERFUSION)),
        ("art", (97, Validity.QUESTIONABLE, Reason.ARTEFACT)),
        ("search", (None, Validity.ONGOING, Reason.SEARCHING)),
        ("off", OFF),
        ("fault", (None, Validity.INVALID, Reason.SENSOR_FAULT)),
    ],
)
def test_the_quality_speaks_of_the_oximeter_alone(quality: str, told: Told) -> None:
    found = numbers(vitals(spo2=97, rr=14, q=quality))
    assert found[Metric.SPO2] == told
    assert found[Metric.RESPIRATORY_RATE] == valid(14)


@pytest.mark.parametrize(
    "line",
    [
        vitals(spo2=97, q="great"),
        vitals(spo2="97x", q="ok"),
        vitals(spo2="nan", q="ok"),
        vitals(spo2="1e2", q="ok"),
        LineEncoder().encode("V", 1000, ["spo2=97", "spo2=12"]),
        LineEncoder().encode("V", 1000, ["97"]),
        LineEncoder().encode("H", 0, ["ver=2"]),
        LineEncoder().encode("B", 0, ["st=dreaming", "id=1"]),
        LineEncoder().encode("B", 0, ["st=err", "err=aliens", "id=1"]),
        LineEncoder().encode("W", 0, ["0", "1:2"]),
        LineEncoder().encode("W", 0, ["100", "1:128"]),
        LineEncoder().encode("W", 0, ["100"]),
    ],
)
def test_what_the_protocol_does_not_know_is_a_fault_and_no_default(line: bytes) -> None:
    decoder = LineDecoder(Mode.SIMULATED)
    found = decoder.feed(line, NOW) + decoder.settle(NOW)
    assert [one.raw for one in found if isinstance(one, FrameFault)] == [line]
    assert len(found) == 1


def test_unknown_types_and_keys_are_ignored() -> None:
    decoder = LineDecoder(Mode.SIMULATED)
    raw = LineEncoder().encode("Z", 0, ["what"]) + vitals(spo2=97, colour="blue", q="ok")
    found = decoder.feed(raw, NOW)
    assert [type(one) for one in found if not isinstance(one, DeviceStatus)] == [NumericReading]
    assert decoder.frames == 2


def test_a_bare_line_feed_ends_a_line() -> None:
    assert numbers(vitals(spo2=97).replace(b"\r", b"")) == {Metric.SPO2: valid(97)}


def test_a_flipped_bit_anywhere_makes_no_reading() -> None:
    line = vitals(spo2=97, pr=72, q="ok")
    for bit in range(len(line.rstrip()) * 8):
        damaged = bytearray(line)
        damaged[bit // 8] ^= 1 << bit % 8
        assert numbers(bytes(damaged)) == {}


def test_a_damaged_line_does_not_swallow_the_next_one() -> None:
    line = vitals(spo2=97)
    for lost in range(len(line)):
        assert Metric.SPO2 in numbers(line[:lost] + line[lost + 1 :] + line)


def test_lost_lines_are_told_unless_damaged_bytes_explain_them() -> None:
    encoder = LineEncoder()
    lines = [encoder.encode("V", k, ["spo2=97"]) for k in range(5)]

    def told(*raw: bytes) -> list[str]:
        found = [each for each in decode(b"".join(raw)) if isinstance(each, DeviceStatus)]
        return [each.detail for each in found if each.what is StatusKind.LINES_LOST]

    assert told(lines[0], lines[1], lines[4]) == ["2"]
    assert told(lines[3], lines[1]) == ["the sequence went back"]
    assert told(lines[0], lines[1][:-3], lines[2]) == []
    assert reasons(lines[0], lines[1][:-3], lines[2]) == ["checksum"]


def test_the_sequence_goes_on_behind_its_end() -> None:
    encoder = LineEncoder(65535)
    assert reasons(encoder.encode("V", 0, ["spo2=97"]), encoder.encode("V", 1, ["spo2=97"])) == []


def test_a_repeated_line_is_counted_and_tells_nothing() -> None:
    decoder = LineDecoder(Mode.SIMULATED)
    line = vitals(spo2=97)
    assert len(decoder.feed(line * 3, NOW)) == 1
    assert decoder.frames == 3


def test_a_line_that_never_ends_is_given_up() -> None:
    raw = b"$V" + b"9" * 300 + b"\r\n" + vitals(spo2=97)
    assert numbers(raw) == {Metric.SPO2: valid(97)}
    assert sum(len(f.raw) for f in decode(raw) if isinstance(f, FrameFault)) == 304


def test_a_cuff_reading_seen_from_its_start_was_measured_now() -> None:
    (nibp,) = cuff_lines({"id": 7, "st": "start"}, DONE)
    assert nibp.measured == NOW


def test_a_cuff_reading_that_was_complete_before_has_no_known_time() -> None:
    first, second = cuff_lines(DONE, DONE, DONE | {"id": 8})
    assert first.measured is None
    assert second.measured == NOW


def test_after_a_reopened_port_nothing_proves_the_time_of_a_reading() -> None:
    decoder = LineDecoder(Mode.SIMULATED)
    encoder = LineEncoder()
    decoder.feed(encoder.encode_keys("B", 0, {"id": "8", "st": "start"}), NOW)
    decoder.reset(NOW)
    again = encoder.encode("B", 0, [f"{k}={v}" for k, v in (DONE | {"id": 8}).items()])
    (nibp,) = decoder.feed(again, NOW)
    assert isinstance(nibp, NibpReading)
    assert nibp.measured is None
    decoder.reset(NOW)
    assert decoder.feed(again, NOW) == []


def test_the_running_cuff_is_told_once_with_its_pressure() -> None:
    encoder = LineEncoder()
    raw = [
        encoder.encode("B", k, ["id=7", "st=run", f"cuff={pressure}"])
        for k, pressure in enumerate((0, 120, 180))
    ]
    found = decode(*raw)
    assert isinstance(found[0], DeviceStatus)
    assert found[0].what is StatusKind.CUFF_STARTED
    assert [one.value for one in found[1:] if isinstance(one, NumericReading)] == [0, 120, 180]


@pytest.mark.parametrize(
    ("pressures", "validity", "told"),
    [
        ((118, 76, 90), Validity.VALID, (118, 76, 90)),
        ((118, 76, ""), Validity.VALID, (118, 76, None)),
        ((118, 76, 120), Validity.QUESTIONABLE, (118, 76, 120)),
        ((76, 118, 90), Validity.QUESTIONABLE, (76, 118, 90)),
        ((118, 76, 0), Validity.QUESTIONABLE, (118, 76, None)),
        ((0, 0, 0), Validity.INVALID, (None, None, None)),
        (("", "", ""), Validity.NOT_AVAILABLE, (None, None, None)),
    ],
)
def test_pressures_that_cannot_be_are_doubted_or_absent(
    pressures: tuple[object, ...], validity: Validity, told: tuple[int | None, ...]
) -> None:
    keys = dict(zip(("sys", "dia", "map"), pressures, strict=True))
    (nibp,) = cuff_lines({"id": 7, "st": "start"}, DONE | keys)
    assert nibp.validity is validity
    assert (nibp.systolic_mmhg, nibp.diastolic_mmhg, nibp.mean_mmhg) == told


def test_a_stopped_cuff_is_a_failed_reading_and_has_ended() -> None:
    encoder = LineEncoder()
    found = decode(
        encoder.encode("B", 0, ["id=7", "st=start"]), encoder.encode("B", 0, ["id=7", "st=stop"])
    )
    assert isinstance(found[1], NibpReading)
    assert found[1].reason is Reason.CUFF_STOPPED
    assert isinstance(found[2], DeviceStatus)
    assert found[2].what is StatusKind.CUFF_ENDED
