"""What a scenario has done is done, or said to change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.lab.simulate import Options, scenario_of, simulate
from analyzer.lab.simulate.scenario.options import Wording
from analyzer.model.instant import SECOND

ADD = '[[fault]]\ndo = "route-add"\ngateway = 3\n'
OFF, ON = '[[fault]]\ndo = "cvm-power-off"\n', '[[fault]]\ndo = "cvm-power-on"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param('[[fault]]\ndo = "route-delete"', r"fault 1 \(route-delete .* no route", id="no-route"),
        pytest.param(ON, "is on already", id="on"),
        pytest.param(f"{OFF}{OFF}", r"fault 2 \(cvm-power-off .* is off already", id="off"),
        pytest.param(f"{OFF}at = 9\n{ON}at = 12\n{ON}at = 13", "fault 3 .* is on already", id="boots"),
        pytest.param(f"{OFF}at = 9\n{ON}at = 12\n{OFF}at = 13", "still boots", id="off-while-it-boots"),
        pytest.param(f"{ADD}at = 9\n{ADD}at = 12", "this route already", id="same-route"),
        pytest.param(f'{OFF}at = 9\n[[fault]]\ndo = "nfs-hang"\nat = 10', "its CVM is off", id="hang-of-nobody"),
    ],
)
def test_a_fault_that_changes_nothing_is_said(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "pointless.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(UsageError, match=says):
        simulate(scenario_of(str(path)), 1)


@pytest.mark.parametrize("wording", ["plain", "aos5", "terse"])
def test_genesis_deletes_no_route_that_is_not_there(wording: Wording, tmp_path: Path) -> None:
    """A person exchanges the route between Genesis' task and its command: the next check deletes what is there then."""
    path = tmp_path / "exchanged.toml"
    path.write_text(f"{ADD}at = 20\n{ADD.replace('3', '2')}at = 29\n", "utf-8")

    made = simulate(scenario_of(str(path)), 1, Options(wording=wording, tail=5 * SECOND))

    (injected,) = made.truth.episodes
    log = made.files["192.168.1.27/genesis.out"].decode()
    assert (injected.kind, injected.repaired_by) == ("route-injection", "genesis")
    assert (injected.instants.repaired or 0) - injected.instants.fault.least > 35 * SECOND
    assert sum(log.count(said) for said in ("no such route", "no matching route")) == 1
