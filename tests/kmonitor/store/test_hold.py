"""One program writes a record; when it dies, the next one may."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kmonitor.errors import StoreError
from kmonitor.store.connection import open_record, reading
from kmonitor.store.hold import RecordHold, RecordInUse

HOLDER = """
import sys
from pathlib import Path
from kmonitor.store.hold import RecordHold
with RecordHold.take(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def another_program(path: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


def test_a_second_program_is_told_who_has_the_record(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with another_program(path) as holder, pytest.raises(RecordInUse) as caught:
        RecordHold.take(path)
    sentence = str(caught.value)
    pattern = rf"Another kmonitor \(process {holder.pid}, since \d\d:\d\d\) is using the record "
    assert re.match(pattern, sentence)
    assert sentence.endswith(f"{path}; here it can only be looked at.")


def test_a_held_record_can_be_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with RecordHold.take(path):
        open_record(path).close()
        with reading(path) as opened:
            assert opened.execute("SELECT count(*) FROM session").fetchone() == (0,)


@pytest.mark.parametrize("end", [signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)])
def test_a_hold_ends_with_its_process(tmp_path: Path, end: signal.Signals) -> None:
    path = tmp_path / "r.db"
    with another_program(path) as holder:
        holder.send_signal(end)
        holder.wait(10)
        RecordHold.take(path).release()


def test_a_released_hold_can_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "r.db"
    first = RecordHold.take(path)
    with pytest.raises(RecordInUse, match=f"process {os.getpid()}"):
        RecordHold.take(path)
    first.release()
    first.release()
    with RecordHold.take(path) as again:
        assert again.path == path


def test_a_lock_file_with_strange_words_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    lock = tmp_path / "r.db.lock"
    lock.write_bytes(b"\xff what is this")
    with RecordHold.take(path), closing(lock.open("rb+")) as file:
        file.write(b"? ")
        file.flush()
        with pytest.raises(RecordInUse, match="Another kmonitor is using"):
            RecordHold.take(path)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="folder"):
        RecordHold.take(tmp_path / "file" / "r.db")
