"""Which vmk1 is whose, where nothing that both ports carried tells: by what happened to both together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from analyzer.correlate.logs.lines.reconcile import Checked
from analyzer.correlate.observation import Observation
from analyzer.correlate.refine import ports
from analyzer.correlate.refine.settle import Refinement
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.view import Observations, View
from analyzer.model.event import Ends
from analyzer.model.instant import SECOND
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM,
    HOST,
    LOCAL,
    NOBODY,
    OUTSIDE,
    PEER,
    PRIVATE,
    START,
    STORAGE,
    VMK0,
    VMK1,
    Capture,
    Genesis,
    neighbours,
)
from tests.correlate.made import observation
from tests.correlate.scenes import both
from tests.correlate.story.made import LOCAL as LOCAL_PATH
from tests.correlate.story.made import served
from tests.correlate.viewed import first_view, observed
from tests.correlate.wire.shown import traffic_of

OTHER, OTHERS_VMK0 = "192.168.1.25", "00:25:90:bb:00:25"
AGAIN, AGAINS_VMK0 = "192.168.1.23", "00:25:90:bb:00:23"


def among_others(span: Capture, vmk1: Capture) -> tuple[Capture, Capture]:
    """Captures that show two more hosts, so that no vmk1 is left to the only one."""
    for address, mac in ((OTHER, OTHERS_VMK0), (AGAIN, AGAINS_VMK0)):
        span.speaks(mac, address, 0, 75_000)
        for ms in (5_000, 35_000):
            span.ssh(ms, ms + 250, server=address)
    return span, vmk1


def owner(topology: Topology) -> str | None:
    """Whose vmk1 it is; None where that is not known."""
    host = topology.host_of_mac(VMK1)
    assert host is not None
    return host.address


def test_a_vmk1_that_falls_silent_as_one_host_asks_in_vain_is_that_hosts_which_is_said() -> None:
    view, seen, timeline = observed(*among_others(*scenes.astray()))
    assert owner(view.topology) is None

    learnt = ports.by_silence(view, seen, timeline)

    assert owner(learnt.topology) == HOST
    assert learnt.topology.host_of_mac(VMK0) is learnt.topology.host_of_mac(VMK1)
    assert len(learnt.topology.assumptions) == len(view.topology.assumptions) + 1
    assert len(learnt.topology.hosts) == len(view.topology.hosts) - 1


def test_of_two_hosts_that_ask_at_once_neither_is() -> None:
    span, vmk1 = among_others(*scenes.astray())
    span.asks(OTHERS_VMK0, OTHER, NOBODY, 33_200, 57_000)
    view, seen, timeline = observed(span, vmk1)

    assert ports.by_silence(view, seen, timeline) is view


def test_a_host_that_asks_at_another_time_is_not() -> None:
    span, vmk1 = among_others(*scenes.stall(stopped=20_000, back_at=30_000))
    span.asks(VMK0, HOST, NOBODY, 50_000, 60_000)
    view, seen, timeline = observed(span, vmk1)

    assert ports.by_silence(view, seen, timeline) is view


ANOTHER = Ends("00:50:56:6a:00:77", "00:0c:29:00:77:01", PRIVATE, STORAGE, 801, 2049)


@pytest.mark.parametrize(
    ("other_until", "died", "joined"),
    [
        pytest.param(90_000, 37_000, True, id="the other port is served"),
        pytest.param(37_000, 37_000, False, id="both fall silent"),
        pytest.param(90_000, 10_000, False, id="long before"),
    ],
)
def test_the_only_port_that_is_silent_while_a_host_is_elsewhere_is_that_hosts(
    other_until: int, died: int, *, joined: bool
) -> None:
    span, vmk1 = both()
    neighbours(span, 0, 90_000)
    vmk1.serves(LOCAL, 0, died)
    other = replace(Capture(), source="vmk1-2.pcap")
    other.serves(ANOTHER, 0, other_until)
    span.connects(OUTSIDE, 64_000)
    span.serves(OUTSIDE, 64_001, 90_000)
    view, seen, timeline = observed(*among_others(span, vmk1), other)
    assert owner(view.topology) is None

    learnt = ports.by_silence(view, seen, timeline)

    assert owner(learnt.topology) == (HOST if joined else None)


def test_without_captures_there_is_no_port_to_join() -> None:
    log = Genesis()
    log.all_up(0)
    view, seen, timeline = observed(log)

    assert ports.by_silence(view, seen, timeline) is view
    assert ports.by_cvm(view, seen, timeline) is view
    assert ports.by_log(view, seen, timeline) is view


INSIDE = Member(None, frozenset({VMK1}))


def joined(refine: Refinement, *pairs: tuple[Observation, Observation | None], hosts: tuple[Member, ...]) -> View:
    """The view of a vmk1 and these hosts, with what faults teach: as captures show each, as the log does."""
    timeline, view = first_view(Capture())
    view = replace(view, topology=replace(view.topology, hosts=(INSIDE, *hosts)))
    told = tuple(one for _, one in pairs if one is not None)
    paired = tuple((i, told.index(one)) for i, (_, one) in enumerate(pairs) if one is not None)
    nothing = Checked((), frozenset(), frozenset(), None)
    seen = tuple(one for one, _ in pairs)
    return refine(view, Observations((), seen, seen, nothing, told, paired), timeline)


def test_a_vmk1_that_lost_its_cvm_is_of_the_host_whose_own_that_is() -> None:
    lost = structs.replace(observation(host=INSIDE), cvm=CVM)

    view = joined(ports.by_cvm, (lost, None), hosts=(Member(HOST, frozenset({VMK0}), cvm=CVM), Member(OTHER)))

    assert owner(view.topology) == HOST
    assert [host.address for host in view.topology.hosts] == [HOST, OTHER]
    assert len(view.topology.assumptions) == 1


@pytest.mark.parametrize(
    "hosts",
    [
        pytest.param((Member(HOST, cvm=PEER), Member(OTHER)), id="of none"),
        pytest.param((Member(HOST, cvm=CVM), Member(OTHER, cvm=CVM)), id="of two"),
        pytest.param((Member(HOST, frozenset({VMK0, "00:50:56:00:00:01"}), cvm=CVM),), id="of one that has its vmk1"),
    ],
)
def test_a_cvm_that_is_not_the_own_of_one_host_joins_nothing(hosts: tuple[Member, ...]) -> None:
    lost = structs.replace(observation(host=INSIDE), cvm=CVM)

    assert owner(joined(ports.by_cvm, (lost, None), hosts=hosts).topology) is None


def test_a_vmk1_is_of_the_host_of_which_the_log_tells_the_same_fault() -> None:
    seen, told = observation(host=INSIDE), observation(basis="logs", host=Member(HOST))

    view = joined(ports.by_log, (seen, told), hosts=(Member(HOST), Member(OTHER)))

    assert owner(view.topology) == HOST
    assert len(view.topology.assumptions) == 1


def test_where_the_log_tells_its_faults_of_two_hosts_it_is_of_neither() -> None:
    first = observation(host=INSIDE, span=(0, 10)), observation(basis="logs", host=Member(HOST), span=(0, 10))
    second = observation(host=INSIDE, span=(50, 60)), observation(basis="logs", host=Member(OTHER), span=(50, 60))

    assert owner(joined(ports.by_log, first, second, hosts=(Member(HOST), Member(OTHER))).topology) is None


def test_a_fault_that_only_captures_show_names_no_host() -> None:
    assert owner(joined(ports.by_log, (observation(host=INSIDE), None), hosts=(Member(HOST),)).topology) is None


def test_a_fault_that_the_log_tells_of_two_hosts_at_once_names_neither() -> None:
    seen, told = observation(host=INSIDE), observation(basis="logs", host=Member(HOST))
    elsewhere = observation(basis="logs", host=Member(OTHER), span=(4, 12))

    view = joined(ports.by_log, (seen, told), (observation(), elsewhere), hosts=(Member(HOST), Member(OTHER)))

    assert owner(view.topology) is None


@pytest.mark.parametrize(
    ("target", "at", "expected"), [(NOBODY, 30_000, True), (NOBODY, 34_400, False), (STORAGE, 30_000, False)]
)
def test_a_host_asks_for_its_gateway_as_its_service_stalls_and_not_for_the_storage_address(
    target: str, at: int, *, expected: bool
) -> None:
    """Who has no route any more asks for that by the other port; and a port that fell silent long before is another's,
    as of a host that was rebooted.
    """
    capture = Capture()
    capture.asks(VMK0, HOST, target, at, at + 5_000)
    begin = START // SECOND
    stalled = served((LOCAL_PATH, begin, begin + 30), (LOCAL_PATH, begin + 60, begin + 90))

    assert ports._falls_silent_as_it_asks(stalled, Member(HOST, frozenset({VMK0})), traffic_of(capture)) is expected
