"""What a scenario has done is done, or said to change nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.lab.simulate import scenario_of, simulate

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
