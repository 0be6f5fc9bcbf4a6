"""What somebody wants the limits to be, before it is used; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from kmonitor.alarms import limit_changes
from kmonitor.alarms.conditions import Condition
from kmonitor.alarms.limit_checks import Flaw, flaws_in
from kmonitor.alarms.limit_texts import rule_words
from kmonitor.alarms.limits import Judged, Level, LimitRule, LimitSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One number of a limit set: the level of the rule about `condition`."""

    condition: Condition
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`now` is what the session has, `wanted` what it shall have.

    `before` is what it had before the last change that was used, `began_with` the set as it was
    loaded; None where that is not known.
    """

    now: LimitSet
    wanted: LimitSet
    began_with: LimitSet | None = None
    before: LimitSet | None = None

    @property
    def is_changed(self) -> bool:
        """Whether something waits to be used."""
        return self.now != self.wanted

    @property
    def words(self) -> str:
        """Each number that waits, with the old one: "SpO2 low 90 -> 88"; empty where none does."""
        return limit_changes.describe(self.now, self.wanted)

    @property
    def trouble(self) -> str:
        """Why what is wanted cannot be used; empty where it can, or where nothing waits."""
        return _trouble(self.now, self.wanted) if self.is_changed else ""

    @property
    def wrong(self) -> frozenset[Spot]:
        """The numbers that stand in the way."""
        return _wrong(self.now, self.wanted) if self.is_changed else frozenset()

    @property
    def can_be_restored(self) -> bool:
        """Whether anything differs from the set as it was loaded."""
        return self.began_with is not None and self.wanted.rules != self.began_with.rules

    def level(self, spot: Spot) -> Level:
        """The level as it is wanted."""
        return level_at(self.wanted, spot)

    def is_moved(self, spot: Spot) -> bool:
        """Whether that number waits to be used."""
        return self.level(spot) != level_at(self.now, spot)

    def of_set(self, spot: Spot) -> Level | None:
        """The level as the set has it; None where the set is not known."""
        return None if self.began_with is None else level_at(self.began_with, spot)

    def earlier(self, spot: Spot) -> Level | None:
        """What "Back" goes to: what the session has, or had before; None where it is there."""
        if self.is_moved(spot):
            return level_at(self.now, spot)
        before = None if self.before is None else level_at(self.before, spot)
        return before if before != self.level(spot) else None

    def with_limit(self, spot: Spot, number: float) -> Draft:
        """Another limit; of a rise alone, another rise."""
        if is_rise(self.level(spot)):
            wanted = limit_changes.with_rise(self.wanted, spot.condition, spot.place, number)
        else:
            wanted = limit_changes.with_limit(self.wanted, spot.condition, spot.place, number)
        return self._wanting(wanted, spot)

    def with_delay(self, spot: Spot, delay_s: float) -> Draft:
        """Another condition delay."""
        wanted = limit_changes.with_delay(self.wanted, spot.condition, spot.place, delay_s)
        return self._wanting(wanted, spot)

    def from_baseline(self, spot: Spot, baseline: float, offset: float) -> Draft:
        """A limit so far from the baseline."""
        wanted = limit_changes.from_baseline(
            self.wanted, spot.condition, spot.place, baseline, offset
        )
        return self._wanting(wanted, spot)

    def back(self, spot: Spot) -> Draft:
        """That number as it was before."""
        earlier = self.earlier(spot)
        return self if earlier is None else replace(self, wanted=_put(self.wanted, spot, earlier))

    def restored(self, judged: Judged) -> Draft:
        """Everything about what is judged as the set has it."""
        if self.began_with is None:
            return self
        wanted = self.wanted
        for rule in wanted.rules_for(judged):
            wanted = limit_changes.restored(wanted, self.began_with, rule.condition)
        return replace(self, wanted=wanted)

    def all_restored(self) -> Draft:
        """All as the set has it."""
        if self.began_with is None:
            return self
        return replace(self, wanted=replace(self.wanted, rules=self.began_with.rules))

    def undone(self) -> Draft:
        """Nothing waits any more."""
        return replace(self, wanted=self.now)

    def follow(self, limits: LimitSet) -> Draft:
        """The session has `limits` now; what waits and is not part of them goes on waiting."""
        if limits == self.now:
            return self
        wanted = self.wanted if self.is_changed else limits
        return replace(self, now=limits, before=self.now, wanted=wanted)

    def _wanting(self, wanted: LimitSet, spot: Spot) -> Draft:
        """A number that is typed back to what the session has is no change, whatever it says."""
        old = level_at(self.now, spot)
        new = level_at(wanted, spot)
        is_same = (old.limit, old.rise, old.delay_s) == (new.limit, new.rise, new.delay_s)
        return replace(self, wanted=_put(wanted, spot, old) if is_same else wanted)


def is_rise(level: Level) -> bool:
    """Whether a level is nothing but a distance from the baseline."""
    return level.limit is None and level.rise is not None


def rule_of(limits: LimitSet, condition: Condition) -> LimitRule:
    """The rule about `condition`."""
    return next(rule for rule in limits.rules if rule.condition is condition)


def level_at(limits: LimitSet, spot: Spot) -> Level:
    """One level of one rule."""
    return rule_of(limits, spot.condition).levels[spot.place]


def _put(limits: LimitSet, spot: Spot, level: Level) -> LimitSet:
    rule = rule_of(limits, spot.condition)
    levels = (*rule.levels[: spot.place], level, *rule.levels[spot.place + 1 :])
    changed = replace(rule, levels=levels)
    return replace(limits, rules=tuple(changed if each is rule else each for each in limits.rules))


@lru_cache(maxsize=4)
def _trouble(now: LimitSet, wanted: LimitSet) -> str:
    for flaw in _new_flaws(now, wanted):
        if flaw.rule is not None and flaw.level is None:
            words = _order_words(wanted.rules[flaw.rule])
            if words:
                return words
    return limit_changes.misfit(now, wanted) or ""


@lru_cache(maxsize=4)
def _wrong(now: LimitSet, wanted: LimitSet) -> frozenset[Spot]:
    found: set[Spot] = set()
    for flaw in _new_flaws(now, wanted):
        if flaw.rule is None:
            continue
        rule = wanted.rules[flaw.rule]
        places = _out_of_order(rule) if flaw.level is None else (flaw.level,)
        found.update(
            Spot(condition=rule.condition, place=place)
            for place in places or range(len(rule.levels))
        )
    return frozenset(found)


def _new_flaws(now: LimitSet, wanted: LimitSet) -> list[Flaw]:
    """What was wrong before already, as in a set of an older record, does not count."""
    held = tuple(flaws_in(now))
    return [flaw for flaw in flaws_in(wanted) if flaw not in held]


def _plain(rule: LimitRule) -> list[tuple[int, float]]:
    """Place and limit of each level that counts by itself."""
    return [
        (place, level.limit)
        for place, level in enumerate(rule.levels)
        if level.limit is not None and level.rise is None
    ]


def _out_of_order(rule: LimitRule) -> tuple[int, ...]:
    """The places of two neighbors of which the more urgent does not lie further out."""
    side = 1 if rule.is_high else -1
    return tuple(
        place
        for (one, inner), (other, outer) in pairwise(_plain(rule))
        if side * (outer - inner) <= 0
        for place in (one, other)
    )


def _order_words(rule: LimitRule) -> str:
    if not _out_of_order(rule):
        return ""
    numbers = ", ".join(f"{limit:g}" for _, limit in _plain(rule))
    way = "higher" if rule.is_high else "lower"
    return f"{rule_words(rule)}: {numbers}: each must be {way} than the one before."
