"""From when to when a failover of each host could have been seen, by what, and what keeps that from being all."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.instant import Span
from analyzer.model.over_time.stretches import Stretch
from analyzer.model.source import Origin

SeenBy = Literal["replies", "checks"]
"""`replies`: captures hold the host's NFS calls and the replies to it; `checks`: HA checks found its path right."""


class Sight(msgspec.Struct, frozen=True):
    """A stretch in which a failover of a host would have been seen."""

    by: SeenBy
    first: int
    last: int


class Silence(msgspec.Struct, frozen=True):
    """No reply reached a host from one to another of its replies, or from the last to the end of the captures, ns; with
    the frames of these replies. `waiting`: a call was.
    """

    first: int
    last: int
    origins: tuple[Origin, ...]
    waiting: bool = False

    @property
    def length(self) -> int:
        """Ns."""
        return self.last - self.first


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """How the storage address served a host: its calls and the replies to it, the longest silence between two of these,
    the time of the slowest call that was answered, and how many were not; ns. None: there is no such.
    """

    calls: int
    replies: int
    silence: Silence | None = None
    slowest: Span | None = None
    unanswered: int = 0


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """What captures show of a host and the storage address.

    `captured` is from when to when the captures last that hear it; `seen` are the stretches in which it called and
    was answered; `silences` are those in which a call waited, and those longer than a mounted datastore's heartbeat
    allows; `moves` is when its calls went from one of its ports to another. `only`: one direction alone is there.
    """

    host: str
    captured: Stretch | None = None
    seen: tuple[Stretch, ...] = ()
    silences: tuple[Silence, ...] = ()
    moves: tuple[Stretch, ...] = ()
    only: Literal["calls", "replies"] | None = None
    service: Service | None = None


class HostCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """A host (None: all that the checks speak of, which name none), and when a failover of it would have been seen: the
    first stretches of that, and how many more there are.
    """

    host: str | None
    seen: tuple[Sight, ...] = ()
    unlisted: int = 0
    service: Service | None = None


LackName = Literal[
    # of a host
    "one-direction",
    "unseen",
    "unwatched",
    "routes-unreadable",
    "forwarded",
    "elsewhere",
    "silence",
    "moved",
    "untold-change",
    "cvm-stopped",
    "host-booted",
    "untied-loss",
    "storage-away",
    "stargate-down",
    # of a source
    "not-understood",
    "no-checks",
    "not-read",
    "one-moment",
    "host-log",
    "incomplete",
    "left-out",
    "cut-off",
    # of all
    "unread-lines",
    "no-host",
    "down-unhosted",
    "no-storage-traffic",
    "other-servers",
    "broken-off",
]
"""What keeps the evidence from showing that nothing happened.

Of the host `of`: `one-direction`: captures hold its calls or the replies alone (`what`); `unseen`: neither it nor a
check of it is seen; `unwatched`: not in a stretch; `routes-unreadable`: Genesis' checks could not read its routes;
`forwarded`: it is, and no episode is of it; `elsewhere`: it is, and by its episodes it is not; `silence`: no reply
reached it, `moved`: its calls went another way from then on, `untold-change`: a log tells of a change of its path, and
no episode has that; `cvm-stopped`: its log has its CVM switched off or reset, `host-booted`: that it booted, and no
episode has that; `untied-loss`: its log has an NFS datastore lost, and nothing tells which; `storage-away`: its log has
an NFS away (an I/O that was sent again, a lock that was lost), and no episode has that; `stargate-down`: checks found
Stargate down on its own CVM (`what`), and by its episodes it was served by that.

Of the source `of`: `not-understood`: no rule takes its lines; `no-checks`: a CVM's log that has none, as the leader
alone writes them; `not-read`: it is in no known format or encoding; `one-moment`: it tells of no more; `host-log`: an
ESXi host's, which tells what changed and not that all was well; `incomplete`: lines are missing; `left-out`: it has too
much for all of it to be told; `cut-off`: its end is missing, and nothing else goes on beyond the rest of it.

Of all: `unread-lines`: they may tell of a failover and are not understood; `no-host`: no host of the storage address is
known; `down-unhosted`: checks found the Stargate of the CVM `what` down, and nothing tells of the host that it serves;
`no-storage-traffic`: no capture has any; `other-servers`: what NFS there is goes to others, which says nothing;
`broken-off`: a fault of the program (`what`) ended the analysis once the evidence was read.
"""

UNTOLD: frozenset[LackName] = frozenset(
    (
        "silence",
        "moved",
        "elsewhere",
        "untold-change",
        "cvm-stopped",
        "host-booted",
        "untied-loss",
        "storage-away",
        "stargate-down",
        "left-out",
        "unread-lines",
    )
)
"""What says that something did happen, or may have in what was left out, of which no episode tells."""


class Lack(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that is missing: whose (a host, or a source's name), from when to when, which frames or lines tell."""

    name: LackName
    of: str = ""
    when: Stretch | None = None
    what: str = ""
    count: int = 0
    origins: tuple[Origin, ...] = ()


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What a run without an episode may say: `time` is what the evidence is of, `lacks` why a failover in it may not
    have been seen. Without any, nothing failed over; `steady`: nor did a call or a reply of any host take long in this
    stretch, in which captures show all of them.
    """

    time: Stretch | None = None
    hosts: tuple[HostCoverage, ...] = ()
    lacks: tuple[Lack, ...] = ()
    steady: Stretch | None = None

    @property
    def is_whole(self) -> bool:
        """Whether a failover of any host, at any time of the evidence, would have been seen."""
        return not self.lacks

    @property
    def untold(self) -> tuple[Lack, ...]:
        """The signs of something that no episode tells."""
        return tuple(lack for lack in self.lacks if lack.name in UNTOLD)
