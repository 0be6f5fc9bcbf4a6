"""A session goes on out of a real file, with the checkpoint that the store thread wrote."""

from pathlib import Path

import pytest

from kmonitor.clock import SystemClock, boot_of
from kmonitor.events import AlarmAcknowledged, NoteWritten
from kmonitor.limit_sets import load_default
from kmonitor.monitor import Monitor
from kmonitor.resuming import resume_from
from kmonitor.store.reader import RecordReader
from kmonitor.store.summary import summarise
from kmonitor.store.writer import RecordWriter
from tests import builders
from tests.builders import NURSE
from tests.monitor_looker import Looker

LIMITS = load_default()
SESSION = "2026-01-05-0001"


def _conditions(session):
    return {each.condition.value for each in session.presented_alarms}


def _begin(path: Path, clock: SystemClock) -> Looker:
    """A session that nobody ends: the program goes away with all that was committed."""
    looker = Looker()
    monitor = Monitor(clock=clock, limits=LIMITS, observers=[looker])
    monitor.keep_in(RecordWriter(path, inbox=monitor, clock=clock))
    monitor.start(builders.opened(clock.now()))
    monitor.put(builders.started(clock.now()))
    monitor.put(builders.nibp(clock.now(), 190, 80, None))
    session = looker.wait_for(lambda session: "nibp_systolic_high" in _conditions(session))
    (number,) = (each.number for each in session.presented_alarms)
    monitor.put(AlarmAcknowledged(at=clock.now(), author=NURSE, occurrence=number))
    looker.wait_for(lambda session: session.presented_alarms[0].is_acknowledged)
    monitor.stop()
    return looker


@pytest.mark.parametrize("has_checkpoint", [True, False])
def test_a_session_goes_on_in_its_file_as_it_was(tmp_path, monkeypatch, has_checkpoint):
    path, clock = tmp_path / "record.db", SystemClock()
    if not has_checkpoint:
        monkeypatch.setattr(RecordWriter, "mark", lambda _self, _session: None)
    before = _begin(path, clock).snapshots[-1]
    reader = RecordReader(path)
    assert (reader.checkpoint(SESSION) is not None) is has_checkpoint
    here = clock.now()
    point = resume_from(reader, SESSION, LIMITS, here=here, boot_id=boot_of(clock))
    assert (point.is_same_boot, point.doubt, point.missing) == (True, "", ())
    for name in ("limits", "alarms", "infusion", "acts", "pump_prompt", "seq", "baseline"):
        assert getattr(point.session, name) == getattr(before, name)

    looker = Looker()
    monitor = Monitor(clock=clock, limits=LIMITS, observers=[looker])
    monitor.keep_in(RecordWriter(path, inbox=monitor, clock=clock, continues=SESSION))
    monitor.resume(point, point.resumed(clock.now(), author=NURSE, cause="The program was killed."))
    monitor.put(NoteWritten(at=clock.now(), author=NURSE, text="here again"))
    looker.wait_for(lambda session: session.is_saved and len(session.acts) > len(before.acts) + 1)
    monitor.stop()
    told = summarise(reader, SESSION)
    (gap,) = told["interruptions"]
    assert gap["is_same_boot"]
    given = told["infusion"]
    assert given["delivered_high_mg"] > given["delivered_low_mg"]
    assert given["delivered_high_mg"] - given["delivered_low_mg"] == pytest.approx(
        gap["s"] * 150 * 0.41 / 3600, abs=1e-4
    )
    assert len(reader.sessions()) == 1
    seqs = [seq for seq, _ in reader.rows(SESSION)]
    assert seqs == list(range(1, len(seqs) + 1))
    again = resume_from(reader, SESSION, LIMITS, here=clock.now(), boot_id=boot_of(clock))
    assert again.session.interruptions == looker.snapshots[-1].interruptions
    assert not again.doubt
