import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devices.protocols.contec_v7_packets import LivePacket, encode_live
from devices.protocols.line import LineEncoder

CHECKOUT = Path(__file__).resolve().parents[2]
PACKET = encode_live(
    LivePacket(spo2_pct=97, pulse_rate_per_min=72, perfusion_index_pct=4.2, pleth=64)
)


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "main.py", "decode", *arguments],
        input=stdin, capture_output=True, cwd=CHECKOUT, check=False, timeout=50,
    )  # fmt: skip


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    assert b"Traceback" not in done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_lines_have_the_documented_keys_in_their_order() -> None:
    encoder = LineEncoder()
    raw = b"noise\n" + encoder.encode("V", 5, ["spo2=97", "q=ok"])
    raw += encoder.encode("B", 6, ["sys=118", "dia=76", "map=90", "pr=71", "id=7", "st=done"])
    raw += encoder.encode("W", 7, ["100", "64:66"]) + encoder.encode("V", 8, ["spo2=", "q=off"])
    done = run("line", stdin=raw + b"$V,")
    assert done.returncode == 0
    assert done.stdout.decode().splitlines() == [
        '{"type":"fault","offset":0,"length":6,"reason":"no message begins here"}',
        '{"type":"numeric","metric":"spo2","value":97,"unit":"%","validity":"valid",'
        '"reason":null,"device_time":"5"}',
        '{"type":"nibp","systolic_mmhg":118,"diastolic_mmhg":76,"mean_mmhg":90,'
        '"pulse_rate_per_min":71,"validity":"valid","reason":null,"device_time":"6"}',
        '{"type":"status","what":"sensor_off"}',
        '{"type":"numeric","metric":"spo2","value":null,"unit":"%","validity":"not_available",'
        '"reason":"sensor_off","device_time":"8"}',
        '{"type":"numeric","metric":"pulse_rate","value":null,"unit":"/min",'
        '"validity":"not_available","reason":"sensor_off","device_time":"8"}',
        '{"type":"wave","metric":"pleth","rate_hz":100,"samples":[64,66]}',
        f'{{"type":"summary","bytes":{len(raw) + 3},"frames":4,"faults":1,"pending":3}}',
    ]


def test_repeats_are_told_once_a_second_and_all_of_them_with_all(tmp_path: Path) -> None:
    file = tmp_path / "capture.raw"
    file.write_bytes(PACKET * 150)
    thinned, every = lines(run("contec-v7", str(file))), lines(run("contec-v7", str(file), "--all"))
    assert sum(line.get("metric") == "spo2" for line in thinned) == 3
    assert sum(line.get("metric") == "spo2" for line in every) == 150
    for told in (thinned, every):
        assert [len(line["samples"]) for line in told if line["type"] == "wave"] == [60, 60, 30]
        summary = {"type": "summary", "bytes": 1350, "frames": 150, "faults": 0, "pending": 0}
        assert told[-1] == summary


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "said"),
    [
        (["tricorder"], b"", 2, "There is no protocol 'tricorder'; known are line and contec-v7."),
        (["nonin"], b"", 2, "The protocol nonin is not built yet; built are line and contec-v7."),
        (["line", "no-such-file"], b"", 1, "Cannot read no-such-file: No such file or directory."),
        (["line", "tests"], b"", 1, "Cannot read tests: Is a directory."),
        (["line"], PACKET * 50, 1, "Nothing in these bytes can be read as line."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    arguments: list[str], stdin: bytes, status: int, said: str
) -> None:
    done = run(*arguments, stdin=stdin)
    assert done.returncode == status
    assert done.stderr.decode().splitlines() == [said]


def test_an_unreadable_stream_still_prints_its_faults_and_summary() -> None:
    told = lines(run("line", stdin=PACKET * 50))
    assert [line["type"] for line in told] == ["fault", "fault", "summary"]
    assert told[0]["length"] + told[1]["length"] == told[2]["bytes"] == 450


@pytest.mark.skipif(os.name != "posix", reason="a pipe that breaks")
def test_a_reader_that_goes_away_makes_no_noise(tmp_path: Path) -> None:
    file = tmp_path / "capture.raw"
    file.write_bytes(PACKET * 100_000)
    command = f"{sys.executable} main.py decode contec-v7 --all {file} | head -1"
    done = subprocess.run(
        ["sh", "-c", command], capture_output=True, cwd=CHECKOUT, check=False, timeout=50
    )
    assert done.stderr == b""
    assert len(done.stdout.splitlines()) == 1


def test_the_example_packets_one_after_the_other_are_all_decoded() -> None:
    examples = "01E0849392BCE3FFFF 01A0C5C087C8E1A581 01E885C09787DEFFFF 01E980C090FFFFFFFF"
    told = lines(run("contec-v7", "--all", stdin=bytes.fromhex(examples)))
    spo2 = [one["value"] for one in told if one.get("metric") == "spo2"]
    pulse = [one["value"] for one in told if one.get("metric") == "pulse_rate"]
    assert (spo2, pulse) == ([99, 97, 94, None], [60, 72, 135, None])
    assert told[-1] == {"type": "summary", "bytes": 36, "frames": 4, "faults": 0, "pending": 0}
