"""What the app tells its simulator by standard input: JSON Lines; the end of file ends it."""

from __future__ import annotations

import json
import math
import os
import threading
from queue import SimpleQueue

from devices.simulator.bench import EndAsked, PumpGives, Told

RATE_KEY = "infuse_mg_per_kg_per_h"


def write_rate(mg_per_kg_per_h: object) -> bytes:
    """The line that tells what the pump gives."""
    return json.dumps({RATE_KEY: str(mg_per_kg_per_h)}).encode("ascii") + b"\n"


def read_line(line: bytes) -> PumpGives | None:
    """What a line says; None if it says nothing that is known."""
    try:
        rate = float(json.loads(line)[RATE_KEY])
    except (ValueError, KeyError, TypeError):
        return None
    return PumpGives(rate) if 0 <= rate < math.inf else None


def listen_on_stdin(told: SimpleQueue[Told]) -> None:
    """Start the thread that reads; pipes cannot be waited on together with ports on Windows."""
    threading.Thread(target=_listen, args=(told,), name="controls", daemon=True).start()


def _listen(told: SimpleQueue[Told]) -> None:
    rest = b""
    while chunk := os.read(0, 4096):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            heard = read_line(line)
            if heard:
                told.put(heard)
    told.put(EndAsked())
