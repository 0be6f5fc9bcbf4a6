"""A key store of the tests' own behind the real `keyring`, a fast key file, and bytes on disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.compat import properties
from keyring.errors import KeyringLocked

from kmonitor.store import key_file

PASSPHRASE = "the blue chair ä"


class StoreOfTheTests(KeyringBackend):
    """In the place of the operating system's; it forgets with the test."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    @properties.classproperty
    def priority(cls) -> float:  # noqa: N805  # keyring asks the class
        return 5

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        del self.kept[service, username]

    def _check(self) -> None:
        if self.is_locked:
            raise KeyringLocked("no")


KeyringBackend._classes.discard(StoreOfTheTests)  # chosen by name only, never found


@contextmanager
def key_store_of_tests() -> Iterator[StoreOfTheTests]:
    before, backend = keyring.get_keyring(), StoreOfTheTests()
    keyring.set_keyring(backend)
    try:
        yield backend
    finally:
        keyring.set_keyring(before)


def make_argon2_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little memory: these tests ask whether, not how slowly."""
    monkeypatch.setattr(key_file, "_MEMORY_KIB", 64)


def all_bytes(folder: Path) -> dict[str, bytes]:
    """Everything that lies in a folder."""
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.is_file()}
