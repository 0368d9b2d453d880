"""The lab: a cluster of real kernels, with autopathing, in network namespaces; recorded, with its truth.

    options ─► sandbox ─► lab (network, hosts, CVMs, Genesis, client) ─► scenario ─► recording
                                                                            (captures, logs, truth.json)

`sandbox` has the lab run in its own process and mount namespaces, and nothing outlives it. `genesis` is the
reference of what autopathing's rules mean. Needs Linux and root; `doctor` says what else.
"""

from __future__ import annotations

from collections.abc import Callable

from analyzer.lab.netns.cluster.members import cluster_of
from analyzer.lab.netns.doctor import Need, install, needs, require
from analyzer.lab.netns.namespaces.machines import RunningMachine, machine_named
from analyzer.lab.netns.namespaces.sandbox import run_in_sandbox
from analyzer.lab.netns.options import SHELL, LabOptions, checked

__all__ = ["LabOptions", "Need", "RunningMachine", "install", "machine_named", "needs", "record"]


def record(options: LabOptions, report: Callable[[str], None] = lambda _: None) -> dict[str, bytes]:
    """Run a test and record it; the files by name: captures, logs, truth.json. `report` gets what happens, as text.

    Raises :class:`~analyzer.errors.UsageError` for options that can't be, or a computer that lacks something.
    """
    from analyzer.lab.netns.scenario.acts import acts_of

    cluster_of(checked(options))
    if options.scenario != SHELL:
        acts_of(options.scenario)
    require()
    return run_in_sandbox(options, report)
