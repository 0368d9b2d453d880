"""What is true of a recorded test, by what the parts of the lab noted, without a lab."""

from __future__ import annotations

from analyzer.lab.netns.cluster.cvm import LINKS_DOWN, LINKS_UP, POWER_OFF, POWER_ON
from analyzer.lab.netns.cluster.esxi import ADDED, DELETED
from analyzer.lab.netns.cluster.members import cluster_of
from analyzer.lab.netns.nfs_client.client_log import Connection, Operation
from analyzer.lab.netns.options import LabOptions
from analyzer.lab.netns.recording.control_captures import Sent, What
from analyzer.lab.netns.recording.service import ClientTraffic
from analyzer.lab.netns.recording.truth import Noted, episodes_of
from analyzer.lab.netns.scenario.acts import FAULT_ROUTE_ADDED
from analyzer.lab.netns.stargate import LISTENS, TERMINATED
from analyzer.model.truth import TrueEvent

CLUSTER = cluster_of(LabOptions(scenario="healthy"))
HOST, REMOTE = CLUSTER.host, CLUSTER.preferred
MS = 1_000_000
OLD, NEW = "192.168.5.1:700", f"{HOST.address}:701"


def event(ms: int, name: str, **detail: str) -> TrueEvent:
    return TrueEvent(at=ms * MS, name=name, by=HOST.address, detail=detail)


def sent(ms: int, what: What, end: str) -> Sent:
    client, _, port = end.partition(":")
    return Sent(ms * MS, what, REMOTE.address, "eth0", client, int(port), ms)


def read(asked: int, answered: int, end: str) -> Operation:
    return Operation("READ", asked * MS, answered * MS, end, end, 4096)


def injected(noted_end: int) -> tuple[TrueEvent, ...]:
    return (
        event(0, "capture-start"),
        event(1_000, FAULT_ROUTE_ADDED, host=HOST.address, gateway=REMOTE.address),
        event(1_010, ADDED, host=HOST.address, gateway=REMOTE.address),
        event(9_000, "detected", host=HOST.address),
        event(noted_end, TERMINATED, client=NEW),
        event(9_900, DELETED, host=HOST.address, gateway=REMOTE.address),
        event(20_000, "capture-stop"),
    )


def test_an_outage_is_between_replies_on_the_wire_however_late_the_client_reads_them() -> None:
    replies = (sent(900, "reply", OLD), sent(1_200, "reply", NEW))
    read_late = (read(890, 930, OLD), read(1_100, 1_205, NEW))

    (one,) = episodes_of(Noted(CLUSTER, injected(9_500), (ClientTraffic(HOST, read_late, replies),)))

    assert one.outage == 300 * MS


def test_a_reply_that_was_not_captured_came_when_the_client_had_it() -> None:
    replies = (sent(800, "reply", OLD),)  # of an earlier call
    had = (read(890, 930, OLD), read(1_100, 1_205, NEW))

    (one,) = episodes_of(Noted(CLUSTER, injected(9_500), (ClientTraffic(HOST, had, replies),)))

    assert one.outage == 275 * MS


def test_a_cvm_is_back_when_its_stargate_listens() -> None:
    """Not with its links: a check before that, which finds its Stargate down, comes before the fault's end."""
    cvm = HOST.cvm
    events = (
        event(0, "capture-start"),
        event(1_000, POWER_OFF, cvm=cvm),
        event(1_010, LINKS_DOWN, cvm=cvm),
        event(6_000, POWER_ON, cvm=cvm),
        event(6_500, LINKS_UP, cvm=cvm),
        event(7_000, "check"),
        event(8_200, LISTENS, cvm=cvm),
        event(20_000, "capture-stop"),
    )

    _, back = episodes_of(Noted(CLUSTER, events, (ClientTraffic(HOST, (), ()),)))

    assert (back.instants.fault.least, back.instants.fault.most) == (6_000 * MS, 8_200 * MS)


def test_a_connection_is_terminated_when_its_end_is_sent() -> None:
    ends = (sent(9_400, "FIN", OLD), sent(9_765, "FIN", NEW))

    (one,) = episodes_of(Noted(CLUSTER, injected(9_500), (ClientTraffic(HOST, (), ends),)))
    (without,) = episodes_of(Noted(CLUSTER, injected(9_500), (ClientTraffic(HOST, (), ()),)))

    assert one.instants.terminated == 9_765 * MS
    assert without.instants.terminated == 9_500 * MS


def test_the_end_of_a_connection_that_the_client_had_given_up_is_not_its_end() -> None:
    """The CVM still had it from a stay before, and ends it with the one that serves."""
    given_up = f"{HOST.address}:690"
    entries = (Connection(500 * MS, "closed", given_up, "ECONNRESET"),)
    events = (*injected(9_500), event(9_300, TERMINATED, client=given_up))
    ends = (sent(9_310, "FIN", given_up), sent(9_510, "FIN", NEW))

    (one,) = episodes_of(
        Noted(CLUSTER, tuple(sorted(events, key=lambda one: one.at)), (ClientTraffic(HOST, entries, ends),))
    )

    assert one.instants.terminated == 9_510 * MS
