"""What the pump gives and how far the patient is under it: two lags in a row, in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass

USUAL_MG_PER_KG_PER_H = 0.75
USUAL_S = 40 * 60.0
_SLOW_S = 25 * 60.0
_FAST_S = 4 * 60.0


@dataclass(frozen=True, slots=True)
class InfusionCourse:
    """Changes of the dose rate as (patient second, mg/kg/h), in the order of time."""

    changes: tuple[tuple[float, float], ...] = ()

    @classmethod
    def scripted(cls, at_s: float) -> InfusionCourse:
        """The usual infusion: 0.5 mg/kg over 40 minutes, from `at_s` on."""
        return cls(((at_s, USUAL_MG_PER_KG_PER_H), (at_s + USUAL_S, 0.0)))

    def changed(self, at_s: float, mg_per_kg_per_h: float) -> InfusionCourse:
        """The course with one more change, which comes last."""
        last_s = self.changes[-1][0] if self.changes else at_s
        return InfusionCourse((*self.changes, (max(at_s, last_s), mg_per_kg_per_h)))

    @property
    def started_s(self) -> float | None:
        """When drug first ran."""
        return next((at_s for at_s, rate in self.changes if rate > 0), None)

    def effect(self, at_s: float) -> float:
        """How far the patient is under the drug; 1 at the end of the usual infusion."""
        total, before = 0.0, 0.0
        for change_s, rate in self.changes:
            if change_s >= at_s:
                break
            total += (rate - before) * _lagged(at_s - change_s)
            before = rate
        level = max(0.0, total / (USUAL_MG_PER_KG_PER_H * _lagged(USUAL_S)))
        return 2.5 * level / (1.5 + level)  # twice the drug is less than twice the effect


def _lagged(passed_s: float) -> float:
    slow, fast = math.exp(-passed_s / _SLOW_S), math.exp(-passed_s / _FAST_S)
    return 1.0 - (_SLOW_S * slow - _FAST_S * fast) / (_SLOW_S - _FAST_S)
