"""Each episode with all of its measurements."""

from __future__ import annotations

from analyzer.measure.chart import chart
from analyzer.measure.devices import Devices, devices_of
from analyzer.measure.index import HostTraffic, by_host
from analyzer.measure.operations import longest_operation
from analyzer.measure.outage import outage, switch_back
from analyzer.measure.stages import detection, stages
from analyzer.measure.traffic import phases
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode, Measured


def measure(found: Correlation) -> tuple[Measured, ...]:
    """Measure every episode."""
    traffic, devices = by_host(found), devices_of(found)
    return tuple(_measured(one, traffic[one.host], found.covered, devices) for one in found.episodes)


def _measured(episode: Episode, traffic: HostTraffic, covered: tuple[int, int] | None, devices: Devices) -> Measured:
    figures = detection(episode, covered), outage(episode, traffic, covered), switch_back(episode, traffic, covered)
    return Measured(
        episode=episode,
        stages=tuple(map(devices.told, stages(episode))),
        measurements=tuple(map(devices.told, figures)),
        longest=devices.of_operation(longest_operation(episode, traffic)),
        phases=phases(episode, traffic, covered),
        chart=chart(episode, traffic),
    )
