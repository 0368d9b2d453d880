from __future__ import annotations

import pytest

from analyzer.errors import UsageError
from analyzer.lab.netns.cluster import cluster_of
from analyzer.lab.netns.options import LabOptions, checked, in_effect
from analyzer.lab.netns.scenarios import acts_of
from analyzer.model.instant import SECOND


def test_times_follow_from_the_period() -> None:
    usual = LabOptions(scenario="healthy")
    short = LabOptions(scenario="healthy", period=5 * SECOND)

    assert (usual.fault_phase, usual.before_fault, usual.after_repair) == (7 * SECOND, 12 * SECOND, 15 * SECOND)
    assert usual.delay_of_task == 1_200_000_000
    assert short.probe_timeout < short.fault_phase < short.period
    assert short.before_fault >= 5 * SECOND


@pytest.mark.parametrize(
    ("options", "word"),
    [
        pytest.param(LabOptions(scenario="healthy", nodes=2), "--nodes", id="too-few-nodes"),
        pytest.param(LabOptions(scenario="healthy", period=SECOND), "--period", id="too-short-a-period"),
        pytest.param(LabOptions(scenario="healthy", phase=31 * SECOND), "--phase", id="phase-beyond-the-period"),
        pytest.param(LabOptions(scenario="healthy", rate=0), "--rate", id="no-rate"),
        pytest.param(LabOptions(scenario="healthy", snaplen=1), "--snaplen", id="too-short-frames"),
        pytest.param(LabOptions(scenario="healthy", host_names=("a", "b")), "--host-names", id="too-few-names"),
        pytest.param(LabOptions(scenario="healthy", cvm_names=("a", "a", "b")), "--cvm-names", id="one-name-twice"),
        pytest.param(
            LabOptions(scenario="healthy", host_addresses=("1.1.1.1", "1.1.1.2", "x")), "IPv4", id="no-address"
        ),
        pytest.param(LabOptions(scenario="healthy", period=5 * SECOND, nodes=32), "32 hosts", id="too-many-hosts"),
        pytest.param(LabOptions(scenario="healthy", period=3601 * SECOND), "--period", id="too-long-a-period"),
        pytest.param(LabOptions(scenario="healthy", leader=4), "--leader", id="a-leader-who-is-not-there"),
        pytest.param(LabOptions(scenario="healthy", clients=4), "--clients", id="more-clients-than-hosts"),
        pytest.param(LabOptions(scenario="healthy", tail=-SECOND), "--tail", id="negative-time"),
        pytest.param(LabOptions(scenario="healthy", connect_timeout=0), "--connect-timeout", id="no-patience"),
        pytest.param(LabOptions(scenario="healthy", log_zone="Mars/Olympus"), "--log-zone", id="unknown-zone"),
        pytest.param(LabOptions(scenario="healthy", log_zone="../UTC"), "--log-zone", id="a-zone-of-a-path"),
    ],
)
def test_an_option_out_of_range_is_told(options: LabOptions, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        checked(options)


def test_the_usual_cast_is_the_published_tests() -> None:
    cluster = cluster_of(LabOptions(scenario="healthy"))

    assert (cluster.host.address, cluster.cvm.address) == ("192.168.1.24", "192.168.1.26")
    assert cluster.preferred.address == "192.168.1.28"
    assert cluster_of(LabOptions(scenario="healthy", nodes=6)).preferred.address == "192.168.1.28", "as simulated"
    assert cluster.nobody == "192.168.1.99"


@pytest.mark.parametrize("nodes", [3, 32])
def test_every_machine_has_its_own_address_and_macs(nodes: int) -> None:
    cluster = cluster_of(LabOptions(scenario="healthy", nodes=nodes))

    macs = [mac for host in cluster.hosts for mac in (host.vmk0_mac, host.vmk1_mac)]
    macs += [mac for cvm in cluster.cvms for mac in (cvm.eth0_mac, cvm.eth1_mac)]
    addresses = [host.address for host in cluster.hosts] + [cvm.address for cvm in cluster.cvms]
    assert len(set(macs)) == 4 * nodes
    assert len({*addresses, cluster.nobody}) == 2 * nodes + 1


@pytest.mark.parametrize(("nodes", "peers"), [(3, 2), (5, 4), (32, 4)])
def test_a_cvm_talks_to_few_of_many(nodes: int, peers: int) -> None:
    cluster = cluster_of(LabOptions(scenario="healthy", nodes=nodes))

    told = [cluster.peers_of(cvm) for cvm in cluster.cvms]
    assert all(len(set(some)) == peers for some in told)
    assert all(cvm not in some for cvm, some in zip(cluster.cvms, told, strict=True))
    assert {cvm for some in told for cvm in some} == set(cluster.cvms)


def test_machines_of_several_networks_are_refused() -> None:
    options = LabOptions(scenario="healthy", host_addresses=("10.0.0.1", "10.0.0.2", "10.0.1.3"))
    with pytest.raises(UsageError, match="/24"):
        cluster_of(options)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        pytest.param(
            LabOptions(
                scenario="healthy",
                host_addresses=("192.168.5.11", "192.168.5.12", "192.168.5.13"),
                cvm_addresses=("192.168.5.21", "192.168.5.22", "192.168.5.23"),
            ),
            "private",
            id="the-private-network",
        ),
        pytest.param(
            LabOptions(scenario="healthy", host_names=("a", "b", "c"), cvm_names=("x", "b", "z")), "b", id="one-name"
        ),
        *(
            pytest.param(
                LabOptions(
                    scenario="healthy",
                    host_addresses=tuple(f"{net}.{octet}" for octet in (first, 2, 3)),
                    cvm_addresses=tuple(f"{net}.{octet}" for octet in (4, 5, 6)),
                ),
                "machine",
                id=why,
            )
            for net, first, why in (
                ("10.0.0", 0, "a-networks-own-address"),
                ("10.0.0", 255, "broadcast"),
                ("127.0.0", 1, "loopback"),
                ("224.0.0", 1, "multicast"),
            )
        ),
    ],
)
def test_a_cast_that_can_not_be_is_refused(options: LabOptions, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        cluster_of(checked(options))


def test_what_follows_from_the_period_is_told_as_it_works() -> None:
    told = in_effect(LabOptions(scenario="healthy", period=5 * SECOND, reply_path="symmetric", client="eager"))

    assert int(told["period"]) == 5 * SECOND
    assert (int(told["phase"]), int(told["tail"])) == (2_500_000_000, 8 * SECOND)
    assert (int(told["task_delay"]), int(told["command_delay"])) == (SECOND, 0)
    assert (int(told["probe_timeout"]), int(told["rpc_timeout"])) == (SECOND, SECOND)
    assert told["host_arp"] == "answering"
    assert "note" not in told


def test_the_whole_story_has_every_fault() -> None:
    assert acts_of("whole-story") == ("route-injection", "cvm-failure", "route-deletion", "cvm-recovery")
    assert acts_of("cvm-failure+cvm-recovery") == ("cvm-failure", "cvm-recovery")


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param("earthquake", id="unknown"),
        pytest.param("cvm-failure+nfs-hang", id="needs-the-cvm-up"),
        pytest.param("healthy+route-deletion", id="needs-the-cvm-down"),
        pytest.param("cvm-recovery+cvm-recovery", id="returned-already"),
    ],
)
def test_acts_that_can_not_follow_are_refused(scenario: str) -> None:
    with pytest.raises(UsageError):
        acts_of(scenario)


def test_the_cvm_that_leads_can_be_any() -> None:
    assert cluster_of(LabOptions(scenario="healthy")).leader.name == "cvm-2"
    assert cluster_of(LabOptions(scenario="healthy", leader=1)).leader.name == "cvm-1"
