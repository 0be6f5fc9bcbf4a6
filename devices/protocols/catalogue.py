"""The table of protocols: name to line settings, time-outs and the two halves of the talk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from devices.protocols.base import Decoder, Host
from devices.protocols.contec_v7 import ContecV7Decoder, ContecV7Host
from devices.protocols.contec_v7_packets import PACKETS_PER_S
from devices.protocols.line import LineDecoder, LineHost
from kmonitor.ports import ProtocolFacts
from kmonitor.vitals import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProtocol:
    """One row; `quiet_s` without a whole frame is silence, `frames_per_s` is nominal."""

    facts: ProtocolFacts
    baud: int
    parity: str
    quiet_s: float
    keep_alive_s: float
    frames_per_s: int
    decoder: Callable[[Mode], Decoder]
    host: Callable[[], Host]


CATALOGUE: dict[str, DeviceProtocol] = {
    row.facts.name: row
    for row in (
        DeviceProtocol(
            facts=ProtocolFacts(
                name="line", title="kmonitor line protocol (microcontroller boards)",
                gives_nibp=True, can_start_cuff=True,
            ),
            baud=115200, parity="N", quiet_s=3.0, keep_alive_s=1.0, frames_per_s=1,
            decoder=LineDecoder, host=LineHost,
        ),
        DeviceProtocol(
            facts=ProtocolFacts(
                name="contec-v7", title="Contec CMS50 oximeter, protocol V7",
                gives_nibp=False, can_start_cuff=False,
            ),
            baud=115200, parity="N", quiet_s=1.0, keep_alive_s=1.0, frames_per_s=PACKETS_PER_S,
            decoder=ContecV7Decoder, host=ContecV7Host,
        ),
    )
}  # fmt: skip
NOT_BUILT = (
    "nonin", "nonin-2", "nonin-7", "nonin-8", "nonin-1", "nonin-ascii", "contec", "contec-v5",
    "berry", "masimo", "nellcor", "dri", "suntech", "intellivue", "capnostream", "auto",
)  # fmt: skip


def names(rows: Iterable[str] = CATALOGUE) -> str:
    """The names of the protocols for a sentence: "line and contec-v7"."""
    *rest, last = rows
    return f"{', '.join(rest)} and {last}" if rest else last


def refusal(name: str) -> str:
    """One sentence on why `name` cannot be used."""
    if name in NOT_BUILT:
        return f"The protocol {name} is not built yet; built are {names()}."
    return f"There is no protocol {name!r}; known are {names()}."
