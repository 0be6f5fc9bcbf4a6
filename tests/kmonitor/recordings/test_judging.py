"""A recording at full speed is judged exactly as a live session judges it."""

import random
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmonitor import limit_sets
from kmonitor.alarms.limits import Judged
from kmonitor.recordings.recording import Recording
from tests.recordings_world import (
    CUFF,
    OXIMETER,
    judged_at_speed,
    judged_by_the_session,
    recording_of,
)

LIMITS = limit_sets.load_default()
ALL = (*OXIMETER, Judged.RESPIRATORY_RATE, Judged.ETCO2, *CUFF)
SPO2 = (98, 93, 92, 91, 90, 89.6, 89, 85, 84, 80, 79, 79.4, 0, None, 127)
PULSE = (72, 120, 121, 130, 141, 49, 50, 39, 0, None)
RR, CO2 = (14, 0, 7, 31, None), (38, 24, 51, 61, None)
PRESSURES = (
    (118, 76, 90),
    (165, 96, 119),
    (185, 112, 136),
    (78, 39, 52),
    (170, 80, None),
    (None, None, None),
)
STEPS_S = (
    (1.0, 60),
    (0.4, 8),
    (2.0, 8),
    (4.0, 8),
    (9.6, 4),
    (10.0, 4),
    (12.0, 3),
    (0.0, 2),
    (40.0, 2),
    (130.0, 1),
    (950.0, 0.3),
)


def made_up(seed: int, count: int, limits_columns: tuple[Judged, ...] = ALL) -> Recording:
    """Stretches in which each column dwells around one number, as patients and sensors do."""
    chance = random.Random(seed)
    steps, weights = zip(*STEPS_S, strict=True)
    times = list(accumulate(chance.choices(steps, weights, k=count)))
    rows = []
    dwelling = [0] * 5
    numbers: list[tuple[float | None, ...]] = [(98,), (72,), (14,), (38,), (None,) * 3]
    for at_s in times:
        for column, known in enumerate((SPO2, PULSE, RR, CO2, PRESSURES)):
            dwelling[column] -= 1
            if dwelling[column] < 0:
                dwelling[column] = chance.choice((0, 1, 3, 6, 11, 30, 90))
                chosen = chance.choice(known)
                numbers[column] = chosen if isinstance(chosen, tuple) else (chosen,)
        rows.append((at_s - times[0], [each for column in numbers for each in column]))
    return recording_of(rows, limits_columns)


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_any_recording_gives_the_transitions_of_a_live_session(seed):
    recording = made_up(seed, 90)
    assert judged_at_speed(recording, LIMITS) == judged_by_the_session(recording, LIMITS)


@pytest.mark.slow
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**9),
    count=st.integers(1, 600),
    name=st.sampled_from(["default", "tighter", "wider"]),
)
def test_many_recordings_give_the_transitions_of_a_live_session(seed, count, name):
    recording, limits = made_up(seed, count), limit_sets.load(name)
    assert judged_at_speed(recording, limits) == judged_by_the_session(recording, limits)
