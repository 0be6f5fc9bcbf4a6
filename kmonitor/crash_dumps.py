"""No crash dump may hold a patient's data or a key; standard library only."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from kmonitor.errors import way_of


def forbid_dumps() -> None:
    """Switch them off for this process and those that it starts."""
    _keep_words_to_ourselves()
    if sys.platform == "win32":
        import ctypes

        no_critical_box, no_fault_box = 0x0001, 0x0002
        ctypes.windll.kernel32.SetErrorMode(no_critical_box | no_fault_box)
        return
    import resource

    # Linux pipes a dump to a crash reporter also at a limit of 0, but not at 1, which is too
    # small for a file as well.
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    smallest = 1 if sys.platform == "linux" and most != 0 else 0
    resource.setrlimit(resource.RLIMIT_CORE, (smallest, smallest))


def _keep_words_to_ourselves() -> None:
    """What nobody caught is told by its kind and way alone: its words may be a patient's."""

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, Exception):
            print(f"kmonitor failed: {way_of(error)}", file=sys.stderr)
        else:
            sys.__excepthook__(kind, error, trace)

    def tell_of_thread(what: threading.ExceptHookArgs) -> None:
        if what.exc_value is not None:
            tell(what.exc_type, what.exc_value, what.exc_traceback)

    def tell_unraisable(what: sys.UnraisableHookArgs) -> None:
        if what.exc_value is not None:
            tell(what.exc_type, what.exc_value, what.exc_traceback)

    sys.excepthook = tell
    threading.excepthook = tell_of_thread
    sys.unraisablehook = tell_unraisable
