"""Under which conditions a run was made, and in which of them two runs differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from analyzer.model.instant import Span
from analyzer.model.run import Run

ConditionName = Literal["settings", "expectations", "check-period", "rules", "program"]
"""What runs may differ in. `settings`: the addresses and the port that are looked at; `expectations`: what they are
judged by, which no duration depends on; `check-period`: how often Genesis checks, where both are known and no period is
possible for both; `rules`: the user's rules files, by name; `program`: its version. The zone and the year of a log's
stamps are none of these: they say how that evidence is to be read, and are of each test's own.
"""


class Limit(msgspec.Struct, frozen=True, order=True):
    """What a metric of a kind of episode is held against, ns; not whence the figure comes, which changes no judgement.
    `bound` is -1 where the metric has one of its own.
    """

    kind: str
    metric: str
    expected: int
    tolerance: int
    bound: int = -1


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What of a run's settings counts for its figures and verdicts, the check period that it found (None: unknown), and
    the program's version. Stores keep it as it is here: another field is another schema of theirs.
    """

    storage_address: str
    host_private_address: str
    cvm_management_address: str
    nfs_port: int
    expectations: tuple[Limit, ...]
    rules: tuple[str, ...]
    check_period: Span | None
    program: str


def conditions_of(run: Run) -> Conditions:
    """Those of a run."""
    told = run.settings
    limits = (
        Limit(one.kind, one.metric, one.expected, one.tolerance, -1 if one.bound is None else one.bound)
        for one in told.expectations
    )
    return Conditions(
        storage_address=told.storage_address,
        host_private_address=told.host_private_address,
        cvm_management_address=told.cvm_management_address,
        nfs_port=told.nfs_port,
        expectations=tuple(sorted(limits)),
        rules=told.rules,
        check_period=run.check_period,
        program=run.autopath_version,
    )


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
