"""Roles of addresses that only the other lines of a log tell."""

from __future__ import annotations

import io

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.model.event import Event, Forwarding, NfsTerminate, RouteCommand

HA, HYPERVISOR = "ha_service.py:1", "hypervisor_ha.py:2"
COMMAND = (HYPERVISOR, "192.168.1.24: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28")
STARGATES = (HA, "Stargate is down on 192.168.1.26, up on 192.168.1.27, 192.168.1.28")
_RULES = logs.load_rules(())


def _events(*records: tuple[str, str], level: str = "INFO") -> tuple[Event, ...]:
    text = "".join(f"2026-11-22 07:02:{i:02} {level} {module} {said}\n" for i, (module, said) in enumerate(records))
    return logs.read(io.BytesIO(text.encode()), "genesis.out", "genesis", Settings(), _RULES).events


def test_the_address_that_is_no_cvm_and_no_gateway_is_the_host() -> None:
    events = _events(STARGATES, (HA, "192.168.1.24: forwarding is fine"), COMMAND)
    details = [event.detail for event in events if isinstance(event.detail, Forwarding | RouteCommand)]
    assert [(detail.host, detail.gateway) for detail in details] == [
        ("192.168.1.24", None),
        ("192.168.1.24", "192.168.1.28"),
    ]


def test_nfs_terminate_without_role_words() -> None:
    (found,) = (
        e.detail
        for e in _events(STARGATES, (HYPERVISOR, "NfsTerminateConnection 192.168.1.28 192.168.1.24"), COMMAND)
        if isinstance(e.detail, NfsTerminate)
    )
    assert (found.host, found.cvm) == ("192.168.1.24", "192.168.1.28")


def test_the_address_of_every_line_is_the_host() -> None:
    lines = [(HA, "Forwarding: 192.168.1.24 ok")] * 3 + [(HA, "Task add forwarding 192.168.1.24 192.168.1.28")]
    assert {getattr(event.detail, "host", None) for event in _events(*lines)} == {"192.168.1.24"}


def test_the_address_of_every_line_may_be_the_gateways() -> None:
    lines = [(HA, "task add forwarding node 11 192.168.1.28"), (HA, "Forwarding: node 11, 192.168.1.28 ok")] * 3
    assert {getattr(event.detail, "host", None) for event in _events(*lines)} == {None}


def test_the_address_of_every_line_may_be_the_gateway_of_several_hosts() -> None:
    lines = [
        (HA, f"task add forwarding {host} 192.168.1.28") for host in ("192.168.1.24", "192.168.1.25", "192.168.1.24")
    ]
    assert {getattr(event.detail, "host", None) for event in _events(*lines)} == {None}
