"""The lock of an open file, which ends with its process; standard library only."""

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
