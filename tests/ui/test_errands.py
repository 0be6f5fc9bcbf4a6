"""Work on another thread, told on this one."""

from __future__ import annotations

import itertools
import threading
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from kmonitor.errors import StoreError
from ui.errands import Errands


def test_work_is_done_elsewhere_in_order_and_told_here(qtbot: QtBot) -> None:
    errands = Errands()
    told: list[tuple[int, bool]] = []
    here = threading.current_thread()

    def tell(number: int, where: threading.Thread) -> None:
        assert threading.current_thread() is here
        told.append((number, where is here))

    for number in range(3):
        errands.run(
            threading.current_thread, partial(tell, number), lambda error: pytest.fail(str(error))
        )
    assert errands.is_busy
    assert told == []
    qtbot.waitUntil(lambda: not errands.is_busy, timeout=2000)
    assert told == [(0, False), (1, False), (2, False)]


def test_the_screen_goes_on_while_work_is_under_way(qtbot: QtBot) -> None:
    errands = Errands()
    gate = threading.Event()
    errands.run(gate.wait, lambda _: None, lambda _: None)
    frames = itertools.count()
    qtbot.waitUntil(lambda: next(frames) > 5, timeout=2000)
    assert errands.is_busy
    gate.set()
    qtbot.waitUntil(lambda: not errands.is_busy, timeout=2000)


def test_what_the_world_refuses_is_told_and_the_next_is_done(qtbot: QtBot) -> None:
    errands = Errands()
    told: list[str] = []

    def fail() -> None:
        raise StoreError("The disk is full.")

    errands.run(fail, lambda _: told.append("done"), lambda error: told.append(str(error)))
    errands.run(lambda: "next", told.append, lambda error: told.append(str(error)))
    qtbot.waitUntil(lambda: not errands.is_busy, timeout=2000)
    assert told == ["The disk is full.", "next"]


def test_work_asked_for_when_the_last_is_told_is_done_too(qtbot: QtBot) -> None:
    errands = Errands()
    told: list[int] = []

    def again(number: int) -> None:
        told.append(number)
        if number < 3:
            errands.run(lambda: number + 1, again, lambda _: None)

    errands.run(lambda: 1, again, lambda _: None)
    qtbot.waitUntil(lambda: told == [1, 2, 3], timeout=2000)


def test_at_the_end_of_the_program_all_is_done_and_nothing_told(qtbot: QtBot) -> None:
    errands = Errands()
    done: list[int] = []
    errands.run(lambda: done.append(1), lambda _: pytest.fail("told"), lambda _: None)
    errands.finish()
    assert done == [1]
    assert not errands.is_busy
