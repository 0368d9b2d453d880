"""Two owners of an address, and all that looks like it."""

from __future__ import annotations

import pytest

from analyzer.model.cluster import Cvm, Host
from analyzer.model.event import AddressOwned, Event, FrameRun
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, CVM_ETH0, CVM_ETH1, HOST, PRIVATE, REMOTE, REMOTE_ETH0, STORAGE, VMK0, VMK1
from tests.judge.health.scene import by_code, dossier

THIEF = "00:11:22:33:44:55"
HOSTS = (Host(address=HOST, macs=(VMK0, VMK1), cvm=CVM),)
CVMS = (Cvm(address=CVM, macs=(CVM_ETH0,)), Cvm(address=REMOTE, macs=(REMOTE_ETH0,)))


def claim(mac: str, address: str, first: int, last: int, *, source: str = "vmk1.pcap", by: str = "arp") -> Event:
    run = FrameRun(Instant("capture", last * SECOND, last * SECOND), 9, 4, 400)
    at = Instant("capture", first * SECOND, first * SECOND)
    return Event(at=at, detail=AddressOwned(mac, address, by, run), origin=Origin(source, first + 1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        pytest.param([(CVM_ETH1, STORAGE, 0, 90), (THIEF, STORAGE, 30, 60)], True, id="storage address, inside"),
        pytest.param([(CVM_ETH0, CVM, 0, 90), (THIEF, CVM, 30, 31)], True, id="a CVM's address"),
        pytest.param([(VMK0, HOST, 0, 90), (THIEF, HOST, 30, 31)], True, id="a host's address"),
        pytest.param([(VMK0, "192.168.1.200", 0, 90), (THIEF, "192.168.1.200", 3, 4)], False, id="another address"),
        pytest.param([(CVM_ETH1, STORAGE, 0, 20), (THIEF, STORAGE, 30, 60)], False, id="a NIC was replaced"),
        pytest.param([(CVM_ETH0, STORAGE, 0, 90), (REMOTE_ETH0, STORAGE, 3, 9)], False, id="CVMs in a failover"),
        pytest.param([(CVM_ETH0, CVM, 0, 90)], False, id="one owner"),
        pytest.param(
            [(CVM_ETH1, STORAGE, 0, 90), (THIEF, STORAGE, 3, 9), (VMK1, PRIVATE, 0, 9), (VMK0, PRIVATE, 0, 9)],
            False,
            id="two internal switches in a capture",
        ),
    ],
)
def test_who_claims_what(claims: list[tuple[str, str, int, int]], told: bool) -> None:
    events = tuple(claim(*one) for one in claims)

    findings = by_code(dossier(events=events, hosts=HOSTS, cvms=CVMS))

    assert ("AP107" in findings) is told
    if told:
        assert THIEF in findings["AP107"].sentence
        assert len(findings["AP107"].origins) == 2


def test_each_capture_has_a_switch_of_its_own() -> None:
    events = (claim(CVM_ETH1, STORAGE, 0, 90), claim(THIEF, STORAGE, 0, 90, source="vmk1-2.pcap"))

    assert "AP107" not in by_code(dossier(events=events, hosts=HOSTS, cvms=CVMS))


def test_routed_frames_are_no_claim() -> None:
    events = (claim(CVM_ETH0, CVM, 0, 90), claim(THIEF, CVM, 0, 90, by="ipv4"))

    assert "AP107" not in by_code(dossier(events=events, hosts=HOSTS, cvms=CVMS))


def test_two_internal_switches_in_one_capture_hide_no_second_owner_in_another() -> None:
    inside = [(CVM_ETH1, STORAGE), (THIEF, STORAGE), (VMK1, PRIVATE), (VMK0, PRIVATE)]
    events = [claim(mac, address, 0, 90, source="a.pcap") for mac, address in inside]
    events += [claim(mac, CVM, 0, 90, source="b.pcap") for mac in (CVM_ETH0, THIEF)]

    findings = by_code(dossier(events=tuple(events), hosts=HOSTS, cvms=CVMS))

    assert CVM in findings["AP107"].sentence
