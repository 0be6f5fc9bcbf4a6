"""A session on a fake clock, lived through by a test; keeps every effect."""

from kmonitor.alarms.conditions import AlarmTransition
from kmonitor.effects import PersistRow
from kmonitor.events import Tick
from kmonitor.limit_sets import load_default
from kmonitor.metrics import Metric
from kmonitor.session import open_session, step
from tests import builders
from tests.builders import reading


class Bedside:
    def __init__(self, **opened) -> None:
        self.clock = builders.clock()
        self.limits = load_default()
        first = builders.opened(self.clock.now(), **opened)
        self.session, effects = open_session(first, self.limits)
        self.effects = list(effects)

    def take(self, event):
        self.session, effects = step(self.session, event)
        self.effects.extend(effects)
        return effects

    def wait(self, seconds: float, *, spo2: float | None = 97, pulse: float | None = 72) -> None:
        """Readings each second, as an oximeter gives them."""
        for _ in range(round(seconds)):
            now = self.clock.advance(s=1)
            self.take(reading(now, Metric.SPO2, spo2))
            self.take(reading(now, Metric.PULSE_RATE, pulse))

    def pass_silently(self, seconds: float) -> None:
        self.take(Tick(at=self.clock.advance(s=seconds)))

    @property
    def now(self):
        return self.clock.now()

    @property
    def rows(self):
        return [effect for effect in self.effects if isinstance(effect, PersistRow)]

    @property
    def stored(self):
        return [row.row for row in self.rows if not isinstance(row.row, AlarmTransition)]

    def conditions(self):
        return {each.condition.value for each in self.session.presented_alarms}
