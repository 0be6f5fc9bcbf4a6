"""What goes wrong on a wire, on purpose and by seed: each takes messages and spoils some."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from devices.simulator.chance import stream


class Fault(Protocol):
    """One kind of damage on one wire."""

    def spoil(self, messages: list[bytes], at_s: float) -> list[bytes]:
        """The messages as they arrive; `at_s` is patient time."""


@dataclass(frozen=True, slots=True)
class FaultAsked:
    """`NAME[=NUMBER]` of the command line; None is the fault's own default."""

    name: str
    number: float | None


class OneInMany:
    """Spoils a share of the messages, by chance, in one way."""

    def __init__(
        self, chance: Random, share: float, spoil: Callable[[bytes, Random], bytes]
    ) -> None:
        """`share` runs from 0 to 1."""
        self._chance, self._share, self._spoil = chance, share, spoil

    def spoil(self, messages: list[bytes], at_s: float) -> list[bytes]:
        """Each message, spoiled or whole."""
        return [
            self._spoil(message, self._chance) if self._chance.random() < self._share else message
            for message in messages
        ]


class Outage:
    """Nothing for `length_s`, every minute or two of patient time."""

    def __init__(self, chance: Random, length_s: float) -> None:
        """The first comes 20 to 40 s after the start."""
        self._chance, self._length_s = chance, length_s
        self._from_s = chance.uniform(20, 40)

    def is_out(self, at_s: float) -> bool:
        """Whether `at_s`, which never goes back, lies in an outage."""
        while at_s >= self._from_s + self._length_s:
            self._from_s += self._length_s + self._chance.uniform(60, 120)
        return at_s >= self._from_s

    def spoil(self, messages: list[bytes], at_s: float) -> list[bytes]:
        """Everything or nothing."""
        return [] if self.is_out(at_s) else messages


class MidFrame:
    """The first message after each silence has lost its beginning."""

    def __init__(self) -> None:
        """The next message is the first."""
        self._last_s = -math.inf

    def spoil(self, messages: list[bytes], at_s: float) -> list[bytes]:
        """Cut the first message if there was none for five seconds."""
        if not messages:
            return messages
        is_first, self._last_s = at_s - self._last_s > 5, at_s
        return [messages[0][len(messages[0]) // 2 :], *messages[1:]] if is_first else messages


def _flip(message: bytes, chance: Random) -> bytes:
    spoiled = bytearray(message)
    spoiled[chance.randrange(len(message))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def _drop(message: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(message))
    return message[:at] + message[at + 1 :]


def _double(message: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(message))
    return message[: at + 1] + message[at:]


def _repeat(message: bytes, _chance: Random) -> bytes:
    return message * 2


def _add_garbage(message: bytes, chance: Random) -> bytes:
    return message + chance.randbytes(chance.randint(1, 64))


_SHARES = {
    "flip": _flip,
    "drop": _drop,
    "double": _double,
    "repeat": _repeat,
    "garbage": _add_garbage,
}
NAMES = (*sorted([*_SHARES, "silence", "midframe", "unplug", "refuse", "clock"]),)
_DEFAULT_SHARE = 0.01
_DEFAULT_OUTAGE_S = 10.0


def parse(text: str) -> FaultAsked:
    """Read `NAME[=NUMBER]`; raises ValueError in one sentence."""
    name, sign, number_text = text.partition("=")
    if name not in NAMES:
        raise ValueError(f"There is no fault {name!r}; known are {', '.join(NAMES)}.")
    if not sign:
        return FaultAsked(name, None)
    try:
        number = float(number_text)
    except ValueError:
        number = math.nan
    if name in ("midframe", "refuse", "clock"):
        raise ValueError(f"The fault {name} takes no number.")
    if name in _SHARES and not 0 <= number <= 1:
        raise ValueError(f"The fault {name} takes a share of the messages from 0 to 1.")
    if not 0 < number < math.inf:
        raise ValueError(f"The fault {name} takes a number of seconds above 0.")
    return FaultAsked(name, number)


def build(asked: Sequence[FaultAsked], *, seed: int, port: int) -> list[Fault]:
    """The faults that lie in the wire of port number `port`; `unplug` is the port's own."""
    built: list[Fault] = []
    for fault in asked:
        chance = stream(seed, "fault", port, fault.name)
        if fault.name == "silence":
            built.append(Outage(chance, fault.number or _DEFAULT_OUTAGE_S))
        elif fault.name == "midframe":
            built.append(MidFrame())
        elif fault.name in _SHARES:
            share = _DEFAULT_SHARE if fault.number is None else fault.number
            built.append(OneInMany(chance, share, _SHARES[fault.name]))
    return built


def unplugging(asked: Sequence[FaultAsked], *, seed: int, port: int) -> Outage | None:
    """When the plug of port number `port` is out, if that was asked for."""
    for fault in asked:
        if fault.name == "unplug":
            chance = stream(seed, "fault", port, fault.name)
            return Outage(chance, fault.number or _DEFAULT_OUTAGE_S)
    return None
