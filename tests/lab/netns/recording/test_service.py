"""Who served a host, by what the CVMs sent and its client noted, without a lab."""

from __future__ import annotations

import pytest

from analyzer.lab.netns.cluster.members import cluster_of
from analyzer.lab.netns.nfs_client.client_log import Connection
from analyzer.lab.netns.options import LabOptions
from analyzer.lab.netns.recording.control_captures import Sent
from analyzer.lab.netns.recording.service import ASYMMETRIC, ClientTraffic, service_of, traffic_of
from analyzer.model.truth import TrueHost

CLUSTER = cluster_of(LabOptions(scenario="healthy"))
HOST, LOCAL, REMOTE = CLUSTER.host, CLUSTER.cvm, CLUSTER.preferred
OTHER_HOST = CLUSTER.hosts[-1]


def sent(at: int, seq: int, *, cvm: str = LOCAL.address, client: str = "192.168.5.1", interface: str = "eth1") -> Sent:
    return Sent(at, "reply", cvm, interface, client, 700, seq)


def test_only_first_transmissions_on_a_living_connection_are_service() -> None:
    closed = Connection(50, "closed", "192.168.5.1:700", "rpc timeout")

    lost = sent(25, 4, cvm=REMOTE.address, interface="eth1")
    kept = traffic_of([sent(10, 1), sent(20, 2), lost, sent(30, 1), sent(60, 3)], HOST, (closed,))

    assert [one.at for one in kept.sent] == [10, 20]


@pytest.mark.parametrize(
    ("segment", "host"),
    [
        pytest.param(sent(10, 1), HOST, id="by-eth1-its-own-host"),
        pytest.param(sent(10, 1, cvm=REMOTE.address), OTHER_HOST, id="by-eth1-of-another-that-host"),
        pytest.param(
            sent(10, 1, cvm=REMOTE.address, client=HOST.address, interface="eth0"), HOST, id="by-eth0-whom-it-names"
        ),
        pytest.param(sent(10, 1, cvm=REMOTE.address, interface="eth0"), HOST, id="by-eth0-whose-port-it-is"),
        pytest.param(sent(10, 1, client="127.0.0.1", interface="lo"), None, id="by-lo-itself"),
    ],
)
def test_the_private_address_of_every_host_is_told_apart(segment: Sent, host: TrueHost | None) -> None:
    mounted = Connection(1, "mounted", "192.168.5.1:700")
    own = {HOST: (mounted,), OTHER_HOST: ()}

    assert [one for one in own if traffic_of([segment], one, own[one]).sent] == ([host] if host else [])


def test_service_tells_each_path() -> None:
    vmk0 = CLUSTER.host.address
    replies = (
        sent(10, 1),
        sent(20, 2),
        sent(30, 3, cvm=REMOTE.address, client=vmk0, interface="eth0"),
        sent(40, 4, client=vmk0, interface="eth0"),
    )

    service = service_of(ClientTraffic(HOST, (), replies), CLUSTER)

    assert [(one.path.kind, one.path.via, one.path.note, one.replies) for one in service] == [
        ("local", None, "", 2),
        ("remote", REMOTE.address, "", 1),
        ("local", None, ASYMMETRIC, 1),
    ]
    assert (service[0].first_reply, service[0].last_reply) == (10, 20)
