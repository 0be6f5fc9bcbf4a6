"""A site's limit set is signed in the record, for the file as it was then."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kmonitor import limit_sets
from kmonitor.access import PermissionRefused
from kmonitor.clock import FakeClock
from kmonitor.errors import StoreError
from kmonitor.limit_sets import available, chosen
from kmonitor.people import Person, Role
from kmonitor.store.file_signing import sign_limits
from kmonitor.store.house import House
from kmonitor.store.reader import RecordReader
from kmonitor.store.verify import verify
from tests.keyless import NO_KEY_STORE
from tests.kmonitor.store.record_help import START

NURSE = Person(person_id="n", name="Nell", role=Role.NURSE)
TECHNICIAN = Person(person_id="t", name="Tess", role=Role.TECHNICIAN)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = FakeClock(start=START)
    made = House.at(tmp_path / "record.db", clock=clock, key_store=NO_KEY_STORE)
    tess = made.accounts.add(None, name="Tess", role=Role.TECHNICIAN, pin=bytearray(b"715392"))
    made.accounts.add(tess, name="Dora", role=Role.CLINICIAN, pin=bytearray(b"4826"))
    yield made
    made.close()


def named(house: House, name: str) -> Person:
    return next(each for each in house.accounts.people() if each.name == name)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A site's own set, as somebody would write it: the default, with another name and number."""
    shipped = Path(limit_sets.__file__).parents[1] / "resources" / "limits" / "default.toml"
    path = tmp_path / "limits" / "own.toml"
    path.parent.mkdir()
    text = (
        shipped.read_text("utf-8").replace('"default"', '"own"').replace("limit = 90", "limit = 91")
    )
    path.write_text(text, encoding="utf-8")
    return path


def test_a_clinician_signs_a_set_and_it_can_be_chosen(house: House, own: Path) -> None:
    limits = limit_sets.load_file(own)
    assert chosen(available(own.parents[1], house.signed_limits().get), "own") is None
    house.sign_limits(limits, by=named(house, "Dora"))
    signature = house.signed_limits()[limits.sha256]
    assert (signature.by, signature.at) == ("Dora", START.at_utc)
    assert house.reader().signed_limits() == house.signed_limits()
    assert chosen(available(own.parents[1], house.signed_limits().get), "own") == limits
    assert verify(house.path).findings == ()


def test_a_file_that_was_changed_after_the_signature_must_be_signed_anew(
    house: House, own: Path
) -> None:
    house.sign_limits(limit_sets.load_file(own), by=named(house, "Dora"))
    own.write_text(own.read_text("utf-8").replace("limit = 91", "limit = 88"), encoding="utf-8")
    assert chosen(available(own.parents[1], house.signed_limits().get), "own") is None
    house.sign_limits(limit_sets.load_file(own), by=named(house, "Dora"))
    assert chosen(available(own.parents[1], house.signed_limits().get), "own") is not None


@pytest.mark.parametrize("person", [NURSE, TECHNICIAN])
def test_only_a_clinician_signs(house: House, own: Path, person: Person) -> None:
    with pytest.raises(PermissionRefused, match="that is for a clinician"):
        house.sign_limits(limit_sets.load_file(own), by=person)
    assert house.signed_limits() == {}


def test_the_audit_trail_tells_who_signed_what(house: House, own: Path) -> None:
    limits = limit_sets.load_file(own)
    house.sign_limits(limits, by=named(house, "Dora"))
    entry = house.audit(limit=1)[0]
    assert (entry.name, entry.what) == ("Dora", "limit set own version 1 signed")
    assert entry.detail == f"SHA-256 {limits.sha256}"


def test_the_first_signature_of_a_file_counts_and_the_signer_has_the_name_of_today(
    house: House, own: Path
) -> None:
    limits, clock = limit_sets.load_file(own), FakeClock(start=START.plus(3600))
    house.sign_limits(limits, by=named(house, "Dora"))
    sign_limits(house.path, None, limits, named(house, "Dora"), clock=clock)
    assert house.signed_limits()[limits.sha256].at == START.at_utc


def test_nothing_is_signed_where_there_is_no_record_or_none_that_opens(
    tmp_path: Path, own: Path
) -> None:
    path = tmp_path / "record.db"
    with pytest.raises(StoreError, match="no record"):
        sign_limits(path, None, limit_sets.load_file(own), named_clinician())
    house = House.at(path, key_store=NO_KEY_STORE)
    house.accounts.add(None, name="Tess", role=Role.TECHNICIAN, pin=bytearray(b"715392"))
    house.protect("correct horse battery")
    house.close()
    locked = House.at(path, key_store=NO_KEY_STORE)
    assert locked.signed_limits() == {}
    with pytest.raises(StoreError, match="locked"):
        locked.sign_limits(limit_sets.load_file(own), by=named_clinician())
    locked.close()


def named_clinician() -> Person:
    return Person(person_id="d", name="Dora", role=Role.CLINICIAN)


def test_a_record_without_signatures_gives_none(house: House) -> None:
    assert RecordReader(house.path).signed_limits() == {}
