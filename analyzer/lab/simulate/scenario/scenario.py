"""A scenario: faults on a timeline; and the kinds that the program knows by name."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from analyzer.errors import UsageError
from analyzer.lab.simulate.scenario.action import Action
from analyzer.lab.simulate.scenario.options import Options
from analyzer.model.instant import SECOND

NOBODY = "192.168.1.99"


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing done. `on` is a node's number from 1. `at` is s after the captures begin; else it is done `after` s
    after the fault before it was repaired and the host served again. Neither: when Genesis' phase comes, and not before
    the captures ran for `--tail` since that repair.

    `before_capture`: the fault and its repair come before the captures. `gateway` is a node's number (its CVM) or an
    address; `seconds` is how long a hang lasts, or whatever else does. `beside_genesis`: a route is added by hand so
    many s after Genesis itself does so next, or before (negative). `in_vain`: a route command is typed though it
    changes nothing.
    """

    do: Action
    on: int = 1
    at: Decimal | None = None
    after: Decimal | None = None
    before_capture: bool = False
    gateway: int | str | None = None
    seconds: Decimal = Decimal(14)
    beside_genesis: Decimal | None = None
    in_vain: bool = False


class Scenario(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Faults in order; `quiet` is how long a scenario without faults lasts, s."""

    name: str
    about: str = ""
    nodes: int | None = None
    quiet: Decimal = Decimal(75)
    fault: tuple[Fault, ...] = ()

    def cluster(self, options: Options) -> Options:
        """The options with the scenario's number of nodes, where it has one.

        Raises :class:`UsageError` when a fault is of a node that the cluster has not.
        """
        sized = options if self.nodes is None else msgspec.structs.replace(options, nodes=self.nodes)
        for number, fault in enumerate(self.fault, 1):
            for key, node in (("on", fault.on), ("gateway", fault.gateway)):
                if isinstance(node, int) and not 1 <= node <= sized.nodes:
                    raise UsageError(
                        f"{self.name}: fault {number} ({fault.do}): {key} is {node}; "
                        f"expected 1 to {sized.nodes}, a node of the cluster, which --nodes makes larger"
                    )
        return sized


_EARLIER = Fault(do="cvm-power-off", before_capture=True)
KINDS = (
    Scenario(name="healthy", about="no fault: storage traffic stays on the internal switch"),
    Scenario(
        name="cvm-failure",
        about="the CVM of node 1 is powered off; Genesis routes its host to another CVM",
        fault=(Fault(do="cvm-power-off"),),
    ),
    Scenario(
        name="route-injection",
        about="a route to a living CVM is added by hand on a healthy host; Genesis ends the connection, deletes it",
        fault=(Fault(do="route-add", gateway=3),),
    ),
    Scenario(
        name="route-injection-invalid",
        about="a route to nobody is added by hand on a healthy host; Genesis deletes it",
        fault=(Fault(do="route-add", gateway=NOBODY),),
    ),
    Scenario(
        name="route-deletion",
        about="the CVM had failed before; its host's valid route is deleted by hand, Genesis adds it again",
        fault=(_EARLIER, Fault(do="route-delete")),
    ),
    Scenario(
        name="cvm-recovery",
        about="the CVM had failed before; it is powered on, joins in two steps, and the host fails back",
        fault=(_EARLIER, Fault(do="cvm-power-on")),
    ),
    Scenario(
        name="nfs-hang",
        about="the NFS server of the local CVM hangs for 14 s: a gap in replies, and no failover",
        fault=(Fault(do="nfs-hang"),),
    ),
    Scenario(
        name="other-cvm-failure",
        about="another host's CVM is powered off: that host fails over, node 1 does not notice",
        fault=(Fault(do="cvm-power-off", on=3),),
    ),
    Scenario(
        name="whole-story",
        about="a route is added by hand; the CVM fails, its host's route is deleted by hand, the CVM returns",
        fault=(
            Fault(do="route-add", gateway=3),
            Fault(do="cvm-power-off"),
            Fault(do="route-delete"),
            Fault(do="cvm-power-on"),
        ),
    ),
)


def nanoseconds(seconds: Decimal) -> int:
    """Whole ns of a scenario's seconds."""
    return int(seconds * SECOND)
