from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import ConfigurationError
from analyzer.lab.simulate import KINDS, Scenario, load_scenario, scenario_of, simulate
from analyzer.lab.simulate.scenario import as_toml


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
        pytest.param('[[fault]]\ndo = "explode"', "mend that key", id="unknown-action"),
        pytest.param('[[fault]]\ndo = "route-add"', "has no gateway", id="no-gateway"),
        pytest.param('[[fault]]\ndo = "nfs-hang"\non = 0', "expected a node's number", id="node-0"),
        pytest.param('[[fault]]\ndo = "nfs-hang"\nat = -1', "times must be", id="negative-time"),
        pytest.param("colour = 1", "unknown field", id="unknown-key"),
    ],
)
def test_a_wrong_file_is_named_with_what_to_do(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigurationError, match=says) as caught:
        scenario_of(str(path))

    assert str(path) in str(caught.value)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match="cvm-failure"):
        scenario_of("earthquake")
