"""The frame of kmonitor's line protocol: `$TYPE,words*CRC`, CR and LF, or LF alone."""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Iterable
from dataclasses import dataclass

from kmonitor.clock import Instant

LONGEST_LINE_BYTES = 202  # 200 characters, CR and LF

_LINE = re.compile(rb"\$([ -~]*)\*([0-9A-F]{4})\r?\n")
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")
_WHOLE = re.compile(r"[0-9]{1,9}")


class UnreadableError(Exception):
    """Why a line is a fault; never leaves the decoder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The comma-separated words of one whole line after its checksum held."""

    kind: str
    words: tuple[str, ...]
    received: Instant

    def word(self, place: int) -> str:
        """The word at `place` after the type."""
        if place >= len(self.words):
            raise UnreadableError("line with too few words")
        return self.words[place]

    @property
    def sequence(self) -> int:
        """The number of this line, 0 to 65535."""
        sequence = whole_of(self.word(0))
        if sequence > 0xFFFF:
            raise UnreadableError("sequence number beyond 65535")
        return sequence

    @property
    def device_time(self) -> str:
        """The device's milliseconds."""
        return str(whole_of(self.word(1)))

    def keys(self) -> dict[str, str]:
        """The `key=text` words after sequence and milliseconds."""
        found: dict[str, str] = {}
        for word in self.words[2:]:
            key, equals, text = word.partition("=")
            if not equals or key in found:
                raise UnreadableError(f"cannot read {word!r}")
            found[key] = text
        return found


def read_message(line: bytes, received: Instant) -> Message:
    """The message in a line that ends with LF; raises UnreadableError."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise UnreadableError("not a message")
    if crc_hqx(match[1], 0xFFFF) != int(match[2], 16):
        raise UnreadableError("checksum")
    kind, *words = match[1].decode("ascii").split(",")
    return Message(kind=kind, words=tuple(words), received=received)


def write_message(kind: str, words: Iterable[str]) -> bytes:
    """The line of a message with its checksum, CR and LF."""
    text = ",".join((kind, *words)).encode("ascii")
    return b"$%b*%04X\r\n" % (text, crc_hqx(text, 0xFFFF))


def number_of(text: str) -> float:
    """A decimal number; raises UnreadableError for anything else."""
    if not _NUMBER.fullmatch(text):
        raise UnreadableError(f"{text!r} is not a number")
    return float(text)


def whole_of(text: str) -> int:
    """A whole number from 0; raises UnreadableError for anything else."""
    if not _WHOLE.fullmatch(text):
        raise UnreadableError(f"{text!r} is not a whole number")
    return int(text)
