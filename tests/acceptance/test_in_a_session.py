"""A command that a session over SSH was given is not one that somebody typed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from analyzer.model.run import Run
from analyzer.report.story import story
from tests.acceptance.brought import (
    ADD,
    BEGIN,
    DELETE,
    HOST,
    MOUNTED,
    REMOTE,
    Brought,
    brought,
    check,
    checks,
    genesis,
    kernel,
    route,
    told,
    typed,
)

ELSEWHERE = "192.168.1.77"
KERNEL = [
    kernel("08:00:00.100", MOUNTED),
    kernel("08:03:42.300", route("add")),
    kernel("08:04:02.900", route("delete")),
]


def _genesis() -> list[str]:
    """Checks of which one finds a route that is not Genesis', and what is done about it."""
    at = BEGIN + timedelta(seconds=240)
    acts = [
        (160, f"WARNING 80801248 ha_service.py:555 Illegal forwarding found on host {HOST}, via {REMOTE}"),
        (170, f"INFO 80801248 ha_service.py:612 Creating HA task to delete HA route on host {HOST} via {REMOTE}"),
        (1400, f"INFO 80801248 hypervisor_ha.py:187 Running on host {HOST}: {DELETE}"),
        (1600, f"INFO 80801248 hypervisor_ha.py:201 Deleted HA route on host {HOST} via {REMOTE}"),
    ]
    did = [genesis(at + timedelta(milliseconds=ms), rest) for ms, rest in acts]
    after = [line for place in range(1, 7) for line in check(at + timedelta(seconds=30 * place))]
    return [*checks(8), check(at)[0], *did, *after]


def _given(login: str, pid: int = 77731) -> list[str]:
    said = (f"Connection from {login} port 50311", f"User 'root' running command '{ADD}'")
    return [f"2025-11-02T08:03:4{second}Z sshd[{pid}]: {text}" for second, text in enumerate(said, 1)]


def _by_hand(run: Run | None) -> list[str]:
    assert run is not None
    every = [*run.findings, *(finding for one in run.episodes for finding in one.findings)]
    return [one.sentence for one in every if one.code == "AP101"]


def _brought(place: Path, auth: list[str], shell: list[str]) -> Run | None:
    logs = {"auth.log": auth, "shell.log": shell, "vmkernel.log": KERNEL}
    files = {f"{HOST}/{name}": lines for name, lines in logs.items() if lines}
    return brought(place, Brought({"cvm-192.168.1.27/genesis.out": _genesis(), **files}))


@pytest.mark.parametrize(
    "shell",
    [
        pytest.param([], id="auth.log alone"),
        pytest.param([typed("08:03:42", ADD).replace("2238600", "77731")], id="shell.log of the same process"),
    ],
)
def test_it_is_told_as_run_in_a_session(shell: list[str], tmp_path: Path) -> None:
    run = _brought(tmp_path, _given(ELSEWHERE), shell)
    assert run is not None

    assert told(run)[1] == (f"route-injection@{HOST}",)
    assert [said.partition(": ")[0] for said in _by_hand(run)] == [f"root ran on {HOST}, in a session from {ELSEWHERE}"]
    claims = [claim.statement for claim in run.episodes[0].episode.claims]
    assert [one.of for one in claims if one.name == "typed-by-hand"] == [ELSEWHERE]
    assert "typed" not in story(run.episodes[0])


def test_where_a_shell_has_the_same_it_may_be_either(tmp_path: Path) -> None:
    (said, *_) = _by_hand(_brought(tmp_path, _given(ELSEWHERE), [typed("08:03:42", ADD)]))

    assert f"root typed on {HOST} (or ran in a session from {ELSEWHERE}, which was given the same): " in said


def test_what_a_cvm_ran_in_its_session_nobody_typed(tmp_path: Path) -> None:
    shell = [typed("08:03:42", ADD).replace("2238600", "77731")]

    assert _by_hand(_brought(tmp_path, _given("192.168.1.28"), shell)) == []


def test_what_was_typed_alone_was_typed(tmp_path: Path) -> None:
    (said,) = _by_hand(_brought(tmp_path, [], [typed("08:03:42", ADD)]))

    assert said.startswith(f"root typed on {HOST}: ")
