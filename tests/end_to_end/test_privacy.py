"""Whatever happens in a session: no file and no process list tells of patient, PIN or key.

Looked at while the program runs, after its sudden death, and after its proper end.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kmonitor.store.captures import capture_bytes
from kmonitor.store.keys import RecordKeys
from kmonitor.store.reader import RecordReader
from tests.end_to_end.ports import PACKET, Beating, PtyDevice
from tests.end_to_end.private_day import RUNNING, SIGNED

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-serial ports")
CHECKOUT = Path(__file__).resolve().parents[2]
SECRETS = {
    "label": "Zebulon Köchelquell",
    "identifier": "MRN-7731-XK-0042",
    "words": "dreamt of lighthouses, and feared Wuthergrund",
    "pin": "49170638",
    "passphrase": "seven mossy turnstiles ä",
    "bundle": "under the ferry lantern",
}
FILES = {
    "data/record.db", "data/record.db-wal", "data/record.db-shm", "data/record.db.anchors",
    "data/record.db.keys", "data/record.db.lock", "data/record.captures.db",
    "data/out.kmbundle", "kmonitor.log", "stderr",
}  # fmt: skip
FOLDERS = ("HOME", "TMPDIR", "SQLITE_TMPDIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")


def in_base64(content: bytes) -> Iterator[bytes]:
    """At each of the three places at which it can begin, without what its neighbours change."""
    for before in range(3):
        coded = base64.b64encode(bytes(before) + content)
        yield coded[(0, 2, 3)[before] : len(coded) // 4 * 4 - 4]


def forms_of(secret: str) -> Iterator[bytes]:
    """In every way in which a program may write it down."""
    for encoding in ("utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le"):
        yield secret.encode(encoding)
    yield json.dumps(secret).strip('"').encode()
    yield secret.upper().encode()
    yield secret.encode().hex().encode()
    yield from in_base64(secret.encode())


def secrets_of(said: dict[str, str]) -> set[bytes]:
    """Every form of every secret, also of single words, and of what was made on the way."""
    texts = [
        *SECRETS.values(),
        "Köchelquell",
        "Zebulon",
        "lighthouses",
        "Wuthergrund",
        "turnstiles",
    ]
    found = {form for text in texts for form in forms_of(text)}
    keys = RecordKeys.from_text(said["keys"])
    for key in (keys.record_key, keys.chain_key):
        found |= {key, key.hex().encode(), key.hex().upper().encode(), *in_base64(key)}
    code = said["code"]
    found |= {code.encode(), code.replace("-", "").encode(), code.lower().encode()}
    return found


def everything_in(folder: Path) -> dict[str, bytes]:
    """Every file below, and its own name."""
    return {
        name: name.encode() + b"\n" + path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (name := path.relative_to(folder).as_posix())
    }


def told_to_everybody() -> dict[str, bytes]:
    """What the system tells of every process that we may look at."""
    told = {}
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ", "comm"):
            try:
                told[f"{process.name}/{name}"] = (process / name).read_bytes()
            except OSError:  # it has ended, or is not ours
                continue
    return told


def found_in(content: dict[str, bytes], secrets: set[bytes]) -> list[tuple[str, bytes]]:
    return [(name, each) for name, text in content.items() for each in secrets if each in text]


@contextmanager
def private_day(folder: Path, port: str) -> Iterator["subprocess.Popen[str]"]:
    """The process; everything that it may write to lies in `folder`."""
    for name in (*FOLDERS, "data"):
        (folder / name).mkdir()
    (folder / "data").chmod(0o700)
    places = {name: str(folder / name) for name in FOLDERS}
    with (
        (folder / "stderr").open("wb") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "tests.end_to_end.private_day", str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True,
            cwd=CHECKOUT, env=os.environ | places,
        ) as process,
    ):  # fmt: skip
        assert process.stdin
        process.stdin.write(json.dumps(SECRETS | {"port": port}) + "\n")
        process.stdin.flush()
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("is_killed", [True, False], ids=["killed", "ended"])
def test_no_byte_that_a_session_leaves_tells_of_patient_pin_or_key(
    tmp_path: Path, *, is_killed: bool
) -> None:
    device = PtyDevice()
    words = b"".join(SECRETS[name].encode() for name in ("label", "identifier", "words"))
    with Beating(device, PACKET + words), private_day(tmp_path, device.port) as process:
        assert process.stdout
        assert process.stdin
        line = process.stdout.readline()
        assert line, (tmp_path / "stderr").read_text()
        said = json.loads(line)
        secrets = secrets_of(said)
        running = everything_in(tmp_path)
        assert set(running) >= FILES
        assert found_in(running, secrets) == []
        assert found_in(told_to_everybody(), secrets) == []
        if is_killed:
            process.kill()
        else:
            process.stdin.write("end\n")
            process.stdin.flush()
        assert process.wait(30) == (-9 if is_killed else 0)
    device.unplug()
    assert found_in(everything_in(tmp_path), secrets) == []
    assert_it_was_all_there(tmp_path, RecordKeys.from_text(said["keys"]), device.port, words)


def assert_it_was_all_there(folder: Path, keys: RecordKeys, port: str, words: bytes) -> None:
    """So there was something to find, and it failed where it was meant to."""
    record = folder / "data" / "record.db"
    for session_id in (SIGNED, RUNNING):
        rows = [repr(row) for _, row in RecordReader(record, keys).rows(session_id)]
        for name in ("label", "words"):
            assert any(SECRETS[name] in row for row in rows)
    captured = capture_bytes(record, keys, SIGNED, f"{port}:contec-v7")
    assert words in b"".join(content for _, content in captured)
    log, stderr = (folder / "kmonitor.log").read_text(), (folder / "stderr").read_text()
    assert "fault on the monitor thread: ValueError < __getattr__" in log
    assert "kmonitor failed: ValueError < fail" in stderr
    assert len(list((folder / "copies").glob("*.db"))) == 1


def test_the_search_finds_a_secret_in_every_form(tmp_path: Path) -> None:
    keys = RecordKeys.new()
    secrets = secrets_of({"keys": keys.as_text(), "code": "ABCD-EFGH"})
    for number, secret in enumerate(sorted(secrets)):
        (tmp_path / f"{number}").write_bytes(b"before" + secret + b"after")
    label = SECRETS["label"].encode()
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + label + b"yz")
        (tmp_path / f"shifted {shift}").write_bytes(coded)
    found = found_in(everything_in(tmp_path), secrets)
    assert {name for name, _ in found} == {path.name for path in tmp_path.iterdir()}
