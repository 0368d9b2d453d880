"""Where the kinds look: the traffic, who is who as far as is known by then, and what all of them look for."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.clocks.ssh_exchanges import Burst
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.commands import Commands, commands_on
from analyzer.correlate.wire.frames import Control, Frames
from analyzer.correlate.wire.returns import Returns, returns_in
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.event import TcpControl
from analyzer.model.instant import Instant
from analyzer.model.path import Path
from analyzer.model.traffic import Operation

CUT = 999  # ns that a stamp in µs leaves out


class Scene(msgspec.Struct, frozen=True):
    """What every kind needs to look at a change; `returns` are the CVMs that are heard again, `commands` what CVMs ran
    on hosts.
    """

    traffic: Traffic
    topology: Topology
    returns: Returns
    commands: Commands
    clock: str = CAPTURE_CLOCK

    def exactly(self, ns: int) -> Instant:
        """A frame's instant; a µs stamp is cut, not rounded."""
        return Instant(self.clock, ns, ns + CUT)

    def between(self, least: int, most: int) -> Instant:
        """An instant that two frames enclose."""
        return Instant(self.clock, min(least, most), most)


def scene_of(traffic: Traffic, topology: Topology, bursts: Sequence[Burst] = (), doubt: int = 0) -> Scene:
    """The scene of all changes; `bursts` are the SSH exchanges, `doubt` that of the captures' clocks, ns."""
    return Scene(traffic, topology, returns_in(traffic, topology), commands_on(bursts, topology, doubt))


def controls_of(scene: Scene, host: Member, start: int, end: int) -> tuple[Control, ...]:
    """SYN, SYN-ACK, FIN and RST segments of the host's storage connections in [start, end]."""
    return scene.traffic.controls_of(host.macs, start, end)


def from_server(control: TcpControl, scene: Scene) -> bool:
    """Whether the storage address sent it."""
    return control.ends.src == scene.traffic.settings.storage_address


def unanswered_calls(scene: Scene, host: Member, start: int, end: int) -> list[Operation]:
    """Calls of the host first seen in [start, end) that were not answered before `end`."""
    calls = scene.traffic.calls_of(host.macs, start, end)
    return [call for call in calls if call.reply is None or call.reply.least >= end]


def frames_by(scene: Scene, host: Member, path: Path, start: int, end: int) -> tuple[Frames, ...]:
    """The host's frames to the storage address on `path` (by its next hop) that overlap [start, end]."""
    return tuple(scene.traffic.on_next_hop(host.macs, path.next_hop_mac, start, end))


def left(scene: Scene, host: Member, path: Path, start: int, at: int) -> int | None:
    """Until when (`at` at most) the host sent frames on `path`; None where it did not in [start, at]."""
    end = scene.traffic.left_next_hop(host.macs, path.next_hop_mac, at)
    return end if end is not None and end >= start else None


def storage_filter(scene: Scene, *extra: str) -> str:
    """A Wireshark display filter of the storage traffic."""
    return " && ".join([f"ip.addr == {scene.traffic.settings.storage_address}", *extra])
