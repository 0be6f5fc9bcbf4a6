from collections.abc import Sequence

import pytest

from devices.conversation import SHORTEST_REAL_QUIET_S, Conversation
from devices.protocols.catalogue import CATALOGUE
from devices.protocols.contec_v7_packets import LivePacket, encode_command, encode_live
from devices.protocols.line import LineEncoder
from kmonitor.clock import FakeClock
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
from kmonitor.vitals import DeviceStatus, Mode, Reason, StatusKind, Validity

GREETING, STILL_HERE = encode_command(0xA1), encode_command(0xAF)
PACKET = encode_live(
    LivePacket(spo2_pct=97, pulse_rate_per_min=72, perfusion_index_pct=4.2, pleth=64)
)


class Talk:
    """A conversation with what it put into the inbox."""

    def __init__(self, protocol: str = "contec-v7", speed: float = 1.0) -> None:
        self.clock = FakeClock(speed=speed)
        self.events: list[Event] = []
        self.talk = Conversation(
            "port", CATALOGUE[protocol], Mode.SIMULATED, clock=self.clock, inbox=self
        )
        self.greeting = self.talk.open()

    def put(self, event: Event) -> None:
        self.events.append(event)

    def pass_time(self, s: float, step_s: float = 0.1) -> bytes:
        """What is said meanwhile."""
        said = b""
        for _ in range(round(s / step_s)):
            self.clock.advance(s=step_s)
            said += self.talk.to_say()
        return said

    @property
    def states(self) -> list[LinkState]:
        return [one.state for one in self.events if isinstance(one, LinkChanged)]

    def kinds(self) -> Sequence[type[Event]]:
        return [type(one) for one in self.events]


def test_the_link_is_live_only_when_a_whole_frame_was_understood() -> None:
    link = Talk()
    assert link.greeting == GREETING
    link.talk.hear(PACKET[:5])
    assert link.states == [LinkState.CONNECTING]
    link.talk.hear(PACKET[5:] + PACKET)
    assert link.states == [LinkState.CONNECTING, LinkState.LIVE]
    news = [LinkChanged, LinkChanged, ReadingArrived, ReadingArrived, ReadingArrived]
    assert link.kinds() == news


def test_samples_are_told_in_pieces_and_the_rest_at_a_pause() -> None:
    link = Talk()
    link.talk.hear(PACKET * 5)  # the last is judged only when something follows, or nothing
    link.talk.pause()
    waves = [one.block.samples for one in link.events if isinstance(one, WaveArrived)]
    assert waves == [(64,) * 3, (64,) * 2]


def test_numbers_that_repeat_themselves_are_told_once_a_second() -> None:
    link = Talk()
    link.talk.hear(PACKET * 121)
    assert link.kinds().count(ReadingArrived) == 6


def test_still_here_is_said_once_a_second() -> None:
    link = Talk()
    said = b""
    for _ in range(50):
        link.talk.hear(PACKET * 2)
        said += link.pass_time(0.1)
    assert said == STILL_HERE * 5


def test_silence_is_told_once_and_the_greeting_is_said_again() -> None:
    link = Talk()
    link.talk.hear(PACKET * 2)
    said = link.pass_time(3.05)
    assert link.states == [LinkState.CONNECTING, LinkState.LIVE, LinkState.SILENT]
    assert said.count(GREETING) == 3
    link.talk.hear(PACKET * 2)
    assert link.states[-1] is LinkState.LIVE


def test_what_cannot_be_read_is_told_apart_from_silence() -> None:
    link = Talk()
    for _ in range(11):
        link.talk.hear(b"\x80" * 20)
        link.pass_time(0.1)
    changed = link.events[-1]
    assert isinstance(changed, LinkChanged)
    assert changed.detail == "bytes come, but nothing that contec-v7 can read"


def test_at_a_high_speed_a_busy_computer_is_not_silence() -> None:
    link = Talk(speed=60)
    link.talk.hear(PACKET * 2)
    link.pass_time(SHORTEST_REAL_QUIET_S * 60 - 1)
    assert link.states == [LinkState.CONNECTING, LinkState.LIVE]
    link.pass_time(1.2)
    assert link.states == [LinkState.CONNECTING, LinkState.LIVE, LinkState.SILENT]


def test_noise_makes_at_most_one_fault_a_second_with_all_bytes_counted() -> None:
    link = Talk()
    for _ in range(100):
        link.talk.hear(b"\x80" * 1000)
        link.pass_time(0.1)
    faults = [one.fault for one in link.events if isinstance(one, FrameFaulted)]
    assert 10 <= len(faults) <= 11
    assert all(len(fault.raw) <= 256 for fault in faults)
    assert faults[0].reason == "no packet begins here; 3 faults of 768 bytes in all"


def test_a_cuff_reading_without_proof_of_its_time_is_doubted() -> None:
    link = Talk("line")
    encoder = LineEncoder()
    done = ["sys=118", "dia=76", "map=90", "pr=71", "st=done"]
    link.talk.hear(encoder.encode("B", 0, ["id=7", *done]))
    link.talk.hear(encoder.encode("B", 0, ["id=8", *done]))
    old, new = (one.nibp for one in link.events if isinstance(one, NibpArrived))
    assert (old.measured, old.validity) == (None, Validity.QUESTIONABLE)
    assert old.reason is Reason.TIME_UNKNOWN
    assert (new.measured, new.validity) == (link.clock.now(), Validity.VALID)


def test_a_cuff_is_started_by_the_protocol_that_can() -> None:
    assert Talk("line").talk.ask(DeviceVerb.START_CUFF).startswith(b"$C,")


@pytest.mark.parametrize(("protocol", "is_lost"), [("contec-v7", False), ("line", True)])
def test_what_cannot_be_asked_is_refused_in_words(protocol: str, is_lost: bool) -> None:
    link = Talk(protocol)
    if is_lost:
        link.talk.lose("gone")
    assert link.talk.ask(DeviceVerb.START_CUFF) == b""
    told = link.events[-1]
    assert isinstance(told, StatusArrived)
    assert isinstance(told.status, DeviceStatus)
    assert told.status.what is StatusKind.COMMAND_REFUSED


def test_a_lost_link_is_told_once_for_each_reason() -> None:
    link = Talk()
    for why in ("gone", "gone", "in use", "in use"):
        link.talk.lose(why)
    link.talk.open()
    link.talk.close()
    lost, connecting = LinkState.LOST, LinkState.CONNECTING
    assert link.states == [connecting, lost, lost, connecting, LinkState.CLOSED]
