"""What the app and its parent say to each other, between the lines that the app prints.

A message is a record separator, JSON and a line feed; everything else in the stream is the app's
own output. Standard library only: the parent starts the app before it imports anything more.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue

_MARK, _END = b"\x1e", b"\n"
_LONGEST = 65_536
_MOST_WAITING = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; what it says is never shown, it may be a key."""

    kind: str
    said: Mapping[str, str | None] = field(default_factory=dict, repr=False)


def encode(kind: str, said: Mapping[str, str | None] | None = None) -> bytes:
    """The bytes of a message; in one write below the size of a pipe's atom."""
    return _MARK + json.dumps([kind, dict(said or {})]).encode("ascii") + _END


class Splitter:
    """Takes a stream as it comes; where it is cut does not matter."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, chunk: bytes) -> list[Message | bytes]:
        """Return the messages, and unchanged what else was printed."""
        found: list[Message | bytes] = []
        rest = self._pending + chunk
        self._pending = b""
        while rest:
            printed, mark, rest = rest.partition(_MARK)
            if printed:
                found.append(printed)
            body, end, after = rest.partition(_END)
            if not end and len(body) <= _LONGEST:
                self._pending = mark + body
                break
            found.append(_decode(body) or mark + body + end)
            rest = after
        return found


def _decode(body: bytes) -> Message | None:
    try:
        kind, said = json.loads(body)
    except (ValueError, TypeError):
        return None
    if not isinstance(kind, str) or not isinstance(said, dict):
        return None
    return Message(kind=kind, said=said)


class Pen:
    """Writes to a pipe from its own thread, so that a reader who stands still stops nobody."""

    def __init__(self, file: int, name: str) -> None:
        self._file = file
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def write(self, line: bytes) -> None:
        """Write it as soon as it goes; never blocks."""
        self._waiting.put(line)

    def offer(self, line: bytes) -> None:
        """Write what the next one replaces; dropped while much is waiting."""
        if self._waiting.qsize() < _MOST_WAITING:
            self._waiting.put(line)

    def close(self, within_s: float) -> None:
        """Write what waits, but do not wait longer than this."""
        self._waiting.put(None)
        self._thread.join(within_s)

    def _run(self) -> None:
        while (line := self._waiting.get()) is not None:
            try:
                while line:
                    line = line[os.write(self._file, line) :]
            except OSError:
                return  # nobody reads any more, which the other direction tells
