from __future__ import annotations

import pytest

from analyzer.errors import UsageError
from analyzer.lab.netns.cluster import cluster_of
from analyzer.lab.netns.options import LabOptions, checked
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
    ],
)
def test_an_option_out_of_range_is_told(options: LabOptions, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        checked(options)


def test_the_usual_cast_is_the_published_tests() -> None:
    cluster = cluster_of(LabOptions(scenario="healthy"))

    assert (cluster.host.address, cluster.cvm.address) == ("192.168.1.24", "192.168.1.26")
    assert cluster.preferred.address == "192.168.1.28"
    assert cluster.nobody == "192.168.1.99"


@pytest.mark.parametrize("nodes", [3, 32])
def test_every_machine_has_its_own_address_and_macs(nodes: int) -> None:
    cluster = cluster_of(LabOptions(scenario="healthy", nodes=nodes))

    macs = [mac for host in cluster.hosts for mac in (host.vmk0_mac, host.vmk1_mac)]
    macs += [mac for cvm in cluster.cvms for mac in (cvm.eth0_mac, cvm.eth1_mac)]
    addresses = [host.address for host in cluster.hosts] + [cvm.address for cvm in cluster.cvms]
    assert len(set(macs)) == 4 * nodes
    assert len({*addresses, cluster.nobody}) == 2 * nodes + 1


def test_machines_of_several_networks_are_refused() -> None:
    options = LabOptions(scenario="healthy", host_addresses=("10.0.0.1", "10.0.0.2", "10.0.1.3"))
    with pytest.raises(UsageError, match="/24"):
        cluster_of(options)


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
