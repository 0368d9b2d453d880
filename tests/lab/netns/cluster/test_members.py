from __future__ import annotations

import pytest

from analyzer.errors import UsageError
from analyzer.lab.netns.cluster.members import cluster_of
from analyzer.lab.netns.options import LabOptions, checked


def test_the_usual_cluster_is_the_published_tests() -> None:
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

    found = [cluster.peers_of(cvm) for cvm in cluster.cvms]
    assert all(len(set(some)) == peers for some in found)
    assert all(cvm not in some for cvm, some in zip(cluster.cvms, found, strict=True))
    assert {cvm for some in found for cvm in some} == set(cluster.cvms)


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
def test_a_cluster_that_can_not_be_is_refused(options: LabOptions, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        cluster_of(checked(options))


def test_the_cvm_that_leads_can_be_any() -> None:
    assert cluster_of(LabOptions(scenario="healthy")).leader.name == "cvm-2"
    assert cluster_of(LabOptions(scenario="healthy", leader=1)).leader.name == "cvm-1"
