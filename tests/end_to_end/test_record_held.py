"""One record, several programs: one writes, the next is told so; an encrypted one asks its key."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kmonitor.store.house import House
from kmonitor.store.reader import RecordReader
from kmonitor.store.unlocking import keys_for_words
from tests.end_to_end.ports import Beating, PtyDevice
from tests.kmonitor.store.house_help import PASSPHRASE

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-serial ports")
CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def device() -> Iterator[PtyDevice]:
    made = PtyDevice()
    with Beating(made):
        yield made
    made.unplug()


@pytest.fixture
def other_device() -> Iterator[PtyDevice]:
    made = PtyDevice()
    with Beating(made):
        yield made
    made.unplug()


@contextmanager
def watching(
    device: PtyDevice, record: Path, *options: str, typed: str = ""
) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "main.py", "watch", "--port", f"{device.port}:contec-v7",
         "--db", str(record), "--json", *options],
        cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    ) as process:  # fmt: skip
        assert process.stdin
        process.stdin.write(typed)
        process.stdin.flush()
        try:
            yield process
        finally:
            process.kill()


def wait_for_commit(process: "subprocess.Popen[str]") -> None:
    assert process.stdout
    for line in process.stdout:
        if '"commit"' in line:
            return
    pytest.fail("it ended without a commit")


def refused(process: "subprocess.Popen[str]") -> str:
    out, said = process.communicate(timeout=30)
    assert (process.returncode, out, said.count("\n")) == (1, "", 1)
    return said


def test_the_second_program_is_told_and_may_look_until_the_first_dies(
    device: PtyDevice, other_device: PtyDevice, tmp_path: Path
) -> None:
    record = tmp_path / "r.db"
    with watching(device, record) as first:
        wait_for_commit(first)
        with watching(other_device, record) as second:
            assert f"Another kmonitor (process {first.pid}, since " in refused(second)
        listed = subprocess.run(
            [sys.executable, "main.py", "sessions", "--json", "--db", str(record)],
            cwd=CHECKOUT, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        assert (listed.returncode, listed.stdout.count("\n")) == (0, 1)
        first.kill()
        first.wait(10)
    with watching(device, record) as third:
        wait_for_commit(third)
    assert len(RecordReader(record).sessions()) == 2


def test_watch_writes_an_encrypted_record_with_its_passphrase_and_not_without(
    device: PtyDevice, tmp_path: Path
) -> None:
    record = tmp_path / "r.db"
    house = House.at(record)
    house.protect(PASSPHRASE)
    house.close()
    with watching(device, record) as process:
        assert "is encrypted: --passphrase-stdin reads its passphrase." in refused(process)
    with watching(device, record, "--passphrase-stdin", typed="wrong\n") as process:
        assert "wrong passphrase or code" in refused(process)
    with watching(device, record, "--passphrase-stdin", typed=f"{PASSPHRASE}\n") as process:
        wait_for_commit(process)
    keys = keys_for_words(record, ask=lambda _: PASSPHRASE)
    assert len(RecordReader(record, keys).sessions()) == 1


def test_a_damaged_record_is_said_and_monitoring_starts(device: PtyDevice, tmp_path: Path) -> None:
    record = tmp_path / "r.db"
    House.at(record).close()
    content = bytearray(record.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    record.write_bytes(content)
    with watching(device, record) as process:
        wait_for_commit(process)
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert "The record was damaged and has been set aside as r.damaged-" in said
    (aside,) = tmp_path.glob("r.damaged-*.db")
    assert aside.read_bytes() == content
