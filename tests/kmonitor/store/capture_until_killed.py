"""Captures numbers and prints how many are on disk; run by test_captures, which kills it."""

import sys
import threading
from pathlib import Path

from kmonitor.clock import SystemClock
from kmonitor.store import captures
from kmonitor.store.captures import CaptureWriter, capture_bytes

captures.BLOCK_S = 0.02
record, clock, pause = Path(sys.argv[1]), SystemClock(), threading.Event()
tap = CaptureWriter(record, keys=lambda: None, session_id="5e551014-0001")
number = 0
while True:
    for _ in range(50):
        tap("/dev/ttyUSB0:nonin", clock.now(), number.to_bytes(4, "big"))
        number += 1
    pause.wait(0.05)
    blocks = capture_bytes(record, None, "5e551014-0001", "/dev/ttyUSB0:nonin")
    print(sum(len(content) for _, content in blocks) // 4, flush=True)
