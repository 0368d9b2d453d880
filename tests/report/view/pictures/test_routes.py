"""The diagrams of the paths say which port the host's calls left by, and who stood at the other end."""

from __future__ import annotations

import re

import msgspec
import pytest

from analyzer.model.episode import EpisodeKind, MeasuredEpisode
from analyzer.model.path import Path
from analyzer.report.view.labels import Labels
from analyzer.report.view.pictures.routes import routes
from tests.report import builder


def drawn(measured: MeasuredEpisode) -> list[tuple[str, list[str]]]:
    run = builder.run(measured)
    return [
        (view.when, re.findall(r">([^<>]+)</text>", str(view.drawing))) for view in routes(run, measured, Labels(run))
    ]


def test_before_during_and_after() -> None:
    (_, before), (_, during), (_, after) = drawn(builder.episode("route-injection"))

    assert "00:0c:29:a0:05:26" in before
    assert "eth0 00:0c:29:c0:01:28" in during
    assert "switch, VLAN 12" in during
    assert "eth0 00:0c:29:c0:01:28" not in after


@pytest.mark.parametrize(
    ("kind", "path", "far"),
    [
        ("route-injection", Path("dead", "192.168.1.99"), "gateway 192.168.1.99"),
        ("route-injection", Path("dead"), "an unknown gateway"),
        ("cvm-failure", Path("dead"), "CVM 192.168.1.28"),
    ],
)
def test_who_does_not_answer(kind: EpisodeKind, path: Path, far: str) -> None:
    measured = builder.episode(kind)
    changed = msgspec.structs.replace(
        measured, episode=msgspec.structs.replace(measured.episode, during=path, after=builder.REMOTE_PATH)
    )

    assert far in drawn(changed)[1][1]


def test_the_way_is_said_in_words_too() -> None:
    measured = builder.episode("route-injection")
    run = builder.run(measured)

    inside, outside, after = (view.told for view in routes(run, measured, Labels(run)))
    assert (
        inside
        == "VMkernel port 192.168.5.1 → internal switch → eth1 192.168.5.2 (00:0c:29:a0:05:26) of CVM 192.168.1.26"
    )
    assert outside == "VMkernel port 192.168.1.24 → switch, VLAN 12 → CVM 192.168.1.28 (eth0 00:0c:29:c0:01:28)"
    assert after == inside


def test_where_no_path_is_known_nothing_is_drawn() -> None:
    measured = builder.episode()
    paths = dict.fromkeys(("before", "during", "after"), builder.UNKNOWN_PATH)
    nothing = msgspec.structs.replace(measured, episode=msgspec.structs.replace(measured.episode, **paths))

    assert drawn(nothing) == []
