"""Each episode with all of its measurements."""

from __future__ import annotations

from analyzer.measure.index import HostTraffic, by_host
from analyzer.measure.operations import longest_operation
from analyzer.measure.outage import outage, switch_back
from analyzer.measure.stages import detection, stages
from analyzer.measure.traffic import phases
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode, Measured


def measure(found: Correlation) -> tuple[Measured, ...]:
    """Measure every episode."""
    traffic = by_host(found)
    return tuple(_measured(episode, traffic[episode.host], found.covered) for episode in found.episodes)


def _measured(episode: Episode, traffic: HostTraffic, covered: tuple[int, int] | None) -> Measured:
    return Measured(
        episode=episode,
        stages=stages(episode),
        measurements=(
            detection(episode, covered),
            outage(episode, traffic, covered),
            switch_back(episode, traffic, covered),
        ),
        longest=longest_operation(episode, traffic),
        phases=phases(episode, traffic, covered),
    )
