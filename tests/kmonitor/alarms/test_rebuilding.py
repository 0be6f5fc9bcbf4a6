"""Open conditions out of the log alone are those that the engine holds."""

from hypothesis import HealthCheck, given, settings

from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.alarms.rebuilding import rebuilt
from tests.happenings import LIMITS, Live, short_happenings


def _as_logged(occurrences):
    """What stays as its last row said; of a blood pressure the worst part may be another since."""
    return {
        each.number: (each.about, each.kind, each.state, each.acknowledged_by)
        for each in occurrences
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(short_happenings)
def test_the_log_of_any_session_tells_its_open_conditions(happened):
    live = Live()
    live.live(happened)
    rows = [row.row for row in live.rows if isinstance(row.row, AlarmTransition)]
    half = len(rows) // 2
    held = rebuilt((), rows[:half], LIMITS)
    for found in (rebuilt((), rows, LIMITS), rebuilt(held, rows[half:], LIMITS)):
        assert _as_logged(found) == _as_logged(live.session.alarms.occurrences)
