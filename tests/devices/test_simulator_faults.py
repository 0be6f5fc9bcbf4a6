"""Faults on the wire: asked for by name, seeded, and each of its kind."""

import pytest

from devices.simulator import faults

MESSAGES = [bytes([n, n + 1, n + 2, n + 3]) for n in range(0, 200, 4)]


def spoiled(text: str, seed: int = 1, at_s: float = 0.0) -> list[bytes]:
    (fault,) = faults.build([faults.parse(text)], seed=seed, port=0)
    return fault.spoil(list(MESSAGES), at_s)


@pytest.mark.parametrize(
    "text", ["flip=0.3", "drop=0.3", "double=0.3", "repeat=0.3", "garbage=0.3"]
)
def test_a_share_of_the_messages_is_spoiled_the_same_way_for_the_same_seed(text: str) -> None:
    found = spoiled(text)
    changed = sum(now != whole for now, whole in zip(found, MESSAGES, strict=True))
    assert 5 <= changed <= 30
    assert found == spoiled(text)
    assert found != spoiled(text, seed=2)


def test_each_fault_does_what_its_name_says() -> None:
    def lengths(text: str) -> set[int]:
        return {len(message) for message in spoiled(text)}

    assert lengths("drop=1") == {3}
    assert lengths("double=1") == {5}
    assert lengths("repeat=1") == {8}
    assert min(lengths("garbage=1")) > 4
    flipped = zip(spoiled("flip=1"), MESSAGES, strict=True)
    bits = [int.from_bytes(now) ^ int.from_bytes(whole) for now, whole in flipped]
    assert all(bit.bit_count() == 1 for bit in bits)


def test_silence_comes_and_goes() -> None:
    (silence,) = faults.build([faults.parse("silence=7")], seed=1, port=0)
    heard = [bool(silence.spoil([b"x"], at_s / 10)) for at_s in range(6000)]
    runs = "".join("x" if is_heard else "." for is_heard in heard).split("x")
    lengths = [len(run) for run in runs if run]
    assert all(length in (69, 70, 71) for length in lengths[:-1]), "the last may be cut"
    assert 4 <= len(lengths) <= 9


def test_a_stream_begins_in_the_middle_of_a_message() -> None:
    (cut,) = faults.build([faults.parse("midframe")], seed=1, port=0)
    assert cut.spoil([b"abcd", b"efgh"], 0.0) == [b"cd", b"efgh"]
    assert cut.spoil([b"abcd"], 1.0) == [b"abcd"]
    assert cut.spoil([], 8.0) == []
    assert cut.spoil([b"abcd"], 9.0) == [b"cd"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("smoke", "known are clock, double, drop"),
        ("flip=2", "from 0 to 1"),
        ("drop=much", "from 0 to 1"),
        ("silence=-3", "seconds above 0"),
        ("silence=nan", "seconds above 0"),
        ("midframe=1", "takes no number"),
    ],
)
def test_a_fault_that_cannot_be_is_said_in_one_sentence(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=part) as refused:
        faults.parse(text)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)
