"""The word `simulate`: simulated monitors on pseudo-serial ports, sockets or standard output."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import click

from devices.protocols.catalogue import CATALOGUE, refusal
from devices.replay import METRICS, Recording, load
from devices.simulator import faults
from devices.simulator.bench import Bench, EndAsked, Told
from devices.simulator.contec_device import ALIVE_S, ContecDevice
from devices.simulator.controls import listen_on_stdin
from devices.simulator.cuff import Cuff
from devices.simulator.infusion_course import InfusionCourse
from devices.simulator.line_device import HEARTBEAT_LOST_S, LineDevice
from devices.simulator.patient import Patient
from devices.simulator.recorded_cuff import RecordedCuff
from devices.simulator.scenarios import SCENARIOS
from devices.simulator.station import Device, Station
from devices.simulator.wire import SocketWire, StdoutWire, Wire
from kmonitor.clock import SystemClock
from kmonitor.command_line import PositiveNumber, run

USUAL_LISTEN = "socket://127.0.0.1:0" if sys.platform == "win32" else "pty"
SCRIPTED_START_S = 300.0
_SHORTEST_REAL_S = 1.0  # a busy computer must not look like a host that has gone


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationAsked:
    """What stands on the command line after it has been read."""

    protocols: tuple[str, ...]
    scenario: str
    replay: Path | None
    columns: dict[str, str]
    asked_faults: tuple[faults.FaultAsked, ...]
    seed: int
    speed: float
    listen: str
    seconds: float | None
    has_controls: bool
    patient_kg: float
    cuff_minutes: float


def simulate(asked: SimulationAsked) -> None:
    """Open the ports, say their addresses, and turn until it is over."""
    recording = load(asked.replay, asked.columns) if asked.replay else None
    told = _hear_signals()
    source = recording or _patient(asked)
    stations = [
        _station(asked, source, protocol, port) for port, protocol in enumerate(asked.protocols)
    ]
    bench = Bench(
        source,
        stations,
        told=told,
        clock=SystemClock(asked.speed),
        infuse=source.infuse if isinstance(source, Patient) else _infuse_nobody,
        say=_say,
    )
    if asked.has_controls:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the app, which ends this
        listen_on_stdin(told)
    if asked.listen != "stdout":
        for station, protocol in zip(stations, asked.protocols, strict=True):
            print(f"{station.wire.address}:{protocol}", flush=True)
    bench.run(asked.seconds)
    for station in stations:
        station.wire.unplug()


def _hear_signals() -> SimpleQueue[Told]:
    told: SimpleQueue[Told] = SimpleQueue()  # may be put into while it is being read
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.put(EndAsked()))
    return told


def _patient(asked: SimulationAsked) -> Patient:
    is_told_by_app = asked.has_controls
    course = InfusionCourse() if is_told_by_app else InfusionCourse.scripted(SCRIPTED_START_S)
    return Patient(
        seed=asked.seed,
        scenario=SCENARIOS[asked.scenario],
        course=course,
        patient_kg=asked.patient_kg,
    )


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _infuse_nobody(_at_s: float, _mg_per_kg_per_h: float) -> None:
    """A recording does not listen."""


def _station(
    asked: SimulationAsked, source: Patient | Recording, protocol: str, port: int
) -> Station:
    return Station(
        _device(asked, source, protocol),
        _wire(asked.listen, port),
        faults=faults.build(asked.asked_faults, seed=asked.seed, port=port),
        unplugging=faults.unplugging(asked.asked_faults, seed=asked.seed, port=port),
        say=_say,
    )


def _device(asked: SimulationAsked, source: Patient | Recording, protocol: str) -> Device:
    shortest_s = _SHORTEST_REAL_S * asked.speed
    if protocol == "contec-v7":
        return ContecDevice(
            source, needs_host=asked.listen != "stdout", alive_s=max(ALIVE_S, shortest_s)
        )
    names = {fault.name for fault in asked.asked_faults}
    return LineDevice(
        source,
        RecordedCuff(source)
        if isinstance(source, Recording)
        else Cuff(source, seed=asked.seed, interval_s=asked.cuff_minutes * 60),
        heartbeat_lost_s=max(HEARTBEAT_LOST_S, shortest_s),
        refuses="refuse" in names,
        has_clock_jump="clock" in names,
    )


def _wire(listen: str, port: int) -> Wire:
    if listen == "stdout":
        return StdoutWire()
    if listen == "pty":
        from devices.simulator.pty_wire import PtyWire  # exists on Linux and macOS alone

        return PtyWire()
    host, _, number = listen.removeprefix("socket://").rpartition(":")
    return SocketWire(host, int(number) + port if int(number) else 0)


def _read_listen(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if text == "pty" and sys.platform == "win32":
        raise click.UsageError(
            "Windows has no pseudo-serial ports: use --listen socket://127.0.0.1:0."
        )
    if text in ("pty", "stdout"):
        return text
    host, sign, number = text.removeprefix("socket://").rpartition(":")
    if not (text.startswith("socket://") and sign and host and _is_port(number)):
        raise click.UsageError(f"--listen takes pty, socket://HOST:PORT or stdout, not {text!r}.")
    return text


def _is_port(number: str) -> bool:
    return number.isdecimal() and int(number) <= 65535


def _read_map(
    _context: click.Context, _option: click.Parameter, text: str | None
) -> dict[str, str]:
    columns: dict[str, str] = {}
    for part in text.split(",") if text is not None else ():
        metric, sign, title = (word.strip() for word in part.partition("="))
        if metric not in METRICS or not sign or not title or metric in columns:
            raise click.UsageError(
                f"--map takes METRIC=COLUMN,... with each metric once of "
                f"{_listed(METRICS)}, not {part.strip()!r}."
            )
        columns[metric] = title
    return columns


def _read_faults(
    _context: click.Context, _option: click.Parameter, texts: Sequence[str]
) -> tuple[faults.FaultAsked, ...]:
    try:
        return tuple(faults.parse(text) for text in texts)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _read_protocols(
    _context: click.Context, _argument: click.Parameter, names: Sequence[str]
) -> tuple[str, ...]:
    for name in names:
        if name not in CATALOGUE:
            raise click.UsageError(refusal(name))
    return tuple(names)


def _read_scenario(_context: click.Context, _option: click.Parameter, name: str) -> str:
    if name not in SCENARIOS:
        raise click.UsageError(f"There is no scenario {name!r}; known are {_listed(SCENARIOS)}.")
    return name


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


@click.command("simulate")
@click.argument("protocols", nargs=-1, required=True, callback=_read_protocols)
@click.option(
    "--scenario", default="normal", callback=_read_scenario, help=f"{_listed(SCENARIOS)}."
)
@click.option("--replay", type=click.Path(path_type=Path), help="A CSV recording, a row a second.")
@click.option("--map", "columns", callback=_read_map, help="Which columns: spo2=COLUMN,...")
@click.option(
    "--fault",
    "asked_faults",
    multiple=True,
    callback=_read_faults,
    help=f"NAME[=NUMBER]: {_listed(faults.NAMES)}.",
)
@click.option("--seed", type=int, default=1, help="Another seed is another patient.")
@click.option("--speed", type=PositiveNumber(), default=1.0, help="The patient's time, times this.")
@click.option(
    "--listen",
    default=USUAL_LISTEN,
    callback=_read_listen,
    help="pty, socket://HOST:PORT or stdout.",
)
@click.option("--seconds", type=PositiveNumber(), help="End after so many seconds of wall time.")
@click.option("--controls", "has_controls", is_flag=True, hidden=True)
@click.option("--patient-kg", type=PositiveNumber(), default=80.0, hidden=True)
@click.option("--cuff-minutes", type=click.FloatRange(min=0), default=5.0, hidden=True)
def simulate_command(**options: Any) -> None:
    """Simulate monitors: the first line is the text to give to --port."""
    asked = SimulationAsked(**options)
    if asked.columns and not asked.replay:
        raise click.UsageError("--map goes with --replay.")
    if asked.listen == "stdout" and len(asked.protocols) > 1:
        raise click.UsageError("Standard output takes one protocol.")
    simulate(asked)


def main() -> int:
    """Run as a process of the app, without the other words."""
    return run(simulate_command, sys.argv[1:])
