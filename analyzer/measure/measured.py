"""Each episode with all of its measurements."""

from __future__ import annotations

import msgspec

from analyzer.measure.operations import longest_operation
from analyzer.measure.outage import outage, switch_back
from analyzer.measure.stages import detection, stages
from analyzer.measure.traffic import host_macs, phases
from analyzer.model.cluster import Host
from analyzer.model.episode import Episode
from analyzer.model.evidence import Evidence
from analyzer.model.measurement import LongOperation, Measurement, Phase
from analyzer.model.traffic import ServedRun


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """An episode and what was measured of it; see :class:`analyzer.model.episode.MeasuredEpisode`."""

    episode: Episode
    stages: tuple[Measurement, ...]
    measurements: tuple[Measurement, ...]
    longest: LongOperation | None
    phases: tuple[Phase, ...]


def measure(
    episodes: tuple[Episode, ...],
    evidence: Evidence,
    hosts: tuple[Host, ...],
    served: tuple[ServedRun, ...],
    covered: tuple[int, int] | None,
) -> tuple[Measured, ...]:
    """Measure every episode.

    `served` are the hosts' runs of replies; `covered` is what the captures cover (ns), or None without captures.
    """
    measured = []
    for episode in episodes:
        macs = host_macs(episode, hosts)
        measured.append(
            Measured(
                episode=episode,
                stages=stages(episode),
                measurements=(
                    detection(episode, covered),
                    outage(episode, served, evidence, macs, covered),
                    switch_back(episode, served, evidence, macs, covered),
                ),
                longest=longest_operation(episode, evidence, macs),
                phases=phases(episode, evidence, macs, covered),
            )
        )
    return tuple(measured)
