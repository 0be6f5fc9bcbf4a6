"""When the app is started again: every state with every event, without a process."""

from __future__ import annotations

import pytest

from kmonitor import watchdog
from kmonitor.watchdog import (
    Acknowledged,
    AskToClose,
    Beaten,
    CloseAsked,
    Effect,
    Ended,
    Event,
    Finish,
    KillApp,
    Phase,
    Remembered,
    SaidGoodbye,
    ShowLastMessage,
    Sound,
    StartApp,
    StreamEnded,
    Ticked,
    Watch,
    Watched,
)

EVENTS: tuple[Event, ...] = (
    Watched(who="monitor", is_watched=True),
    Watched(who="monitor", is_watched=False),
    Beaten(who="monitor"),
    Beaten(who="nobody"),
    Remembered(said={"session": "s2"}),
    SaidGoodbye(),
    StreamEnded(),
    Ended(status=0),
    Ended(status=-9),
    CloseAsked(cause="SIGTERM"),
    Acknowledged(),
    Ticked(),
)


class Play:
    """Feeds events with seconds and notes what was to be done."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.watch, self.effects = watchdog.begin(self.now_s)
        self.done: list[Effect] = list(self.effects)

    def take(self, *events: Event) -> tuple[Effect, ...]:
        did: tuple[Effect, ...] = ()
        for event in events:
            self.watch, effects = watchdog.step(self.watch, event, self.now_s)
            did += effects
        self.done += did
        return did

    def pass_s(self, seconds: float) -> tuple[Effect, ...]:
        """Ten looks a second, as the supervisor does."""
        did: tuple[Effect, ...] = ()
        for _ in range(round(seconds * 10)):
            self.now_s += 0.1
            did += self.take(Ticked())
        return did

    def open_session(self) -> None:
        self.take(
            Watched(who="screen", is_watched=True),
            Remembered(said={"session": "s1", "keys": "secret"}),
            Watched(who="monitor", is_watched=True),
            Beaten(who="monitor"),
            Beaten(who="screen"),
        )

    def die(self) -> tuple[Effect, ...]:
        return self.take(Ended(status=-9))


@pytest.fixture
def play() -> Play:
    played = Play()
    played.open_session()
    return played


def in_phase(phase: Phase) -> Play:
    play = Play()
    play.open_session()
    match phase:
        case Phase.DYING:
            play.take(StreamEnded())
        case Phase.CLOSING:
            play.take(SaidGoodbye())
        case Phase.GIVEN_UP:
            for _ in range(watchdog.MOST_DEATHS):
                play.die()
        case Phase.OVER:
            play.take(SaidGoodbye(), Ended(status=0))
    assert play.watch.phase is phase
    return play


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("event", EVENTS, ids=repr)
def test_in_every_state_every_event_leaves_a_state_that_ends(phase: Phase, event: Event) -> None:
    play = in_phase(phase)
    was_sounding = play.watch.is_sounding
    did = play.take(event)
    heard = [effect.is_on for effect in did if isinstance(effect, Sound)]
    assert play.watch.is_sounding is (heard[-1] if heard else was_sounding)
    assert any(isinstance(effect, Finish) for effect in did) == (
        play.watch.phase is Phase.OVER and phase is not Phase.OVER
    )
    if play.watch.phase is Phase.OVER:
        assert not play.watch.is_sounding
    if phase is Phase.OVER:
        assert did == ()
    if any(isinstance(effect, StartApp) for effect in did):
        assert phase in (Phase.RUNNING, Phase.DYING)
        assert isinstance(event, Ended)
    # From wherever it stands, a person can end it, at most by the kill of an app that hangs.
    play.take(CloseAsked(cause="SIGTERM"))
    play.pass_s(watchdog.LEAVES_WITHIN_S + 1)
    play.take(Ended(status=0))
    assert play.watch.phase is Phase.OVER


def test_a_silent_monitor_is_heard_within_two_seconds_and_its_app_ended(play: Play) -> None:
    assert play.pass_s(1.9) == ()
    did = play.pass_s(0.2)
    assert did == (Sound(is_on=True, why="its monitor was silent for 2 s"), KillApp())
    (started,) = play.take(Ended(status=-9))
    assert isinstance(started, StartApp)
    assert started.handed_over["session"] == "s1"
    assert started.handed_over["cause"] == "its monitor was silent for 2 s"
    assert started.handed_over["deaths"] == "1"


def test_a_silent_screen_is_heard_within_five_seconds(play: Play) -> None:
    did: tuple[Effect, ...] = ()
    for _ in range(60):
        did += play.pass_s(0.1)
        if did:
            break
        play.take(Beaten(who="monitor"))
    assert play.now_s == pytest.approx(105, abs=0.11)
    assert did == (Sound(is_on=True, why="its screen was silent for 5 s"), KillApp())


def test_a_window_may_take_longer_to_its_first_frame_than_between_two() -> None:
    play = Play()
    play.take(Watched(who="screen", is_watched=True))
    assert play.pass_s(watchdog.SHOWN_WITHIN_S - 1) == ()
    play.take(Beaten(who="screen"))
    assert play.pass_s(4.9) == ()
    assert play.pass_s(0.2)[-1] == KillApp()
    hung = Play()
    hung.take(Watched(who="screen", is_watched=True))
    assert hung.pass_s(watchdog.SHOWN_WITHIN_S + 0.1)[-1] == KillApp()


def test_who_is_not_watched_may_be_silent(play: Play) -> None:
    play.take(Watched(who="monitor", is_watched=False), Watched(who="screen", is_watched=False))
    assert play.pass_s(600) == ()


def test_the_sound_goes_on_until_the_monitor_beats_if_a_session_ran(play: Play) -> None:
    play.die()
    play.take(Watched(who="screen", is_watched=True))
    assert play.take(Beaten(who="screen")) == ()
    assert play.take(Beaten(who="monitor")) == (Sound(is_on=False),)


def test_without_a_session_the_screen_ends_the_sound(play: Play) -> None:
    play.take(Remembered(said={"session": None}))
    play.die()
    assert play.take(Beaten(who="screen")) == (Sound(is_on=False),)


def test_an_app_that_does_not_come_up_again_is_ended_too(play: Play) -> None:
    play.die()
    assert play.pass_s(watchdog.STARTS_WITHIN_S - 1) == ()
    did = play.pass_s(2)
    assert did == (Sound(is_on=True, why="it did not come up"), KillApp())


def test_three_deaths_within_a_minute_are_the_last_message(play: Play) -> None:
    for _ in range(2):
        assert isinstance(play.die()[-1], StartApp)
        play.pass_s(1)
    shown = play.die()[-1]
    assert isinstance(shown, ShowLastMessage)
    assert shown.handed_over["deaths"] == "3"
    assert play.pass_s(600) == ()
    assert play.watch.is_sounding
    assert play.take(Acknowledged()) == (Sound(is_on=False), Finish(status=watchdog.NOT_DONE))


def test_deaths_that_lie_apart_are_each_mended(play: Play) -> None:
    for _ in range(10):
        assert isinstance(play.die()[-1], StartApp)
        play.take(Beaten(who="monitor"))
        play.pass_s(31)


def test_what_cannot_start_at_all_ends_with_its_own_status_and_without_sound() -> None:
    play = Play()
    assert play.take(StreamEnded()) == ()
    assert play.take(Ended(status=1)) == (Finish(status=1),)


def test_after_a_goodbye_nothing_is_expected_and_the_status_is_handed_on(play: Play) -> None:
    assert play.take(SaidGoodbye()) == ()
    assert play.pass_s(10) == ()
    assert play.take(StreamEnded(), Ended(status=3)) == (Finish(status=3),)


def test_who_said_goodbye_and_stays_is_ended(play: Play) -> None:
    play.take(SaidGoodbye())
    assert play.pass_s(watchdog.LEAVES_WITHIN_S - 1) == ()
    assert play.pass_s(2) == (KillApp(),)


def test_who_was_asked_to_close_and_does_not_say_goodbye_is_ended_sooner(play: Play) -> None:
    play.take(CloseAsked(cause="SIGTERM"))
    assert play.pass_s(watchdog.CLOSES_WITHIN_S + 1) == (KillApp(),)


def test_who_was_asked_to_close_and_said_goodbye_has_the_time_that_a_backup_takes(
    play: Play,
) -> None:
    play.take(CloseAsked(cause="SIGTERM"), SaidGoodbye())
    assert play.pass_s(watchdog.LEAVES_WITHIN_S - 1) == ()
    assert play.pass_s(2) == (KillApp(),)


def test_asked_to_close_the_app_is_told_why_and_not_started_again(play: Play) -> None:
    assert play.take(CloseAsked(cause="SIGTERM")) == (AskToClose(cause="SIGTERM"),)
    assert play.pass_s(10) == ()
    assert play.take(Ended(status=-9)) == (Finish(status=-9),)


def test_asked_to_close_while_it_dies_nothing_is_started() -> None:
    play = in_phase(Phase.DYING)
    assert play.take(CloseAsked(cause="SIGTERM")) == (Sound(is_on=False),)
    assert play.take(Ended(status=-9)) == (Finish(status=-9),)


def test_who_stood_still_himself_calls_nobody_silent(play: Play) -> None:
    play.now_s += 3600
    assert play.take(Ticked()) == ()
    assert play.pass_s(1.5) == ()
    assert play.pass_s(0.6)[0] == Sound(is_on=True, why="its monitor was silent for 2 s")


def test_what_is_remembered_is_in_no_text(play: Play) -> None:
    assert "secret" not in repr(play.watch)
    assert "secret" not in repr(play.die())
    assert "secret" not in repr(Remembered(said={"keys": "secret"}))
    assert isinstance(play.watch, Watch)
