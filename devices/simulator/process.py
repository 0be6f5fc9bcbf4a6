"""The app's side of the simulator: starts it as its own process and talks to it by pipe."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from devices.simulator.controls import write_rate
from kmonitor.errors import LinkError

log = logging.getLogger(__name__)

STARTS_WITHIN_S = 20.0
ENDS_WITHIN_S = 3.0
CUFF_MINUTES = 10
_PROGRAM = (
    "import sys; sys.path.insert(0, {place!r}); "
    "from devices.simulator.run import main; sys.exit(main())"
)


class SimulatorProcess:
    """A simulated patient on one port for each protocol; ends with this process at the latest."""

    def __init__(
        self,
        protocols: Sequence[str],
        *,
        scenario: str,
        seed: int,
        speed: float,
        patient_kg: Decimal,
    ) -> None:
        """Start it and wait for its addresses; raises LinkError when they do not come."""
        place = str(Path(__file__).resolve().parents[2])  # checkout or site-packages
        arguments = [
            *protocols,
            f"--scenario={scenario}",
            f"--seed={seed}",
            f"--speed={speed}",
            f"--patient-kg={patient_kg}",
            f"--cuff-minutes={CUFF_MINUTES}",
            "--controls",
        ]
        with tempfile.TemporaryFile() as complaints:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM.format(place=place), *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            self._addresses = self._read_addresses(len(protocols))
            if len(self._addresses) < len(protocols):
                self.stop()
                complaints.seek(0)
                said = complaints.read().decode("utf-8", "replace").strip().splitlines()
                reason = said[-1] if said else "it said nothing in time"
                raise LinkError(f"The simulator did not start: {reason}")

    @property
    def addresses(self) -> Sequence[str]:
        """One `PORT:PROTOCOL` text for each simulated monitor."""
        return self._addresses

    def infuse(self, dose_rate_mg_per_kg_per_h: Decimal) -> None:
        """Tell the simulated patient what the pump gives from now on; 0 is nothing."""
        pipe = self._process.stdin
        try:
            if pipe and not pipe.closed:
                pipe.write(write_rate(dose_rate_mg_per_kg_per_h))
                pipe.flush()
        except OSError:
            log.info("the simulator has ended; its links say so")

    def stop(self) -> None:
        """End the process; returns when it has ended."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        for end in (None, self._process.terminate, self._process.kill):
            if end:
                end()
            try:
                self._process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                continue
            return

    def _read_addresses(self, count: int) -> tuple[str, ...]:
        found: list[str] = []
        reader = threading.Thread(target=self._read_lines, args=(count, found), daemon=True)
        reader.start()
        reader.join(STARTS_WITHIN_S)
        if reader.is_alive():
            self._process.kill()
            reader.join()
        return tuple(found)

    def _read_lines(self, count: int, found: list[str]) -> None:
        pipe = self._process.stdout
        while pipe and len(found) < count and (line := pipe.readline()):
            found.append(line.decode("utf-8", "replace").strip())
