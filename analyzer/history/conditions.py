"""In which of their conditions two runs differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from analyzer.model.over_time.conditions import Conditions

__all__ = ["ConditionName", "Conditions", "differing"]

ConditionName = Literal["settings", "expectations", "check-period", "rules", "program"]
"""What runs may differ in. `settings`: the addresses and the port that are looked at; `expectations`: what they are
judged by, which no duration depends on; `check-period`: how often Genesis checks, where both are known and no period is
possible for both; `rules`: the user's rules files, by name; `program`: its version. The zone and the year of a log's
stamps are none of these: they say how that evidence is to be read, and are of each test's own.
"""


def differing(one: Conditions, other: Conditions) -> tuple[ConditionName, ...]:
    """What differs between two runs, in the order of :data:`ConditionName`; nothing where they are like."""
    return tuple(name for name, differs in _DIFFERS.items() if differs(one, other))


def _settings_differ(one: Conditions, other: Conditions) -> bool:
    return _looked_at(one) != _looked_at(other)


def _looked_at(of: Conditions) -> tuple[str, str, str, int]:
    return of.storage_address, of.host_private_address, of.cvm_management_address, of.nfs_port


def _expectations_differ(one: Conditions, other: Conditions) -> bool:
    return one.expectations != other.expectations


def _periods_differ(one: Conditions, other: Conditions) -> bool:
    mine, theirs = one.check_period, other.check_period
    return mine is not None and theirs is not None and mine.meet(theirs) is None


def _rules_differ(one: Conditions, other: Conditions) -> bool:
    return one.rules != other.rules


def _programs_differ(one: Conditions, other: Conditions) -> bool:
    return one.program != other.program


_DIFFERS: Mapping[ConditionName, Callable[[Conditions, Conditions], bool]] = {
    "settings": _settings_differ,
    "expectations": _expectations_differ,
    "check-period": _periods_differ,
    "rules": _rules_differ,
    "program": _programs_differ,
}
