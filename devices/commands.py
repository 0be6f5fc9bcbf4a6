"""The words `decode`, `simulate` and `watch`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from kmonitor.command_line import PositiveNumber
from kmonitor.errors import LinkError
from kmonitor.word_options import passphrase_option

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


@click.command
@click.option(
    "--port", "ports", multiple=True, required=True, metavar="PORT:PROTOCOL", help="Repeatable."
)
@click.option("--seconds", type=PositiveNumber(), help="End after so many seconds of wall time.")
@click.option("--speed", type=PositiveNumber(), default=1.0, help="The patient's time, times this.")
@click.option("--db", type=click.Path(path_type=Path), help="The record to write.")
@passphrase_option
@click.option("--json", "is_json", is_flag=True, help="A line of JSON for all that happens.")
def watch(
    ports: tuple[str, ...],
    seconds: float | None,
    speed: float,
    db: Path | None,
    is_from_stdin: bool,
    is_json: bool,
) -> None:
    """Monitor without a window: links, alarms and record as in the app."""
    from devices.address import AddressError, read_address
    from devices.link import mode_of
    from devices.watching import WatchAsked, watch_ports
    from kmonitor.store.connection import default_path
    from kmonitor.vitals import Mode

    try:
        names = [read_address(port).port for port in ports]
    except AddressError as error:
        raise click.UsageError(str(error)) from error
    if len(set(names)) < len(names):
        raise click.UsageError("A port is named twice.")
    if speed != 1:
        if db is None or db.resolve() == default_path().resolve():
            raise click.UsageError("--speed other than 1 needs a record of its own: give --db.")
        if Mode.REAL in map(mode_of, names):
            raise click.UsageError("On a real port time cannot run faster: leave --speed out.")
    asked = WatchAsked(
        ports=ports,
        seconds=seconds,
        speed=speed,
        db=db,
        is_json=is_json,
        is_passphrase_from_stdin=is_from_stdin,
    )
    watch_ports(asked)


def __getattr__(name: str) -> click.Command:
    """Import the word `simulate` only when it is used: the simulator is large."""
    if name != "simulate":
        raise AttributeError(name)
    from devices.simulator.run import simulate_command

    return simulate_command
