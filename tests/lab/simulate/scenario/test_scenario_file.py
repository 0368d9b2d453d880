from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import pytest

from analyzer.errors import ConfigurationError
from analyzer.lab.simulate import KINDS, Scenario, load_scenario, scenario_of, simulate
from analyzer.lab.simulate.scenario.scenario_file import as_toml


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_describe_prints_is_read_again(kind: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text(as_toml(kind), "utf-8")

    assert load_scenario(path) == kind


def test_a_timeline_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'nodes = 4\n[[fault]]\ndo = "route-add"\non = 2\nat = 20.5\ngateway = 4\n'
        '[[fault]]\ndo = "nfs-hang"\non = 1\nafter = 3\nseconds = 7.5\n',
        "utf-8",
    )

    truth = simulate(scenario_of(str(path)), 1).truth

    assert truth.scenario == "mine"
    assert [(one.kind, one.host) for one in truth.episodes] == [
        ("route-injection", "192.168.1.25"),
        ("unexplained", "192.168.1.24"),
    ]
    assert truth.episodes[0].gateway == "192.168.1.104"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("[[fault", "is no TOML", id="no-toml"),
        pytest.param('[[fault]]\ndo = "explode"', "fault 1: do: expected one of cvm-power-off", id="unknown-action"),
        pytest.param('[[fault]]\ndo = "nfs-hang"\nat = "soon"', "fault 1: at: expected seconds", id="no-time"),
        pytest.param("[[fault]]\non = 1", "fault 1: lacks the required field `do`; correct", id="no-action"),
        pytest.param('[[fault]]\ndo = "route-add"', "has no gateway", id="no-gateway"),
        pytest.param('[[fault]]\ndo = "nfs-hang"\non = 0', "expected a node's number", id="node-0"),
        pytest.param('[[fault]]\ndo = "route-add"\ngateway = "foo"', "gateway is 'foo'; expected", id="no-address"),
        pytest.param('[[fault]]\ndo = "route-add"\ngateway = "999.1.1.1"', "gateway is", id="such-an-address"),
        pytest.param('[[fault]]\ndo = "nfs-hang"\nat = -1', "at is -1; expected 0 to", id="negative-time"),
        pytest.param('[[fault]]\ndo = "nfs-hang"\nat = nan', "at is NaN; expected 0 to", id="no-number"),
        pytest.param("quiet = inf", "quiet is Infinity; expected 0 to", id="for-ever"),
        pytest.param("nodes = 2", "nodes is 2; expected 3 to 32", id="two-nodes"),
        pytest.param(
            "colour = 1", r"unknown field `colour`; correct that key \(valid: name, about, nodes", id="unknown-key"
        ),
        pytest.param(
            '[[fault]]\ndo = "nfs-hang"\nwhen = 1', r"fault 1: .*\(valid: do, on, at", id="unknown-key-within"
        ),
        pytest.param("nodes = 3.5", "nodes: expected a whole number, got a number; correct", id="half-a-node"),
        pytest.param("fault = 1", "fault: expected tables, ", id="no-table"),
        pytest.param("quiet = 36001", "expected 0 to 36000 s", id="longer-than-memory-holds"),
        pytest.param(f"a = {'[' * 5000}", "too deep", id="nested"),
        pytest.param("#" * (1 << 20) + "\n", "is larger than", id="large"),
    ],
)
def test_a_wrong_file_is_named_with_what_to_do(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigurationError, match=says) as caught:
        scenario_of(str(path))

    assert str(path) in str(caught.value)


@pytest.mark.parametrize("what", ["pipe", "device", "folder", "missing"])
def test_what_is_no_file_is_not_waited_for(
    what: Literal["pipe", "device", "folder", "missing"], tmp_path: Path
) -> None:
    path = tmp_path / "scenario.toml"
    match what:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "missing":
            pass

    with pytest.raises(ConfigurationError, match=r"expected a scenario \(TOML\)"):
        scenario_of(str(path))


def test_what_can_not_be_seen_is_described_as_it_is_written_in_toml(tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    odd = Scenario(name='a\nb\\"', about="\x00\x1b[31m\x7f é 漢")
    path.write_text(as_toml(odd), "utf-8")

    assert "\x1b" not in as_toml(odd)
    assert load_scenario(path) == odd


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="cvm-failure"):
        scenario_of("earthquake")
