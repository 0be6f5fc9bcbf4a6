"""Every state of an occurrence meets every event: what is there afterwards, what is logged.

The states are those of one alarm, SpO2 below 90 for 10 s, alone and under each of the three
things that silence. Each event comes a second after the last number.
"""

from collections.abc import Callable

import pytest

from kmonitor.alarms.conditions import AlarmTransition, Condition, Priority
from kmonitor.alarms.inputs import (
    Acknowledge,
    AlarmEvent,
    AlarmOff,
    AudioOff,
    CuffMeasured,
    LimitsMoved,
    Measured,
    Missed,
    Passed,
    PauseAudio,
    ResumeAudio,
    Rules,
    Standing,
)
from kmonitor.alarms.limits import Judged
from tests.engine_bench import NURSE, Bench, moved_limits, technical

SPO2 = Condition.SPO2_LOW
WIDER = moved_limits(SPO2, 88, 87, 85, 80)  # 89 lies inside
TIGHTER = moved_limits(SPO2, 98, 96, 95, 94)  # 97 is seen, 89 is high at once


def _moved(bench: Bench, limits) -> LimitsMoved:
    bench.rules = Rules(limits=limits)
    return LimitsMoved(at=bench.now)


def _number(bench: Bench, value: float) -> Measured:
    return Measured(at=bench.now, judged=Judged.SPO2, value=value)


def _cuff(bench: Bench, systolic: int) -> CuffMeasured:
    return CuffMeasured(at=bench.now, pressures=((Judged.NIBP_SYSTOLIC, systolic),))


EVENTS: dict[str, Callable[[Bench], AlarmEvent]] = {
    "inside": lambda bench: _number(bench, 97),
    "beyond": lambda bench: _number(bench, 89),
    "deep": lambda bench: _number(bench, 79),
    "missed": lambda bench: Missed(at=bench.now, judged=Judged.SPO2),
    "cuff inside": lambda bench: _cuff(bench, 120),
    "cuff beyond": lambda bench: _cuff(bench, 165),
    "nothing stands": lambda bench: Standing(at=bench.now, findings=()),
    "something stands": lambda bench: Standing(at=bench.now, findings=(technical(),)),
    "something low stands": lambda bench: Standing(
        at=bench.now, findings=(technical(priority=Priority.LOW),)
    ),
    "acknowledge": lambda bench: Acknowledge(at=bench.now, number=1, author=NURSE),
    "acknowledge another": lambda bench: Acknowledge(at=bench.now, number=99, author=NURSE),
    "pause": lambda bench: PauseAudio(at=bench.now, author=NURSE),
    "resume": lambda bench: ResumeAudio(at=bench.now, author=NURSE),
    "audio off": lambda bench: AudioOff(at=bench.now, author=NURSE, is_off=True),
    "audio on": lambda bench: AudioOff(at=bench.now, author=NURSE, is_off=False),
    "alarm off": lambda bench: AlarmOff(at=bench.now, author=NURSE, condition=SPO2, is_off=True),
    "alarm on": lambda bench: AlarmOff(at=bench.now, author=NURSE, condition=SPO2, is_off=False),
    "limits told again": lambda bench: _moved(bench, bench.rules.limits),
    "limits wider": lambda bench: _moved(bench, WIDER),
    "limits tighter": lambda bench: _moved(bench, TIGHTER),
    "a second": lambda bench: Passed(at=bench.now.plus(1)),
    "half a minute": lambda bench: Passed(at=bench.now.plus(30)),
}

# What meets every state alike: nothing of SpO2 changes, and this is logged.
ALIKE = {
    "cuff inside": "",
    "cuff beyond": "nibp_systolic_high onset",
    "nothing stands": "",
    "something stands": "no_data onset",
    "something low stands": "no_data onset",
    "acknowledge another": "",
    "pause": "audio_paused onset",
    "resume": "",
    "audio off": "audio_off onset",
    "audio on": "",
    "alarm on": "",
    "missed": "",
    "limits told again": "",
    "a second": "",
}
# What is there of SpO2 afterwards, and what is logged of it.
TABLE: dict[str, dict[str, tuple[str, str]]] = {
    "none": {
        "inside": ("none", ""),
        "beyond": ("pending", "pending"),
        "deep": ("high", "onset"),
        "acknowledge": ("none", ""),
        "alarm off": ("none", "off"),
        "limits wider": ("none", ""),
        "limits tighter": ("pending", "pending"),
        "half a minute": ("none", ""),
    },
    "pending": {
        "inside": ("none", "ended"),
        "beyond": ("pending", ""),
        "deep": ("high", "onset"),
        "acknowledge": ("pending", ""),
        "alarm off": ("none", "ended off"),
        "limits wider": ("none", "ended"),
        "limits tighter": ("high", "onset"),
        "half a minute": ("none", "ended"),
    },
    "medium": {
        "inside": ("latched", "latched"),
        "beyond": ("medium", ""),
        "deep": ("high", "escalated"),
        "acknowledge": ("acknowledged", "acknowledged"),
        "alarm off": ("none", "ended off"),
        "limits wider": ("latched", "latched"),
        "limits tighter": ("high", "escalated"),
        "half a minute": ("medium", ""),
    },
    "acknowledged": {
        "inside": ("none", "ended"),
        "beyond": ("acknowledged", ""),
        "deep": ("high", "escalated"),
        "acknowledge": ("acknowledged", ""),
        "alarm off": ("none", "ended off"),
        "limits wider": ("none", "ended"),
        "limits tighter": ("high", "escalated"),
        "half a minute": ("acknowledged", ""),
    },
    "latched": {
        "inside": ("latched", ""),
        "beyond": ("latched pending", "pending"),
        "deep": ("high", "ended onset"),
        "acknowledge": ("none", "acknowledged ended"),
        "alarm off": ("none", "ended off"),
        "limits wider": ("latched", ""),
        "limits tighter": ("latched pending", "pending"),
        "half a minute": ("latched", ""),
    },
}
SILENCES = ("nothing", "pause", "audio off", "another alarm off")
LOUD = ("onset", "escalated")


def _bench(state: str) -> Bench:
    bench = Bench()
    bench.spo2(89 if state == "pending" else 97)
    if state in ("medium", "acknowledged", "latched"):
        bench = Bench()
        bench.spo2(89, seconds=11)
    if state == "acknowledged":
        bench.acknowledge(1)
    if state == "latched":
        bench.spo2(97)
    assert _there(bench) == state
    return bench


def _there(bench: Bench) -> str:
    found = []
    for each in bench.state.occurrences:
        if each.condition is SPO2:
            stands = each.state.value
            if stands == "active":
                stands = "acknowledged" if each.is_acknowledged else each.priority.value
            found.append(stands)
    return " ".join(found) or "none"


def _expected(state: str, event: str) -> tuple[str, list[str]]:
    if event in ALIKE:
        return state, [ALIKE[event]] if ALIKE[event] else []
    after, phases = TABLE[state][event]
    names = {"off": "alarm_off onset"}
    return after, [names.get(each, f"spo2_low {each}") for each in phases.split()]


def _under(silence: str, event: str, rows: list[str]) -> list[str]:
    """What is logged where something was silenced before."""
    if silence == "pause":
        if event == "pause":
            return []
        if event == "resume":
            return ["audio_paused ended"]
        loud = [row for row in rows if row.split()[1] in LOUD and "_off" not in row]
        if loud and event != "something low stands":
            return [*rows, "audio_paused ended"]
    if silence == "audio off":
        if event == "audio off":
            return []
        if event == "audio on":
            return ["audio_off ended"]
    return rows


def _sound(silence: str, event: str, after: str, rows: list[str]) -> str | None:
    is_paused = (silence == "pause" or event == "pause") and "audio_paused ended" not in rows
    is_off = (silence == "audio off" or event == "audio off") and "audio_off ended" not in rows
    if is_paused or is_off:
        return None
    if after in ("high", "medium"):
        return after
    return "medium" if event in ("cuff beyond", "something stands") else None


def _told(rows: tuple[AlarmTransition, ...]) -> list[str]:
    return [f"{row.condition.value} {row.phase.value}" for row in rows]


def _silenced(silence: str, bench: Bench) -> None:
    if silence == "pause":
        bench.pause()
    if silence == "audio off":
        bench.audio(is_off=True)
    if silence == "another alarm off":
        bench.alarm(Condition.PULSE_LOW, is_off=True)


def test_the_table_knows_every_event():
    for state, known in TABLE.items():
        assert set(known) | set(ALIKE) == set(EVENTS), state


@pytest.mark.parametrize("state", TABLE)
@pytest.mark.parametrize("event", EVENTS)
def test_every_state_meets_every_event(state, event):
    for silence in SILENCES:
        bench = _bench(state)
        _silenced(silence, bench)
        after, rows = _expected(state, event)
        rows = _under(silence, event, rows)
        told = _told(bench.take(EVENTS[event](bench)))
        sound = _sound(silence, event, after, rows)
        assert (_there(bench), told, bench.sound()) == (after, rows, sound), silence


# With its own alarm off nothing of it is there, whatever comes.
WITH_ALARM_OFF = dict.fromkeys(EVENTS, "") | {
    "cuff beyond": "nibp_systolic_high onset",
    "something stands": "no_data onset",
    "something low stands": "no_data onset",
    "pause": "audio_paused onset",
    "audio off": "audio_off onset",
    "alarm on": "alarm_off ended",
}


@pytest.mark.parametrize("event", EVENTS)
def test_an_alarm_that_is_off_meets_every_event(event):
    for state in TABLE:
        bench = _bench(state)
        bench.alarm(SPO2, is_off=True)
        told = _told(bench.take(EVENTS[event](bench)))
        expected = WITH_ALARM_OFF[event]
        assert (_there(bench), told) == ("none", [expected] if expected else []), state
        sound = "medium" if event in ("cuff beyond", "something stands") else None
        assert bench.sound() == sound, state
