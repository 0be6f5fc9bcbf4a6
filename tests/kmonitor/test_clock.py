import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmonitor.clock import NS_PER_S, FakeClock, Instant, SystemClock, boot_id, boot_ns

START = Instant(5_000_000_123, datetime(2026, 3, 8, 6, 59, 59, 999_000, tzinfo=UTC))


@given(st.integers(0, 2**60), st.integers(0, 4_000_000_000_000))
def test_an_instant_survives_the_record(mono_ns, utc_ms):
    stored = Instant.from_stored(mono_ns, utc_ms)
    assert (stored.mono_ns, stored.utc_ms) == (mono_ns, utc_ms)


@given(st.floats(-86_400, 86_400))
def test_plus_moves_both_clocks_alike(seconds):
    later = START.plus(seconds)
    assert later.seconds_since(START) == pytest.approx(seconds, abs=1e-9)
    moved_ms = later.utc_ms - START.utc_ms
    assert abs(moved_ms - seconds * 1000) <= 1


def test_speed_scales_the_patients_time_and_not_the_wait():
    clock = SystemClock(speed=60)
    first, real = clock.now(), boot_ns()
    while boot_ns() - real < 20_000_000:
        pass
    passed_s = clock.now().seconds_since(first)
    real_s = (boot_ns() - real) / NS_PER_S
    assert passed_s == pytest.approx(60 * real_s, rel=0.2)
    assert clock.wait_s(clock.now().plus(30)) == pytest.approx(0.5, abs=0.05)


def test_a_wait_is_never_negative_and_never_more_than_a_second():
    clock = FakeClock()
    assert clock.wait_s(clock.now().plus(-5)) == 0
    assert clock.wait_s(clock.now().plus(500)) == 1


def test_at_speed_one_utc_is_the_wall_clock():
    clock = SystemClock()
    assert abs(clock.now().utc_ms - time.time() * 1000) < 1000


def test_the_boot_has_one_name():
    assert boot_id() == boot_id()
    assert len(boot_id()) == 36
