"""The files of one record, and what its file looks like before anybody opens it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

PLAIN_BEGINNING = b"SQLite format 3\x00"
SMALLEST_DATABASE = 512
_LOOKED_AT = 1_000_000
_PAGE = 4096
_VARIED, _STILL_THE_SAME = 12, 3  # of the 16 bytes of a salt
_RANDOM_PAGE = 230  # of 256 bytes so many occur in a page of random ones, and never in a text


class Shape(StrEnum):
    """What the first bytes of a record's file say."""

    NONE = "none"
    PLAIN = "plain"
    OPAQUE = "opaque"


def keys_path(path: Path) -> Path:
    """The wrapped keys; there only where the record is encrypted."""
    return _beside(path, ".keys")


def anchors_path(path: Path) -> Path:
    """The chain's anchors; written when a record is made, so they prove that a file is ours."""
    return _beside(path, ".anchors")


def lock_path(path: Path) -> Path:
    """Held by the one program that may write."""
    return _beside(path, ".lock")


def wal_path(path: Path) -> Path:
    """What SQLite has committed and not yet moved over."""
    return _beside(path, "-wal")


def shm_path(path: Path) -> Path:
    """SQLite's index of that."""
    return _beside(path, "-shm")


def captures_path(path: Path) -> Path:
    """The raw bytes of the monitors, under the same key."""
    return path.with_name(f"{path.stem}.captures{path.suffix}")


def shape_of(path: Path) -> Shape:
    """Plain, opaque (encrypted, foreign or damaged), or nothing there."""
    if not path.exists() or (path.is_file() and path.stat().st_size == 0):
        return Shape.NONE
    if not path.is_file():
        return Shape.OPAQUE
    with path.open("rb") as file:
        beginning = file.read(len(PLAIN_BEGINNING))
    return Shape.PLAIN if beginning == PLAIN_BEGINNING else Shape.OPAQUE


def is_encrypted(path: Path) -> bool:
    """Whether the record at `path` needs a key; a plain file beside keys does not."""
    return shape_of(path) is not Shape.PLAIN and keys_path(path).exists()


def is_under_another_key(path: Path, salt: bytes) -> bool:
    """Whether the file begins with a whole salt and `salt` is nowhere in it; a hurt one is ours."""
    with path.open("rb") as file:
        content = file.read(_LOOKED_AT)
    found = content[: len(salt)]
    same = sum(one == other for one, other in zip(found, salt, strict=False))
    is_whole = len(found) == len(salt) and len(set(found)) >= _VARIED
    return is_whole and same < _STILL_THE_SAME and salt not in content


def looks_encrypted(path: Path) -> bool:
    """Whether an opaque file is random all through, so that it was never a plain record."""
    with path.open("rb") as file:
        found = file.read(_LOOKED_AT)
    if len(found) < _PAGE or b"CREATE T" in found:
        return False
    pages = [found[at : at + _PAGE] for at in range(0, len(found) - _PAGE + 1, _PAGE)]
    return all(len(set(page)) > _RANDOM_PAGE for page in pages[1:] or pages)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
