"""Under which conditions a run was made: what counts for its figures and its verdicts."""

from __future__ import annotations

import msgspec

from analyzer.model.instant import Span
from analyzer.model.run import Run


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
