"""This computer's own record; imported late, because a demonstration must not even look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kmonitor.store.house import House


def open_own_house(keys_text: str | None) -> House:
    """In the platform's data folder; `keys_text` was kept by the supervisor over a death."""
    from kmonitor.store.house import House
    from kmonitor.store.reader import default_path

    return House.at(default_path(), keys_text)
