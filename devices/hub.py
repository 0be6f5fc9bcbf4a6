"""What the screen and `watch` need of the devices, behind `kmonitor.ports.Devices`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from devices.address import read_address
from devices.link import SerialLink
from devices.protocols.catalogue import CATALOGUE
from kmonitor.clock import Clock
from kmonitor.ports import Inbox, ProtocolFacts, Simulator, Tap


class DeviceHub:
    """Makes links and simulators; holds none of them."""

    def protocols(self) -> Sequence[ProtocolFacts]:
        """The catalogue."""
        return tuple(protocol.facts for protocol in CATALOGUE.values())

    def scenarios(self) -> Sequence[str]:
        """What can happen to a simulated patient."""
        from devices.simulator.scenarios import SCENARIOS

        return tuple(SCENARIOS)

    def link(
        self, address: str, *, clock: Clock, inbox: Inbox, tap: Tap | None = None
    ) -> SerialLink:
        """A closed link to `PORT:PROTOCOL`; raises LinkError in one sentence."""
        return SerialLink(address, read_address(address), clock=clock, inbox=inbox, tap=tap)

    def simulate(
        self,
        protocols: Sequence[str],
        *,
        scenario: str,
        seed: int,
        speed: float,
        patient_kg: Decimal,
    ) -> Simulator:
        """Start a simulator process; raises LinkError when it does not come up."""
        from devices.simulator.process import SimulatorProcess

        return SimulatorProcess(
            protocols, scenario=scenario, seed=seed, speed=speed, patient_kg=patient_kg
        )
