"""Hosts and CVMs as the logs name them, and whose a host's log is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as replaced

from analyzer.config import Settings
from analyzer.correlate.topology.in_logs import (
    _own_name,
    with_hosts_of_logs,
    with_machines_in_logs,
    with_own_cvms_in_logs,
)
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.event import (
    ClusterStatus,
    Forwarding,
    NfsTerminate,
    RouteAction,
    RouteChanged,
    StargateStates,
    VmPower,
)
from tests.correlate.builder import (
    CVM,
    HOST,
    OUTSIDE,
    PEER,
    REMOTE,
    REMOTE_ETH0,
    Capture,
    Genesis,
    HostLog,
    evidence,
)

NOBODY_KNOWN = Topology(Settings(), {})
OTHER = "192.168.1.25"


def hosts(*addresses: str) -> Topology:
    return replace(NOBODY_KNOWN, hosts=tuple(Member(address) for address in addresses))


def test_who_is_a_host_in_one_line_is_no_cvm_in_another_before_it() -> None:
    log = Genesis()
    log.tell(0, StargateStates(up=(CVM, HOST), down=(PEER,), initializing=(REMOTE,)))
    log.correct(30_000)

    topology = with_machines_in_logs(NOBODY_KNOWN, evidence(log))

    assert [host.address for host in topology.hosts] == [HOST]
    assert sorted(topology.cvms) == [CVM, PEER, REMOTE]
    assert topology.named == {HOST}


@pytest.mark.parametrize("seen", [False, True])
def test_who_is_seen_to_ask_and_to_answer_is_no_other_by_a_line_that_ends_a_connection(*, seen: bool) -> None:
    log, capture = Genesis(), Capture()
    log.tell(0, NfsTerminate("sent", REMOTE, HOST))
    if seen:
        capture.serves(OUTSIDE, 0, 1_000)

    topology = with_machines_in_logs(Topology(Settings(), {REMOTE_ETH0: (REMOTE,)}), evidence(log, capture))

    assert [host.address for host in topology.hosts] == ([] if seen else [REMOTE])
    assert [*topology.cvms] == ([] if seen else [HOST])


def test_a_cluster_status_names_its_cvms() -> None:
    log = Genesis()
    log.tell(0, ClusterStatus(((CVM, True, True), (PEER, False, None))))

    assert sorted(with_machines_in_logs(NOBODY_KNOWN, evidence(log)).cvms) == [CVM, PEER]


@pytest.mark.parametrize(
    ("told", "own"),
    [
        pytest.param(Forwarding("correct", HOST, None, CVM), CVM, id="correct inside"),
        pytest.param(Forwarding("illegal", HOST, REMOTE, CVM), CVM, id="illegal beside its gateway"),
        pytest.param(Forwarding("absent", HOST, None, CVM), CVM, id="absent"),
        pytest.param(Forwarding("correct", HOST, REMOTE, CVM), None, id="correct by a gateway"),
        pytest.param(Forwarding("illegal", HOST, REMOTE, REMOTE), None, id="the gateway itself"),
        pytest.param(Forwarding("absent", OTHER, None, CVM), None, id="of another host"),
    ],
)
def test_a_hosts_own_cvm_is_what_its_check_names(told: Forwarding, own: str | None) -> None:
    log = Genesis()
    log.tell(0, told)

    host = with_own_cvms_in_logs(hosts(HOST), evidence(log)).host(HOST)

    assert host is not None
    assert host.cvm == own


def test_a_log_in_a_hosts_folder_is_that_hosts() -> None:
    kernel = HostLog(host=OTHER)
    kernel.kernel(0, "add", REMOTE)

    assert with_hosts_of_logs(hosts(HOST, OTHER), evidence(kernel)).logs == {"host": OTHER}


def test_a_log_without_a_name_is_of_the_one_host_that_is_known() -> None:
    kernel = HostLog(host=None)
    kernel.kernel(0, "add", REMOTE)

    topology = with_hosts_of_logs(hosts(HOST), evidence(kernel))

    assert topology.logs == {"host": HOST}
    assert topology.assumptions == ()


def test_of_several_hosts_it_is_the_one_whose_route_genesis_changed_which_is_said() -> None:
    kernel, log = HostLog(host=None), Genesis()
    kernel.kernel(0, "add", REMOTE)
    log.repairs(0, "add", REMOTE)

    topology = with_hosts_of_logs(hosts(OTHER, HOST), evidence(log, kernel))

    assert topology.logs == {"host": HOST}
    assert len(topology.assumptions) == 1


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["esx-1.lab"], "esx-1.lab"),
        (["esx-1.lab", "esx-2.lab"], "host"),
        (["localhost.localdomain"], "host"),
        ([None], "host"),
    ],
    ids=["its name", "two names", "no name", "none in the line"],
)
def test_a_host_without_another_name_is_what_hostd_calls_it(names: list[str | None], called: str) -> None:
    log = HostLog("hostd.log", "hostd", host=None)
    for name in names:
        log.tell(0, VmPower("off", on=name))

    assert with_hosts_of_logs(NOBODY_KNOWN, evidence(log)).logs == {"host": called}


def test_the_name_of_a_folder_comes_before_what_hostd_calls_its_host() -> None:
    log = HostLog("hostd.log", "hostd", host=HOST)
    log.tell(0, VmPower("off", on="esx-1.lab"))

    assert with_hosts_of_logs(NOBODY_KNOWN, evidence(log)).logs == {"host": HOST}


def test_two_clocks_whose_hosts_call_themselves_the_same_are_of_two_hosts() -> None:
    one, two = HostLog("a.log", "hostd", "a", host=None), HostLog("b.log", "hostd", "b", host=None)
    one.tell(0, VmPower("off", on="esx"))
    two.tell(0, VmPower("off", on="esx"))

    assert with_hosts_of_logs(NOBODY_KNOWN, evidence(one, two)).logs == {"a": "esx", "b": "b"}


def test_else_it_is_of_a_host_of_its_own() -> None:
    kernel, log = HostLog(host=None), Genesis()
    kernel.kernel(0, "add", REMOTE)
    for host in (HOST, OTHER):
        log.repairs(0, "add", REMOTE, host)

    topology = with_hosts_of_logs(hosts(OTHER, HOST), evidence(log, kernel))

    of_log = topology.host_of_clock("host")
    assert of_log is not None
    assert of_log.address is None
    assert len(topology.hosts) == 3


def test_a_log_whose_host_is_known_is_not_asked_again() -> None:
    kernel = HostLog(host=OTHER)
    kernel.kernel(0, "add", REMOTE)
    known = replace(hosts(HOST, OTHER), logs={"host": HOST})

    assert with_hosts_of_logs(known, evidence(kernel)) is known


def test_genesis_own_log_is_of_no_host() -> None:
    log = Genesis()
    log.all_up(0)
    told = evidence(log)
    named = replaced(told, sources=tuple(replaced(source, host=CVM) for source in told.sources))

    assert with_hosts_of_logs(hosts(HOST), named).logs == {}


def named_log(ms: int, *actions: RouteAction, gateway: str = REMOTE) -> HostLog:
    """The kernel's lines in a bundle that has the host's name and not its address."""
    log = HostLog(host="esx-a.lab")
    for action in actions:
        log.kernel(ms, action, gateway)
    return log


def ordered(*addresses: str) -> Genesis:
    log = Genesis()
    for address in addresses:
        log.orders(0, "add", REMOTE, address)
    return log


def test_a_bundle_with_a_name_is_of_the_host_on_which_genesis_did_what_its_kernel_has() -> None:
    topology = with_hosts_of_logs(hosts(OTHER, HOST), evidence(ordered(HOST), named_log(400, "add")))

    assert topology.logs == {"host": HOST}
    assert [one.name for one in topology.assumptions] == ["log-of-commanded"]
    known = topology.host(HOST)
    assert known is not None
    assert known.name == "esx-a.lab"


@pytest.mark.parametrize(
    ("log", "genesis"),
    [
        pytest.param(named_log(400, "delete"), ordered(HOST), id="another change"),
        pytest.param(named_log(400, "add", gateway=PEER), ordered(HOST), id="another gateway"),
        pytest.param(named_log(3_600_000, "add"), ordered(HOST), id="another time"),
        pytest.param(named_log(400, "add"), ordered(HOST, OTHER), id="two hosts"),
    ],
)
def test_a_bundle_with_a_name_that_nothing_places_is_of_a_host_of_its_own(log: HostLog, genesis: Genesis) -> None:
    topology = with_hosts_of_logs(hosts(OTHER, HOST), evidence(genesis, log))

    (of_log,) = [host for host in topology.hosts if host.name == "esx-a.lab"]
    assert of_log.address is None
    assert topology.host_of_clock("host") == of_log


def test_a_host_that_has_a_log_already_is_not_that_of_another() -> None:
    known = replace(hosts(OTHER, HOST), logs={"its own": HOST})

    assert with_hosts_of_logs(known, evidence(ordered(HOST), named_log(400, "add"))).logs["host"] == "esx-a.lab"


def test_a_name_is_no_address_of_a_host() -> None:
    log = HostLog(host="esx-a.lab")
    log.tell(0, RouteChanged("add", "esx-a.lab", REMOTE, by_kernel=True))

    assert with_machines_in_logs(NOBODY_KNOWN, evidence(log)).hosts == ()


def test_a_log_of_a_cvms_host_is_of_the_host_whose_own_it_is() -> None:
    kernel = HostLog(host=None)
    kernel.kernel(0, "add", REMOTE)
    told = evidence(kernel)
    of_cvm = replaced(told, sources=tuple(replaced(source, of_cvm=CVM) for source in told.sources))
    known = replace(NOBODY_KNOWN, hosts=(Member(OTHER, cvm=PEER), Member(HOST, cvm=CVM)))

    assert with_hosts_of_logs(known, of_cvm).logs == {"host": HOST}


@pytest.mark.parametrize(
    ("host", "known", "name"),
    [
        pytest.param("esx-b", HOST, "esx-b", id="a name of nobody yet"),
        pytest.param("esx-b", "esx-b", None, id="a host's"),
        pytest.param(HOST, REMOTE, None, id="an address"),
        pytest.param(None, HOST, None, id="none"),
    ],
)
def test_a_log_has_a_name_of_its_own_while_nothing_says_whose_it_is(
    host: str | None, known: str, name: str | None
) -> None:
    log = HostLog(host=host)
    log.kernel(0, "add", REMOTE)
    (source,) = evidence(log).sources

    assert _own_name(source, Topology(Settings(), {}, hosts=(Member(known),))) == name
