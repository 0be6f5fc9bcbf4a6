"""What is said and heard on one port; without any I/O, so that it is tested with a fake clock."""

from __future__ import annotations

from dataclasses import replace

from devices.fault_merger import FaultMerger
from devices.protocols.catalogue import DeviceProtocol
from devices.repeats import RepeatFilter
from devices.waves import WaveJoiner
from kmonitor.clock import Clock, Instant
from kmonitor.effects import DeviceVerb
from kmonitor.events import (
    Event,
    FrameFaulted,
    LinkChanged,
    LinkState,
    NibpArrived,
    ReadingArrived,
    StatusArrived,
    WaveArrived,
)
from kmonitor.ports import Inbox
from kmonitor.vitals import (
    DeviceIdentity,
    DeviceStatus,
    FrameFault,
    Mode,
    NibpReading,
    NumericReading,
    Reading,
    Reason,
    StatusKind,
    Validity,
    WaveBlock,
)

WAVE_PIECE_REAL_S = 0.05  # fewer and larger blocks spare three threads; a frame is 0.04 s
_Told = NumericReading | NibpReading | DeviceStatus | DeviceIdentity
SHORTEST_REAL_QUIET_S = 0.25  # at a high speed a busy computer must not look like a dead device


class Conversation:
    """Bytes to events and the host's lines in time; used by the port's thread alone."""

    def __init__(
        self, name: str, protocol: DeviceProtocol, mode: Mode, *, clock: Clock, inbox: Inbox
    ) -> None:
        self._name = name
        self._protocol = protocol
        self._mode = mode
        self._clock = clock
        self._inbox = inbox
        self._quiet_s = max(protocol.quiet_s, SHORTEST_REAL_QUIET_S * clock.speed)
        self._decoder = protocol.decoder(mode)
        self._host = protocol.host()
        self._faults = FaultMerger()
        self._repeats = RepeatFilter(protocol.frames_per_s)
        self._state: LinkState | None = None
        self._detail = ""
        self._is_open = False
        self._heard_bytes = False
        self._waves = WaveJoiner(min(1.0, WAVE_PIECE_REAL_S * clock.speed))
        self._was_live = False
        self._quiet_since = self._keep_alive_due = clock.now()

    @property
    def was_live(self) -> bool:
        """Whether a whole frame came since the port was last opened."""
        return self._was_live

    def connect(self) -> None:
        """The port is about to be opened for the first time."""
        self._turn(LinkState.CONNECTING, self._clock.now(), "")

    def open(self) -> bytes:
        """The port is open; return what to say first."""
        now = self._clock.now()
        self._tell_faults(self._decoder.reset(now), now)
        self._repeats = RepeatFilter(self._protocol.frames_per_s)
        self._is_open, self._was_live, self._heard_bytes = True, False, False
        self._quiet_since = now
        self._keep_alive_due = now.plus(self._protocol.keep_alive_s)
        self._turn(LinkState.CONNECTING, now, "")
        return self._host.greeting()

    def hear(self, chunk: bytes) -> None:
        """Bytes came; they are stamped here."""
        now = self._clock.now()
        self._heard_bytes = True
        before = self._decoder.frames
        self._take(self._decoder.feed(chunk, now), before, now)

    def pause(self) -> None:
        """Nothing came for one read of the port."""
        now = self._clock.now()
        before = self._decoder.frames
        self._take(self._decoder.settle(now), before, now)
        self._tell_waves(self._waves.break_off())

    def to_say(self) -> bytes:
        """What is due to be said now; announces silence."""
        now = self._clock.now()
        said = b""
        if now.seconds_since(self._quiet_since) >= self._quiet_s:
            self._turn(LinkState.SILENT, now, self._silence())
            self._quiet_since = now
            self._heard_bytes = False
            said += self._host.greeting()
        if not now.is_before(self._keep_alive_due):
            self._keep_alive_due = now.plus(self._protocol.keep_alive_s)
            said += self._host.keep_alive()
        self._tell_faults([], now)
        return said

    def wait_s(self) -> float:
        """Real seconds until something may be due."""
        return self._clock.wait_s(self._keep_alive_due)

    def ask(self, verb: DeviceVerb) -> bytes:
        """The bytes that ask for `verb`; if there are none, that is told."""
        asked = self._host.command(verb) if self._is_open else None
        if asked is None:
            why = "the link is lost" if not self._is_open else "this monitor cannot be asked"
            self.refuse(why)
        return asked or b""

    def refuse(self, why: str) -> None:
        """Tell why what was asked did not reach the device."""
        now = self._clock.now()
        refused = DeviceStatus(
            received=now, what=StatusKind.COMMAND_REFUSED, mode=self._mode, detail=why
        )
        self._inbox.put(StatusArrived(at=now, link=self._name, status=refused))

    def farewell(self) -> bytes:
        """What to say before the port is closed."""
        return self._host.farewell()

    def lose(self, why: str) -> None:
        """The port broke or cannot be opened; told once for each reason."""
        self._leave(LinkState.LOST, why)

    def close(self) -> None:
        """The port is closed for good."""
        self._leave(LinkState.CLOSED, "")

    def _leave(self, state: LinkState, why: str) -> None:
        now = self._clock.now()
        self._is_open = False
        self._tell_waves(self._waves.break_off())
        self._tell_faults([], now, at_once=True)
        self._turn(state, now, why)

    def _silence(self) -> str:
        if self._heard_bytes:
            return f"bytes come, but nothing that {self._protocol.facts.name} can read"
        return "nothing comes from the monitor"

    def _take(self, found: list[Reading | FrameFault], frames: int, now: Instant) -> None:
        if self._decoder.frames > frames:
            self._was_live, self._heard_bytes = True, False
            self._quiet_since = now
            self._turn(LinkState.LIVE, now, "")
        for one in self._repeats.pick(found):
            if isinstance(one, FrameFault):
                self._faults.add(one)
            elif isinstance(one, WaveBlock):
                self._tell_waves(self._waves.join(one))
            else:
                self._inbox.put(self._event(one))
        self._tell_faults([], now)

    def _tell_waves(self, blocks: list[WaveBlock]) -> None:
        for block in blocks:
            self._inbox.put(WaveArrived(at=block.received, link=self._name, block=block))

    def _event(self, reading: _Told) -> Event:
        at, link = reading.received, self._name
        match reading:
            case NumericReading():
                return ReadingArrived(at=at, link=link, reading=reading)
            case NibpReading():
                return NibpArrived(at=at, link=link, nibp=_with_doubt(reading))
            case DeviceStatus() | DeviceIdentity():
                return StatusArrived(at=at, link=link, status=reading)

    def _tell_faults(
        self, faults: list[FrameFault], now: Instant, *, at_once: bool = False
    ) -> None:
        for fault in faults:
            self._faults.add(fault)
        for fault in self._faults.tell(now, at_once=at_once):
            self._inbox.put(FrameFaulted(at=now, link=self._name, fault=fault))

    def _turn(self, state: LinkState, now: Instant, detail: str) -> None:
        is_silent_still = state is LinkState.SILENT and self._state is state
        if is_silent_still or (state, detail) == (self._state, self._detail):
            return
        self._state, self._detail = state, detail
        facts = self._protocol.facts
        changed = LinkChanged(
            at=now,
            link=self._name,
            protocol=facts.name,
            state=state,
            mode=self._mode,
            detail=detail,
            can_start_cuff=facts.can_start_cuff,
            gives_nibp=facts.gives_nibp,
        )
        self._inbox.put(changed)


def _with_doubt(nibp: NibpReading) -> NibpReading:
    """A cuff reading without proof of its time is shown and judges nothing."""
    if nibp.measured is not None or nibp.validity is not Validity.VALID:
        return nibp
    return replace(nibp, validity=Validity.QUESTIONABLE, reason=Reason.TIME_UNKNOWN)
