"""Names in a log become addresses where its own lines say whose they are, and nowhere else."""

from __future__ import annotations

import pytest

from analyzer.config import Settings
from analyzer.ingest.logs.meaning.machines import Machines
from analyzer.model.event import HaStarted, StargateStates

UUID = "3f2a9c10-51d0-4c7e-9a3b-0c4de1f00a77"
NODE = f"Node uuid {UUID}: hypervisor 10.1.1.24, svm 10.1.1.46"


@pytest.mark.parametrize(
    ("lines", "message", "told"),
    [
        pytest.param([NODE], f"Stargate on node {UUID} is down", "Stargate on cvm 10.1.1.46 is down", id="its CVM"),
        pytest.param([NODE], f"No route on node {UUID}", "No route on host 10.1.1.24", id="its host"),
        pytest.param(
            ["node 11 host 10.1.1.24 cvm 10.1.1.46"], "node 11 Stargate up", "cvm 10.1.1.46 Stargate up", id="id"
        ),
        pytest.param(["node 11 host 10.1.1.24 cvm 10.1.1.46"], "11 checks", "11 checks", id="a number alone"),
        pytest.param(["nodes: esx-a/10.1.1.24 esx-b/10.1.1.25"], "esx-b: ok", "10.1.1.25: ok", id="pairs"),
        pytest.param(["esx-a.lab.local (10.1.1.24)"], "esx-a.lab.local: ok", "10.1.1.24: ok", id="a domain"),
        pytest.param(["resolved esx-a.lab to 10.1.1.24"], "on esx-a.lab", "on 10.1.1.24", id="resolved"),
        pytest.param(["esx-a.lab resolves to 10.1.1.24"], "on esx-a.lab", "on 10.1.1.24", id="resolves"),
        pytest.param(["esx-a.lab (10.1.1.24)"], "on esx-a.labs", "on esx-a.labs", id="another domain"),
        pytest.param(["ha_service.py (10.1.1.24)"], "ha_service.py: ok", "ha_service.py: ok", id="a file"),
        pytest.param(
            ["Host 16SM6B26 (10.1.1.24) forwards"], "Host 16SM6B26: done", "host 10.1.1.24: done", id="passing"
        ),
        pytest.param(["esx-a (10.1.1.24)", "esx-a (10.1.1.25)"], "esx-a: ok", "esx-a: ok", id="two addresses"),
        pytest.param(["gateway=10.1.1.48 next-hop=10.1.1.48"], "next-hop gateway", "next-hop gateway", id="words"),
        pytest.param(["set_route(10.1.1.24)"], "set_route done", "set_route done", id="a function"),
        pytest.param(
            ["Racks: R7-U1: host 10.1.1.24, CVM 10.1.1.46, R7-U2: host 10.1.1.25, CVM 10.1.1.47"],
            "R7-U2 via R7-U1",
            "10.1.1.25 via 10.1.1.46",
            id="a name before each",
        ),
        pytest.param(["esx-a/192.168.5.2"], "esx-a: ok", "esx-a: ok", id="an address that every host has"),
        pytest.param(
            ["esx-a: hypervisor 10.1.1.24, controller VM 10.1.1.46"],
            "Stargate on esx-a",
            "Stargate on 10.1.1.46",
            id="row",
        ),
        pytest.param(["esx-a: host 10.1.1.24"], "esx-a: ok", "esx-a: ok", id="a row of a host alone"),
        pytest.param(
            ["node 11 = CVM 10.1.1.46 on host 10.1.1.24; node 12 = CVM 10.1.1.47 on host 10.1.1.25"],
            "route of node 11 to node 12",
            "route of host 10.1.1.24 to cvm 10.1.1.47",
            id="clauses, and where a route leads to",
        ),
        pytest.param([NODE], f"add a route to node {UUID}", "add a route to host 10.1.1.24", id="whose route it is"),
        pytest.param([NODE], f"redirected via {UUID}", "redirected via 10.1.1.46", id="a gateway"),
        pytest.param([], f"Stargate on node {UUID} is down", f"Stargate on node {UUID} is down", id="nothing known"),
    ],
)
def test_told(lines: list[str], message: str, told: str) -> None:
    machines = Machines(Settings())
    for line in lines:
        machines.learn(line)
    assert machines.told(message) == told


def test_a_stargate_of_a_nodes_host_is_its_cvms() -> None:
    machines = Machines(Settings())
    machines.learn(NODE)
    told = StargateStates(up=("10.1.1.47",), down=("10.1.1.24",))
    assert machines.placed(told) == StargateStates(up=("10.1.1.47",), down=("10.1.1.46",))
    assert machines.placed(None) is None
    assert machines.placed(HaStarted(None)) == HaStarted(None)


def test_only_news_is_new() -> None:
    machines = Machines(Settings())
    assert machines.learn(NODE)
    assert not machines.learn(NODE)
