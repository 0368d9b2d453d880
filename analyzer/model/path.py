"""How a host reaches the storage address, and what tables show of hosts and CVMs when somebody looked."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.instant import Instant
from analyzer.model.source import Origin
from analyzer.model.told import AsTold

PathNote = Literal[
    "",
    "unseen",
    "left-public-network",
    "only-frames",
    "only-replies",
    "asks-in-vain",
    "no-reply",
    "may-serve",
    "capture-ends",
    "log-ends",
    "asymmetric",
]
"""What is unusual of a path, empty where nothing is. `unseen`: it is inferred, as no capture has it;
`left-public-network`: inferred from that; `only-frames`: the host's are seen, and no replies; `only-replies`: they are;
`asks-in-vain`: for its own CVM; `no-reply`: none came; `may-serve`: its own CVM may have served it; `capture-ends`,
`log-ends`: before the path is known; `asymmetric`: the own CVM gets the calls inside and answers by its public side.
"""


PathKind = Literal["local", "remote", "dead", "unknown"]


class Path(msgspec.Struct, frozen=True, order=True):
    """A path of a host to the storage address.

    `local`: to its own CVM over the internal switch. `remote`: over the public network to the CVM `via` (its public
    address, or its MAC where no frame tells the address). `dead`: the host asks and gets no answer; `via` is then the
    gateway that does not answer, where known. `unknown`: no evidence. `note` tells what is unusual of it.
    """

    kind: PathKind
    via: str | None = None
    source: str | None = None
    next_hop_mac: str | None = None
    vlan: int | None = None
    note: PathNote | AsTold = ""


SnapshotState = Literal[
    "forwarded",
    "not-forwarded",
    "connected",
    "neighbor-outside",
    "neighbor-inside",
    "datastore-inaccessible",
    "cvm-down",
    "stargate-down",
    "cvm-up",
]
"""Of a host: `forwarded`: it has a route to the storage address by the gateway `via`; `not-forwarded`: it has none;
`connected`: it has an NFS connection with the storage address by its public address, with the CVM `via` where that
printed it; `neighbor-outside`: in the 20 min before it had an answer for the storage address on the public network, by
the MAC of `via` where that is known; `neighbor-inside`: on its internal switch; `datastore-inaccessible`: it does not
reach a datastore of the storage address. Of a CVM: it, or its Stargate, is down, or both are up.
"""
AS_IT_SHOULD_BE: frozenset[SnapshotState] = frozenset({"not-forwarded", "neighbor-inside", "cvm-up"})


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A state that tables show without another one between them: `since` at the first of them, still `until` the last;
    None where none of them says when it was printed. `of` is the host or CVM, None where nothing names it.
    """

    state: SnapshotState
    of: str | None
    via: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    origins: tuple[Origin, ...] = ()
