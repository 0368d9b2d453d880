"""Which settings make runs not comparable: what was expected, how lines were read, how often HA checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from analyzer.model.over_time.comparison import SettingName
from analyzer.model.run import Run


def differing(runs: Sequence[Run]) -> tuple[SettingName, ...]:
    """The settings in which not all runs agree. Check periods agree where some period lies within the Spans of all; a
    run whose evidence shows none agrees with any.
    """
    return tuple(name for name in get_args(SettingName) if not _agree(name, runs))


def _agree(name: SettingName, runs: Sequence[Run]) -> bool:
    match name:
        case "expectations":
            return len({run.settings.expectations for run in runs}) <= 1
        case "rules":
            return len({run.settings.rules for run in runs}) <= 1
        case "check-period":
            periods = [run.check_period for run in runs if run.check_period is not None]
            return not periods or max(one.least for one in periods) <= min(one.most for one in periods)
        case "storage-address":
            return len({run.settings.storage_address for run in runs}) <= 1
        case "host-private-address":
            return len({run.settings.host_private_address for run in runs}) <= 1
        case "cvm-management-address":
            return len({run.settings.cvm_management_address for run in runs}) <= 1
        case "nfs-port":
            return len({run.settings.nfs_port for run in runs}) <= 1
