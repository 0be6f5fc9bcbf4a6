"""The gate of the demonstration lets its one person do everything, without a question."""

from kmonitor.access import Right
from kmonitor.people import DEMONSTRATION_NURSE, LOCKED
from ui.people.gate import OpenGate


def test_the_demonstration_asks_nobody_and_acts_at_once() -> None:
    gate = OpenGate(DEMONSTRATION_NURSE)
    done: list[str] = []
    gate.ask(Right.RUN_SESSION, lambda: done.append("begun"))
    assert done == ["begun"]
    assert gate.person() is DEMONSTRATION_NURSE
    assert not gate.is_locked
    assert not gate.has_people


def test_nobody_signed_in_is_locked() -> None:
    assert OpenGate(LOCKED).is_locked
