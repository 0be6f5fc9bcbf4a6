"""The simulated monitors without a wire: when they speak, what they answer, what they show."""

from collections import Counter
from dataclasses import dataclass
from functools import partial

import pytest

from devices.protocols import contec_v7_packets as contec_v7
from devices.protocols.base import Decoder
from devices.protocols.contec_v7 import ContecV7Decoder
from devices.protocols.contec_v7_packets import encode_command
from devices.protocols.line import LineDecoder, LineHost
from devices.replay import RecordedPressure, Recording
from devices.simulator.contec_device import ALIVE_S, ContecDevice
from devices.simulator.cuff import Cuff
from devices.simulator.infusion_course import InfusionCourse
from devices.simulator.line_device import LineDevice
from devices.simulator.patient import Patient
from devices.simulator.recorded_cuff import RecordedCuff
from devices.simulator.scenarios import SCENARIOS
from devices.simulator.station import Device
from devices.source import Sensor, VitalSigns
from kmonitor.clock import FakeClock, Instant
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
    WaveBlock,
)

START = FakeClock().now()
START_ASKED, STILL_HERE, STOP = map(
    encode_command, (contec_v7.START, contec_v7.STILL_HERE, contec_v7.STOP)
)


def a_patient(scenario: str = "normal") -> Patient:
    return Patient(seed=3, scenario=SCENARIOS[scenario], course=InfusionCourse.scripted(300))


def a_board(*, refuses: bool = False, has_clock_jump: bool = False) -> LineDevice:
    of = a_patient("cuff_fail")
    cuff = Cuff(of, seed=3, interval_s=300)
    return LineDevice(of, cuff, refuses=refuses, has_clock_jump=has_clock_jump)


@dataclass
class Heard:
    """Decodes what a device says, moment by moment."""

    device: Device
    decoder: Decoder

    def until(self, from_s: int, to_s: int, beat: bytes = b"") -> list[Reading | FrameFault]:
        """Turn the device once a second; the host says `beat` each time."""
        found: list[Reading | FrameFault] = []
        for second in range(from_s, to_s):
            found += self.decode(self.device.until(float(second)), second)
            if beat:
                found += self.decode(self.device.heard(beat, float(second)), second)
        return found

    def decode(self, messages: list[bytes], second: float) -> list[Reading | FrameFault]:
        received: Instant = START.plus(second)
        found = self.decoder.feed(b"".join(messages), received)
        return found + self.decoder.settle(received)


def an_oximeter() -> Heard:
    return Heard(ContecDevice(a_patient()), ContecV7Decoder(Mode.SIMULATED))


def samples(found: list[Reading | FrameFault]) -> int:
    return sum(len(block.samples) for block in found if isinstance(block, WaveBlock))


def test_an_oximeter_is_silent_until_asked_and_after_the_stop() -> None:
    heard = an_oximeter()
    heard.device.connected(0.0)
    assert heard.until(0, 100) == []
    assert heard.device.heard(START_ASKED, 100.0) == []
    assert samples(heard.until(100, 111, STILL_HERE)) == 600  # the last waits: it has new numbers
    *_, ended = heard.decode(heard.device.heard(STOP, 111.0), 111)
    assert isinstance(ended, DeviceStatus)
    assert ended.what is StatusKind.LIVE_STREAM_ENDED
    assert heard.until(112, 120) == []


def test_an_oximeter_ends_its_stream_when_nobody_is_still_here() -> None:
    heard = an_oximeter()
    heard.device.heard(START_ASKED, 0.0)
    heard.until(0, 60, STILL_HERE)
    assert samples(heard.until(60, 59 + int(ALIVE_S))) > 0
    assert heard.until(61 + int(ALIVE_S), 200) == []
    heard.device.heard(START_ASKED, 200.0)
    assert samples(heard.until(200, 203)) in (120, 121)


def test_an_oximeter_answers_what_it_is_asked() -> None:
    device = ContecDevice(a_patient())
    assert device.heard(encode_command(0xAC), 0.0) == [contec_v7.encode_packet(0x0B, 0xAC, 0)]
    assert device.heard(encode_command(0xA3), 0.0) == [contec_v7.encode_packet(0x0B, 0xA3, 5)]


@pytest.mark.parametrize("make", [partial(ContecDevice, a_patient(), needs_host=False), a_board])
def test_how_time_is_cut_changes_no_byte(make: partial[Device]) -> None:
    fine, coarse = make(), make()
    for device in (fine, coarse):
        device.connected(3.7)
    finely = [message for step in range(1200) for message in fine.until(3.7 + step / 23)]
    coarsely = [message for step in range(14) for message in coarse.until(3.7 + step * 3.9)]
    shorter = min(len(finely), len(coarsely))
    assert shorter > 500
    assert finely[:shorter] == coarsely[:shorter]


def test_a_finger_that_is_out_has_no_numbers() -> None:
    out = VitalSigns(sensor=Sensor.OFF)
    heard = Heard(
        ContecDevice(Recording([out] * 5), needs_host=False), ContecV7Decoder(Mode.REPLAYED)
    )
    heard.device.connected(0.0)
    found = heard.until(0, 3)
    numbers = [reading for reading in found if isinstance(reading, NumericReading)]
    assert {(n.metric, n.value, n.reason) for n in numbers} >= {
        (Metric.SPO2, None, Reason.SENSOR_OFF),
        (Metric.PULSE_RATE, None, Reason.SENSOR_OFF),
    }


def test_a_pulse_beyond_the_protocol_is_no_value_and_spo2_stays() -> None:
    fast = VitalSigns(sensor=Sensor.ON, spo2_pct=97, pulse_rate_per_min=300)
    heard = Heard(
        ContecDevice(Recording([fast] * 5), needs_host=False), ContecV7Decoder(Mode.REPLAYED)
    )
    heard.device.connected(0.0)
    found = heard.until(0, 3)
    numbers = {n.metric: n.value for n in found if isinstance(n, NumericReading)}
    assert numbers[Metric.SPO2] == 97
    assert numbers[Metric.PULSE_RATE] is None


def test_a_board_says_hello_first_and_vitals_every_second() -> None:
    heard = Heard(a_board(), LineDecoder(Mode.SIMULATED))
    heard.device.connected(0.0)
    found = heard.until(0, 61)
    assert isinstance(found[0], DeviceIdentity)
    counted = Counter(reading.metric for reading in found if isinstance(reading, NumericReading))
    assert counted.pop(Metric.CUFF_PRESSURE) > 80
    assert counted == dict.fromkeys(
        (
            Metric.SPO2,
            Metric.PULSE_RATE,
            Metric.PERFUSION_INDEX,
            Metric.RESPIRATORY_RATE,
            Metric.ETCO2,
        ),
        61,
    )
    assert samples(found) == 601 * 10
    assert not any(isinstance(reading, FrameFault) for reading in found)
    (nibp,) = (reading for reading in found if isinstance(reading, NibpReading))
    assert nibp.systolic_mmhg
    assert nibp.measured


def test_a_board_starts_its_cuff_on_command_and_says_when_it_is_busy() -> None:
    heard = Heard(a_board(), LineDecoder(Mode.SIMULATED))
    host = LineHost()
    command = partial(host.command, DeviceVerb.START_CUFF)
    heard.device.connected(0.0)
    heard.until(0, 3, host.keep_alive())
    first = heard.decode(heard.device.heard(command() or b"", 3.0), 3)
    second = heard.decode(heard.device.heard(command() or b"", 4.0), 4)
    said = [reading.what for reading in first if isinstance(reading, DeviceStatus)]
    assert said == [StatusKind.COMMAND_ACCEPTED, StatusKind.CUFF_STARTED]
    refused = [reading for reading in second if isinstance(reading, DeviceStatus)]
    assert [status.what for status in refused] == [StatusKind.COMMAND_REFUSED]
    assert "busy" in refused[0].detail


def test_without_the_heartbeat_no_cuff_begins() -> None:
    heard = Heard(a_board(), LineDecoder(Mode.SIMULATED))
    host = LineHost()
    heard.device.connected(0.0)
    for second in range(60):
        heard.until(second, second + 1, host.keep_alive())
    silent = heard.until(66, 1500)
    assert not any(isinstance(reading, NibpReading) for reading in silent)
    asked = heard.device.heard(host.command(DeviceVerb.START_CUFF) or b"", 1500.0)
    refused = heard.decode(asked, 1500)
    assert any(getattr(r, "what", None) is StatusKind.COMMAND_REFUSED for r in refused)
    resumed = []
    for second in range(1500, 1600):
        resumed += heard.until(second, second + 1, host.keep_alive())
    assert any(isinstance(reading, NibpReading) for reading in resumed)


def test_a_board_can_refuse_and_can_have_a_clock_that_jumps() -> None:
    heard = Heard(a_board(refuses=True, has_clock_jump=True), LineDecoder(Mode.SIMULATED))
    heard.device.connected(0.0)
    refused = heard.decode(
        heard.device.heard(LineHost().command(DeviceVerb.START_CUFF) or b"", 1.0), 1
    )
    assert any(getattr(r, "what", None) is StatusKind.COMMAND_REFUSED for r in refused)
    numbers = [r for r in heard.until(1, 60) if isinstance(r, NumericReading)]
    times = [int(r.device_time or 0) for r in numbers]
    assert min(times[-5:]) < times[0]


def test_a_recording_with_pressures_gives_them_once_each_and_measures_nothing() -> None:
    rows = [VitalSigns(sensor=Sensor.ON, spo2_pct=97, pulse_rate_per_min=70)] * 30
    pressures = [RecordedPressure(5, 120, 80, None), RecordedPressure(20, 130, 82, 96)]
    recording = Recording(rows, pressures)
    heard = Heard(LineDevice(recording, RecordedCuff(recording)), LineDecoder(Mode.REPLAYED))
    heard.device.connected(0.0)
    found = heard.until(0, 40)
    readings = [r for r in found if isinstance(r, NibpReading)]
    assert [(r.systolic_mmhg, r.diastolic_mmhg, r.mean_mmhg) for r in readings] == [
        (120, 80, None),
        (130, 82, 96),
    ]
    vitals = [r for r in found if isinstance(r, NumericReading) and r.metric is Metric.SPO2]
    assert len(vitals) == 30


def test_a_recording_keeps_its_place_while_nobody_listens() -> None:
    rows = [VitalSigns(sensor=Sensor.ON, spo2_pct=50 + n, pulse_rate_per_min=70) for n in range(40)]
    heard = Heard(ContecDevice(Recording(rows)), ContecV7Decoder(Mode.REPLAYED))
    heard.device.heard(START_ASKED, 100.0)
    heard.until(100, 105, STILL_HERE)
    heard.device.heard(STOP, 105.3)
    heard.device.heard(START_ASKED, 110.75)
    seen: dict[float | None, float] = {}
    for step in range(200):
        at_s = 110.75 + step / 100
        for reading in heard.decode(heard.device.until(at_s), at_s):
            if isinstance(reading, NumericReading) and reading.metric is Metric.SPO2:
                seen.setdefault(reading.value, at_s)
    assert list(seen) == [60, 61, 62]
    assert seen[61] == pytest.approx(111.0, abs=0.12)
    assert seen[62] == pytest.approx(112.0, abs=0.12)
