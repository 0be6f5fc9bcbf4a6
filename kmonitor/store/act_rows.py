"""What people did and what the program noted, as columns and back.

The moment at which an act took effect (or a blood pressure was measured) has columns; what
else an act says is JSON. `session_opened` is whole only with the session's own row.
"""

from __future__ import annotations

from typing import Any

from kmonitor import alarm_acts, events
from kmonitor.clock import Instant
from kmonitor.effects import Row
from kmonitor.store.codec import from_text, to_text
from kmonitor.store.reading_rows import Fields, Numbered, Stamp

ACT_KINDS: dict[str, type] = {
    "session_opened": events.SessionOpened,
    "infusion_started": events.InfusionStarted,
    "infusion_paused": events.InfusionPaused,
    "infusion_resumed": events.InfusionResumed,
    "infusion_rate_changed": events.InfusionRateChanged,
    "infusion_stopped": events.InfusionStopped,
    "infusion_end_confirmed": events.InfusionEndConfirmed,
    "pump_done": events.PumpDone,
    "nibp_entered": events.NibpEntered,
    "cuff_asked": events.CuffAsked,
    "note_written": events.NoteWritten,
    "alarm_acknowledged": events.AlarmAcknowledged,
    "alarm_answered": alarm_acts.AlarmAnswered,
    "audio_pause_asked": alarm_acts.AudioPauseAsked,
    "audio_pause_ended": alarm_acts.AudioPauseEnded,
    "audio_switched": alarm_acts.AudioSwitched,
    "alarm_switched": alarm_acts.AlarmSwitched,
    "limits_changed": alarm_acts.LimitsChanged,
    "cuff_arm_told": alarm_acts.CuffArmTold,
    "sound_tested": alarm_acts.SoundTested,
    "observation_made": events.ObservationMade,
    "pump_volume_read": events.PumpVolumeRead,
    "session_ended": events.SessionEnded,
}
SYSTEM_KINDS: dict[str, type] = {
    "clock_jumped": events.ClockJumped,
    "engine_faulted": events.EngineFaulted,
    "commit_failed": events.CommitFailed,
    "record_healed": events.RecordHealed,
    "session_resumed": events.SessionResumed,
    "program_closing": events.ProgramClosing,
    "power_changed": events.PowerChanged,
    "sleep_held_off": events.SleepHeldOff,
    "supervisor_changed": events.SupervisorChanged,
    "sound_changed": events.SoundChanged,
    "disk_changed": events.DiskChanged,
    "screen_changed": events.ScreenChanged,
    "refusal": events.Refusal,
}
KIND_OF = {kind: name for name, kind in (ACT_KINDS | SYSTEM_KINDS).items()}
# Kinds that the writer adds on its own; they are no events.
ROW_REFUSED = "row_refused"
ROWS_DROPPED = "rows_dropped"

_WITH_AUTHOR = ("refusal", "session_resumed", "program_closing")
_EFFECTIVE = "effective"
_NAMES = {"nibp_entered": "measured"}
_WITH_COLUMNS = ("at", "author", _EFFECTIVE, "measured")


def write_act(act: Any, _source: Numbered) -> Fields:
    """The columns of `act`."""
    kind = KIND_OF[type(act)]
    effective: Instant | None = getattr(act, _NAMES.get(kind, _EFFECTIVE), None)
    is_elsewhere = isinstance(act, events.SessionOpened)
    body = "{}" if is_elsewhere else to_text(act, leave_out=_WITH_COLUMNS)
    times = (None, None) if effective is None else (effective.utc_ms, effective.mono_ns)
    return (kind, act.author, *times, body)


def read_act(stamp: Stamp, fields: Fields) -> Row:
    """The act back from `act`."""
    kind, author, utc_ms, mono_ns, body = fields
    given: dict[str, object] = {"at": stamp.at, "author": author}
    if utc_ms is not None:
        given[_NAMES.get(kind, _EFFECTIVE)] = Instant.from_stored(mono_ns, utc_ms)
    if kind == "session_opened":
        given.update(stamp.opened)
    act: Row = from_text(ACT_KINDS[kind], body, **given)
    return act


def write_system(row: Any, _source: Numbered) -> Fields:
    """The columns of `system_event`."""
    body = to_text(row, leave_out=("at", "author"))
    return (KIND_OF[type(row)], getattr(row, "author", None), body)


def read_system(stamp: Stamp, fields: Fields) -> Row | None:
    """The row back from `system_event`; None for a note of the writer's own."""
    kind, author, body = fields
    if kind not in SYSTEM_KINDS:
        return None
    given: dict[str, object] = {"at": stamp.at}
    if kind in _WITH_AUTHOR:
        given["author"] = author
    row: Row = from_text(SYSTEM_KINDS[kind], body, **given)
    return row
