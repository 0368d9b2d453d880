"""Under which conditions a run was made, and in which of them two runs differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from analyzer.model.instant import Span
from analyzer.model.run import Run, RunSettings

ConditionName = Literal["settings", "expectations", "check-period", "rules", "program"]
"""What runs may differ in. `settings`: the addresses and the port that are looked at; `expectations`: what they are
judged by, which no duration depends on; `check-period`: how often Genesis checks, where both are known and no period is
possible for both; `rules`: the user's rules files, by name; `program`: its version. The zone and the year of a log's
stamps are none of these: they say how that evidence is to be read, and are of each test's own.
"""


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What the analysis was told, the check period that it found (None: unknown), and the program's version."""

    settings: RunSettings
    check_period: Span | None
    program: str


def conditions_of(run: Run) -> Conditions:
    """Those of a run. What only says where settings came from, or what was done to the run later, is none of them."""
    told = msgspec.structs.replace(run.settings, project=msgspec.UNSET, redacted=msgspec.UNSET)
    return Conditions(settings=told, check_period=run.check_period, program=run.autopath_version)


def differing(one: Conditions, other: Conditions) -> tuple[ConditionName, ...]:
    """What differs between two runs, in the order of :data:`ConditionName`; nothing where they are like."""
    return tuple(name for name, differs in _DIFFERS.items() if differs(one, other))


def _settings_differ(one: Conditions, other: Conditions) -> bool:
    return _looked_at(one.settings) != _looked_at(other.settings)


def _looked_at(settings: RunSettings) -> tuple[str, str, str, int]:
    return (
        settings.storage_address,
        settings.host_private_address,
        settings.cvm_management_address,
        settings.nfs_port,
    )


def _expectations_differ(one: Conditions, other: Conditions) -> bool:
    return _limits(one.settings) != _limits(other.settings)


def _limits(settings: RunSettings) -> set[tuple[str, str, int, int, int | None]]:
    """What is expected; not whence the figure comes, which changes no judgement."""
    return {(one.kind, one.metric, one.expected, one.tolerance, one.bound) for one in settings.expectations}


def _periods_differ(one: Conditions, other: Conditions) -> bool:
    mine, theirs = one.check_period, other.check_period
    return mine is not None and theirs is not None and mine.meet(theirs) is None


def _rules_differ(one: Conditions, other: Conditions) -> bool:
    return one.settings.rules != other.settings.rules


def _programs_differ(one: Conditions, other: Conditions) -> bool:
    return one.program != other.program


_DIFFERS: Mapping[ConditionName, Callable[[Conditions, Conditions], bool]] = {
    "settings": _settings_differ,
    "expectations": _expectations_differ,
    "check-period": _periods_differ,
    "rules": _rules_differ,
    "program": _programs_differ,
}
