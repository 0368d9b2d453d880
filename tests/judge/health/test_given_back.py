"""The path after the CVM's recovery: given back, not given back, too early to tell."""

from __future__ import annotations

import pytest

from analyzer.model.event import Forwarding, StargateStates
from analyzer.model.finding import Finding
from tests.correlate import scenes
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, Genesis
from tests.judge.health.scene import by_code, correlated


def story(end: int, *, back: int, initialised: bool = True, given: int | None = None) -> dict[str, Finding]:
    """The local CVM dies, its host goes to the remote one; from `back` ms on checks find it up. `given`: a failback."""
    log = Genesis()
    log.all_up(1_000)
    log.all_up(31_000)
    log.cvm_down(61_000)
    log.absent(61_000)
    log.repairs(62_000, "add", REMOTE)
    for ms in range(91_000, end, 30_000):
        if ms < back:
            log.cvm_down(ms)
            log.correct(ms, REMOTE)
        elif not initialised or ms == back:
            log.alive(ms)
        elif given is not None and ms >= given:
            if ms == given:
                log.task(ms, "delete", REMOTE)
                log.terminates(ms + 1_000)
                log.orders(ms + 2_000, "delete", REMOTE)
                log.result(ms + 3_000, "delete", REMOTE)
            else:
                log.all_up(ms)
        else:
            left_alone(log, ms)
    return by_code(correlated(scenes.failure(end=end)[0], log))


def left_alone(log: Genesis, ms: int) -> None:
    """All Stargates are up, and the host is left on the remote path."""
    log.tell(ms, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
    log.tell(ms, Forwarding("kept", HOST, REMOTE, CVM))


def test_a_path_that_is_not_given_back() -> None:
    finding = story(600_000, back=301_000)["AP109"]

    assert "192.168.1.24 still used a remote CVM" in finding.sentence
    assert len(finding.origins) == 2


def test_it_is_due_after_three_checks() -> None:
    """A check at 331 s finds all up again."""
    assert "AP109" in story(430_000, back=301_000)
    assert "AP109" not in story(415_000, back=301_000)


@pytest.mark.parametrize(
    ("end", "arguments"),
    [
        pytest.param(600_000, {"back": 301_000, "given": 361_000}, id="given back"),
        pytest.param(390_000, {"back": 301_000}, id="the evidence ends soon"),
        pytest.param(600_000, {"back": 301_000, "initialised": False}, id="alive, not initialised"),
        pytest.param(600_000, {"back": 900_000}, id="still down"),
    ],
)
def test_a_path_that_need_not_be_given_back_yet(end: int, arguments: dict[str, int]) -> None:
    assert "AP109" not in story(end, **arguments)  # type: ignore[arg-type]
