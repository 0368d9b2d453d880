"""What captures made by hand show: their traffic, the scene of their changes, the observations."""

from __future__ import annotations

from analyzer.config import Settings
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.observation import Observation
from analyzer.correlate.topology.discover import discover
from analyzer.correlate.topology.topology import Topology
from analyzer.correlate.wire.change import Change, changes
from analyzer.correlate.wire.observations import observations_in_captures
from analyzer.correlate.wire.reading import read_traffic
from analyzer.correlate.wire.scene import Scene, scene_of
from analyzer.correlate.wire.service import services
from analyzer.correlate.wire.traffic import Traffic
from tests.correlate.builder import Capture, evidence


def traffic_of(*captures: Capture) -> Traffic:
    """The captures' traffic."""
    traffic = read_traffic(evidence(*captures), Settings(), CAPTURE_CLOCK)
    assert traffic is not None
    return traffic


def scene_shown(*captures: Capture) -> Scene:
    """The scene of the captures' changes."""
    return scene_of(traffic_of(*captures), discover(evidence(*captures), Settings()))


def changes_shown(*captures: Capture) -> list[Change]:
    """The changes of every host's service."""
    scene = scene_shown(*captures)
    return [change for service in services(scene.traffic, scene.topology) for change in changes(service, scene.traffic)]


def observations_shown(*captures: Capture) -> tuple[tuple[Observation, ...], Topology]:
    """The observations, and who is who with what they teach."""
    scene = scene_shown(*captures)
    return observations_in_captures(services(scene.traffic, scene.topology), scene.traffic, scene.topology)
