"""The operating system's own place for secrets, through the extra `keyring`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from kmonitor.errors import StoreError
from kmonitor.store.keys import RecordKeys

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_SERVICE = "kmonitor record"
_NO_STORES = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
_ANSWERS_WITHIN_S = 60.0  # macOS may ask the person first
_T = TypeVar("_T")


class KeyStore:
    """Keeps the keys of records by their `key_id`, behind the person's sign-in to the computer."""

    def is_available(self) -> bool:
        """Whether there is one that really keeps secrets; loads it the first time."""
        try:
            return _asked("read", lambda backend: backend is not None)
        except StoreError:
            return False

    def get(self, key_id: str) -> RecordKeys | None:
        """The keys of this id, None where it does not know them."""
        text = _asked("read", lambda b: b and b.get_password(_SERVICE, key_id))
        try:
            keys = RecordKeys.from_text(text or "")
        except ValueError:
            return None
        return keys if keys.key_id == key_id else None

    def put(self, keys: RecordKeys) -> None:
        """Keep them; reads them back, since a store may refuse in silence."""
        text = keys.as_text()
        _asked("written", lambda b: b and b.set_password(_SERVICE, keys.key_id, text))
        if self.get(keys.key_id) != keys:
            raise StoreError("This computer's key store did not keep the record's key.")

    def forget(self, key_id: str) -> None:
        """Keep them no longer, where it did."""

        def leave_out(backend: KeyringBackend | None) -> None:
            if backend is not None and backend.get_password(_SERVICE, key_id) is not None:
                backend.delete_password(_SERVICE, key_id)

        _asked("written", leave_out)


def _asked(done: str, ask: Callable[[KeyringBackend | None], _T]) -> _T:
    """Ask on a thread of its own: a store may stand still, or fail in ways of its own."""
    answer: Future[_T] = Future()

    def work() -> None:
        try:
            answer.set_result(ask(_backend()))
        except Exception as error:  # given to the caller
            answer.set_exception(error)

    threading.Thread(target=work, name="key store", daemon=True).start()
    try:
        error = answer.exception(_ANSWERS_WITHIN_S)
    except TimeoutError:
        raise StoreError("This computer's key store does not answer.") from None
    if error is not None:
        is_locked = type(error).__name__ == "KeyringLocked"
        reason = "it is locked" if is_locked else type(error).__name__
        # Its words may hold the key, so they go no further.
        raise StoreError(f"This computer's key store cannot be {done}: {reason}.") from None
    return answer.result()


def _backend() -> KeyringBackend | None:
    try:
        import keyring
    except ImportError:
        return None  # the extra is not installed
    backend = keyring.get_keyring()
    chained = getattr(backend, "backends", [backend])
    is_real = bool(chained) and all(_is_real(each) for each in chained)
    return backend if is_real else None


def _is_real(backend: KeyringBackend) -> bool:
    return backend.priority > 0 and not type(backend).__module__.startswith(_NO_STORES)
