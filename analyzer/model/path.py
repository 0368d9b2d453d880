"""How a host reaches the storage address."""

from __future__ import annotations

from typing import Literal

import msgspec


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
    note: str = ""
