"""What a capture at one vantage point holds of a wire's frames: whose frames, lost, doubled, shuffled."""

from __future__ import annotations

from operator import itemgetter
from random import Random

from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.scenario.evidence import Evidence, Vantage
from analyzer.lab.simulate.wire.switch import Wire

Frames = list[tuple[int, bytes]]


def tapped(what: Vantage, node: Node, public: Wire, nodes: list[Node], evidence: Evidence) -> Frames:
    """The frames that pass the vantage point, in the order of time."""
    wire = node.host.vmk1.wire if what == "vmk1" else public
    frames = sorted(wire.frames, key=itemgetter(0))
    if what == "span":
        if evidence.switch == "physical":
            inside = {(one.host.vmk0.mac, one.cvm.eth0.mac) for one in nodes}
            inside |= {(there, here) for here, there in inside}
            frames = [item for item in frames if (item[1][:6], item[1][6:12]) not in inside]
        return frames
    own = node.host.vmk1.mac if what == "vmk1" else node.host.vmk0.mac
    coming, going = evidence.direction != "out", evidence.direction != "in"
    kept = []
    for item in frames:
        frame = item[1]
        if frame[6:12] == own:
            if going:
                kept.append(item)
        elif coming and (frame[:6] == own or frame[0] & 1):
            kept.append(item)
    return kept


def impaired(frames: Frames, evidence: Evidence, random: Random) -> Frames:
    """The same frames as the capture has them: some lost, some twice, some in another order."""
    if evidence.loss:
        frames = [item for item in frames if random.randrange(1000) >= evidence.loss]
    if evidence.duplicates:
        frames = _doubled(frames, evidence.duplicates, random)
    if evidence.reorder:
        frames = _shuffled(frames, evidence.reorder, random)
    return frames


def _doubled(frames: Frames, share: int, random: Random) -> Frames:
    """A mirror port sends some frames twice, within 0.4 ms."""
    again = [(at + 3_000 + random.randrange(400_000), frame) for at, frame in frames if random.randrange(1000) < share]
    return sorted(frames + again, key=itemgetter(0))


def _shuffled(frames: Frames, share: int, random: Random) -> Frames:
    """Some neighbours change places in the file, with their stamps."""
    frames = list(frames)
    for place in range(len(frames) - 1):
        if random.randrange(1000) < share:
            frames[place], frames[place + 1] = frames[place + 1], frames[place]
    return frames
