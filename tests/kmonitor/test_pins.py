import pytest

from kmonitor.people import Role
from kmonitor.pins import PinRefused, Pins, check_new, wiped

CHEAP = Pins(time_cost=1, memory_cost_kib=8)


@pytest.mark.parametrize("pin", [b"4826", b"71934", b"48269137", b"1357", b"0192", b"195307"])
def test_an_ordinary_pin_is_taken(pin):
    check_new(bytearray(pin), Role.NURSE)


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        (b"", "4 to 8"),
        (b"482", "4 to 8"),
        (b"482913756", "4 to 8"),
        (b"48a6", "digits only"),
        ("\uff14\uff18\uff12\uff16".encode(), "digits only"),
        (b"48 6", "digits only"),
        (b"7777", "repeats"),
        (b"00000000", "repeats"),
        (b"4848", "repeats"),
        (b"482482", "repeats"),
        (b"1234", "counts"),
        (b"8901", "counts"),
        (b"9876", "counts"),
        (b"1098", "counts"),
        (b"23456789", "counts"),
        (b"1984", "year"),
        (b"2011", "year"),
    ],
)
def test_a_pin_that_is_guessed_first_is_refused_without_repeating_it(pin, why):
    with pytest.raises(PinRefused, match=why) as refused:
        check_new(bytearray(pin), Role.NURSE)
    assert not pin or pin.decode() not in str(refused.value)


def test_a_technician_needs_six_digits():
    with pytest.raises(PinRefused, match="technician has 6 to 8 digits"):
        check_new(bytearray(b"48261"), Role.TECHNICIAN)
    check_new(bytearray(b"482613"), Role.TECHNICIAN)


def test_a_pin_fits_its_own_verifier_and_no_other():
    pins = Pins()
    verifier = pins.verifier(bytearray(b"482613"))
    assert verifier.startswith("$argon2id$")
    assert pins.is_right(verifier, bytearray(b"482613"))
    assert not pins.is_right(verifier, bytearray(b"482614"))
    assert not pins.is_right(verifier, bytearray(b""))
    assert not pins.is_outdated(verifier)
    assert verifier != pins.verifier(bytearray(b"482613"))


def test_a_verifier_that_is_none_fits_no_pin():
    assert not CHEAP.is_right("", bytearray(b"4826"))
    assert not CHEAP.is_right("4826", bytearray(b"4826"))


def test_a_verifier_of_other_parameters_still_fits_and_is_to_be_made_anew():
    verifier = CHEAP.verifier(bytearray(b"4826"))
    stronger = Pins(time_cost=2, memory_cost_kib=16)
    assert stronger.is_right(verifier, bytearray(b"4826"))
    assert stronger.is_outdated(verifier)


def test_a_pin_is_wiped_whatever_happens():
    pin = bytearray(b"4826")
    with pytest.raises(PinRefused), wiped(pin):
        raise PinRefused("no")
    assert pin == bytes(4)
