"""A session as bytes and back, so that resuming it need not replay hours of readings.

A checkpoint is a cache: whatever is odd about one is a `CheckpointError`, and the session is
replayed from its rows instead. The screen's sign of life belongs to one run and is left out.
"""

from __future__ import annotations

import json
import zlib

from kmonitor.codec import from_text, shape_of, to_text
from kmonitor.session_state import Session

VERSION = 1
_LEFT_OUT = ("screen_alive",)
_QUICK = 1  # zlib's level: made each minute beside monitoring


class CheckpointError(ValueError):
    """The bytes are no checkpoint of this program's sessions; replay the record instead."""


def encode(session: Session) -> bytes:
    """The session as it stands; its bytes hold patient data and belong into the record alone."""
    head = json.dumps({"version": VERSION, "shape": shape_of(Session)})
    text = f"{head}\n{to_text(session, leave_out=_LEFT_OUT)}"
    return zlib.compress(text.encode(), _QUICK)


def decode(body: bytes) -> Session:
    """The session of `encode`; raises CheckpointError for other versions, shapes and damage."""
    try:
        head, _, text = zlib.decompress(body).decode().partition("\n")
        told = json.loads(head)
        if told != {"version": VERSION, "shape": shape_of(Session)}:
            raise CheckpointError("The checkpoint is of another version.")
        session: Session = from_text(Session, text)
    except CheckpointError:
        raise
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
        raise CheckpointError("The checkpoint is damaged.") from None
    return session
