"""The stream between the app and its parent: messages among what is printed."""

from __future__ import annotations

import os
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kmonitor.pipes import Message, Pen, Splitter, encode

STREAM = b'{"a":1}\nhalf' + encode("beat", {"who": "screen"}) + b" a line\n" + encode("goodbye")


def split(chunks: list[bytes]) -> tuple[bytes, list[Message]]:
    splitter = Splitter()
    printed, messages = b"", []
    for chunk in chunks:
        for found in splitter.feed(chunk):
            if isinstance(found, Message):
                messages.append(found)
            else:
                printed += found
    return printed, messages


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_where_the_stream_is_cut_does_not_matter(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    chunks = [STREAM[a:b] for a, b in pairwise(places)]
    printed, messages = split(chunks)
    assert printed == b'{"a":1}\nhalf a line\n'
    assert messages == [
        Message(kind="beat", said={"who": "screen"}),
        Message(kind="goodbye", said={}),
    ]


@given(st.binary())
def test_what_is_no_message_is_passed_on_unchanged(junk: bytes) -> None:
    junk = junk.replace(b"[", b"(")
    printed, messages = split([junk, b"\n"])
    assert (printed, messages) == (junk + b"\n", [])


def test_what_never_ends_is_not_kept_for_ever() -> None:
    printed, _ = split([b"\x1e" + b"x" * 100_000])
    assert len(printed) == 100_001


def test_what_a_message_says_is_in_no_text() -> None:
    assert "secret" not in repr(Message(kind="remember", said={"keys": "secret"}))


def test_a_pen_whose_reader_stands_still_blocks_nobody_and_drops_only_what_may_be_lost() -> None:
    read_end, write_end = os.pipe()
    pen = Pen(write_end, "test pen")
    for _ in range(10_000):
        pen.offer(b"o" * 100)
    pen.write(b"must come")
    got = b""
    while not got.endswith(b"must come"):
        got += os.read(read_end, 65_536)
    assert len(got) < 1_000_000
    pen.close(2)
    os.close(read_end)
    os.close(write_end)
