"""The wires: a public network with its SPAN port, and on each host an internal switch; bridges and veth pairs.

All bridges stand in one machine without addresses, the fabric. Offloads are off, so that frames on the "wire" are
what a NIC would send, with checksums.
"""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.lab.netns.cluster.members import PREFIX
from analyzer.lab.netns.namespaces.machine import Machine

PUBLIC = "public"

_BRIDGE = "link add {0} type bridge stp_state 0 forward_delay 0 mcast_snooping 0\nlink set {0} up\n"
_OFFLOADS = ("tx", "rx", "sg", "tso", "gso", "gro")


class Network:
    """The fabric. `physical`: the first host's public ports are behind its own switch, joined by one uplink."""

    def __init__(self, fabric: Machine, nodes: int, *, physical: bool) -> None:
        self.fabric, self._physical = fabric, physical
        bridges = [
            PUBLIC,
            *(internal(node) for node in range(nodes)),
            *([public(0, physical=True)] if physical else []),
        ]
        fabric.run(["ip", "-batch", "-"], feed="".join(_BRIDGE.format(bridge) for bridge in bridges))
        if physical:
            self._uplink()

    def public(self, node: int) -> str:
        """The bridge that the public ports of a node are on."""
        return public(node, physical=self._physical)

    def plug(self, machine: Machine, device: str, mac: str, bridge: str, addresses: Sequence[str]) -> None:
        """A NIC for the machine on a bridge, up, with its addresses."""
        port = port_of(machine, device)
        self.fabric.run(
            ["ip", "-batch", "-"],
            feed=f"link add {port} type veth peer name {device} address {mac} netns {machine.pid}\n"
            f"link set {port} master {bridge} up\n",
        )
        _no_offloads(self.fabric, port)
        _no_offloads(machine, device)
        adding = "".join(f"addr add {address}/{PREFIX} brd + dev {device}\n" for address in addresses)
        machine.run(["ip", "-batch", "-"], feed=f"{adding}link set {device} up\n")

    def cut(self, machine: Machine, device: str) -> None:
        """The link goes down, as when a VM is powered off: nothing more passes."""
        self.fabric.run(["ip", "link", "set", port_of(machine, device), "down"])

    def unplug(self, machine: Machine, device: str) -> None:
        """Take the NIC away; the kernel may have done so already, because the machine is gone."""
        self.fabric.run(["ip", "link", "delete", port_of(machine, device)], check=False)

    def _uplink(self) -> None:
        self.fabric.run(
            ["ip", "-batch", "-"],
            feed="link add uplink type veth peer name vmnic0\n"
            f"link set uplink master {PUBLIC} up\nlink set vmnic0 master {self.public(0)} up\n",
        )
        for device in ("uplink", "vmnic0"):
            _no_offloads(self.fabric, device)


def internal(node: int) -> str:
    """The bridge that is the internal switch of a node ("vSwitchNutanix")."""
    return f"vswitch{node + 1}"


def public(node: int, *, physical: bool) -> str:
    """The bridge that carries the public network for a node."""
    return f"dvs{node + 1}" if physical and node == 0 else PUBLIC


def port_of(machine: Machine, device: str) -> str:
    """A machine's port on the fabric: short, as Linux has 15 characters for it."""
    return f"{device}.{machine.pid}"


def _no_offloads(machine: Machine, device: str) -> None:
    # An older kernel does not know each of them, which is no fault: a packet bound for a capture is whole all the same.
    machine.run(["ethtool", "-K", device, *(word for what in _OFFLOADS for word in (what, "off"))], check=False)
