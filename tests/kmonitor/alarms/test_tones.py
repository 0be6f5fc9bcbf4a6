"""Each burst measured as it will be heard, and three wrong ones that must be found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kmonitor.alarms.conditions import Priority
from kmonitor.alarms.sequence import BURSTS
from kmonitor.alarms.tones import HIGH, RATE_HZ, Burst, as_pcm, render_burst, silences
from tests.tone_checker import burst_complaints, components, heard_pulses


@pytest.mark.parametrize("priority", Priority)
def test_a_burst_keeps_the_published_figures(priority: Priority) -> None:
    assert burst_complaints(render_burst(BURSTS[priority]), RATE_HZ, priority) == []


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"spacings_s": (0.152, *HIGH.spacings_s[1:])}, "spacing 1 is 0.149 s"),
        ({"spacings_s": (*HIGH.spacings_s[:4], 1.6, *HIGH.spacings_s[5:])}, "spacing 5 is 1.597 s"),
        ({"pulse": replace(HIGH.pulse, harmonics=2)}, "2 components"),
        ({"pulse": replace(HIGH.pulse, fundamental_hz=443)}, "fundamental 443 Hz"),
        ({"pulse": replace(HIGH.pulse, falls_to=0.5)}, "3 components"),
        ({"pulse": replace(HIGH.pulse, edge_s=0.037)}, "a rise of 0.037 s"),
        ({"spacings_s": HIGH.spacings_s[1:]}, "9 pulses"),
    ],
)
def test_a_burst_that_does_not_is_found(changed: dict[str, object], complaint: str) -> None:
    wrong: Burst = replace(HIGH, **changed)  # type: ignore[arg-type]
    assert complaint in burst_complaints(render_burst(wrong), RATE_HZ, Priority.HIGH)


@pytest.mark.parametrize("priority", Priority)
def test_the_lengths_are_those_that_were_asked_for(priority: Priority) -> None:
    burst = BURSTS[priority]
    for pulse in heard_pulses(render_burst(burst), RATE_HZ):
        assert abs(pulse.td_s - burst.pulse.effective_s) <= 0.005  # the window's own width
        assert abs(pulse.rise_s - burst.pulse.edge_s) <= 0.003
        assert abs(pulse.fall_s - burst.pulse.edge_s) <= 0.003


@pytest.mark.parametrize("priority", Priority)
def test_each_harmonic_is_about_two_thirds_of_the_one_below(priority: Priority) -> None:
    sound = render_burst(BURSTS[priority])
    levels_db = [db for _, db in components(sound, RATE_HZ, heard_pulses(sound, RATE_HZ)[0])]
    factors = 10 ** (np.diff(levels_db) / 20)
    assert len(factors) == 5
    assert all(0.65 <= factor <= 0.70 for factor in factors)


@pytest.mark.parametrize("priority", Priority)
def test_nothing_is_clipped_and_nothing_clicks(priority: Priority) -> None:
    samples = as_pcm(render_burst(BURSTS[priority])).astype(int)
    assert 0.85 * 32_767 < np.abs(samples).max() <= 0.892 * 32_767
    assert np.abs(np.diff(samples)).max() < 16_000
    assert abs(samples[0]) < 10
    assert abs(samples[-1]) < 10


def test_what_is_more_urgent_sounds_more_often() -> None:
    pauses = [silences(BURSTS[priority])[-1] / RATE_HZ for priority in Priority]
    assert pauses == [16.0, 7.5, 4.0]
