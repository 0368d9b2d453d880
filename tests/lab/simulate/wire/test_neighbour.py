"""A dead CVM is missed as a real kernel misses one: SYNs first, then ARP at its MAC, then ARP to all."""

from __future__ import annotations

import io

import dpkt
import pytest

from analyzer.lab.simulate import Options
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.wire.frames import arp_announcement
from analyzer.lab.simulate.wire.neighbour import Neighbour, neighbour_of
from analyzer.lab.simulate.wire.switch import Port, Wire
from analyzer.model.instant import SECOND
from tests.lab.simulate.made import made

DEAD, LEADER = "192.168.1.26", "192.168.1.27"
ONE, OTHER = bytes.fromhex("000c29000001"), bytes.fromhex("000c29000002")


class Pair:
    """Two ports of a switch; the second one's owner can die."""

    def __init__(self, *, known: bool) -> None:
        self.clock = Scheduler(1, 100 * SECOND)
        self.wire = Wire()
        self.wire.kept = True
        self.one, self.other = Port(self.wire, ONE, ("10.0.0.1",)), Port(self.wire, OTHER, ("10.0.0.2",))
        self.entry: Neighbour = neighbour_of(self.clock, self.one, "10.0.0.2", known=known)
        self.sent: list[int] = []
        self.failed: list[int] = []

    def send(self) -> None:
        self.entry.send(lambda: self.sent.append(self.clock.now), lambda: self.failed.append(self.clock.now))

    def asked(self) -> list[bytes]:
        """To whom each ARP request went."""
        return [frame[:6] for _, frame in self.wire.frames if frame[20:22] == b"\0\1"]


def test_who_was_heard_of_is_believed_to_be_there() -> None:
    pair = Pair(known=True)
    pair.other.up = False
    pair.send()

    pair.clock.run(pair.clock.now + 14 * SECOND)

    assert len(pair.sent) == 1
    assert not pair.asked()


def test_who_was_not_heard_of_for_long_is_asked_at_his_own_mac_and_fails() -> None:
    pair = Pair(known=True)
    pair.other.up = False
    pair.clock.run(pair.clock.now + 46 * SECOND)
    stale = pair.clock.now
    pair.send()

    pair.clock.run(stale + 20 * SECOND)

    assert pair.sent == [stale]
    assert pair.asked() == [OTHER] * 3
    assert 5 * SECOND <= pair.wire.frames[0][0] - stale < 5.1 * SECOND


def test_who_is_unknown_is_asked_for_before_anything_is_sent() -> None:
    pair = Pair(known=False)
    begun = pair.clock.now
    pair.send()
    pair.clock.run(begun + SECOND)

    assert pair.asked() == [b"\xff" * 6]
    assert len(pair.sent) == 1
    assert begun < pair.sent[0] < begun + SECOND // 1000


def test_who_does_not_answer_is_unreachable_after_three_questions() -> None:
    pair = Pair(known=False)
    pair.other.up = False
    begun = pair.clock.now
    pair.send()

    pair.clock.run(begun + 10 * SECOND)

    assert pair.asked() == [b"\xff" * 6] * 3
    assert not pair.sent
    assert 3 * SECOND < pair.failed[0] - begun < 3.2 * SECOND


def test_what_waits_is_sent_when_he_speaks_himself() -> None:
    pair = Pair(known=False)
    pair.other.up = False
    pair.send()
    pair.clock.run(pair.clock.now + SECOND // 2)
    pair.other.up = True
    pair.other.announce("10.0.0.2", pair.clock.now, reply=True)
    pair.clock.run(pair.clock.now + SECOND)

    assert len(pair.sent) == 1
    assert arp_announcement(OTHER, "10.0.0.2", reply=True) in [frame for _, frame in pair.wire.frames]


@pytest.mark.parametrize("seed", range(40, 44))
def test_a_leader_sends_syns_before_it_asks_for_a_dead_cvm(seed: int) -> None:
    """As in the recordings: the probe is at most 45 s after the last that was heard."""
    simulated = made("cvm-failure", seed, Options(phase=10 * SECOND, tail=60 * SECOND))
    died = simulated.truth.episodes[0].instants.fault.most
    syns, questions = [], []
    for at, raw in dpkt.pcap.Reader(io.BytesIO(simulated.files["span.pcap"])):
        frame = dpkt.ethernet.Ethernet(raw)
        if at * SECOND < died:
            continue
        if isinstance(frame.data, dpkt.ip.IP) and isinstance(frame.data.data, dpkt.tcp.TCP):
            to, tcp = ".".join(map(str, frame.data.dst)), frame.data.data
            if to == DEAD and tcp.flags == dpkt.tcp.TH_SYN and tcp.dport == 2009:
                syns.append(at)
        elif isinstance(frame.data, dpkt.arp.ARP) and frame.data.op == 1:
            asker, asked = (".".join(map(str, one)) for one in (frame.data.spa, frame.data.tpa))
            if (asker, asked) == (LEADER, DEAD):
                questions.append((at, frame.dst))

    assert len(syns) == 2  # within the probe's timeout of 2 s
    assert 1.0 < syns[1] - syns[0] < 1.1
    assert syns[0] < questions[0][0]
    assert [to == b"\xff" * 6 for _, to in questions[:4]] == [False, False, False, True]
    assert 15 < questions[0][0] - died / SECOND < 60
