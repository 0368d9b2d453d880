from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.lab.simulate import Options, scenario_of, simulate


@pytest.mark.parametrize("key", ["on", "gateway"])
def test_a_node_that_the_cluster_has_not(key: str, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    where = {"on": 1, "gateway": 3, key: 9}
    path.write_text(f'[[fault]]\ndo = "route-add"\non = {where["on"]}\ngateway = {where["gateway"]}\n', "utf-8")

    with pytest.raises(UsageError, match=rf"fault 1 \(route-add\): {key} is 9; expected 1 to 3, .* --nodes"):
        simulate(scenario_of(str(path)), 1)
    assert simulate(scenario_of(str(path)), 1, Options(nodes=9)).files


def test_a_scenarios_nodes_count_for_all_options(tmp_path: Path) -> None:
    path = tmp_path / "five.toml"
    path.write_text("nodes = 5", "utf-8")

    truth = simulate(scenario_of(str(path)), 1, Options(leader=5)).truth

    assert len(truth.hosts) == 5
    assert truth.parameters["nodes"] == "5"
