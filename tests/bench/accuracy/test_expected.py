"""Which episodes evidence must show: no more than it can."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, Simulated, simulate
from analyzer.lab.simulate.scenario.action import Action
from analyzer.model.instant import SECOND, Span
from analyzer.model.path import Path
from analyzer.model.truth import TrueEpisode, TrueEvent, TrueInstants, TrueVantage
from bench.accuracy.expected import (
    Given,
    _fell_silent_elsewhere,
    _is_over,
    _is_within,
    _may_be_another,
    _on_the_wire,
    _served_elsewhere,
    _was_away,
    is_heard,
    is_stall,
)

By = Literal["person", "router", "genesis"]
FAILURES: tuple[tuple[Action, bool], ...] = (
    ("cvm-power-off", True),
    ("cvm-shutdown", True),
    ("cvm-hang", True),
    ("stargate-restart", False),
)


@cache
def made(action: Action) -> Simulated:
    fault = Fault(do=action, on=1, at=Decimal(15), seconds=Decimal(80))
    return simulate(Scenario(name="one", fault=(fault,)), 3, Options(tail=40 * 10**9), Evidence())


def on_the_wire(action: Action, true: TrueEpisode, *what: str, joined: bool = True) -> bool:
    truth = made(action).truth
    files = tuple(one for one in truth.evidence if one.what in what)
    return _on_the_wire(true, truth, Given(files=files), joined=joined)


@pytest.mark.parametrize(("action", "heard"), FAILURES)
def test_the_public_network_hears_a_cvm_that_falls_silent(action: Action, heard: bool) -> None:
    truth = made(action).truth
    failure = next(one for one in truth.episodes if one.kind == "cvm-failure")

    assert is_heard(failure, truth) is heard
    assert on_the_wire(action, failure, "span") is heard
    assert on_the_wire(action, failure, "span", "vmk1")
    assert on_the_wire(action, failure, "span", "vmk1", joined=False) is heard
    assert not on_the_wire(action, failure, "vmk1")


def test_what_looks_like_something_else_is_for_a_log_to_tell() -> None:
    failure = made("cvm-hang").truth.episodes[0]
    deletion = replace(failure, kind="route-deletion")

    assert not on_the_wire("cvm-hang", replace(failure, mistaken=True), "span", "vmk1")
    assert on_the_wire("cvm-hang", deletion, "span", "vmk1")
    assert not on_the_wire("cvm-hang", replace(deletion, after=replace(deletion.after, kind="local")), "span", "vmk1")


def test_a_return_after_what_genesis_mistook_or_knew_ahead_is_for_a_log_to_tell_too() -> None:
    truth = made("cvm-hang").truth
    failure, back = truth.episodes[:2]
    assert back.kind == "cvm-recovery"

    def tellable(failure: TrueEpisode, back: TrueEpisode) -> bool:
        return _was_away(back, replace(truth, episodes=(failure, back)))

    soon = Span(failure.instants.fault.most + 1, failure.instants.fault.most + 2)
    assert tellable(failure, back)
    assert not tellable(replace(failure, mistaken=True), back)
    assert not tellable(replace(failure, planned=True), back)
    assert not tellable(failure, replace(back, instants=replace(back.instants, fault=soon)))


@pytest.mark.parametrize(("outage", "stalls"), [(None, True), (3, False), (6, True)])
def test_a_stall_is_longer_than_esxi_waits_for_a_heartbeat(outage: int | None, *, stalls: bool) -> None:
    true = replace(made("cvm-hang").truth.episodes[0], outage=None if outage is None else outage * SECOND)

    assert is_stall(true) is stalls


@pytest.mark.parametrize(("restored", "over"), [(9, True), (11, False), (None, False)])
def test_a_stall_that_goes_over_into_the_next_fault_is_one_silence_with_it(restored: int | None, over: bool) -> None:
    truth = made("cvm-hang").truth
    instants = TrueInstants(fault=Span(5, 5), restored=restored)
    stall = replace(truth.episodes[0], kind="unexplained", instants=instants)
    death = replace(truth.episodes[0], instants=TrueInstants(fault=Span(10, 10), restored=20))

    assert _is_over(stall, replace(truth, episodes=(stall, death))) is over
    assert _is_over(stall, replace(truth, episodes=(stall,)))


@pytest.mark.parametrize(
    ("restored", "within"),
    [
        pytest.param(None, True, id="never-served-in-between"),
        pytest.param(90 * SECOND, True, id="served-only-after-it"),
        pytest.param(50 * SECOND, False, id="served-in-between"),
    ],
)
def test_what_begins_before_a_reply_since_the_fault_before_is_one_silence_with_it(
    restored: int | None, *, within: bool
) -> None:
    truth = made("cvm-hang").truth
    failure = truth.episodes[0]
    first = replace(failure, instants=TrueInstants(fault=Span(10 * SECOND, 10 * SECOND), restored=restored))
    later = replace(failure, kind="route-deletion", instants=TrueInstants(fault=Span(60 * SECOND, 60 * SECOND)))

    assert _is_within(later, replace(truth, episodes=(first, later))) is within
    assert not _is_within(later, replace(truth, episodes=(later,)))


@pytest.mark.parametrize(("after", "asked"), [(1, False), (3, True)], ids=["before-a-check-can", "after"])
def test_a_failure_that_was_mended_at_once_is_told_by_who_sees_the_host_inside(after: int, *, asked: bool) -> None:
    failure = made("cvm-hang").truth.episodes[0]
    repaired = failure.instants.fault.most + after * SECOND
    mended = replace(failure, instants=replace(failure.instants, repaired=repaired))
    routed = replace(mended, repaired_by="router")

    assert on_the_wire("cvm-hang", mended, "span") is asked
    assert on_the_wire("cvm-hang", mended, "span", "vmk1")
    assert not on_the_wire("cvm-hang", routed, "span")


@pytest.mark.parametrize(
    ("restored", "served"),
    [pytest.param(None, False, id="never"), pytest.param(40, True, id="before"), pytest.param(70, False, id="after")],
)
def test_a_return_from_a_path_that_never_served_is_one_silence_with_the_failure(
    restored: int | None, *, served: bool
) -> None:
    truth = made("cvm-hang").truth
    failure = replace(truth.episodes[0], instants=TrueInstants(fault=Span(10, 10), repaired=30, restored=restored))
    back = replace(failure, kind="cvm-recovery", instants=TrueInstants(fault=Span(50, 50), repaired=60))

    assert _served_elsewhere(back, replace(truth, episodes=(failure, back))) is served
    assert _served_elsewhere(back, replace(truth, episodes=(back,)))


@pytest.mark.parametrize(
    ("served", "spoke", "elsewhere"),
    [(5, "cvm-resumed", True), (5, "cvm-links-up", False), (40, "cvm-resumed", False)],
)
def test_a_cvm_that_falls_silent_when_its_host_is_elsewhere_may_serve_on(
    served: int, spoke: str, *, elsewhere: bool
) -> None:
    truth = made("cvm-hang").truth
    failure = replace(truth.episodes[0], instants=TrueInstants(fault=Span(1, 1), restored=served))
    back = replace(failure, kind="cvm-recovery", instants=TrueInstants(fault=Span(30, 30), repaired=60))
    silent, again = (
        TrueEvent(at=at, name=name, by="person", detail={"cvm": failure.cvm or ""})
        for at, name in ((20, "cvm-hang"), (30, spoke))
    )

    told = replace(truth, episodes=(failure, back), events=(silent, again))
    assert _fell_silent_elsewhere(back, told) is elsewhere


def at(fault: int, **instants: int) -> TrueInstants:
    """Instants of some seconds."""
    return TrueInstants(fault=Span(fault * SECOND, fault * SECOND), **{k: v * SECOND for k, v in instants.items()})


def may_be_another(true: TrueEpisode, *others: TrueEpisode, checks: tuple[int, ...], up: int = 0, inside: bool) -> bool:
    """Whether it may be another one, in the story of these, with checks (s), and its own CVM's links up at `up` (s)."""
    truth = made("cvm-hang").truth
    what = ("span", "vmk1") if inside else ("span",)
    given = Given(files=tuple(one for one in truth.evidence if one.what in what))
    booted = TrueEvent(at=up * SECOND, name="cvm-links-up", by="itself", detail={"cvm": true.cvm or ""})
    asked = (TrueEvent(at=one * SECOND, name="check", by="192.168.1.28") for one in checks)
    return _may_be_another(true, replace(truth, episodes=(*others, true), events=(booted, *asked)), given)


@pytest.mark.parametrize(
    ("up", "checks", "open_to"),
    [
        pytest.param(40, (30, 60, 90), True, id="between-two-checks"),
        pytest.param(40, (30, 75, 90), False, id="a-check-asked-it-since"),
        pytest.param(80, (30, 60, 90), False, id="it-booted-later"),
    ],
)
def test_whether_a_booted_cvm_is_initialised_between_two_checks_nothing_tells(
    up: int, checks: tuple[int, ...], *, open_to: bool
) -> None:
    failure = made("cvm-hang").truth.episodes[0]
    remote = Path("remote", via="192.168.1.28")
    back = replace(failure, kind="cvm-recovery", before=remote, instants=at(35, detected=91, repaired=95))
    other = replace(failure, before=remote, instants=at(70, repaired=95))

    assert may_be_another(other, back, checks=checks, up=up, inside=True) is open_to
    found = replace(other, instants=at(70, detected=91, repaired=95))
    assert not may_be_another(found, back, checks=checks, up=up, inside=True)


@pytest.mark.parametrize(("by", "open_to"), [("person", True), ("router", True), ("genesis", False)])
def test_a_return_that_no_check_asked_for_is_told_by_who_sees_the_host_inside(by: By, *, open_to: bool) -> None:
    failure = replace(made("cvm-hang").truth.episodes[0], instants=at(10, repaired=20), repaired_by=by)
    back = replace(failure, kind="cvm-recovery", instants=at(40, detected=61, repaired=65))

    assert may_be_another(back, failure, checks=(5, 60), inside=False) is open_to
    assert not may_be_another(back, failure, checks=(5, 60), inside=True)
    assert not may_be_another(back, failure, checks=(5, 30, 60), inside=False)


@pytest.mark.parametrize(("checks", "open_to"), [((5, 60), True), ((5, 15, 60), False)], ids=["between", "since"])
def test_a_failure_after_a_deletion_is_told_by_who_sees_the_host_inside(
    checks: tuple[int, ...], *, open_to: bool
) -> None:
    failure = replace(made("cvm-hang").truth.episodes[0], instants=at(20, detected=61, repaired=65))
    deleted = replace(failure, kind="route-deletion", instants=at(10))

    assert may_be_another(failure, deleted, checks=checks, inside=False) is open_to
    assert not may_be_another(failure, deleted, checks=checks, inside=True)
    assert not may_be_another(failure, checks=checks, inside=False)


def test_a_log_alone_shows_what_it_has_of_a_failure_after_a_deletion() -> None:
    failure = replace(made("cvm-hang").truth.episodes[0], instants=at(20, detected=61, repaired=65))
    story = replace(
        made("cvm-hang").truth, episodes=(replace(failure, kind="route-deletion", instants=at(10)), failure)
    )

    assert not _may_be_another(failure, replace(story, events=()), Given(files=()))


def test_a_host_that_reboots_on_a_remote_path_is_told_by_who_sees_it_inside() -> None:
    truth = made("cvm-hang").truth
    failure, remote = truth.episodes[0], Path("remote", via="192.168.1.28")
    files = tuple(one for one in truth.evidence if one.what in ("span", "vmk1"))
    both, outside = Given(files=files), Given(files=tuple(one for one in files if one.what == "span"))
    stall = replace(failure, kind="unexplained", before=remote, outage=60 * SECOND)
    down = TrueEvent(at=failure.instants.fault.least, name="host-reboot", by="person", detail={"host": failure.host})
    story = replace(truth, episodes=(stall,))
    rebooted = replace(story, events=(*truth.events, down))

    assert _on_the_wire(stall, story, outside, joined=True)
    assert not _on_the_wire(stall, rebooted, outside, joined=True)
    assert _on_the_wire(stall, rebooted, both, joined=True)
    own = TrueVantage(file="vobd.log", what="vobd", of=failure.host)
    assert _on_the_wire(stall, rebooted, Given(files=(*outside.files, own)), joined=True)
