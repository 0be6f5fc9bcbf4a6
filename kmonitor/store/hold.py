"""One program at a time writes a record; the system lets its hold go when that program dies."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from kmonitor.clock import Instant, SystemClock
from kmonitor.errors import StoreError
from kmonitor.file_lock import take
from kmonitor.store.beside import lock_path
from kmonitor.store.connection import make_folder, plainly

_LOCKED_PLACE = 1 << 20  # behind the words, which Windows would lock too


class RecordInUse(StoreError):  # noqa: N818  # a state that another program ends
    """Another program holds the record; here it can only be looked at."""


class RecordHold:
    """The right to write one record, until it is released or this process ends."""

    def __init__(self, path: Path, file: int | None) -> None:
        self._path = path
        self._file = file

    @classmethod
    def take(cls, path: Path) -> RecordHold:
        """Take it; raises RecordInUse with the one who has it."""
        with plainly(path):
            make_folder(path.parent)
            file = os.open(lock_path(path), os.O_RDWR | os.O_CREAT, 0o600)
            try:
                os.lseek(file, _LOCKED_PLACE, os.SEEK_SET)
                if not take(file, is_shared=False, waits=False):
                    raise RecordInUse(
                        f"Another kmonitor{_holder(file)} is using the record {path}; "
                        "here it can only be looked at."
                    )
                _write_words(file)
            except BaseException:
                os.close(file)
                raise
        return cls(path, file)

    @classmethod
    def nothing(cls, path: Path) -> RecordHold:
        """Holds nothing: for a record that is opened by nobody."""
        return cls(path, None)

    @property
    def path(self) -> Path:
        """The record that it is for."""
        return self._path

    def release(self) -> None:
        """Let another program have it; the file stays, since removing it could free two."""
        if self._file is not None:
            with suppress(OSError):
                os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> RecordHold:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        self.release()


def _write_words(file: int) -> None:
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, f"{os.getpid()} {SystemClock().now().utc_ms}\n".encode("ascii"))


def _holder(file: int) -> str:
    """Who has it, as far as the file tells."""
    os.lseek(file, 0, os.SEEK_SET)
    try:
        process, since_ms = (int(word) for word in os.read(file, 100).split())
        since = Instant.from_stored(0, since_ms).at_utc.astimezone()
    except (ValueError, OverflowError):
        return ""
    return f" (process {process}, since {since:%H:%M})"
