"""Property: whatever happens, replaying a session's stored events gives an equal session."""

from hypothesis import HealthCheck, given, settings

from kmonitor.events import Tick
from kmonitor.session import replay, step
from tests.happenings import LIMITS, Live, happenings


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(happenings)
def test_replay_gives_an_equal_session(happened):
    live = Live()
    live.live(happened)
    last = Tick(at=live.clock.advance(s=1))
    live.take(last)
    again, _ = step(replay(live.stored, LIMITS), last)
    assert again == live.session
