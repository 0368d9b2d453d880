"""The settings in which runs differ so that they are not comparable, in words: which, and what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from analyzer.model.instant import Span
from analyzer.model.over_time.comparison import SettingName
from analyzer.model.over_time.conditions import Conditions, Limit
from analyzer.report.names import KINDS, metric_name
from analyzer.report.words import duration, exact

SETTINGS: dict[SettingName, str] = {
    "expectations": "the expectations",
    "rules": "the rules for log lines",
    "check-period": "the period of HA's checks",
    "storage-address": "the storage address",
    "host-private-address": "the hosts' private address",
    "cvm-management-address": "the CVMs' management address",
    "nfs-port": "the NFS port",
}
SHOWN = 3
"""Values that are named where there are several."""


def settings_words(names: Sequence[SettingName], theirs: Sequence[Conditions], others: Conditions) -> str:
    """The settings in which some runs differ from others, with what they are there and there."""
    words = [setting_words(name, theirs, others) for name in names]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def setting_words(name: SettingName, theirs: Sequence[Conditions], others: Conditions) -> str:
    """`the NFS port (2050 against 2049)`, of runs under these conditions (one at least) and of others."""
    mine, known = (_values(name, each, several) for each, several in ((theirs, (others,)), ((others,), theirs)))
    return f"{SETTINGS[name]} ({mine} against {known})"


def _values(name: SettingName, of: Sequence[Conditions], beside: Sequence[Conditions]) -> str:
    if name == "check-period":
        periods = [one.check_period for one in of if one.check_period is not None]
        return duration(_over_all(periods)) if periods else "unknown"
    if name == "expectations":
        texts = [_limits(one.expectations, beside[0].expectations) for one in of]
    else:
        texts = [_PLAIN[name](one) or "none" for one in of]
    each = list(dict.fromkeys(texts))
    return " or ".join(each[:SHOWN]) + (f" or {len(each) - SHOWN} more" if len(each) > SHOWN else "")


def _over_all(periods: Sequence[Span]) -> Span:
    """What all of them leave possible; where they don't agree, all that any does."""
    least, most = max(one.least for one in periods), min(one.most for one in periods)
    if least <= most:
        return Span(least, most)
    return Span(min(one.least for one in periods), max(one.most for one in periods))


def _limits(mine: Sequence[Limit], others: Sequence[Limit]) -> str:
    """The limits that the others have otherwise."""
    keys = sorted({(one.kind, one.metric) for one in {*mine} ^ {*others}})
    known = {(one.kind, one.metric): one for one in mine}
    words = [_limit(key, known.get(key)) for key in keys[:SHOWN]]
    return ", ".join(words) + (f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else "")


def _limit(key: tuple[str, str], limit: Limit | None) -> str:
    kind, metric = key
    named = " ".join((*_kind(kind), metric_name(metric)))
    if limit is None:
        return f"{named} none"
    tolerance = f" + {exact(limit.tolerance)}" if limit.tolerance else ""
    bound = f", bound {exact(limit.bound)}" if limit.bound >= 0 else ""
    return f"{named} {exact(limit.expected)}{tolerance}{bound}"


def _kind(kind: str) -> Iterator[str]:
    yield from (words for name, words in KINDS.items() if name == kind)


_PLAIN: Mapping[SettingName, Callable[[Conditions], str]] = {
    "rules": lambda of: ", ".join(of.rules),
    "storage-address": lambda of: of.storage_address,
    "host-private-address": lambda of: of.host_private_address,
    "cvm-management-address": lambda of: of.cvm_management_address,
    "nfs-port": lambda of: str(of.nfs_port),
}
