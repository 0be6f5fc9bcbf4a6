"""What follows what, heard from outside: the samples are drawn as a sound device draws them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.sequence import FLOORS_PCT, Sequencer
from kmonitor.alarms.signals import SILENT, AlarmSignal
from kmonitor.alarms.tones import RATE_HZ, Pcm
from tests.tone_checker import (
    PUBLISHED,
    HeardPulse,
    Sound,
    burst_complaints,
    bursts_of,
    heard_pulses,
)

LOW, MEDIUM, HIGH = Priority.LOW, Priority.MEDIUM, Priority.HIGH
STARTS_WITHIN_S = 0.5
LENGTH_S = {LOW: 0.2, MEDIUM: 0.2, HIGH: 0.15}
LONGEST_PAUSE_S = {MEDIUM: 7.8, HIGH: 4.2}
STEEPEST = 6_000  # between two samples of an undisturbed tone, of 32,767


def signal(sounding: Priority | None = None, reminders: int = 0) -> AlarmSignal:
    return AlarmSignal(sounding=sounding, reminders=reminders)


def drawn(sequencer: Sequencer, length_s: float, chunk: int = 1_920) -> Sound:
    count = round(length_s * RATE_HZ)
    cuts = [min(chunk, count - at) for at in range(0, count, chunk)]
    return np.concatenate([np.zeros(0), *map(sequencer.next_samples, cuts)]) / 32_767


def pulses_of(sound: Sound) -> list[HeardPulse]:
    return heard_pulses(sound, RATE_HZ)


def priority_of(burst: list[HeardPulse]) -> Priority:
    """By its number of pulses, or of a burst that was cut short by their length."""
    if len(burst) == 1 and burst[0].td_s > 0.18:
        return LOW
    return HIGH if burst[0].td_s < 0.175 else MEDIUM


def played(sound: Sound) -> list[tuple[Priority, int, float]]:
    """Priority, number of pulses and begin of each burst."""
    bursts = bursts_of(pulses_of(sound))
    return [(priority_of(burst), len(burst), round(burst[0].begin_s, 2)) for burst in bursts]


def test_two_minutes_of_changing_alarms_keep_order_and_pauses() -> None:
    sequencer = Sequencer()
    parts = []
    for priority, length_s in (
        (MEDIUM, 33.3),
        (HIGH, 30.0),
        (MEDIUM, 25.0),
        (None, 9.2),
        (HIGH, 22.5),
    ):
        sequencer.present(signal(priority))
        parts.append(drawn(sequencer, length_s))
    sound = np.concatenate(parts)
    bursts = bursts_of(pulses_of(sound))
    order = [priority_of(burst) for burst in bursts]
    assert order == [MEDIUM] * 4 + [HIGH] * 4 + [MEDIUM] * 3 + [HIGH] * 3
    pauses: dict[Priority, list[float]] = {MEDIUM: [], HIGH: []}
    for (burst, priority), (later, after) in pairwise(zip(bursts, order, strict=True)):
        if priority is after:
            pauses[priority].append(later[0].rise_90_s - burst[-1].fall_90_s)
    for priority, heard in pauses.items():
        least, most = PUBLISHED[priority].between_bursts_s
        assert len(heard) >= 5
        assert all(least <= pause <= most for pause in heard)
    assert min(pauses[MEDIUM]) > max(pauses[HIGH])
    for burst in bursts:
        begin, end = (round(at * RATE_HZ) for at in (burst[0].begin_s, burst[-1].end_s))
        whole = sound[max(0, begin - 480) : end + 480]
        if len(burst) == PUBLISHED[priority_of(burst)].pulses:
            assert burst_complaints(whole, RATE_HZ, priority_of(burst)) == []
    assert np.abs(np.diff(sound)).max() * 32_767 < STEEPEST


def breaks_in(first: Priority, then: Priority, at_ms: int) -> None:
    """Ask for `then` so long after `first`; hear what comes."""
    sequencer = Sequencer()
    sequencer.present(signal(first))
    before = drawn(sequencer, at_ms / 1_000, chunk=1_000_000)[-RATE_HZ:]
    sequencer.present(signal(then))
    sound = np.concatenate([before, drawn(sequencer, 1.2)])
    asked_s = len(before) / RATE_HZ
    pulses = pulses_of(sound)
    begun = [pulse for pulse in pulses if pulse.begin_s >= asked_s + 0.001]
    assert begun[0].begin_s <= asked_s + STARTS_WITHIN_S
    assert abs(begun[0].td_s - LENGTH_S[then]) < 0.006  # the very next pulse is the urgent one's
    running = [pulse for pulse in pulses if pulse.begin_s < asked_s + 0.001 <= pulse.end_s]
    assert all(abs(pulse.td_s - LENGTH_S[first]) < 0.006 for pulse in running)  # not cut
    assert np.abs(np.diff(sound)).max() * 32_767 < STEEPEST


@pytest.mark.parametrize("at_ms", [*range(0, 1_400, 50), *range(1_400, 9_000, 900)])
def test_a_higher_priority_begins_after_at_most_the_running_pulse(at_ms: int) -> None:
    breaks_in(MEDIUM, HIGH, at_ms)


@pytest.mark.slow
@pytest.mark.parametrize("second", range(12))
def test_a_higher_priority_begins_in_time_from_each_of_a_thousand_moments(second: int) -> None:
    for at_ms in range(second * 1_000, (second + 1) * 1_000, 11):
        breaks_in(MEDIUM, HIGH, at_ms)


@pytest.mark.parametrize("then", [MEDIUM, HIGH])
def test_from_silence_an_alarm_begins_with_the_next_sample(then: Priority) -> None:
    sequencer = Sequencer()
    drawn(sequencer, 3.7)
    sequencer.present(signal(then))
    assert pulses_of(drawn(sequencer, 1))[0].begin_s < 0.01


def test_a_lower_priority_ends_the_burst_and_waits_out_its_pause() -> None:
    sequencer = Sequencer()
    sequencer.present(signal(HIGH))
    before = drawn(sequencer, 0.6)
    sequencer.present(signal(MEDIUM))
    first, then = bursts_of(pulses_of(np.concatenate([before, drawn(sequencer, 7)])))
    assert (len(first), len(then)) == (3, 3)  # the third was running
    assert priority_of(then) is MEDIUM
    assert 3.99 <= then[0].begin_s - first[-1].end_s <= 4.05


def test_a_lower_priority_in_the_pause_waits_for_its_rest_only() -> None:
    sequencer = Sequencer()
    sequencer.present(signal(HIGH))
    before = drawn(sequencer, 6.0)
    sequencer.present(signal(MEDIUM))
    sound = np.concatenate([before, drawn(sequencer, 4)])
    assert [(which, count) for which, count, _ in played(sound)] == [(HIGH, 10), (MEDIUM, 3)]
    first, then = bursts_of(pulses_of(sound))
    assert 3.99 <= then[0].begin_s - first[-1].end_s <= 4.05


@pytest.mark.parametrize("at_ms", range(0, 700, 35))
def test_silence_comes_within_a_moment_and_without_a_click(at_ms: int) -> None:
    sequencer = Sequencer()
    sequencer.present(signal(HIGH))
    before = drawn(sequencer, at_ms / 1_000)
    sequencer.present(SILENT)
    after = drawn(sequencer, 12)
    assert not after[round(0.02 * RATE_HZ) :].any()
    assert np.abs(np.diff(np.concatenate([before, after]))).max() * 32_767 < STEEPEST
    assert abs(after[round(0.02 * RATE_HZ) - 1]) < 0.01


def test_low_never_sounds_by_itself() -> None:
    sequencer = Sequencer()
    sequencer.present(signal(LOW))
    assert not drawn(sequencer, 40).any()


def test_each_step_of_the_reminders_is_one_low_burst() -> None:
    sequencer = Sequencer()
    parts = []
    for reminders in (0, 1, 1, 2):
        sequencer.present(signal(reminders=reminders))
        parts.append(drawn(sequencer, 20))
    assert played(np.concatenate(parts)) == [(LOW, 1, 20.0), (LOW, 1, 60.0)]


def test_reminders_that_come_together_are_kept_apart() -> None:
    sequencer = Sequencer()
    sequencer.present(signal(reminders=1))
    parts = [drawn(sequencer, 0.1)]
    sequencer.present(signal(reminders=2))
    parts.append(drawn(sequencer, 40))
    first, then = bursts_of(pulses_of(np.concatenate(parts)))
    assert then[0].rise_90_s - first[0].fall_90_s > 15


def test_a_count_that_begins_again_is_no_reminder() -> None:
    sequencer = Sequencer()
    sequencer.present(signal(reminders=3))
    drawn(sequencer, 20)
    sequencer.present(SILENT)
    assert not drawn(sequencer, 20).any()
    sequencer.present(signal(reminders=1))
    assert played(drawn(sequencer, 20)) == [(LOW, 1, 0.0)]


@pytest.mark.parametrize("priority", [MEDIUM, HIGH])
def test_a_reminder_is_dropped_while_an_alarm_sounds(priority: Priority) -> None:
    sequencer = Sequencer()
    sequencer.present(signal(priority))
    drawn(sequencer, 5)
    sequencer.present(signal(priority, reminders=1))
    drawn(sequencer, 5)
    sequencer.present(signal(reminders=1))
    assert not drawn(sequencer, 20)[round(0.02 * RATE_HZ) :].any()


def test_the_test_is_low_medium_high_with_short_pauses_and_then_silence() -> None:
    sequencer = Sequencer()
    sequencer.test()
    sound = drawn(sequencer, 20)
    pulses = pulses_of(sound)
    low, medium, high = pulses[:1], pulses[1:4], pulses[4:]
    for priority, burst in ((LOW, low), (MEDIUM, medium), (HIGH, high)):
        begin, end = (round(at * RATE_HZ) for at in (burst[0].begin_s, burst[-1].end_s))
        whole = sound[max(0, begin - 480) : end + 480]
        assert burst_complaints(whole, RATE_HZ, priority) == []
    for burst, later in ((low, medium), (medium, high)):
        assert 0.9 < later[0].begin_s - burst[-1].end_s < 1.1
    assert pulses[-1].end_s < 8


def test_asking_twice_is_one_test_and_afterwards_it_can_be_asked_again() -> None:
    sequencer = Sequencer()
    sequencer.test()
    first = drawn(sequencer, 2)
    sequencer.test()
    first = np.concatenate([first, drawn(sequencer, 10)])
    sequencer.test()
    again = drawn(sequencer, 12)
    assert len(pulses_of(first)) == len(pulses_of(again)) == 14


@pytest.mark.parametrize("at_ms", range(0, 7_000, 350))
def test_an_alarm_goes_before_the_test_and_ends_it(at_ms: int) -> None:
    sequencer = Sequencer()
    sequencer.test()
    before = drawn(sequencer, at_ms / 1_000)
    sequencer.present(signal(MEDIUM))
    sound = np.concatenate([before, drawn(sequencer, 15)])
    pulses = [pulse for pulse in pulses_of(sound) if pulse.begin_s >= at_ms / 1_000]
    assert pulses[0].begin_s <= at_ms / 1_000 + STARTS_WITHIN_S
    assert [len(burst) for burst in bursts_of(pulses)] == [3, 3]
    assert all(pulse.td_s > 0.18 for pulse in pulses)
    assert np.abs(np.diff(sound)).max() * 32_767 < STEEPEST


def test_no_test_while_an_alarm_sounds_nor_after_it() -> None:
    sequencer = Sequencer()
    sequencer.present(signal(MEDIUM))
    sequencer.test()
    assert len(pulses_of(drawn(sequencer, 5))) == 3
    sequencer.present(SILENT)
    assert not drawn(sequencer, 10).any()


def test_the_test_serves_a_reminder_that_waits() -> None:
    sequencer = Sequencer()
    sequencer.present(signal(reminders=1))
    drawn(sequencer, 2)
    sequencer.present(signal(reminders=2))
    drawn(sequencer, 1)
    sequencer.test()
    assert len(pulses_of(drawn(sequencer, 40))) == 14


@pytest.mark.parametrize(
    ("volume_pct", "heard_pct"),
    [
        (100, (100, 100, 100)),
        (70, (70, 70, 70)),
        (40, (40, 40, 50)),
        (0, (15, 30, 50)),
        (900, (100, 100, 100)),
    ],
)
def test_the_volume_has_a_floor_for_each_priority(
    volume_pct: int, heard_pct: tuple[int, int, int]
) -> None:
    sequencer = Sequencer()
    sequencer.set_volume(volume_pct)
    sequencer.test()
    pulses = pulses_of(drawn(sequencer, 12))
    full_db = 20 * np.log10(10 ** (-1 / 20))
    for pulse, expected_pct in zip((pulses[0], pulses[2], pulses[8]), heard_pct, strict=True):
        assert abs(pulse.level_db - full_db - 20 * np.log10(expected_pct / 100)) < 0.1
    assert FLOORS_PCT == {HIGH: 50, MEDIUM: 30, LOW: 15}


def test_another_volume_waits_for_the_next_pulse() -> None:
    sequencer = Sequencer()
    sequencer.present(signal(HIGH))
    before = drawn(sequencer, 0.1)
    sequencer.set_volume(50)
    sound = np.concatenate([before, drawn(sequencer, 1)])
    first, second, *_ = pulses_of(sound)
    assert abs(first.level_db - second.level_db - 20 * np.log10(2)) < 0.1
    assert np.abs(np.diff(sound)).max() * 32_767 < STEEPEST


def test_on_another_device_the_burst_of_an_alarm_begins_anew() -> None:
    sequencer = Sequencer()
    sequencer.present(signal(HIGH))
    drawn(sequencer, 5.0)  # in the pause
    sequencer.change_device()
    pulses = pulses_of(drawn(sequencer, 3.8))
    assert len(pulses) == 10
    assert pulses[0].begin_s < 0.01


def test_a_pulse_that_runs_as_the_device_changes_fades() -> None:
    sequencer = Sequencer()
    sequencer.present(signal(HIGH))
    before = drawn(sequencer, 0.08)
    sequencer.change_device()
    sound = np.concatenate([before, drawn(sequencer, 3.8)])
    assert [len(burst) for burst in bursts_of(pulses_of(sound))] == [11]
    assert np.abs(np.diff(sound)).max() * 32_767 < STEEPEST


def test_on_another_device_silence_stays_silence() -> None:
    sequencer = Sequencer()
    sequencer.change_device()
    assert not drawn(sequencer, 5).any()


ACTS = st.one_of(
    st.builds(
        signal,
        st.sampled_from([None, None, LOW, MEDIUM, HIGH]),
        st.integers(min_value=0, max_value=4),
    ),
    st.sampled_from(["test", "device"]),
    st.integers(min_value=0, max_value=100),
)
SCRIPTS = st.lists(st.tuples(ACTS, st.floats(min_value=0.01, max_value=6)), min_size=1, max_size=8)


def do(sequencer: Sequencer, act: AlarmSignal | str | int) -> None:
    match act:
        case AlarmSignal():
            sequencer.present(act)
        case "test":
            sequencer.test()
        case "device":
            sequencer.change_device()
        case int():
            sequencer.set_volume(act)


@given(script=SCRIPTS, chunks=st.lists(st.integers(1, 20_000), min_size=1, max_size=20))
@settings(max_examples=25)
def test_where_the_buffers_are_cut_does_not_matter(
    script: list[tuple[AlarmSignal | str | int, float]], chunks: list[int]
) -> None:
    whole, cut = Sequencer(8_000), Sequencer(8_000)
    for act, length_s in script:
        count = round(length_s * 8_000)
        do(whole, act)
        do(cut, act)
        expected = whole.next_samples(count)
        parts: list[Pcm] = [np.zeros(0, np.int16)]
        done = 0
        while done < count:
            parts.append(cut.next_samples(min(chunks[len(parts) % len(chunks)], count - done)))
            done += len(parts[-1])
        assert np.array_equal(np.concatenate(parts), expected)


@given(script=SCRIPTS, last=st.sampled_from([MEDIUM, HIGH, None]))
@settings(max_examples=25)
def test_whatever_was_before_what_is_asked_for_now_is_heard(
    script: list[tuple[AlarmSignal | str | int, float]], last: Priority | None
) -> None:
    sequencer = Sequencer()
    for act, length_s in script:
        do(sequencer, act)
        drawn(sequencer, length_s, chunk=48_000)
    sequencer.present(signal(last))
    sound = drawn(sequencer, 40, chunk=480_000)
    if last is None:
        assert not sound[-10 * RATE_HZ :].any()  # a test and a reminder may go on for a while
        return
    pulses = pulses_of(sound[: 9 * RATE_HZ])
    theirs = [pulse for pulse in pulses if abs(pulse.td_s - LENGTH_S[last]) < 0.006]
    assert theirs[0].begin_s < LONGEST_PAUSE_S[last]
    others = [pulse for pulse in pulses if pulse not in theirs]
    assert all(pulse.begin_s < 0.003 or pulse.end_s > 8.99 for pulse in others)  # cut by us
