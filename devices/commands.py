"""The words `decode`, `simulate` and `watch`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import BinaryIO

import click

from kmonitor.errors import LinkError

CHUNK_BYTES = 65536


@click.command
@click.argument("protocol")
@click.argument("file", default="-")
@click.option("--all", "is_all", is_flag=True, help="The numbers of every frame.")
def decode(protocol: str, file: str, is_all: bool) -> None:
    """Turn the bytes of a monitor in FILE, or on standard input, into JSON Lines."""
    from devices.decoding import StreamDecoder
    from devices.protocols.catalogue import CATALOGUE, refusal
    from kmonitor.clock import SystemClock

    if protocol not in CATALOGUE:
        raise click.UsageError(refusal(protocol))
    stream = StreamDecoder(CATALOGUE[protocol], SystemClock(), is_all=is_all)
    try:
        for lines in stream.lines(_chunks(file)):
            if lines:
                print("\n".join(lines), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    if stream.is_unreadable:
        raise LinkError(f"Nothing in these bytes can be read as {protocol}.")


def _chunks(file: str) -> Iterator[bytes]:
    """The bytes of `file` as they come; `-` is standard input."""
    if file == "-":
        yield from _read(sys.stdin.buffer)
        return
    try:
        with open(file, "rb") as opened:
            yield from _read(opened)
    except OSError as error:
        raise LinkError(f"Cannot read {file}: {error.strerror or error}.") from error


def _read(stream: BinaryIO) -> Iterator[bytes]:
    read = getattr(stream, "read1", stream.read)
    while chunk := read(CHUNK_BYTES):
        yield chunk
