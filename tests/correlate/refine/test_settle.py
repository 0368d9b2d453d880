"""What observations teach is learnt until nothing more is, and what is seen then is seen under the last view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from analyzer.correlate.captures.pairs import FARTHEST
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.refine import ports, settle
from analyzer.correlate.view import Observations, View, observe
from analyzer.model.clock import ClockOffset
from analyzer.model.event import Forwarding, StargateStates
from tests.correlate import scenes
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, Capture, Genesis, HostLog
from tests.correlate.viewed import first_view


def injected_by_hand(*checks: int) -> Sequence[Capture | Genesis | HostLog]:
    """Captures, a log that is 3 s off, with checks that found all well (ms), and a kernel's that is 20 s off."""
    log, kernel = Genesis(), HostLog()
    for ms in checks or (2_000, 32_000):
        log.all_up(ms - 3_000)
    log.illegal(62_000 - 3_000, REMOTE)
    log.repairs(63_000 - 3_000, "delete", REMOTE)
    kernel.kernel(35_100 + 20_000, "add", REMOTE)
    kernel.kernel(63_950 + 20_000, "delete", REMOTE)
    return (*scenes.injection(added=35_000, deleted=64_000), log, kernel)


def failed_without_a_word_whose_cvm_it_was() -> Sequence[Genesis]:
    """Only who is down when the host needs a route tells which CVM is its own."""
    log = Genesis()
    for ms in (0, 30_000):
        log.tell(ms, StargateStates(up=(CVM, PEER, REMOTE)))
    log.tell(60_000, StargateStates(up=(PEER, REMOTE), down=(CVM,)))
    log.tell(60_000, Forwarding("absent", HOST))
    log.repairs(61_000, "add", REMOTE)
    return (log,)


EVIDENCE: dict[str, Callable[[], Sequence[Capture | Genesis | HostLog]]] = {
    "healthy": scenes.healthy,
    "failure": scenes.failure,
    "recovery": scenes.recovery,
    "injection, three clocks": injected_by_hand,
    "a host whose CVM is learnt": failed_without_a_word_whose_cvm_it_was,
}
every_evidence = pytest.mark.parametrize("name", EVIDENCE)


@every_evidence
def test_nothing_more_is_learnt_from_what_is_settled(name: str) -> None:
    timeline, first = first_view(*EVIDENCE[name]())

    view, observed = settle.settle(timeline, first)

    for refine in (*settle.REFINEMENTS, ports.by_log):
        assert refine(view, observed, timeline) is view


@every_evidence
def test_what_is_observed_is_what_the_last_view_shows(name: str) -> None:
    timeline, first = first_view(*EVIDENCE[name]())

    view, observed = settle.settle(timeline, first)

    assert observe(timeline, view) == (view, observed)


def test_what_teaches_nothing_changes_nothing() -> None:
    timeline, first = first_view(*scenes.healthy())

    assert settle.settle(timeline, first)[0] is first


def test_clocks_that_are_off_are_learnt() -> None:
    timeline, first = first_view(*injected_by_hand(32_000))

    view, _ = settle.settle(timeline, first)

    assert not first.clocks.known("host")
    assert view.clocks.known("host")


def test_the_evidence_is_observed_again_only_where_a_refinement_has_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    again: list[View] = []

    def counted(timeline: Timeline, view: View) -> tuple[View, Observations]:
        again.append(view)
        return observe(timeline, view)

    monkeypatch.setattr(settle, "observe", counted)
    timeline, first = first_view(*scenes.healthy())

    settle.settle(timeline, first)

    assert again == [first]


def test_what_is_learnt_of_a_clock_by_way_of_another_is_kept() -> None:
    """A kernel's clock is bounded by Genesis' log alone, which the captures place."""
    tellers = injected_by_hand()
    timeline, first = first_view(*tellers)
    wide = first.clocks.at("host", ClockOffset(clock="host", reference="capture", offset=FARTHEST, basis="assumed"))
    view = replace(first, clocks=wide)

    placed = settle.placed_by_others(view, observe(timeline, view)[1], timeline)

    assert placed.clocks.offsets["host"].basis == "measured"
