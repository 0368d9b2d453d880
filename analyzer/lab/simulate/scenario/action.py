"""What a scenario can have done to a cluster, by name."""

from __future__ import annotations

from typing import Literal

Action = Literal[
    "cvm-power-off",  # its MACs fall silent at once
    "cvm-power-on",  # it boots, is alive, and a check later initialised
    "cvm-shutdown",  # in order: FIN, refused SYNs, then silence
    "cvm-maintenance",  # as before an upgrade: Genesis forwards its host, then it is shut down
    "cvm-hang",  # it stands still for `seconds`, links up, and goes on without a boot
    "stargate-restart",  # its process is gone for `seconds`, the CVM lives on
    "nfs-hang",  # its process answers no call for `seconds`
    "genesis-restart",  # of the leader, whose node it is; it checks again after `seconds`
    "host-reboot",  # host and CVM are off; the host is back after `seconds`, its CVM after a boot more
    "partition",  # the node's uplink is dead for `seconds`
    "cvm-isolation",  # the public port of its CVM is dead for `seconds`, and its host reaches it inside
    "icmp-redirect",  # a router names `gateway`, and the host takes it for a route
    "connection-reset",  # by the CVM that serves the host, for no reason of ours
    "vmotion-burst",  # large operations for `seconds`
    "idle",  # heartbeats only for `seconds`
    "route-add",  # by hand, to `gateway`
    "route-delete",  # by hand
]
LASTING = (  # these take `seconds`
    "cvm-hang",
    "stargate-restart",
    "nfs-hang",
    "genesis-restart",
    "host-reboot",
    "partition",
    "cvm-isolation",
    "vmotion-burst",
    "idle",
)
GIVEN = ("route-add", "icmp-redirect")  # these need a gateway
