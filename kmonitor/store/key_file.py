"""`record.db.keys`: the record's keys, wrapped once for each way that opens them."""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmonitor.clock import Instant, SystemClock
from kmonitor.errors import StoreError
from kmonitor.ports import Protection
from kmonitor.store.beside import is_encrypted, keys_path
from kmonitor.store.durable import write_durably
from kmonitor.store.keys import KEY_BYTES, RecordKeys
from kmonitor.store.recovery_code import looks_like_code, new_code, secret_of

Way = Literal["passphrase", "recovery"]

SHORTEST_PASSPHRASE = 10
_VERSION = 1
_NONCE_BYTES = 12
_SALT_BYTES = 16
_MEMORY_KIB, _PASSES, _LANES = 64 * 1024, 3, 4  # about 100 ms
_MOST_MEMORY_KIB, _MOST_PASSES, _MOST_LANES = 1024 * 1024, 20, 16


class WrongPassphrase(StoreError):  # noqa: N818  # said of what was typed
    """The passphrase or code does not open the record; the file is as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrap:
    """The keys as one secret opens them: argon2id makes it a key for AES-256-GCM."""

    way: Way
    salt: bytes
    nonce: bytes
    wrapped: bytes = field(repr=False)
    memory_kib: int
    passes: int
    lanes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """What stands in the file; `is_in_key_store`: the system's key store has the keys too."""

    key_id: str
    made_utc_ms: int
    is_in_key_store: bool = False
    wraps: tuple[Wrap, ...] = ()

    def has(self, way: Way) -> bool:
        """Whether this way opens it."""
        return any(wrap.way == way for wrap in self.wraps)

    def opened_by(self, text: str) -> RecordKeys:
        """The keys, by the passphrase or the recovery code; takes some 100 ms a try.

        Raises WrongPassphrase, or a StoreError that names the typing error in a code.
        """
        keys = self._by("passphrase", passphrase_secret(text))
        if keys is None and looks_like_code(text):
            keys = self._by("recovery", secret_of(text).encode())
        if keys is None:
            raise WrongPassphrase("That does not open the record: wrong passphrase or code.")
        return keys

    def with_passphrase(self, keys: RecordKeys, passphrase: str) -> KeyFile:
        """The same keys behind another passphrase, which has to be long enough."""
        if len(passphrase.strip()) < SHORTEST_PASSPHRASE:
            raise StoreError(f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters.")
        return self._with(_wrap(keys, "passphrase", passphrase_secret(passphrase)))

    def with_new_code(self, keys: RecordKeys) -> tuple[KeyFile, str]:
        """The same behind a new recovery code, and the code, which stands nowhere else."""
        code = new_code()
        return self._with(_wrap(keys, "recovery", secret_of(code).encode())), code

    def without(self, way: Way) -> KeyFile:
        """The same without one way."""
        return replace(self, wraps=tuple(wrap for wrap in self.wraps if wrap.way != way))

    def _with(self, wrap: Wrap) -> KeyFile:
        return replace(self, wraps=(*self.without(wrap.way).wraps, wrap))

    def _by(self, way: Way, secret: bytes) -> RecordKeys | None:
        for wrap in self.wraps:
            if wrap.way == way and (keys := _unwrap(self.key_id, wrap, secret)):
                return keys
        return None


def new_key_file(keys: RecordKeys, at: Instant | None = None) -> KeyFile:
    """One that no way opens yet."""
    made = at or SystemClock().now()
    return KeyFile(key_id=keys.key_id, made_utc_ms=made.utc_ms)


def protection_of(record: Path) -> Protection:
    """How the key of the record is kept."""
    if not is_encrypted(record):
        return Protection.NONE
    try:
        is_in_key_store = read_key_file(record).is_in_key_store
    except StoreError:
        is_in_key_store = False
    return Protection.KEY_STORE if is_in_key_store else Protection.PASSPHRASE


def passphrase_secret(text: str) -> bytes:
    """The same bytes on every keyboard and system."""
    return unicodedata.normalize("NFC", text.strip()).encode()


def write_key_file(record: Path, keys: KeyFile) -> None:
    """Put it beside the record, whole or not at all."""
    said = {
        "kmonitor": "wrapped keys of a record",
        "version": _VERSION,
        "key_id": keys.key_id,
        "made_utc_ms": keys.made_utc_ms,
        "is_in_key_store": keys.is_in_key_store,
        "wraps": [_as_json(wrap) for wrap in keys.wraps],
    }
    write_durably(keys_path(record), (json.dumps(said, indent=1) + "\n").encode())


def read_key_file(record: Path) -> KeyFile:
    """The one beside the record; raises StoreError where it is none, of a newer program or hurt."""
    path = keys_path(record)
    try:
        said = json.loads(path.read_bytes())
        version = int(said["version"])
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise StoreError(f"The key file {path} cannot be read: {reason}.") from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _damaged(path) from error
    if version != _VERSION:
        raise StoreError(f"The key file {path} is of a newer kmonitor; it was left as it is.")
    try:
        return _from_json(said)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> StoreError:
    return StoreError(f"The key file {path} is damaged; a copy of it from a backup opens it.")


def _from_json(said: dict[str, Any]) -> KeyFile:
    if not isinstance(said["key_id"], str) or not isinstance(said["is_in_key_store"], bool):
        raise TypeError("not a key file")
    return KeyFile(
        key_id=said["key_id"],
        made_utc_ms=int(said["made_utc_ms"]),
        is_in_key_store=said["is_in_key_store"],
        wraps=tuple(_wrap_from(each) for each in said["wraps"]),
    )


def _wrap_from(said: dict[str, Any]) -> Wrap:
    way: Way = "recovery" if said["way"] == "recovery" else "passphrase"
    return Wrap(
        way=way,
        salt=bytes.fromhex(said["salt"]),
        nonce=bytes.fromhex(said["nonce"]),
        wrapped=bytes.fromhex(said["wrapped"]),
        memory_kib=_within(said["memory_kib"], _MOST_MEMORY_KIB),
        passes=_within(said["passes"], _MOST_PASSES),
        lanes=_within(said["lanes"], _MOST_LANES),
    )


def _within(number: int, most: int) -> int:
    """A hurt file shall not make the computer reckon for hours."""
    if not 1 <= int(number) <= most:
        raise ValueError("out of range")
    return int(number)


def _as_json(wrap: Wrap) -> dict[str, object]:
    return {
        "way": wrap.way,
        "derivation": "argon2id",
        "memory_kib": wrap.memory_kib,
        "passes": wrap.passes,
        "lanes": wrap.lanes,
        "salt": wrap.salt.hex(),
        "cipher": "aes-256-gcm",
        "nonce": wrap.nonce.hex(),
        "wrapped": wrap.wrapped.hex(),
    }


def _wrap(keys: RecordKeys, way: Way, secret: bytes) -> Wrap:
    bare = Wrap(
        way=way,
        salt=secrets.token_bytes(_SALT_BYTES),
        nonce=secrets.token_bytes(_NONCE_BYTES),
        wrapped=b"",
        memory_kib=_MEMORY_KIB,
        passes=_PASSES,
        lanes=_LANES,
    )
    seal: Callable[..., bytes] = AESGCM(_stretched(bare, secret)).encrypt
    both = keys.record_key + keys.chain_key
    return replace(bare, wrapped=seal(bare.nonce, both, _about(keys.key_id, way)))


def _unwrap(key_id: str, wrap: Wrap, secret: bytes) -> RecordKeys | None:
    try:
        cipher = AESGCM(_stretched(wrap, secret))
        both = cipher.decrypt(wrap.nonce, wrap.wrapped, _about(key_id, wrap.way))
    except (InvalidTag, ValueError):
        return None
    return RecordKeys(key_id, both[:KEY_BYTES], both[KEY_BYTES:])


def _about(key_id: str, way: Way) -> bytes:
    return f"kmonitor keys {_VERSION} {key_id} {way}".encode()


def _stretched(wrap: Wrap, secret: bytes) -> bytes:
    return hash_secret_raw(
        secret,
        wrap.salt,
        time_cost=wrap.passes,
        memory_cost=wrap.memory_kib,
        parallelism=wrap.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )
