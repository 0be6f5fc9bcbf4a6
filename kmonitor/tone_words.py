"""The word `tones`: the alarm sounds as files, as the sound device would be given them."""

from __future__ import annotations

import io
import os
import wave
from pathlib import Path

import click
import numpy as np

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.sequence import BURSTS, Sequencer
from kmonitor.alarms.signals import SILENT, AlarmSignal
from kmonitor.alarms.tones import RATE_HZ, Pcm, as_pcm, render_burst
from kmonitor.errors import StoreError

_EDGE_S = 0.1  # of silence around a burst, so that a player cuts nothing off
_SEQUENCE = (  # what is asked for, and for how long
    (AlarmSignal(sounding=Priority.MEDIUM), 12.5, "a medium priority alarm"),
    (AlarmSignal(sounding=Priority.HIGH), 13.5, "a high priority one comes"),
    (AlarmSignal(sounding=Priority.MEDIUM), 14.0, "it is acknowledged, the medium one goes on"),
    (SILENT, 10.0, "silence"),
    (AlarmSignal(reminders=1), 10.0, "a reminder"),
)
SEQUENCE_S = 60.0


@click.command
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The folder for the files; it is made if it is not there.",
)
def tones(out: Path) -> None:
    """Write the alarm sounds to DIR: high, medium, low, and a minute of them in sequence."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise StoreError(f"{out} is a file, not a folder.") from None
    except OSError as error:
        raise StoreError(f"{out} cannot be made: {error.strerror}.") from None
    for priority in reversed(Priority):
        burst = render_burst(BURSTS[priority])
        _write(out / f"{priority}.wav", np.pad(as_pcm(burst), round(_EDGE_S * RATE_HZ)))
        click.echo(f"{out / f'{priority}.wav'}: one {priority} priority burst.")
    _write(out / "sequence.wav", sequence())
    story = "; ".join(f"{what} for {length_s:g} s" for _, length_s, what in _SEQUENCE)
    click.echo(f"{out / 'sequence.wav'}: {SEQUENCE_S:g} s as the program plays them: {story}.")


def sequence() -> Pcm:
    """A minute of changing alarms, drawn from what the sound device draws from."""
    sequencer = Sequencer()
    parts = []
    for signal, length_s, _ in _SEQUENCE:
        sequencer.present(signal)
        parts.append(sequencer.next_samples(round(length_s * RATE_HZ)))
    return np.concatenate(parts)


def _write(path: Path, samples: Pcm) -> None:
    """48 kHz, one channel, 16 bit; the whole file, or what was there before."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.astype("<i2").tobytes())
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(written.getvalue())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from None
