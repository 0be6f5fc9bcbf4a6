"""What the world outside may do to us; each says in one plain sentence what went wrong."""

from __future__ import annotations

_MOST_STEPS = 12


class WorldError(Exception):
    """The world failed; caught at a thread's edge or at the command line, never a bug of ours."""


class LinkError(WorldError):
    """A port could not be opened, or broke."""


class StoreError(WorldError):
    """The record could not be opened, read or written."""


class SettingsError(WorldError):
    """A settings or site file cannot be used; the text names file and field."""


def way_of(error: BaseException) -> str:
    """What kind of fault it is and where it came from, the innermost step first; for the log.

    Never its words: they may hold what a patient or a person said.
    """
    steps = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        file = code.co_filename.replace("\\", "/").rpartition("/")[2]
        steps.append(f"{code.co_name} ({file}:{trace.tb_lineno})")
        trace = trace.tb_next
    return " < ".join([type(error).__name__, *reversed(steps[-_MOST_STEPS:])])
