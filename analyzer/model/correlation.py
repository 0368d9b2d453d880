"""What correlation hands on: the cast, the clocks, the checks' period, and the episodes."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.clock import ClockOffset
from analyzer.model.cluster import Cvm, Host
from analyzer.model.episode import Episode
from analyzer.model.event import Event
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Span
from analyzer.model.path import Snapshot
from analyzer.model.traffic import ServedRun

AssumptionName = Literal[
    "port-by-turns",
    "port-that-left",
    "port-that-is-left",
    "port-that-stalled",
    "log-of-commanded",
    "log-of-remaining",
    "log-beside-prompt",
]
"""What was taken for granted. A port inside is a host's: `port-by-turns`: it was served when that one's other was not;
`port-that-left`: the only one that went elsewhere; `port-that-is-left`: the only one; `port-that-stalled`: when the
host did. `log-of-commanded`: a log is of the only host whose route Genesis changed; `log-of-remaining`: of the only
CVM without another; `log-beside-prompt`: of the only host whose tables are in its folder.
"""


class Assumption(msgspec.Struct, frozen=True):
    """`what` (MACs, a source or a clock) is taken as that of the host or CVM `of` (its address)."""

    name: AssumptionName
    what: str
    of: str


ContradictionName = Literal[
    "set-back",
    "set-forward",
    "set-between",
    "host-set",
    "another-zone",
    "given-offset",
    "cause-and-effect",
    "captures-apart",
    "captures-at-once",
    "captures-sent-again",
]
"""What can't be. Of `clock`: `set-back`, `set-forward`: by about `by`, before `line` of `source`; `set-between`: by
about `by`, between its lines; `host-set`: a host's, by what nothing tells; `another-zone`: than the one that was given,
ahead of that by `by`; `given-offset`: it was given `by`, and the captures say `bound`; `cause-and-effect`: the captures
have them the other way round. Of the captures `source` and `other`: `captures-apart`: they fit together only so;
`captures-at-once`: they show a host served on both of its paths, for `by`; `captures-sent-again`: they have a call sent
again before it was last sent.
"""


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """What contradicts what is held of clocks; times are ns."""

    name: ContradictionName
    clock: str = ""
    by: int = 0
    bound: Span | None = None
    source: str = ""
    other: str = ""
    line: int = 0


class Correlation(msgspec.Struct, frozen=True, kw_only=True):
    """`evidence` has every capture on one clock; `reference` is the clock of all instants.

    `unconfirmed` are marks that no evidence confirms. `served` are the runs of NFS replies that reached each host.
    `covered` is what the captures cover, ns, or None without captures. `clock_set` names the captures whose device's
    clock was set while it captured. `snapshots` are what tables show.
    """

    evidence: Evidence
    reference: str
    clocks: tuple[ClockOffset, ...]
    hosts: tuple[Host, ...]
    cvms: tuple[Cvm, ...]
    check_period: Span | None
    episodes: tuple[Episode, ...]
    contradictions: tuple[Contradiction, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    unconfirmed: tuple[Event, ...] = ()
    served: tuple[ServedRun, ...] = ()
    covered: tuple[int, int] | None = None
    clock_set: tuple[str, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
