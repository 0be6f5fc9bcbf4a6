"""What people did, in the words of the one who reads the audit trail.

A kind that nobody has given words to is told by its own name and all that it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Said = Mapping[str, Any]
Names = Mapping[str, str]
_ROLES = {"nurse": "a nurse", "clinician": "a clinician", "technician": "a technician"}
_NOTABLE_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the trail: what was done, and what more there is to say."""

    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What stands in a row; `late_s` is how long before it was noted an act took effect."""

    kind: str
    said: Said
    late_s: float = 0.0
    alarm: str = ""


def tell(deed: Deed, names: Names) -> Told:
    """The words for `deed`; `names` are those of the people by their ids."""
    if deed.kind == "alarm_acknowledged":
        return Told(what="alarm acknowledged", detail=deed.alarm)
    if deed.kind == "refusal":
        return Told(what=f"refused: {_spaced(deed.said['event'])}", detail=deed.said["reason"])
    written = _WRITTEN.get(deed.kind)
    if written is None:
        return Told(what=deed.kind.replace("_", " "), detail=_all_of(deed.said, names))
    what, detail = written(deed.said, names)
    return Told(what=what, detail=_joined(detail, _lateness(deed.late_s)))


_Words = Callable[[Said, Names], tuple[str, str]]


def _plain(what: str, *fields: str) -> _Words:
    """Always the same words; the detail is what `fields` say."""

    def words(said: Said, _names: Names) -> tuple[str, str]:
        return what, _joined(
            *(str(said[name]) for name in fields if said.get(name) not in (None, ""))
        )

    return words


def _nibp(said: Said, _names: Names) -> tuple[str, str]:
    mean, pulse = said.get("mean_mmhg"), said.get("pulse_rate_per_min")
    detail = (f"mean {mean}" if mean else "", f"pulse {pulse}" if pulse else "")
    return f"NIBP entered {said['systolic_mmhg']}/{said['diastolic_mmhg']}", _joined(*detail)


def _rate(said: Said, _names: Names) -> tuple[str, str]:
    return f"pump set to {said['rate_ml_per_h']} mL/h", ""


def _answered(said: Said, _names: Names) -> tuple[str, str]:
    return f"alarm answered: {str(said['answer']).replace('_', ' ')}", str(said.get("text") or "")


def _switched(what: str) -> _Words:
    def words(said: Said, _names: Names) -> tuple[str, str]:
        about = f" {str(said['condition']).replace('_', ' ')}" if "condition" in said else ""
        return f"{what}{about} switched {'on' if said['is_on'] else 'OFF'}", ""

    return words


def _limits_signed(said: Said, _names: Names) -> tuple[str, str]:
    what = f"limit set {said['name']} version {said['version']} signed"
    return what, f"SHA-256 {said['sha256']}"


def _sound_tested(said: Said, _names: Names) -> tuple[str, str]:
    return f"alarm sound tested: {'heard' if said['is_heard'] else 'NOT HEARD'}", ""


def _cuff_arm(said: Said, _names: Names) -> tuple[str, str]:
    arm = "the same arm" if said["is_same_arm"] else "another arm"
    return f"cuff and SpO2 sensor on {arm}", ""


def _sign_in_refused(said: Said, names: Names) -> tuple[str, str]:
    why = {
        "wrong_pin": "wrong PIN",
        "no_access": "no access",
        "short_pin": "the PIN is too short for the role",
    }.get(said["reason"], str(said["reason"]))
    ignored = said.get("not_looked_at", 0)
    guesses = f"{ignored} more tries before were not looked at" if ignored else ""
    return f"sign-in refused for {_name(said, names)}", _joined(why, guesses)


def _locked_out(said: Said, names: Names) -> tuple[str, str]:
    return f"no PIN of {_name(said, names)} looked at", f"for {said['wait_s']} s"


def _break_glass(said: Said, _names: Names) -> tuple[str, str]:
    return "EMERGENCY ACCESS WITHOUT A PIN", said.get("reason") or "no reason given"


def _person_added(said: Said, _names: Names) -> tuple[str, str]:
    return f"{said['name']} added", f"as {_ROLES.get(said['role'], said['role'])}"


def _person_changed(said: Said, names: Names) -> tuple[str, str]:
    changes = []
    if said["role"] != said["old_role"]:
        changes.append(f"now {_ROLES.get(said['role'], said['role'])}, before {said['old_role']}")
    if said["is_active"] != said["was_active"]:
        changes.append("may sign in again" if said["is_active"] else "has no access any more")
    return f"{_name(said, names)} changed", _joined(*changes)


def _pin_changed(said: Said, names: Names) -> tuple[str, str]:
    return f"PIN of {_name(said, names)} changed", ""


def _setting_changed(said: Said, _names: Names) -> tuple[str, str]:
    field = str(said["field"]).replace("_", " ")
    return f"setting {field}: {said['new']}", f"before {said['old']}"


def _exported(said: Said, _names: Names) -> tuple[str, str]:
    entries = said.get("entries")
    return f"{said.get('of', 'session')} exported", "" if entries is None else f"{entries} entries"


def _backup_made(said: Said, _names: Names) -> tuple[str, str]:
    words = "backup made and verified" if said.get("good", True) else "BACKUP IS NOT GOOD"
    return words, str(said.get("file", ""))


def _session_removed(said: Said, names: Names) -> tuple[str, str]:
    consent = said.get("clinician")
    consented = f"with the consent of {names.get(consent, consent)}" if consent else ""
    return "session removed from the record", _joined(consented, str(said.get("reason") or ""))


def _key_changed(said: Said, _names: Names) -> tuple[str, str]:
    what = {
        "encrypted": "record encrypted",
        "recovery_code": "new recovery code made",
    }.get(str(said.get("what")), "passphrase or key store changed")
    way = {
        "key_store": "key in this computer's key store",
        "passphrase": "key under a passphrase",
        "none": "NOT ENCRYPTED",
    }.get(str(said.get("way")), "")
    return what, way


_WRITTEN: Mapping[str, _Words] = {
    "session_opened": _plain("session opened"),
    "infusion_started": _plain("infusion started"),
    "infusion_paused": _plain("infusion paused"),
    "infusion_resumed": _plain("infusion resumed"),
    "infusion_rate_changed": _rate,
    "infusion_stopped": _plain("infusion stopped"),
    "infusion_end_confirmed": _plain("end of the infusion confirmed"),
    "pump_done": _plain("done at the pump"),
    "nibp_entered": _nibp,
    "cuff_asked": _plain("cuff reading asked for", "link"),
    "note_written": _plain("note written", "text"),
    "alarm_answered": _answered,
    "audio_pause_asked": _plain("alarm sound paused"),
    "audio_pause_ended": _plain("alarm sound on again"),
    "audio_switched": _switched("alarm sound"),
    "alarm_switched": _switched("alarm"),
    "limits_changed": _plain("limits changed", "words"),
    "cuff_arm_told": _cuff_arm,
    "sound_tested": _sound_tested,
    "observation_made": _plain("sedation by MOAA/S", "sedation"),
    "pump_volume_read": _plain("volume read off the pump in mL", "volume_ml"),
    "session_ended": _plain("session ended"),
    "session_resumed": _plain("session resumed after the program was away", "cause"),
    "program_closing": _plain("program closed during a session", "cause"),
    "signed_in": _plain("signed in"),
    "signed_out": _plain("signed out", "cause"),
    "sign_in_refused": _sign_in_refused,
    "locked_out": _locked_out,
    "break_glass": _break_glass,
    "person_added": _person_added,
    "person_changed": _person_changed,
    "pin_changed": _pin_changed,
    "setting_changed": _setting_changed,
    "exported": _exported,
    "backup_made": _backup_made,
    "backup_failed": _plain("BACKUP FAILED", "words"),
    "restored": _plain("record restored from a backup", "file"),
    "record_set_aside": _plain("damaged record set aside", "file"),
    "session_signed": _plain("session signed", "meaning"),
    "limits_signed": _limits_signed,
    "session_removed": _session_removed,
    "bundle_made": _plain("session exported as an encrypted bundle", "file"),
    "bundle_imported": _plain("session imported from a bundle", "file", "from"),
    "key_changed": _key_changed,
}


def _name(said: Said, names: Names) -> str:
    return names.get(said["person"], "somebody unknown")


def _lateness(late_s: float) -> str:
    return f"took effect {late_s:.0f} s earlier" if late_s > _NOTABLE_S else ""


def _spaced(class_name: str) -> str:
    """`InfusionPaused` as "infusion paused"."""
    spaced = "".join(f" {sign}" if sign.isupper() else sign for sign in class_name)
    return spaced.strip().lower()


def _all_of(said: Said, names: Names) -> str:
    return _joined(
        *(
            f"{name.replace('_', ' ')} {names.get(each, each) if isinstance(each, str) else each}"
            for name, each in said.items()
            if each not in (None, "", [], {})
        )
    )


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
