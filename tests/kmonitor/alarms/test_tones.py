"""The burst measured as it will be heard: envelope and spectrum, not the numbers it was made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest

from kmonitor.alarms.tones import HIGH, RATE_HZ, Burst, Samples, as_pcm, render_burst, render_round

_WINDOW_S = 0.005


@dataclass(frozen=True)
class HeardPulse:
    rise_90_s: float
    fall_90_s: float
    rise_s: float
    fall_s: float
    level_db: float


def envelope(samples: Samples) -> Samples:
    """The running maximum over 5 ms, centred."""
    width = round(_WINDOW_S * RATE_HZ)
    padded = np.pad(np.abs(samples), (width // 2, width - width // 2 - 1))
    running: Samples = np.lib.stride_tricks.sliding_window_view(padded, width).max(axis=1)
    return running


def heard_pulses(samples: Samples) -> list[HeardPulse]:
    """Each pulse by the 10 and 90 % of its own peak."""
    shape = envelope(samples)
    is_loud = np.concatenate([[False], shape > 0.02, [False]])
    edges = np.flatnonzero(np.diff(is_loud.astype(int)))
    heard = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        part = shape[begin:end]
        at_10, at_90 = (np.flatnonzero(part >= share * part.max()) for share in (0.1, 0.9))
        heard.append(
            HeardPulse(
                rise_90_s=float(begin + at_90[0]) / RATE_HZ,
                fall_90_s=float(begin + at_90[-1]) / RATE_HZ,
                rise_s=float(at_90[0] - at_10[0]) / RATE_HZ,
                fall_s=float(at_10[-1] - at_90[-1]) / RATE_HZ,
                level_db=20 * np.log10(part.max()),
            )
        )
    return heard


def complaints(burst: Burst) -> list[str]:
    """What of the published figures for HIGH a burst does not keep."""
    samples = render_burst(burst)
    pulses = heard_pulses(samples)
    found = [] if len(pulses) == 10 else [f"{len(pulses)} pulses"]
    spacings = [b.rise_90_s - a.fall_90_s for a, b in pairwise(pulses)]
    for place, spacing in enumerate(spacings, 1):
        td = pulses[place].fall_90_s - pulses[place].rise_90_s
        between = (0.100 + td, 0.250 + td)
        bounds = {3: between, 5: (0.35, 1.30), 8: between}
        least, most = bounds.get(place, (0.050, 0.125))
        if not least - 0.002 <= spacing <= most + 0.002:
            found.append(f"spacing {place} is {spacing:.3f} s")
    for pulse in pulses:
        td = pulse.fall_90_s - pulse.rise_90_s
        if not 0.075 <= td <= 0.200:
            found.append(f"a pulse of {td:.3f} s")
        if not 0.10 * td <= pulse.rise_s <= 0.20 * td + 0.002:
            found.append(f"a rise of {pulse.rise_s:.3f} s")
    if max(p.level_db for p in pulses) - min(p.level_db for p in pulses) > 10:
        found.append("unequal levels")
    return found + spectrum_complaints(samples, pulses[0])


def spectrum_complaints(samples: Samples, pulse: HeardPulse) -> list[str]:
    begin, end = (round(at * RATE_HZ) for at in (pulse.rise_90_s, pulse.fall_90_s))
    steady = samples[begin:end] * np.hanning(end - begin)
    level = 20 * np.log10(np.abs(np.fft.rfft(steady, 2**17)) + 1e-9)
    hz = np.fft.rfftfreq(2**17, 1 / RATE_HZ)
    peaks = []
    for _ in range(8):
        top = int(level.argmax())
        peaks.append((float(hz[top]), float(level[top])))
        level[np.abs(hz - hz[top]) < 60] = -200
    lowest = min(at for at, loud in peaks if loud > peaks[0][1] - 20)
    within = [at for at, loud in peaks if 300 <= at <= 4000 and loud >= peaks[0][1] - 15]
    found = [] if abs(lowest - 440) <= 2 else [f"fundamental {lowest:.0f} Hz"]
    return found + ([] if len(within) >= 4 else [f"{len(within)} components"])


def test_the_high_burst_keeps_the_published_figures() -> None:
    assert complaints(HIGH) == []


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"spacings_s": (0.152, *HIGH.spacings_s[1:])}, "spacing 1 is 0.149 s"),
        ({"spacings_s": (*HIGH.spacings_s[:4], 1.6, *HIGH.spacings_s[5:])}, "spacing 5 is 1.597 s"),
        ({"pulse": replace(HIGH.pulse, harmonics=2)}, "2 components"),
    ],
)
def test_a_burst_that_does_not_is_found(changed: dict[str, object], complaint: str) -> None:
    assert complaints(replace(HIGH, **changed)) == [complaint]  # type: ignore[arg-type]


def test_nothing_is_clipped_and_the_round_ends_in_its_pause() -> None:
    samples = as_pcm(render_round(HIGH))
    assert 0.85 * 32_767 < np.abs(samples).max() <= 0.9 * 32_767
    assert not samples[-round(HIGH.pause_s * RATE_HZ) :].any()
    assert 7.4 < len(samples) / RATE_HZ < 7.8
    assert np.abs(np.diff(samples.astype(int))).max() < 16_000  # no click
