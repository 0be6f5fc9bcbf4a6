"""A computer without a key store: its records are kept by passphrase, or stand open."""

from kmonitor.store.key_store import KeyStore
from kmonitor.store.keys import RecordKeys


class _NoStore(KeyStore):
    def is_available(self) -> bool:
        return False

    def get(self, key_id: str) -> RecordKeys | None:
        return None

    def forget(self, key_id: str) -> None:
        pass


NO_KEY_STORE = _NoStore()
