"""No crash dump may hold a patient's data or a key; standard library only."""

import sys


def forbid_dumps() -> None:
    """Switch them off for this process and those that it starts."""
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
