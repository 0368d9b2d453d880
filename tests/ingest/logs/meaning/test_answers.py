"""How a route command ended, where only a line behind it tells."""

from __future__ import annotations

import io

import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.model.event import Event, RouteChanged, RouteCommand

HA, HYPERVISOR = "ha_service.py:1", "hypervisor_ha.py:2"
COMMAND = (HYPERVISOR, "192.168.1.24: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28")
STARGATES = (HA, "Stargate is down on 192.168.1.26, up on 192.168.1.27, 192.168.1.28")
_RULES = logs.load_rules(())


def _events(*records: tuple[str, str], level: str = "INFO") -> tuple[Event, ...]:
    text = "".join(f"2026-11-22 07:02:{i:02} {level} {module} {said}\n" for i, (module, said) in enumerate(records))
    return logs.read(io.BytesIO(text.encode()), "genesis.out", "genesis", Settings(), _RULES).events


@pytest.mark.parametrize(
    ("said", "level", "done"),
    [
        pytest.param("192.168.1.24: rc 0, routing table changed", "INFO", True, id="rc-0"),
        pytest.param("ESX node 192.168.1.24 has executed it", "INFO", True, id="names-the-host"),
        pytest.param("finished", "INFO", True, id="success-alone"),
        pytest.param("failed: Connection refused", "ERROR", False, id="failure"),
        pytest.param("ssh keepalive to hypervisor ok", "DEBUG", None, id="debug-about-anything"),
    ],
)
def test_the_answer_to_a_route_command(said: str, level: str, done: bool | None) -> None:
    changed = [e for e in _events(COMMAND, (HYPERVISOR, said), level=level) if isinstance(e.detail, RouteChanged)]
    expected = [] if done is None else [("add", done, "answer to the route command")]
    assert [(e.detail.action, e.detail.done, e.rule) for e in changed if isinstance(e.detail, RouteChanged)] == expected


def test_a_command_by_hand_has_no_answer() -> None:
    text = b"2023-12-07T05:06:51Z In(14) shell[1]: [root]: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28\n"
    (event,) = logs.read(io.BytesIO(text), "shell.log", "shell", Settings(), _RULES).events
    assert isinstance(event.detail, RouteCommand)
    assert event.detail.actor == "person"
