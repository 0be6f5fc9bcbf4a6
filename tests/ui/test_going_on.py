"""What the parent handed over after a death: the session goes on, the key is there again."""

from __future__ import annotations

import gc
from typing import cast

from PySide6.QtCore import QObject, Signal

from kmonitor.errors import StoreError
from kmonitor.keeping import NoKeeper
from kmonitor.people import PROGRAM, Person
from ui.going_on import GoneOn, KeyHandOver, go_on, hand_keys_over
from ui.sitting import Sitting, Sittings


class Remembering(NoKeeper):
    """A parent that handed over `handed`, and notes what it is to remember."""

    def __init__(self, **handed: str) -> None:
        self.handed_over = handed
        self.said: list[dict[str, str | None]] = []

    def remember(self, **said: str | None) -> None:
        self.said.append(said)


class Resuming:
    """Stands in for the sittings."""

    def __init__(self, fails: str = "") -> None:
        self.fails = fails
        self.asked: list[tuple[str, str, Person]] = []
        self.sitting = Sitting(session_id="s1", put=lambda event: None, stop=lambda: None)

    def resume(self, session_id: str, *, cause: str, author: Person) -> Sitting:
        self.asked.append((session_id, cause, author))
        if self.fails:
            raise StoreError(self.fails)
        return self.sitting

    def go_on(self, keeper: Remembering) -> GoneOn:
        return go_on(cast(Sittings, self), keeper)


def test_on_a_plain_start_nothing_is_resumed() -> None:
    resuming = Resuming()
    assert resuming.go_on(Remembering()) == GoneOn()
    assert resuming.asked == []


def test_the_session_that_ran_goes_on_in_the_name_of_the_program_with_its_cause() -> None:
    resuming = Resuming()
    gone_on = resuming.go_on(Remembering(session="s1", cause="its monitor was silent for 2 s"))
    assert gone_on.sitting is resuming.sitting
    assert resuming.asked == [("s1", "kmonitor was lost: its monitor was silent for 2 s.", PROGRAM)]


def test_what_prevents_it_is_one_sentence() -> None:
    gone_on = Resuming(fails="The record cannot be read.").go_on(Remembering(session="s1"))
    assert (gone_on.sitting, gone_on.trouble) == (None, "The record cannot be read.")


def test_the_key_is_handed_over_when_the_record_is_opened_and_when_it_changes() -> None:
    class Keys:
        text: str | None = None

        def keys_text(self) -> str | None:
            return self.text

    keys, keeper = Keys(), Remembering()
    hand_over = KeyHandOver(keys, keeper)
    hand_over.look()
    assert keeper.said == []
    keys.text = "ab12"
    hand_over.look()
    hand_over.look()
    keys.text = None
    hand_over.look()
    assert keeper.said == [{"keys": "ab12"}, {"keys": None}]


class Frames(QObject):
    framed = Signal()


class Opened:
    def keys_text(self) -> str | None:
        return "made-up keys"


def test_with_every_frame_somebody_is_still_there_who_tells_the_keys() -> None:
    frames, keeper = Frames(), Remembering()
    hand_keys_over(frames.framed, Opened(), keeper)
    gc.collect()
    frames.framed.emit()
    assert keeper.said == [{"keys": "made-up keys"}]
