"""A change of a route that two commands may have made: no one of them is named as the one that did."""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.measurement import KnownInstant
from analyzer.report.story import story
from tests.acceptance.brought import (
    ADD,
    BEGIN,
    DELETE,
    HOST,
    OWN,
    REMOTE,
    Brought,
    brought,
    check,
    checks,
    genesis,
    kernel,
    route,
)
from tests.acceptance.test_no_blame import blamed


def shell(at: str, pid: int, user: str, line: str) -> str:
    return f"2025-11-02T{at}Z In(14) shell[{pid}]: [{user}]: {line}"


def injected() -> list[str]:
    """Six checks that find all well, one that finds a route too many, and what Genesis does; six more."""
    at = BEGIN + timedelta(seconds=180)
    acts = [
        (
            0,
            "INFO 80801248 ha_service.py:489 All stargates are healthy: ['192.168.1.26', '192.168.1.27', '192.168.1.28']",
        ),
        (
            160,
            f"WARNING 80801248 ha_service.py:561 Illegal forwarding on host {HOST} via {REMOTE}, local stargate {OWN} is up",
        ),
        (165, f"INFO 80801248 ha_service.py:612 Creating HA task to delete HA route on host {HOST} via {REMOTE}"),
        (1400, f"INFO 80801248 hypervisor_ha.py:187 Running on host {HOST}: {DELETE}"),
        (1600, f"INFO 80801248 hypervisor_ha.py:201 Deleted HA route on host {HOST} via {REMOTE}"),
    ]
    told = [genesis(at + timedelta(milliseconds=ms), rest) for ms, rest in acts]
    after = [line for place in range(1, 7) for line in check(at + timedelta(seconds=30 * place))]
    return [*checks(6), *told, *after]


LOG = "cvm-192.168.1.27/genesis.out"
BOTH = [kernel("08:02:45.010", route("add")), kernel("08:03:02.850", route("delete"))]
ROOT = shell("08:02:44", 11, "root", ADD)


def told(place: Path, typed: list[str], kernels: list[str], *, log: bool = True) -> MeasuredEpisode:
    files = {f"{HOST}/shell.log": typed, f"{HOST}/vmkernel.log": kernels, LOG: injected() if log else []}
    run = brought(place, Brought({name: lines for name, lines in files.items() if lines}))
    assert run is not None
    assert not [*blamed(run)]
    (one,) = run.episodes
    assert one.episode.kind == "route-injection"
    return one


def how(one: MeasuredEpisode, name: str) -> str:
    (known,) = (each for each in one.episode.instants if each.name == name)
    assert isinstance(known, KnownInstant)
    return known.how.name


def either(one: MeasuredEpisode, action: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Who may have made the change, and by which lines."""
    return [
        (claim.statement.name, claim.statement.by, tuple(f"{o.source[-9:]}:{o.number}" for o in claim.origins))
        for claim in one.episode.claims
        if claim.statement.name in ("typed-by-either", "ordered-by-either") and claim.statement.action == action
    ]


@pytest.mark.parametrize("second", ["root", "alice"])
@pytest.mark.parametrize("log", [True, False], ids=["with genesis.out", "host logs"])
def test_of_two_who_typed_it_neither_is_named(second: str, log: bool, tmp_path: Path) -> None:
    one = told(tmp_path, [ROOT, shell("08:02:44", 22, second, ADD)], BOTH, log=log)

    assert how(one, "fault") == "typed-by-either"
    assert either(one, "add") == [
        ("typed-by-either", "root", ("shell.log:1", "ernel.log:1")),
        ("typed-by-either", second, ("shell.log:2", "ernel.log:1")),
    ]
    assert not [claim for claim in one.episode.claims if claim.statement.name == "typed-by-hand"]
    assert ["either" in finding.sentence for finding in one.findings if finding.code == "AP101"] == [True, True]


def test_two_lines_of_one_second_without_a_log_of_the_kernel(tmp_path: Path) -> None:
    one = told(tmp_path, [ROOT, shell("08:02:44", 22, "alice", ADD)], [])

    assert how(one, "fault") == "typed-by-either"
    assert [by for _, by, _ in either(one, "add")] == ["root", "alice"]


@pytest.mark.parametrize("kernels", [BOTH, []], ids=["with vmkernel.log", "without"])
def test_of_a_person_and_genesis_either_may_have_repaired_it(kernels: list[str], tmp_path: Path) -> None:
    one = told(tmp_path, [ROOT, shell("08:03:02", 22, "alice", DELETE)], kernels)

    assert how(one, "repaired") == "typed-or-ordered"
    assert [(name, by) for name, by, _ in either(one, "delete")] == [
        ("typed-by-either", "alice"),
        ("ordered-by-either", ""),
    ]
    assert (one.episode.by_hand, one.episode.by_others) == (False, False)
    judged = one.judged("detection")
    assert judged is not None
    assert (judged.verdict, judged.reason) == ("NOT-JUDGED", "author-unknown")
    assert "a person corrected" not in story(one).lower()
    assert how(one, "fault") == "typed"


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(shell("08:02:46", 22, "alice", ADD), id="after the change"),
        pytest.param(shell("08:02:31", 22, "alice", ADD), id="long before it"),
        pytest.param(shell("08:02:44", 22, "alice", ADD.replace("1.28", "1.27")), id="by another gateway"),
        pytest.param(shell("08:02:44", 22, "alice", DELETE), id="the opposite"),
        pytest.param(shell("08:02:44", 22, "alice", f"echo {ADD}"), id="nothing"),
        pytest.param(ROOT, id="in the same session"),
    ],
)
def test_a_command_that_can_not_have_made_it_leaves_the_other_named(typed: str, tmp_path: Path) -> None:
    one = told(tmp_path, sorted([ROOT, typed]), BOTH)

    assert how(one, "fault") == "typed"
    assert either(one, "add") == []


SESSION = [
    f"2025-11-02T08:02:43.800Z sshd[901]: Accepted publickey for root from {REMOTE} port 40152 ssh2: RSA SHA256:x",
    f"2025-11-02T08:02:44.300Z sshd[901]: User 'root' running command '{ADD}'",
    "2025-11-02T08:02:44.900Z sshd[901]: Received disconnect",
]


def alone(place: Path, logs: dict[str, list[str]]) -> MeasuredEpisode:
    run = brought(place, Brought({f"{HOST}/{name}.log": lines for name, lines in logs.items()}))
    assert run is not None
    assert not [*blamed(run)]
    (one,) = run.episodes
    return one


def by(one: MeasuredEpisode) -> list[tuple[str, bool]]:
    known = [each for each in one.episode.instants if isinstance(each, KnownInstant)]
    return [(each.how.name, each.how.by_hand) for each in known if each.name in ("fault", "repaired")]


def test_a_persons_command_beside_a_session_of_a_cvm_names_neither(tmp_path: Path) -> None:
    logs = {
        "shell": [shell("08:02:44.100", 11, "root", ADD)],
        "auth": SESSION,
        "vmkernel": [kernel("08:02:44.700", route("add"))],
    }
    one = alone(tmp_path, logs)

    assert (one.episode.kind, one.episode.confidence) == ("unexplained", "low")
    assert by(one) == [("typed-or-ordered", False)]


@pytest.mark.parametrize(
    ("at", "how"),
    [("08:02:44.600", "kernel-logged"), ("08:02:43.600", "typed")],
    ids=["after the kernel had it", "more than a second before"],
)
def test_a_command_that_can_not_have_made_the_change_is_not_named(at: str, how: str, tmp_path: Path) -> None:
    typed = [shell("08:02:43.400", 11, "root", ADD), shell(at, 12, "alice", ADD)]
    typed = sorted(typed) if how == "typed" else typed[1:]
    one = alone(tmp_path, {"shell": typed, "vmkernel": [kernel("08:02:44.500", route("add"))]})

    named = {each.how.user for each in one.episode.instants if isinstance(each, KnownInstant)}
    assert named - {""} == ({"alice"} if how == "typed" else set())
