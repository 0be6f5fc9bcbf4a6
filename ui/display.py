"""Whether a window can be shown at all; loads neither Qt nor a theme."""

from __future__ import annotations

import os
import sys

PLATFORM = "QT_QPA_PLATFORM"
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


def has_display() -> bool:
    """Whether Qt can open a window; a platform that somebody asked for is believed."""
    if os.environ.get(PLATFORM):
        return True
    return not sys.platform.startswith("linux") or any(os.environ.get(d) for d in _DISPLAYS)
