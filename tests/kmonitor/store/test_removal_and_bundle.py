from contextlib import closing
from pathlib import Path

import pytest

from kmonitor.access import PermissionRefused
from kmonitor.clock import FakeClock
from kmonitor.errors import StoreError
from kmonitor.metrics import Metric
from kmonitor.people import Person, Role
from kmonitor.store.beside import captures_path
from kmonitor.store.bundle import import_bundle, make_bundle
from kmonitor.store.captures import CaptureWriter, capture_bytes
from kmonitor.store.connection import chain_key_of, open_record, reading
from kmonitor.store.keys import RecordKeys
from kmonitor.store.ledger import Ledger
from kmonitor.store.reader import RecordReader
from kmonitor.store.removal import remove_session
from kmonitor.store.seals import seal_lot
from kmonitor.store.signing import sign_session
from kmonitor.store.verify import verify
from tests.kmonitor.store.tampering import LIVE_SESSION, make_record, tamper

ENDED = "5e551014-0001"
PASSPHRASE = "between two computers"
TECH = Person(person_id="t", name="Tess", role=Role.TECHNICIAN)
DOC = Person(person_id="d", name="Dora", role=Role.CLINICIAN)
NURSE = Person(person_id="n", name="Nell", role=Role.NURSE)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return make_record(tmp_path / "record.db")


def remove(
    record: Path, session: str = ENDED, *, technician: Person = TECH, clinician: Person = DOC
) -> int:
    why = "retention time is over"
    return remove_session(
        record, None, session, technician=technician, clinician=clinician, reason=why
    )


def test_a_removed_session_leaves_its_links_and_who_removed_it(record: Path) -> None:
    before = len(RecordReader(record).sessions())
    count = remove(record)
    assert count > 30
    assert len(RecordReader(record).sessions()) == before - 1
    found = verify(record)
    assert found.findings == ()
    with reading(record) as connection:
        (row,) = connection.execute("SELECT technician, clinician, reason FROM removal").fetchall()
        assert row == ("t", "d", "retention time is over")
        kinds = connection.execute("SELECT kind FROM site_event").fetchall()
    assert kinds[-1] == ("session_removed",)


def test_the_bodies_of_a_removed_session_are_gone_from_the_files(record: Path) -> None:
    words = [b"Demonstration", b"D-1"]
    before = b"".join(each.read_bytes() for each in record.parent.iterdir())
    assert all(word in before for word in words)
    remove(record)
    after = b"".join(each.read_bytes() for each in record.parent.iterdir())
    assert [word for word in words if word in after] == []


def test_what_was_captured_in_a_removed_session_goes_with_it(record: Path) -> None:
    for session_id in (ENDED, LIVE_SESSION):
        captures = CaptureWriter(record, keys=lambda: None, session_id=session_id)
        captures("/dev/ttyUSB0:nonin", FakeClock().now(), session_id.encode())
        captures.stop()
    remove(record)
    left = captures_path(record).read_bytes()
    assert ENDED.encode() not in left
    assert LIVE_SESSION.encode() in left


def test_what_its_monitors_sent_goes_with_a_session(record: Path) -> None:
    captures = CaptureWriter(record, keys=lambda: None, session_id=ENDED)
    captures("a port", FakeClock().now(), b"raw bytes of a monitor")
    captures.stop()
    assert list(capture_bytes(record, None, ENDED, "a port"))
    remove(record)
    assert not list(capture_bytes(record, None, ENDED, "a port"))
    assert b"raw bytes of a monitor" not in b"".join(
        each.read_bytes() for each in record.parent.iterdir()
    )


def test_what_a_removal_did_not_take_is_still_missed(record: Path) -> None:
    remove(record)
    tamper(record, lambda c: c.execute("DELETE FROM act WHERE session = 2 AND seq = 1"))
    assert verify(record).first_bad == "act 2.1"


def test_live_rows_that_are_cut_off_behind_a_removal_are_missed(record: Path) -> None:
    remove(record)
    assert verify(record).is_ok
    tamper(record, lambda c: c.execute("DELETE FROM numeric_live"))
    tamper(record, lambda c: c.execute("DELETE FROM wave_live"))
    assert "numeric_live" in {each.row for each in verify(record).findings}


def test_behind_a_removal_live_rows_are_sealed_as_whole(record: Path) -> None:
    remove(record)
    with closing(open_record(record)) as connection:
        Ledger(connection, FakeClock(), chain_key_of(connection, None)).also(seal_lot)
    assert verify(record).findings == ()


def test_a_removal_needs_a_technician_a_clinician_and_an_end(record: Path) -> None:
    with pytest.raises(PermissionRefused, match="technician"):
        remove(record, technician=NURSE)
    with pytest.raises(PermissionRefused, match="clinician"):
        remove(record, clinician=TECH)
    with pytest.raises(StoreError, match="not ended"):
        remove(record, session=LIVE_SESSION)
    with pytest.raises(StoreError, match="reason"):
        remove_session(record, None, ENDED, technician=TECH, clinician=DOC, reason=" ")
    assert verify(record).is_ok
    assert len(RecordReader(record).sessions()) == 2


def test_only_a_clinician_signs_and_only_what_has_ended(record: Path) -> None:
    with pytest.raises(PermissionRefused):
        sign_session(record, None, ENDED, NURSE)
    with pytest.raises(StoreError, match="not ended"):
        sign_session(record, None, LIVE_SESSION, DOC)
    sign_session(record, None, ENDED, DOC)
    assert verify(record).is_ok


def bundled(record: Path, to: Path, keys: RecordKeys | None = None) -> Path:
    sign_session(record, keys, ENDED, DOC)
    make_bundle(record, keys, ENDED, to, by=DOC, passphrase=PASSPHRASE)
    return to


def test_a_bundle_tells_the_same_on_another_computer(record: Path, tmp_path: Path) -> None:
    bundle = bundled(record, tmp_path / "s.kmbundle")
    assert b"Demonstration" not in bundle.read_bytes()
    other = tmp_path / "other" / "record.db"
    keys = RecordKeys.new()
    open_record(other, keys).close()
    assert import_bundle(bundle, PASSPHRASE, other, keys, by=TECH) == ENDED
    here, there = RecordReader(record), RecordReader(other, keys)
    assert list(there.rows(ENDED)) == list(here.rows(ENDED))
    assert there.waves(ENDED, Metric.PLETH) == here.waves(ENDED, Metric.PLETH)
    assert verify(other, keys).findings == ()
    with reading(other, keys) as connection:
        (origin,) = connection.execute("SELECT record_id, exported_by FROM origin").fetchall()
    with reading(record) as connection:
        (record_id,) = connection.execute(
            "SELECT content FROM store_meta WHERE name = 'record_id'"
        ).fetchone()
    assert origin == (record_id, "Dora")


def test_a_record_that_has_sessions_of_its_own_takes_a_bundle_too(
    record: Path, tmp_path: Path
) -> None:
    bundle = bundled(record, tmp_path / "s.kmbundle")
    (tmp_path / "other").mkdir()
    other = make_record(tmp_path / "other" / "record.db")
    with pytest.raises(StoreError, match="already"):
        import_bundle(bundle, PASSPHRASE, other, None, by=TECH)
    remove(other)
    import_bundle(bundle, PASSPHRASE, other, None, by=TECH)
    assert verify(other).findings == ()
    assert list(RecordReader(other).rows(ENDED)) == list(RecordReader(record).rows(ENDED))


def test_who_acted_elsewhere_cannot_sign_in_here(record: Path, tmp_path: Path) -> None:
    bundle = bundled(record, tmp_path / "s.kmbundle")
    other = tmp_path / "other" / "record.db"
    with closing(open_record(other)):
        import_bundle(bundle, PASSPHRASE, other, None, by=TECH)
    with reading(other) as connection:
        people = connection.execute("SELECT person_id, is_active FROM person").fetchall()
    assert ("N1", 0) in people


def test_an_unsigned_session_does_not_leave(record: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="sign"):
        make_bundle(record, None, ENDED, tmp_path / "b", by=DOC, passphrase=PASSPHRASE)
    assert not (tmp_path / "b").exists()


def test_a_changed_record_is_not_exported(record: Path, tmp_path: Path) -> None:
    sign_session(record, None, ENDED, DOC)
    tamper(record, lambda c: c.execute("UPDATE act SET author = 'x' WHERE session = 1"))
    with pytest.raises(StoreError, match="does not verify"):
        make_bundle(record, None, ENDED, tmp_path / "b", by=DOC, passphrase=PASSPHRASE)


def test_a_bundle_that_was_changed_or_is_none_is_refused(record: Path, tmp_path: Path) -> None:
    bundle = bundled(record, tmp_path / "s.kmbundle")
    whole = bundle.read_bytes()
    before = record.read_bytes()
    for place in (len(whole) - 1, len(whole) // 2, 30):
        hurt = bytearray(whole)
        hurt[place] ^= 1
        bundle.write_bytes(hurt)
        with pytest.raises(StoreError):
            import_bundle(bundle, PASSPHRASE, record, None, by=TECH)
    bundle.write_bytes(whole)
    with pytest.raises(StoreError, match="wrong passphrase"):
        import_bundle(bundle, PASSPHRASE + "!", record, None, by=TECH)
    bundle.write_bytes(b"\x89PNG")
    with pytest.raises(StoreError, match="no bundle"):
        import_bundle(bundle, PASSPHRASE, record, None, by=TECH)
    with pytest.raises(StoreError, match="cannot be read"):
        import_bundle(tmp_path / "none", PASSPHRASE, record, None, by=TECH)
    assert record.read_bytes() == before


def test_no_number_of_a_removed_session_is_given_again(tmp_path: Path) -> None:
    """The highest numbers are gone with it; the chain still names them."""
    bundle = bundled(make_record(tmp_path / "record.db"), tmp_path / "s.kmbundle")
    other = tmp_path / "other" / "record.db"
    open_record(other).close()
    for _ in range(2):
        import_bundle(bundle, PASSPHRASE, other, None, by=TECH)
        remove(other)
    import_bundle(bundle, PASSPHRASE, other, None, by=TECH)
    assert verify(other).findings == ()
    with reading(other) as connection:
        assert connection.execute("SELECT session FROM session").fetchall() == [(3,)]
