"""How a host reaches the storage address."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.told import AsTold

PathNote = Literal[
    "",
    "unseen",
    "left-public-network",
    "only-frames",
    "only-replies",
    "asks-in-vain",
    "no-reply",
    "capture-ends",
    "log-ends",
    "asymmetric",
]
"""What is unusual of a path, empty where nothing is. `unseen`: it is inferred, as no capture has it;
`left-public-network`: inferred from that; `only-frames`: the host's are seen, and no replies; `only-replies`: they are;
`asks-in-vain`: for its own CVM; `no-reply`: none came; `capture-ends`, `log-ends`: before the path is known;
`asymmetric`: the own CVM gets the calls inside and answers by its public side.
"""


class Path(msgspec.Struct, frozen=True, order=True):
    """A path of a host to the storage address.

    `local`: to its own CVM over the internal switch. `remote`: over the public network to the CVM `via` (its public
    address, or its MAC where no frame tells the address). `dead`: the host asks and gets no answer; `via` is then the
    gateway that does not answer, where known. `unknown`: no evidence. `note` tells what is unusual of it.
    """

    kind: Literal["local", "remote", "dead", "unknown"]
    via: str | None = None
    source: str | None = None
    next_hop_mac: str | None = None
    vlan: int | None = None
    note: PathNote | AsTold = ""
