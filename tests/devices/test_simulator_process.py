"""The simulator as a process: its ports, readers that come and go, its end, wrong use."""

import signal
import socket
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from devices.protocols.contec_v7 import ContecV7Decoder
from devices.simulator.process import SimulatorProcess
from devices.simulator.run import simulate_command
from kmonitor.clock import FakeClock, monotonic_s
from kmonitor.command_line import run
from kmonitor.errors import LinkError
from kmonitor.metrics import Metric
from kmonitor.vitals import DeviceIdentity, Mode, NibpReading, WaveBlock
from tests.devices import simulated
from tests.devices.simulated import LIMIT_S, Host, read_until, simulator

has_pty = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-serial ports there")
START_ASKED = bytes.fromhex("7d81a1808080808080")


def has_gone(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(LIMIT_S)
    except subprocess.TimeoutExpired:
        return False
    return True


@has_pty
def test_both_protocols_tell_of_one_patient_by_two_ports() -> None:
    sim = SimulatorProcess(
        ["line", "contec-v7"], scenario="normal", seed=7, speed=20, patient_kg=Decimal(80)
    )
    hosts: list[Host] = []
    try:
        assert [text.rpartition(":")[2] for text in sim.addresses] == ["line", "contec-v7"]
        hosts = [Host(*text.rsplit(":", 1), speed=20) for text in sim.addresses]
        board, oximeter = hosts
        oximeter.greet()
        assert read_until(hosts, lambda: bool(board.of(NibpReading)) and oximeter.passed_s() > 30)
        assert len(oximeter.samples) > 1200
        assert board.of(DeviceIdentity)
        for metric in (Metric.SPO2, Metric.PULSE_RATE):
            one, other = (host.last[metric].value for host in hosts)
            assert one == pytest.approx(other, abs=2)
        assert not board.faults
        assert not oximeter.faults
        sim.infuse(Decimal("0.75"))
    finally:
        for host in hosts:
            host.close()
        sim.stop()
    sim.infuse(Decimal(0))  # a late word to a simulator that has ended harms nobody
    sim.stop()


@has_pty
def test_what_the_pump_gives_moves_the_pressure() -> None:
    sim = SimulatorProcess(
        ["line"], scenario="hypertension", seed=7, speed=400, patient_kg=Decimal(80)
    )
    board = Host(*sim.addresses[0].rsplit(":", 1), speed=400)
    try:
        assert board.read_until(lambda: bool(board.of(NibpReading)))
        sim.infuse(Decimal("0.75"))
        assert board.read_until(lambda: board.passed_s() > 1000)
        board.start_cuff()
        told = len(board.of(NibpReading))
        assert board.read_until(lambda: len(board.of(NibpReading)) > told)
        pressures = [nibp.systolic_mmhg or 0 for nibp in board.of(NibpReading)]
        assert pressures[-1] > pressures[0] + 15
    finally:
        board.close()
        sim.stop()


def test_a_simulator_that_does_not_come_up_says_why_in_one_sentence() -> None:
    with pytest.raises(LinkError, match=r"did not start: There is no scenario 'sunday'") as refused:
        SimulatorProcess(["line"], scenario="sunday", seed=1, speed=1, patient_kg=Decimal(80))
    assert "\n" not in str(refused.value)


@has_pty
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_without_a_word(number: signal.Signals) -> None:
    with simulator("line") as (process, _port):
        process.send_signal(number)
        assert has_gone(process)
        assert process.returncode == 0
        assert process.stderr
        assert process.stderr.read() == b""


@has_pty
def test_it_ends_with_the_app_that_started_it() -> None:
    process = simulated.start("line", "--controls", stdin=subprocess.PIPE)
    try:
        simulated.address(process)
        process.send_signal(signal.SIGINT)  # Ctrl-C in the terminal is for the app
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        assert process.stdin
        process.stdin.close()
        assert has_gone(process)
        assert process.returncode == 0
    finally:
        process.stdin = None
        simulated.end(process)


@has_pty
def test_seconds_are_wall_time() -> None:
    began_s = monotonic_s()
    with simulator("contec-v7", "--seconds=0.4", "--speed=0.1") as (process, _port):
        assert has_gone(process)
    assert 0.4 <= monotonic_s() - began_s < 6


@has_pty
@pytest.mark.parametrize("protocol", ["line", "contec-v7"])
def test_a_reader_leaves_and_another_starts_cleanly(protocol: str) -> None:
    with simulator(protocol, "--speed=10") as (_process, port):
        for _ in range(3):
            host = Host(port, protocol, speed=10)
            host.greet()
            assert host.read_until(lambda host=host: len(host.samples) > 300)  # type: ignore[misc]
            assert not host.faults, "nothing of the last reader's bytes is left"
            host.close()


@has_pty
def test_a_reader_that_stands_still_blocks_nothing() -> None:
    with simulator("contec-v7", "line", "--speed=60") as (process, port):
        assert process.stdout
        other = process.stdout.readline().decode().strip().rpartition(":")[0]
        stalled, reading = Host(port, "contec-v7", speed=60), Host(other, "line", speed=60)
        stalled.greet()
        assert reading.read_until(lambda: reading.counts[Metric.SPO2] > 140)
        assert reading.passed_s() < 200
        stalled.close()
        reading.close()


def test_a_socket_takes_one_client_after_another() -> None:
    with simulator("contec-v7", "--listen=socket://127.0.0.1:0", "--speed=10") as (process, url):
        assert url.startswith("socket://127.0.0.1:")
        for _ in range(2):
            where = ("127.0.0.1", int(url.rpartition(":")[2]))
            with socket.create_connection(where, timeout=LIMIT_S) as client:
                client.sendall(START_ASKED)
                chunk = b""
                while len(chunk) < 900:
                    chunk += client.recv(4096)
            found = ContecV7Decoder(Mode.SIMULATED).feed(chunk, FakeClock().now())
            assert any(isinstance(reading, WaveBlock) for reading in found)
        assert process.poll() is None


def test_standard_output_carries_bytes_alone() -> None:
    process = simulated.start(
        "contec-v7", "--listen=stdout", "--seconds=1", "--speed=10", "--seed=4"
    )
    out, complaint = process.communicate(timeout=LIMIT_S)
    assert complaint == b""
    decoder = ContecV7Decoder(Mode.SIMULATED)
    found = decoder.feed(out, FakeClock().now()) + decoder.settle(FakeClock().now())
    assert all(type(reading).__name__ != "FrameFault" for reading in found)
    assert decoder.frames * 9 == len(out)
    assert 300 < decoder.frames <= 660


def test_a_pipe_whose_reader_has_gone_ends_without_a_word() -> None:
    process = simulated.start("line", "--listen=stdout", "--seconds=1", "--speed=60")
    assert process.stdout
    assert process.stdout.read(1) == b"$"
    process.stdout.close()
    process.stdout = None
    _, complaint = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, complaint) == (0, b"")


def test_a_pulled_plug_hangs_up_and_comes_back() -> None:
    with simulator("line", "--fault=unplug=20", "--speed=40", "--listen=socket://127.0.0.1:0") as (
        _process,
        url,
    ):
        where = ("127.0.0.1", int(url.rpartition(":")[2]))
        with socket.create_connection(where, timeout=LIMIT_S) as client:
            while client.recv(4096):
                pass  # until the plug is pulled
        end_s = monotonic_s() + LIMIT_S
        is_back = False
        while not is_back and monotonic_s() < end_s:
            try:
                with socket.create_connection(where, timeout=LIMIT_S) as client:
                    is_back = client.recv(1) == b"$"
            except ConnectionError:
                continue
        assert is_back


def test_a_port_in_use_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = simulated.start("line", f"--listen=socket://127.0.0.1:{port}")
        out, complaint = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, out) == (1, b"")
    assert complaint.decode() == f"Cannot listen on 127.0.0.1:{port}: address already in use.\n"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["morse"], "There is no protocol 'morse'; known are line and contec-v7."),
        ([], "Missing argument"),
        (["line", "--scenario=sunday"], "There is no scenario 'sunday'; known are normal,"),
        (["line", "--fault=smoke"], "There is no fault 'smoke'; known are clock,"),
        (["line", "--listen=carrier-pigeon"], "--listen takes pty, socket://HOST:PORT or stdout"),
        (["line", "--listen=socket://:x"], "--listen takes"),
        (["line", "contec-v7", "--listen=stdout"], "takes one protocol"),
        (["line", "--map=spo2=a"], "--map goes with --replay"),
        (["line", "--replay=x.csv", "--map=smell=a"], "--map takes METRIC=COLUMN"),
        (["line", "--replay=x.csv", "--map=spo2"], "--map takes METRIC=COLUMN"),
        (["line", "--speed=0"], "--speed"),
        (["line", "--seed=x"], "--seed"),
    ],
)
def test_wrong_use_is_one_sentence_and_status_2(
    arguments: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(simulate_command, arguments) == 2
    out, complaint = capsys.readouterr()
    assert part in complaint
    assert (out, complaint.count("\n")) == ("", 1)


def test_a_recording_that_cannot_be_read_is_one_sentence_and_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    for path, part in ((tmp_path / "none.csv", "no such file"), (empty, "no rows")):
        assert run(simulate_command, ["contec-v7", f"--replay={path}"]) == 1
        out, complaint = capsys.readouterr()
        assert part in complaint
        assert (out, complaint.count("\n")) == ("", 1)
