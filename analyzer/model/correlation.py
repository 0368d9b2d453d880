"""What correlation hands on: the cast, the clocks, the checks' period, and the episodes."""

from __future__ import annotations

import msgspec

from analyzer.model.clock import ClockOffset
from analyzer.model.cluster import Cvm, Host
from analyzer.model.episode import Episode
from analyzer.model.event import Event
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Span
from analyzer.model.traffic import ServedRun


class Correlation(msgspec.Struct, frozen=True, kw_only=True):
    """`evidence` has every capture on one clock; `reference` is the clock of all instants.

    `contradictions` and `assumptions` are sentences. `unconfirmed` are marks that no evidence confirms. `served` are
    the runs of NFS replies that reached each host. `covered` is what the captures cover, ns, or None without captures.
    """

    evidence: Evidence
    reference: str
    clocks: tuple[ClockOffset, ...]
    hosts: tuple[Host, ...]
    cvms: tuple[Cvm, ...]
    check_period: Span | None
    episodes: tuple[Episode, ...]
    contradictions: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    unconfirmed: tuple[Event, ...] = ()
    served: tuple[ServedRun, ...] = ()
    covered: tuple[int, int] | None = None
