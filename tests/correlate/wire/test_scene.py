"""What all kinds ask of a scene: the host's calls, control segments and frames of one path."""

from __future__ import annotations

from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.scene import Scene, controls_of, frames_by, from_server, left, unanswered_calls
from analyzer.model.path import Path
from tests.correlate import scenes
from tests.correlate.builder import CVM_ETH1, HOST, LOCAL, REMOTE_ETH0, Capture, ns
from tests.correlate.wire.shown import scene_shown

INSIDE, OUTSIDE_PATH = Path("local", next_hop_mac=CVM_ETH1), Path("remote", next_hop_mac=REMOTE_ETH0)


def seen(*captures: Capture) -> tuple[Scene, Member]:
    scene = scene_shown(*captures)
    host = scene.topology.host(HOST)
    assert host is not None
    return scene, host


def test_a_call_that_is_answered_only_later_is_unanswered_until_then() -> None:
    span, vmk1 = scenes.failure(died=37_000)
    vmk1.calls(LOCAL, 20_000, 30_000, xid=8)
    scene, host = seen(span, vmk1)

    assert [call.xid for call in unanswered_calls(scene, host, ns(0), ns(60_000))] == [7]
    assert [call.xid for call in unanswered_calls(scene, host, ns(0), ns(25_000))] == [8]


def test_control_segments_of_both_directions_come_in_order() -> None:
    scene, host = seen(*scenes.injection(added=29_000))

    found = controls_of(scene, host, ns(29_000), ns(30_000))

    assert [(control.segment.flags, from_server(control.segment, scene)) for control in found] == [
        ("RST", True),
        ("SYN", False),
        ("SYN-ACK", True),
    ]


def test_frames_are_those_of_the_paths_next_hop() -> None:
    scene, host = seen(*scenes.failure(died=37_000, served=64_000))

    inside, outside = (frames_by(scene, host, path, ns(0), ns(90_000)) for path in (INSIDE, OUTSIDE_PATH))

    assert {frames.first < ns(46_000) for frames in inside} == {True}
    assert [frames.first for frames in outside][:1] == [ns(64_000)]
    assert not frames_by(scene, host, Path("unknown"), ns(0), ns(90_000))


def test_a_host_left_a_path_with_its_last_frame_there() -> None:
    scene, host = seen(*scenes.failure(died=37_000))

    assert left(scene, host, INSIDE, ns(0), ns(40_000)) == ns(38_000)
    assert left(scene, host, INSIDE, ns(39_000), ns(40_000)) is None
    assert left(scene, host, OUTSIDE_PATH, ns(0), ns(40_000)) is None
