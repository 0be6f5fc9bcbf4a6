"""One set-up at a time, and none under a running program; standard library only.

Every start reads this, so it imports nothing that takes time.
"""

import os
import sys

if sys.platform == "win32":
    import msvcrt

    def take(file: int, *, is_shared: bool, waits: bool) -> bool:
        """Take the lock of an open file, which ends with it; False: another has it."""
        if is_shared:
            return True  # Windows replaces no file that is in use
        while True:
            try:
                msvcrt.locking(file, msvcrt.LK_LOCK if waits else msvcrt.LK_NBLCK, 1)
            except OSError:  # its own wait ends after 10 s
                if not waits:
                    return False
            else:
                return True

else:
    import fcntl

    def take(file: int, *, is_shared: bool, waits: bool) -> bool:
        """Take the lock of an open file, which ends with it; False: another has it."""
        kind = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, kind if waits else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class EnvironmentLock:
    """Shared by all that run from the environment, held alone by the start that changes it."""

    def __init__(self, folder: str) -> None:
        self.path = folder + ".lock"
        self._held: int | None = None

    def hold_for_use(self) -> bool:
        """Hold it until this process ends, whatever program it becomes; False: it is changing."""
        try:
            file = os.open(self.path, os.O_RDONLY)
        except OSError:
            return True  # nobody has set anything up here
        if not take(file, is_shared=True, waits=False):
            os.close(file)
            return False
        os.set_inheritable(file, True)
        self._held = file
        return True

    def release(self) -> None:
        """Let it go again, so that this process can change the environment itself."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
