"""The two secrets of an encrypted record; they live in memory, wrapped on disk, in no text."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from kmonitor.errors import StoreError

KEY_BYTES = 32
_SALT_BYTES = 16


class Locked(StoreError):  # noqa: N818  # a state that a key ends, not a fault
    """The record is encrypted and nobody has given its key yet."""


@dataclass(frozen=True, slots=True, repr=False)
class RecordKeys:
    """What opens a record and what its chain is reckoned with; `key_id` alone is no secret."""

    key_id: str
    record_key: bytes
    chain_key: bytes

    def __post_init__(self) -> None:
        if len(self.record_key) != KEY_BYTES or len(self.chain_key) != KEY_BYTES:
            raise ValueError("a key has 32 bytes")

    def __repr__(self) -> str:
        return "RecordKeys(not shown)"

    @classmethod
    def new(cls, chain_key: bytes | None = None) -> RecordKeys:
        """Random ones; a record that was open until now keeps its chain's key."""
        return cls(
            secrets.token_hex(8),
            secrets.token_bytes(KEY_BYTES),
            chain_key or secrets.token_bytes(KEY_BYTES),
        )

    @classmethod
    def from_text(cls, text: str) -> RecordKeys:
        """Read what `as_text` gave; raises ValueError that repeats nothing of it."""
        try:
            key_id, record_key, chain_key = text.split(":")
            return cls(key_id, bytes.fromhex(record_key), bytes.fromhex(chain_key))
        except ValueError:
            raise ValueError("this is no key of a record") from None

    def as_text(self) -> str:
        """All of it, for a pipe or a key store; never for a file, a log or an argument."""
        return f"{self.key_id}:{self.record_key.hex()}:{self.chain_key.hex()}"

    @property
    def file_salt(self) -> bytes:
        """The first bytes of every file under this key: no secret, and known if they are hurt."""
        return hashlib.sha256(b"kmonitor record " + self.key_id.encode()).digest()[:_SALT_BYTES]

    @property
    def pragma(self) -> str:
        """The key and the file's salt as `PRAGMA key` and `ATTACH ... KEY` take them."""
        return f"x'{self.record_key.hex()}{self.file_salt.hex()}'"
