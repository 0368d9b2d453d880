"""Each episode with all of its measurements."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.measure.index import HostTraffic, by_host
from analyzer.measure.operations import longest_operation
from analyzer.measure.outage import outage, switch_back
from analyzer.measure.shared_clock import assumed_devices, with_shared_clock
from analyzer.measure.stages import detection, stages
from analyzer.measure.traffic import phases
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode, Measured


def measure(found: Correlation) -> tuple[Measured, ...]:
    """Measure every episode."""
    traffic, clocks = by_host(found), assumed_devices(found)
    return tuple(_measured(episode, traffic[episode.host], found, clocks) for episode in found.episodes)


def _measured(episode: Episode, traffic: HostTraffic, found: Correlation, clocks: Mapping[str, str]) -> Measured:
    covered = found.covered
    figures = detection(episode, covered), outage(episode, traffic, covered), switch_back(episode, traffic, covered)
    return Measured(
        episode=episode,
        stages=tuple(with_shared_clock(one, found, clocks) for one in stages(episode)),
        measurements=tuple(with_shared_clock(one, found, clocks) for one in figures),
        longest=longest_operation(episode, traffic),
        phases=phases(episode, traffic, covered),
    )
