"""Which monitors the session listens to: typed as port and protocol, or given by the simulator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kmonitor.ports import ProtocolFacts

MOST_MONITORS = 2


@dataclass(frozen=True, slots=True)
class MonitorEntry:
    """One row as it stands: a port as the system names it, and a protocol of the catalogue."""

    port: str
    protocol: str


@dataclass(frozen=True, slots=True)
class Monitors:
    """The addresses to open, or the sentence that says what is missing or wrong.

    `tells_cuff`: one of them says when its cuff inflates.
    """

    addresses: tuple[str, ...]
    why_not: str = ""
    tells_cuff: bool = False


def tells_cuff(protocol: str, catalogue: Sequence[ProtocolFacts]) -> bool:
    """Whether a monitor that speaks `protocol` says when its cuff inflates.

    Those that can be asked to start the cuff answer when it begins and when it ends.
    """
    return any(facts.name == protocol and facts.can_start_cuff for facts in catalogue)


def read_monitors(
    entries: Sequence[MonitorEntry], catalogue: Sequence[ProtocolFacts] = ()
) -> Monitors:
    """A row without a port is not used; one monitor at least is needed."""
    used = [entry for entry in entries if entry.port.strip()]
    if not used:
        return Monitors((), "a monitor's port")
    ports = [entry.port.strip() for entry in used]
    if len(set(ports)) < len(ports):
        return Monitors((), "two different ports")
    return Monitors(
        tuple(f"{entry.port.strip()}:{entry.protocol}" for entry in used),
        tells_cuff=any(tells_cuff(entry.protocol, catalogue) for entry in used),
    )
