"""SIGKILL of a process that writes: what it said to be on disk is there."""

import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from kmonitor.store.connection import chain_key_of, missing_triggers, open_record
from kmonitor.store.keys import RecordKeys
from kmonitor.store.reader import RecordReader
from tests.kmonitor.store.chain_help import faults_of

CHECKOUT = Path(__file__).resolve().parents[2]
WRITER = [sys.executable, "-m", "tests.kmonitor.store.write_until_killed"]


def killed_round(path: Path, keys: RecordKeys | None, after_s: float) -> int:
    """Write, kill, look; returns the last sequence that was said to be on disk."""
    with subprocess.Popen(
        [*WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write((keys.as_text() if keys else "") + "\n")
        child.stdin.flush()
        session_id = child.stdout.readline().strip()
        time.sleep(after_s)
        child.kill()
        said = [int(line) for line in child.stdout.read().split("\n")[:-1]]
    if not said:
        return 0
    found = [seq for seq, _ in RecordReader(path, keys).rows(session_id)]
    assert found == list(range(1, len(found) + 1))
    assert said[-1] <= len(found)
    return said[-1]


def check(path: Path, keys: RecordKeys | None) -> None:
    with closing(open_record(path, keys)) as record:
        assert record.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert record.execute("PRAGMA foreign_key_check").fetchall() == []
        assert missing_triggers(record) == []
        assert faults_of(record, chain_key_of(record, keys)) == []
        assert record.execute("SELECT count(*) FROM seal").fetchone() > (5,)
        assert record.execute("SELECT count(*) FROM seal WHERE NOT is_whole").fetchone() == (0,)


def kill_often(path: Path, keys: RecordKeys | None, rounds: int) -> None:
    chance = random.Random(5)
    last = [killed_round(path, keys, chance.uniform(0.05, 0.35)) for _ in range(rounds)]
    check(path, keys)
    assert sum(last) > 20 * rounds
    assert sum(each > 0 for each in last) <= len(RecordReader(path, keys).sessions(limit=10_000))


def test_a_killed_process_loses_nothing_that_it_called_saved(tmp_path: Path) -> None:
    kill_often(tmp_path / "r.db", RecordKeys.new(), rounds=20)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("keys", [RecordKeys.new(), None], ids=["encrypted", "open"])
def test_many_killed_processes_lose_nothing(tmp_path: Path, keys: RecordKeys | None) -> None:
    kill_often(tmp_path / "r.db", keys, rounds=1000)
