"""One set-up at a time, and none under a running program; standard library only.

Every start reads this, so it imports nothing that takes time.
"""

import os

from kmonitor.file_lock import take


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
