"""A session as bytes: it comes back equal, and anything else is refused in a plain way."""

import functools
import random
import zlib

import pytest
from hypothesis import HealthCheck, given, settings

from kmonitor import checkpoints
from kmonitor.checkpoints import CheckpointError, decode, encode
from kmonitor.events import Tick
from kmonitor.session import step
from tests.happenings import Live, short_happenings
from tests.lived_session import Bedside


@functools.cache
def _body() -> bytes:
    bedside = Bedside()
    bedside.wait(5)
    bedside.wait(20, spo2=80)
    return encode(bedside.session)


def _text(body: bytes) -> bytes | None:
    try:
        return zlib.decompress(body)
    except zlib.error:
        return None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(short_happenings)
def test_any_lived_session_comes_back_equal_and_goes_on_alike(happened):
    live = Live()
    live.live(happened)
    again = decode(encode(live.session))
    assert (again, again.record) == (live.session, live.session.record)
    later = Tick(at=live.clock.advance(s=400))
    assert step(again, later) == step(live.session, later)


def test_a_checkpoint_of_another_version_is_none(monkeypatch):
    body = _body()
    monkeypatch.setattr(checkpoints, "VERSION", checkpoints.VERSION + 1)
    with pytest.raises(CheckpointError, match="another version"):
        decode(body)


def test_a_checkpoint_of_another_shape_is_none(monkeypatch):
    body = _body()
    monkeypatch.setattr(checkpoints, "shape_of", lambda _: "older")
    with pytest.raises(CheckpointError, match="another version"):
        decode(body)


@pytest.mark.parametrize("where", range(40))
def test_a_damaged_checkpoint_is_none(where):
    body = bytearray(_body())
    chance = random.Random(where)  # places of damage, no secret
    if where % 2:
        del body[chance.randrange(len(body)) :]
    else:
        while _text(bytes(body)) == _text(_body()):  # some bits may be packed in two ways
            body[chance.randrange(2, len(body))] ^= 1 << chance.randrange(8)
    with pytest.raises(CheckpointError):
        decode(bytes(body))


@pytest.mark.parametrize(
    "told", ["", "[]", "{}", '{"session_id":4}', "null", '{"now":{"utc_ms":"x"}}']
)
def test_well_packed_nonsense_is_none(told):
    head = zlib.decompress(_body()).partition(b"\n")[0]
    with pytest.raises(CheckpointError):
        decode(zlib.compress(head + b"\n" + told.encode()))
