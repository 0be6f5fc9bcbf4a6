"""`watch` as its own process: bytes in, lines and rows out."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.watching import NO_SOUND
from kmonitor.events import ReadingArrived
from kmonitor.store.reader import RecordReader
from tests.end_to_end.ports import Beating, PtyDevice

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-serial ports and signals")
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def device() -> Iterator[PtyDevice]:
    made = PtyDevice()
    yield made
    made.unplug()


def begin(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "main.py", "watch", *arguments],
        cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def run(*arguments: str) -> tuple[int, str, str]:
    out, said = (process := begin(*arguments)).communicate(timeout=40)
    return process.returncode, out.decode(), said.decode()


def lines(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_all_that_happens_is_a_line_and_all_is_on_disk_at_the_end(
    device: PtyDevice, tmp_path: Path
) -> None:
    with Beating(device):
        status, out, said = run(
            "--port", f"{device.port}:contec-v7", "--db", f"{tmp_path / 'r.db'}",
            "--seconds", "3", "--json",
        )  # fmt: skip
    assert (status, said) == (0, "")
    told = lines(out)
    assert told[0]["type"] == "session"
    assert [one["state"] for one in told if one["type"] == "link"] == [
        "connecting", "live", "closed"
    ]  # fmt: skip
    spo2 = [one for one in told if one.get("metric") == "spo2"]
    assert 2 <= len(spo2) <= 4
    assert {(one["value"], one["mode"], one["link"]) for one in spo2} == {
        (97, "simulated", f"{device.port}:contec-v7")
    }
    numbered = [one["seq"] for one in told if one["type"] != "commit"]
    assert numbered == list(range(1, len(numbered) + 1))
    assert told[-1] == {"type": "commit", "seq": numbered[-1]}


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_session_with_its_last_commit(
    sign: signal.Signals, device: PtyDevice, tmp_path: Path
) -> None:
    with Beating(device):
        process = begin(
            "--port", f"{device.port}:contec-v7", "--db", f"{tmp_path / 'r.db'}", "--json"
        )
        assert process.stdout
        before = process.stdout.readline() + process.stdout.readline()
        process.send_signal(sign)
        out, said = process.communicate(timeout=40)
    told = lines((before + out).decode())
    assert (process.returncode, said) == (0, b"")
    assert "SessionEnded" in [one.get("act") for one in told]
    assert told[-1] == {"type": "commit", "seq": max(one["seq"] for one in told)}


def test_a_reader_that_goes_away_ends_the_session(device: PtyDevice, tmp_path: Path) -> None:
    with Beating(device):
        process = begin(
            "--port", f"{device.port}:contec-v7", "--db", f"{tmp_path / 'r.db'}", "--json"
        )
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=40) == 0
        assert process.stderr.read() == b""
        process.stderr.close()


def test_without_json_a_calm_line_tells_the_state(device: PtyDevice, tmp_path: Path) -> None:
    with Beating(device):
        _, out, _ = run(
            "--port", f"{device.port}:contec-v7", "--db", f"{tmp_path / 'r.db'}", "--seconds", "2"
        )
    last = out.splitlines()[-1]
    assert "SIMULATED | SpO2 97 % | Pulse 72 /min | NIBP --- | alarms: none" in last


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["--port", "/dev/no-such-port:line"], 1, "/dev/no-such-port is not there"),
        (["--port", "/dev/no-such-port"], 2, "write PORT:PROTOCOL with one of the protocols line"),
        (["--port", "/dev/x:nonin"], 2, "The protocol nonin is not built yet"),
        (["--port", "/dev/x:line", "--port", "/dev/x:line"], 2, "A port is named twice."),
        (["--port", "/dev/ttyS0:line", "--speed", "2"], 2, "On a real port time cannot run faster"),
        (["--port", "/dev/x:line", "--speed", "0"], 2, "Invalid value for '--speed'"),
        (["--port", "/dev/x:line", "--seconds", "nan"], 2, "Invalid value for '--seconds'"),
        ([], 2, "Missing option '--port'."),
    ],
)
def test_wrong_use_is_one_sentence_and_opens_no_record(
    arguments: list[str], status: int, sentence: str, tmp_path: Path
) -> None:
    record = tmp_path / "r.db"
    done = run(*arguments, "--db", str(record))
    assert done[:2] == (status, "")
    assert sentence in done[2]
    assert len(done[2].splitlines()) == 1
    assert not record.exists()


def test_a_faster_time_needs_a_record_of_its_own() -> None:
    status, _, said = run("--port", "/dev/x:line", "--speed", "2")
    assert (status, said) == (2, "--speed other than 1 needs a record of its own: give --db.\n")


def test_a_port_in_use_opens_no_record(device: PtyDevice, tmp_path: Path) -> None:
    address = f"{device.port}:contec-v7"
    with Beating(device):
        first = begin("--port", address, "--db", f"{tmp_path / 'a.db'}", "--json")
        assert first.stdout
        first.stdout.readline()
        status, _, said = run("--port", address, "--db", f"{tmp_path / 'b.db'}")
        first.terminate()
        first.communicate(timeout=40)
    assert (status, said) == (1, f"{device.port} is in use by another program.\n")
    assert not (tmp_path / "b.db").exists()


def test_a_record_that_cannot_be_opened_is_one_sentence(device: PtyDevice, tmp_path: Path) -> None:
    taken = tmp_path / "notes.txt"
    taken.write_text("no database, and longer than the header of one " * 40, encoding="ascii")
    with Beating(device):
        status, _, said = run("--port", f"{device.port}:contec-v7", "--db", str(taken))
    assert status == 1
    assert len(said.splitlines()) == 1
    assert taken.read_text(encoding="ascii").startswith("no database")


def test_a_killed_watch_has_lost_nothing_that_it_called_committed(
    device: PtyDevice, tmp_path: Path
) -> None:
    db = tmp_path / "r.db"
    with Beating(device):
        process = begin("--port", f"{device.port}:contec-v7", "--db", str(db), "--json")
        assert process.stdout
        told: list[dict[str, Any]] = []
        try:
            while len([one for one in told if one["type"] == "commit"]) < 4:
                told.append(json.loads(process.stdout.readline()))
        finally:
            process.kill()
            process.communicate()
    committed = max(one["seq"] for one in told if one["type"] == "commit")
    reader = RecordReader(db)
    (session,) = reader.sessions()
    kept = [seq for seq, _ in reader.rows(session.session_id)]
    assert kept[:committed] == list(range(1, committed + 1))
    assert session.ended is None
    sent = [one for one in told if one["type"] == "numeric" and one["seq"] <= committed]
    stored = dict(reader.rows(session.session_id))
    for one in sent:
        row = stored[one["seq"]]
        assert isinstance(row, ReadingArrived)
        assert row.reading.metric == one["metric"]
        assert row.reading.value == one["value"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can mount")
def test_a_disk_that_is_full_at_the_start_is_one_sentence(
    device: PtyDevice, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=220k", "tmpfs", str(small)], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this system mounts nothing here")
    try:
        (small / "rest").write_bytes(b"0" * 4096)
        with Beating(device):
            status, _, said = run(
                "--port", f"{device.port}:contec-v7", "--db", f"{small / 'r.db'}", "--seconds", "8"
            )
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
    assert status == 1
    assert "disk" in said.splitlines()[-1]


def test_who_watches_at_a_terminal_is_told_that_nothing_will_sound(
    device: PtyDevice, tmp_path: Path
) -> None:
    ours, terminal = os.openpty()
    try:
        with Beating(device):
            process = subprocess.Popen(
                [sys.executable, "main.py", "watch", "--port", f"{device.port}:contec-v7",
                 "--db", str(tmp_path / "r.db"), "--seconds", "1", "--json"],
                cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=terminal,
            )  # fmt: skip
            assert process.wait(timeout=40) == 0
        assert os.read(ours, 4096).decode().strip() == NO_SOUND
    finally:
        os.close(ours)
        os.close(terminal)
