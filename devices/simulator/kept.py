"""A simulator that outlives the app: its parent holds the process, the app only asks for it.

A pseudo-serial port is gone with the process that opened it, so a simulated monitor that ended
with the app could not be found again after a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Protocol, runtime_checkable

SERVICE = "simulator"
_SEPARATOR = "\n"


@runtime_checkable
class Asking(Protocol):
    """How the app reaches its parent's services."""

    def ask(self, service: str, **said: str) -> Mapping[str, str]:
        """Wait for the answer; raises WorldError in one sentence."""

    def tell(self, service: str, **said: str) -> None:
        """Say something that has no answer."""


class Simulating(Protocol):
    """What is kept: a running simulator."""

    @property
    def addresses(self) -> Sequence[str]:
        """One `PORT:PROTOCOL` text for each simulated monitor."""

    def infuse(self, dose_rate_mg_per_kg_per_h: Decimal) -> None:
        """What the pump gives from now on."""

    def stop(self) -> None:
        """End it."""


def simulating(keeper: object, here: Callable[..., Simulating]) -> Callable[..., Simulating]:
    """Where a simulator is to be started: by the app's parent, or `here` if it has none."""
    return partial(DistantSimulator, keeper) if isinstance(keeper, Asking) else here


class KeptSimulator:
    """The parent's half, a service of the supervisor: one simulator, started once."""

    def __init__(self, simulate: Callable[..., Simulating] | None = None) -> None:
        self._simulate = simulate or _simulate
        self._simulator: Simulating | None = None

    def answer(self, said: Mapping[str, str]) -> Mapping[str, str]:
        """Start it or, for an app that was started again, tell its addresses once more."""
        from kmonitor.errors import LinkError

        if "rate" in said:
            if self._simulator is not None:
                self._simulator.infuse(Decimal(said["rate"]))
            return {}
        try:
            if self._simulator is None:
                self._simulator = self._simulate(
                    said["protocols"].split(_SEPARATOR),
                    scenario=said["scenario"],
                    seed=int(said["seed"]),
                    speed=float(said["speed"]),
                    patient_kg=Decimal(said["patient_kg"]),
                )
        except LinkError as error:
            return {"error": str(error)}
        return {"addresses": _SEPARATOR.join(self._simulator.addresses)}

    def stop(self) -> None:
        """The program ends."""
        if self._simulator is not None:
            self._simulator.stop()


class DistantSimulator:
    """The app's half; itself what the demonstration takes for a simulator."""

    def __init__(
        self,
        asking: Asking,
        protocols: Sequence[str],
        *,
        scenario: str,
        seed: int,
        speed: float,
        patient_kg: Decimal,
    ) -> None:
        """Have it started, or find it running; raises WorldError when it does not come up."""
        self._asking = asking
        answer = asking.ask(
            SERVICE,
            protocols=_SEPARATOR.join(protocols),
            scenario=scenario,
            seed=str(seed),
            speed=str(speed),
            patient_kg=str(patient_kg),
        )
        self._addresses = tuple(answer["addresses"].split(_SEPARATOR))

    @property
    def addresses(self) -> Sequence[str]:
        """One `PORT:PROTOCOL` text for each simulated monitor."""
        return self._addresses

    def infuse(self, dose_rate_mg_per_kg_per_h: Decimal) -> None:
        """What the pump gives from now on."""
        self._asking.tell(SERVICE, rate=str(dose_rate_mg_per_kg_per_h))

    def stop(self) -> None:
        """The parent ends it when the program ends."""


def _simulate(protocols: Sequence[str], **asked: Any) -> Simulating:
    from devices.simulator.process import SimulatorProcess

    return SimulatorProcess(protocols, **asked)
