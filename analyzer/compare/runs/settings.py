"""Which tests are comparable: those of like settings, which are what was expected, how lines were read, how often HA
checks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from analyzer.model.instant import Span
from analyzer.model.over_time.compared_groups import LeftOut
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import SettingName
from analyzer.model.over_time.conditions import Conditions


class Comparable(msgspec.Struct, frozen=True):
    """The tests of the settings that most of them have, and the others; both in their order."""

    tests: tuple[ComparedTest, ...]
    left_out: tuple[LeftOut, ...]


def comparable(tests: Sequence[ComparedTest]) -> Comparable:
    """The tests of the settings that most have; where two kinds of settings are as frequent, of those used last. Check
    periods agree where some period lies within the Spans of all; a run whose evidence shows none agrees with any.
    """
    if not tests:
        return Comparable((), ())
    known = {id(one.conditions): one.conditions for one in tests}
    of_each = {each: _settings(conditions) for each, conditions in known.items()}
    settings = [of_each[id(one.conditions)] for one in tests]
    counts, last = Counter(settings), {each: place for place, each in enumerate(settings)}
    usual = max(counts, key=lambda each: (counts[each], last[each]))
    like = [one for one, mine in zip(tests, settings, strict=True) if mine == usual]
    period = _period([one.conditions.check_period for one in like])
    others = replace(like[-1].conditions, check_period=period)
    left_out = tuple(
        LeftOut(one, _differing(one.conditions, like[-1].conditions, period), others)
        for one, mine in zip(tests, settings, strict=True)
        if mine != usual or _apart(one.conditions, period)
    )
    apart = {id(one.test) for one in left_out}
    return Comparable(tuple(one for one in tests if id(one) not in apart), left_out)


def differing(one: Conditions, other: Conditions) -> tuple[SettingName, ...]:
    """The settings in which two runs differ so that they are not comparable."""
    return _differing(one, other, other.check_period)


def _differing(one: Conditions, other: Conditions, period: Span | None) -> tuple[SettingName, ...]:
    pairs = zip(_SETTINGS, _settings(one), _settings(other), strict=True)
    others = {name for name, mine, theirs in pairs if mine != theirs}
    if _apart(one, period):
        others.add("check-period")
    return tuple(name for name in get_args(SettingName) if name in others)


def _apart(one: Conditions, period: Span | None) -> bool:
    """Whether the check period of a run is another."""
    return one.check_period is not None and period is not None and one.check_period.meet(period) is None


_SETTINGS: tuple[SettingName, ...] = tuple(name for name in get_args(SettingName) if name != "check-period")


def _settings(of: Conditions) -> tuple[object, ...]:
    """All but the check period, in the order of `_SETTINGS`."""
    return tuple(getattr(of, name.replace("-", "_")) for name in _SETTINGS)


def _period(periods: Sequence[Span | None]) -> Span | None:
    """The check periods that most of these Spans hold, of those the ones that the last of them hold; None without."""
    known = Counter(one for one in periods if one is not None)
    last = {one: place for place, one in enumerate(periods) if one is not None}
    within = [Span(one.least, one.least) for one in known]
    if not within:
        return None

    def held(point: Span) -> tuple[int, int]:
        holding = [one for one in known if one.holds(point.least)]
        return sum(known[one] for one in holding), max(last[one] for one in holding)

    best = max(within, key=held)
    most = min(one.most for one in known if one.holds(best.least))
    return Span(best.least, most)
