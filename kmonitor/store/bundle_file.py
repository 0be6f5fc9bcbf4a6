"""The file of a bundle: a line that says what it is, then its content behind a passphrase.

{"kmonitor": "bundle", "version": 1, "salt": hex, "nonce": hex, ...}\\n
AES-256-GCM(argon2id(passphrase, salt), nonce, zlib(JSON), that first line)
"""

from __future__ import annotations

import json
import secrets
import zlib
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kmonitor.errors import StoreError
from kmonitor.store.durable import write_durably
from kmonitor.store.key_file import SHORTEST_PASSPHRASE, passphrase_secret

_NAME = "bundle"
_VERSION = 1
_MEMORY_KIB, _PASSES, _LANES, _KEY_BYTES = 64 * 1024, 3, 4, 32
_LONGEST_HEADER = 1000
_LARGEST = 2_000_000_000


def write_bundle(path: Path, content: dict[str, Any], passphrase: str) -> None:
    """Write it whole or not at all; raises StoreError for a short passphrase or a taken name."""
    if len(passphrase.strip()) < SHORTEST_PASSPHRASE:
        raise StoreError(f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters.")
    if path.exists():
        raise StoreError(f"There is a file {path} already; it was left as it is.")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    header = {
        "kmonitor": _NAME,
        "version": _VERSION,
        "salt": salt.hex(),
        "nonce": nonce.hex(),
    }
    line = json.dumps(header).encode() + b"\n"
    packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode(), 6)
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, packed, line)
    try:
        write_durably(path, line + sealed)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {(error.strerror or '').lower()}.") from error


def read_bundle(path: Path, passphrase: str) -> dict[str, Any]:
    """What was written; raises StoreError: no bundle, a newer one, wrong passphrase or damage."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _no_bundle(path)
        line, _, sealed = path.read_bytes().partition(b"\n")
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        raise StoreError(f"{path} cannot be read: {reason}.") from error
    header = _header(path, line)
    try:
        salt, nonce = bytes.fromhex(header["salt"]), bytes.fromhex(header["nonce"])
        packed = AESGCM(_key(passphrase, salt)).decrypt(nonce, sealed, line + b"\n")
        content: dict[str, Any] = json.loads(zlib.decompress(packed))
    except InvalidTag as error:
        raise StoreError(
            f"The bundle {path} does not open: wrong passphrase, or it was changed on its way."
        ) from error
    except (ValueError, LookupError, TypeError, zlib.error) as error:
        raise StoreError(f"The bundle {path} is damaged.") from error
    return content


def _header(path: Path, line: bytes) -> dict[str, Any]:
    try:
        header = json.loads(line) if len(line) < _LONGEST_HEADER else None
    except ValueError:
        header = None
    if not isinstance(header, dict) or header.get("kmonitor") != _NAME:
        raise _no_bundle(path)
    if header.get("version") != _VERSION:
        raise StoreError(f"The bundle {path} was made by a newer kmonitor.")
    return header


def _no_bundle(path: Path) -> StoreError:
    return StoreError(f"{path} is no bundle of kmonitor; it was left as it is.")


def _key(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        passphrase_secret(passphrase), salt, _PASSES, _MEMORY_KIB, _LANES, _KEY_BYTES, Type.ID
    )
