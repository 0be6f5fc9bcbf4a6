"""Makes `tests/data/databases/version-N.db`: one made-up session with a row of every kind.

Run once for each released version of the schema and commit the file; it is never made anew:

    python -m tests.kmonitor.store.make_record tests/data/databases/version-2.db
"""

import sys
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from kmonitor import events
from kmonitor.alarms.conditions import AlarmKind, AlarmPhase, AlarmTransition, Condition, Priority
from kmonitor.clock import FakeClock, Instant
from kmonitor.effects import PersistRow, Row
from kmonitor.infusion import ResumeEnd
from kmonitor.metrics import Metric
from kmonitor.store import record_facts
from kmonitor.store.connection import chain_key_of, open_record
from kmonitor.store.ledger import Ledger
from kmonitor.store.seals import seal_lot
from kmonitor.store.totals import add_totals
from kmonitor.store.waves import WaveSecond, pack
from kmonitor.vitals import (
    DeviceIdentity,
    DeviceStatus,
    FrameFault,
    Mode,
    NibpReading,
    Reason,
    StatusKind,
    Validity,
)
from tests.kmonitor.store.record_help import LINK, NURSE, START, opened, reading

M = Mode.SIMULATED
WAVE = WaveSecond(
    link=LINK, metric=Metric.PLETH, mode=M, rate_hz=4, until=START.plus(1),
    samples=pack((10, None, -10, 20)),
)  # fmt: skip


def at(seconds: float) -> Instant:
    return START.plus(seconds)


def cuff(seconds: float, **fields: object) -> Row:
    known: dict[str, object] = {
        "received": at(seconds), "measured": at(seconds), "systolic_mmhg": 128,
        "diastolic_mmhg": 82, "mean_mmhg": 97, "pulse_rate_per_min": 71,
        "validity": Validity.VALID, "reason": None, "mode": M,
    }  # fmt: skip
    nibp = NibpReading(**(known | fields))  # type: ignore[arg-type]  # fields by name
    return events.NibpArrived(at=at(seconds), link=LINK, nibp=nibp)


def alarm(seconds: float, phase: AlarmPhase, author: str | None = None) -> Row:
    return AlarmTransition(
        at=at(seconds), occurrence=1, condition=Condition.SPO2_LOW, kind=AlarmKind.PHYSIOLOGICAL,
        priority=Priority.MEDIUM, phase=phase, value=88, limit=90, about="spo2",
        words="SpO2 LOW 88 (limit 90)", author=author,
    )  # fmt: skip


def infusion(kind: type, seconds: float, back_s: float = 0, **fields: object) -> events.Stored:
    row: events.Stored = kind(
        at=at(seconds), author=NURSE, effective=at(seconds - back_s), **fields
    )
    return row


def no_pressures(reason: Reason, validity: Validity) -> dict[str, object]:
    names = ("systolic_mmhg", "diastolic_mmhg", "mean_mmhg", "pulse_rate_per_min")
    return {**dict.fromkeys(names), "reason": reason, "validity": validity}


def whole_session() -> list[Row]:
    """40 mg in 40 min with a pause of ten, a gap, an alarm, every kind of cuff reading."""
    said = DeviceStatus(received=at(3), what=StatusKind.SEARCHING, mode=M, detail="probe")
    device = DeviceIdentity(received=at(2), mode=M, model="CMS8000", serial_number="S1")
    noise = FrameFault(received=at(4), offset=17, raw=b"\x00\xff", reason="checksum")
    return [
        opened(has_plan=True),
        events.LinkChanged(
            at=at(1), link=LINK, protocol="contec-v7", state=events.LinkState.LIVE, mode=M,
            gives_nibp=True,
        ),
        events.StatusArrived(at=at(2), link=LINK, status=device),
        events.StatusArrived(at=at(3), link=LINK, status=said),
        events.FrameFaulted(at=at(4), link=LINK, fault=noise),
        cuff(5, measured=None, reason=Reason.TIME_UNKNOWN, validity=Validity.QUESTIONABLE),
        *(reading(0, 97, at=at(6 + n)).row for n in range(10)),
        *(reading(0, None, at=at(16 + n)).row for n in range(8)),
        *(reading(0, 88, at=at(24 + n)).row for n in range(12)),
        alarm(24, AlarmPhase.PENDING),
        alarm(34, AlarmPhase.ONSET),
        events.AlarmAcknowledged(at=at(35), author=NURSE, occurrence=1),
        alarm(35, AlarmPhase.ACKNOWLEDGED, NURSE),
        infusion(events.InfusionStarted, 60),
        events.PumpDone(at=at(62), author=NURSE, prompt=1),
        cuff(90),
        cuff(400, **no_pressures(Reason.CUFF_MOTION, Validity.INVALID)),
        events.CuffAsked(at=at(420), author=NURSE, link=LINK),
        events.NibpEntered(
            at=at(600), author=NURSE, measured=at(540), systolic_mmhg=131, diastolic_mmhg=84
        ),
        infusion(events.InfusionPaused, 660),
        events.Refusal(at=at(661), author=NURSE, event="InfusionPaused", reason="It is paused."),
        infusion(events.InfusionResumed, 1260, end=ResumeEnd.EXTEND),
        events.NoteWritten(at=at(1300), author=NURSE, text="Quiet, eyes closed. äöü µg ≥"),
        events.ClockJumped(at=at(1400), by_s=3600.25, cause="the wall clock was set"),
        events.CommitFailed(at=at(1410), reason="The disk is full."),
        events.RecordHealed(at=at(1415)),
        events.EngineFaulted(at=at(1420), what="ValueError"),
        infusion(events.InfusionRateChanged, 1500, rate_ml_per_h=Decimal("150.0")),
        infusion(events.InfusionStopped, 1920, 60),
        events.SessionEnded(at=at(2400), author=NURSE),
    ]  # fmt: skip


def make(path: Path, rows: list[Row]) -> None:
    """Write `rows` as one record at `path`, with small pages and nothing beside it."""
    with (
        TemporaryDirectory() as folder,
        closing(open_record(Path(folder) / "r.db")) as connection,
        patch.object(record_facts, "boot_of", lambda _clock: "a boot"),
        patch.object(record_facts, "_system", lambda: "a computer"),
    ):
        ledger = Ledger(connection, FakeClock(), chain_key_of(connection, None))
        ledger.write(
            [PersistRow(seq=seq, row=row, is_act=False) for seq, row in enumerate(rows, start=1)]
        )
        ledger.write([WAVE])
        ledger.also(seal_lot)
        ledger.also(add_totals)
        connection.execute("PRAGMA page_size = 1024")
        connection.execute("VACUUM INTO ?", (str(path),))


if __name__ == "__main__":
    make(Path(sys.argv[1]), whole_session())
