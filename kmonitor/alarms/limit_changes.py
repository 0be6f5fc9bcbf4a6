"""Changing the limits of one session: what may be changed, and what the change is called."""

from __future__ import annotations

from kmonitor.alarms.limits import LimitSet


def misfit(before: LimitSet, after: LimitSet) -> str | None:
    """Why `after` cannot follow on `before` in a session; None where it can.

    Only numbers may differ: the rules and their levels stay, in their order.
    """
    if before == after:
        return "Nothing was changed."
    if _shape(before) != _shape(after):
        return "A change of limits keeps the rules and levels of its set."
    return None


def _shape(limits: LimitSet) -> object:
    return (
        limits.name,
        tuple(
            (rule.condition, rule.judged, tuple(level.priority for level in rule.levels))
            for rule in limits.rules
        ),
    )
