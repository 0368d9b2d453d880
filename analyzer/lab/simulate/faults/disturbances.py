"""What also happens to a cluster and looks like a failover, or spoils one, by the names that a scenario has for it."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.faults.cvm_disturbances import FORWARDED, STOPPING, CvmDisturbances
from analyzer.lab.simulate.faults.host_disturbances import REMOUNT, HostDisturbances
from analyzer.lab.simulate.faults.running_cluster import RunningCluster


class Disturbances:
    """Does them. `until` is when the last of them will be over, ns."""

    def __init__(self, cluster: RunningCluster) -> None:
        self._cluster = cluster
        self.cvm, self._host = CvmDisturbances(cluster), HostDisturbances(cluster)
        self.until = 0
        self._goes_on = {
            "cvm-shutdown": STOPPING,
            "cvm-maintenance": FORWARDED + STOPPING,
            "host-reboot": cluster.boot + REMOUNT,
        }
        self._lasting: dict[str, Callable[[Node, int], None]] = {
            "cvm-hang": self.cvm.hang_cvm,
            "stargate-restart": self.cvm.restart_stargate,
            "genesis-restart": self.cvm.restart_genesis,
            "partition": self._host.partition,
            "cvm-isolation": self._host.isolate,
            "host-reboot": self._host.reboot,
            "idle": self._host.idle,
            "vmotion-burst": self._host.surge,
        }
        self._sudden: dict[str, Callable[[Node], None]] = {
            "cvm-shutdown": self.cvm.shut_down,
            "cvm-maintenance": self.cvm.maintain,
            "connection-reset": self.cvm.reset,
        }

    def do(self, what: str, node: Node, length: int) -> None:
        """Do what the scenario calls `what`; it lasts for `length` ns, if it lasts."""
        if what in self._lasting:
            self._lasting[what](node, length)
            self.lasts(length + self._goes_on.get(what, 0))
        else:
            self._sudden[what](node)
            self.lasts(self._goes_on.get(what, 0))

    def why_pointless(self, what: str, node: Node) -> str | None:
        """Why it would change nothing, or None."""
        match what:
            case "cvm-shutdown" | "cvm-maintenance" | "cvm-hang" | "stargate-restart" if (
                not node.cvm.powered or not node.cvm.listening
            ):
                return "its Stargate does not run"
            case "cvm-maintenance" if node.host.route is not None or self._cluster.leadership.leads(node.cvm):
                return "its host is forwarded already, or its Genesis leads"
            case "host-reboot" if node.host.booting or not node.cvm.powered:
                return "its host or its CVM does not run"
            case "partition" | "cvm-isolation" if not node.host.vmk0.up or node.cvm.cut:
                return "its network is cut off already"
            case "genesis-restart" if not self._cluster.leadership.leads(node.cvm):
                return "its Genesis does not lead, so nobody would notice"
            case "icmp-redirect" if node.host.route is not None:
                return f"its host has a route already, to {node.host.route}"
            case _:
                return None

    def redirect(self, node: Node, gateway: str) -> None:
        """A router tells the host to go by `gateway`."""
        self._host.redirect(node, gateway)

    def lasts(self, length: int) -> None:
        """Something goes on for `length` ns."""
        self.until = max(self.until, self._cluster.clock.now + length)
