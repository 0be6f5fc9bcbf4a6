"""How the record's rows hang together: digests, links, the live rows, and the head of it all.

Every row has a link that holds the digest of the row and, in its `mac`, the link before it. The
rows of the running minute have no links: each holds a mac over itself and the live row before
it, in the order of `nr`; what a seal covered is found in the seal that ended there (`live_mac`).
The head says where both ended at the last commit, so that a cut tail is found.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

LIVE_MAC_BYTES = 16
_HASH = "sha256"


def canonical(table: str, fields: Sequence[object]) -> bytes:
    """One row as bytes, the same whether it comes from the program or out of the database.

    Different rows never give the same bytes: each field stands with its kind and its length.
    """
    return table.encode() + b"".join(map(_field, fields))


def digest_of(chain_key: bytes, table: str, fields: Sequence[object]) -> bytes:
    """What the chain keeps of a row: of all its columns, in their order."""
    return hmac.digest(chain_key, canonical(table, fields), _HASH)


def link_mac(
    chain_key: bytes, before: bytes, *, link: int, utc_ms: int, tab: str, key: str, digest: bytes
) -> bytes:
    """The mac of a link; `before` is that of the link before, nothing for the first."""
    return hmac.digest(
        chain_key, before + canonical("chain", (link, utc_ms, tab, key, digest)), _HASH
    )


def live_mac(chain_key: bytes, before: bytes, table: str, fields: Sequence[object]) -> bytes:
    """The mac of a live row; `fields` are its columns without the mac, `nr` among them."""
    mac = hmac.digest(chain_key, before + canonical(table, fields), _HASH)
    return mac[:LIVE_MAC_BYTES]


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain and the live rows ended; of a fresh record, nowhere."""

    link: int = 0
    link_mac: bytes = b""
    nr: int = 0
    live_mac: bytes = b""

    def mac(self, chain_key: bytes) -> bytes:
        """What proves it."""
        fields = (self.link, self.link_mac, self.nr, self.live_mac)
        return hmac.digest(chain_key, canonical("chain_head", fields), _HASH)


def _field(field: object) -> bytes:
    """Kind and content, so that no other field begins in the same way."""
    kind = type(field)
    if kind is int:
        return b"i%d;" % cast(int, field)
    if kind is str:
        return _sized(b"t", cast(str, field).encode())
    if kind is bytes:
        return _sized(b"b", cast(bytes, field))
    return _rarer_field(field)


def _rarer_field(field: object) -> bytes:
    match field:
        case None:
            return b"n"
        case float() if math.isnan(field):  # the database keeps NaN as NULL
            return b"n"
        case float() if not field.is_integer():
            return b"r%b;" % repr(float(field)).encode()
        case int() | float():
            return b"i%d;" % int(field)
        case str():
            return _sized(b"t", str.__str__(field).encode())
        case bytearray() | memoryview():
            return _sized(b"b", bytes(field))
        case _:
            raise TypeError(f"no column takes a {type(field).__name__}")


def _sized(kind: bytes, content: bytes) -> bytes:
    return b"%b%d:%b" % (kind, len(content), content)
