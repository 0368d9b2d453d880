"""What a check found of a host's forwarding."""

from __future__ import annotations

from typing import Literal

import pytest

from analyzer.correlate.logs.state.faults import opened
from analyzer.correlate.logs.state.forwarding import checked, silent
from analyzer.correlate.logs.state.host_state import HostState
from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.correlate.observation import Observation, Point
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import Forwarding, StargateStates
from analyzer.model.instant import Instant
from analyzer.model.measurement import How
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, Genesis, HostLog, episodes, ms_of, ns, only
from tests.correlate.logs.check_logs import failed, healthy_then
from tests.correlate.logs.made import MEMBER, context, entry, local, observed


def test_the_path_is_right_again_with_no_repair_in_the_log() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.all_up(due + 30_000)

    episode = only(log)

    assert episode.kind == "route-injection"
    assert ms_of(episode, "repaired") == (due, due + 31_000)  # not before it was found, nor after it was right
    assert episode.confidence != "high"


ALL = (CVM, PEER, REMOTE)


STATES = {
    "up": StargateStates(up=(CVM,)),
    "initializing": StargateStates(initializing=(CVM,)),
    "down": StargateStates(down=(CVM,)),
}


def seen(state: str) -> Stargates:
    detail = STATES[state]
    return Stargates().after(entry(9_000, detail, number=8), detail, ALL)


@pytest.mark.parametrize(
    ("path", "cvm", "said", "kind"),
    [
        ("local", "down", "absent", "cvm-failure"),
        ("local", "up", "illegal", "route-injection"),
        ("remote", "down", "absent", "route-deletion"),
        ("remote", "initializing", "kept", "cvm-recovery"),
        ("local", "up", "absent", None),
        ("remote", "down", "illegal", None),
        ("remote", "down", "kept", None),
        ("local", "up", "kept", None),
        ("local", "up", "unreadable", None),
    ],
)
def test_a_finding_is_what_its_check_allows(
    path: Literal["local", "remote"],
    cvm: str,
    said: Literal["correct", "illegal", "absent", "kept", "unreadable"],
    kind: EpisodeKind | None,
) -> None:
    """Forwarding that is needed while the host's own CVM is up is none: the wording was misread."""
    detail = Forwarding(said, HOST, REMOTE if path == "remote" else None, CVM)
    line = entry(10_000, detail, number=9)

    after = checked(local(path=path, failed=path == "remote"), line, detail, context(line, stargates=seen(cvm)))

    assert (after.open.kind if after.open is not None else None) == kind


@pytest.mark.parametrize("gateway", [REMOTE, PEER])
def test_a_host_that_is_rightly_elsewhere_is_not_at_its_own_cvm_though_no_line_has_that_down(gateway: str) -> None:
    """By the CVM that Genesis chose, or by another since; a log may name one CVM that is down, of two."""
    detail = Forwarding("correct", HOST, gateway)
    line = entry(10_000, detail, number=9)
    away = local(path="remote", failed=True, gateway=REMOTE)

    after = checked(away, line, detail, context(line, stargates=seen("up")))

    assert (after.path, after.failed, after.gateway) == ("remote", True, gateway)


@pytest.mark.parametrize(
    ("cvm", "path", "good"),
    [("up", "local", True), ("down", "remote", True), ("initializing", "unknown", False)],
)
def test_a_silent_check_finds_what_fits_its_stargates_right(cvm: str, path: str, good: bool) -> None:
    line = entry(10_000, StargateStates(up=(CVM,)), number=9)

    after = silent(HostState(MEMBER), line, context(line, stargates=seen(cvm)))

    assert (after.path, after.good == line) == (path, good)


def test_a_silent_check_says_nothing_of_a_fault_that_is_open() -> None:
    line = entry(10_000, Forwarding("absent", HOST, None, CVM), number=9)
    state, _ = opened(local(), line, "add", REMOTE, context(line))

    assert silent(state, line, context(line, stargates=seen("up"))) == state


@pytest.mark.parametrize(("least", "most", "kind"), [(9_000, 9_900, "unexplained"), (9_000, 10_100, None)])
def test_a_silent_check_that_has_the_own_cvm_down_finds_a_route_right_that_was_typed_before_it(
    least: int, most: int, kind: EpisodeKind | None
) -> None:
    line = entry(10_000, StargateStates(down=(CVM,)), number=9)
    added = Point(Instant(line.at.clock, ns(least), ns(most)), (line.event.origin,), How("typed", user="root"))
    told = Observation("route-injection", "logs", MEMBER, line.at.clock, ns(least), ns(most), gateway=REMOTE)
    told = told.at("fault", added)

    after = silent(local(open=told), line, context(line, stargates=seen("down")))

    assert [one.kind for one in after.done] == ([] if kind is None else [kind])


def test_a_cvm_that_two_checks_find_not_initialised_may_have_come_back_between_them() -> None:
    once, twice = (_given_back(checks) for checks in (1, 2))

    assert once.most < ns(94_000) <= ns(122_000) <= twice.most
    assert once.least == twice.least


def _given_back(checks: int) -> Instant:
    """When a CVM came back that so many checks from 92 s on find not initialised, and the next illegally forwarded."""
    log, due = healthy_then()
    due = failed(log, due)
    for number in range(checks):
        log.alive(due + number * 30_000)
    log.illegal(due + checks * 30_000, REMOTE)
    log.repairs(due + checks * 30_000 + 1_000, "delete", REMOTE)
    return observed(log)[-1].points["fault"].at


def test_a_cvm_that_boots_as_the_log_ends_is_not_back() -> None:
    log, due = healthy_then()
    log.alive(failed(log, due))

    assert [one.kind for one in observed(log)] == ["cvm-failure"]


def test_the_check_that_found_a_cvm_back_began_before_its_line_on_the_host() -> None:
    log = Genesis(doubt=0)
    log.started(0)
    log.tell(32_000, StargateStates(up=(PEER, REMOTE), initializing=(CVM,)))
    log.tell(32_900, Forwarding("kept", HOST, REMOTE, CVM))
    log.illegal(62_900, REMOTE)

    back = observed(log)[-1]

    assert back.kind == "cvm-recovery"
    assert back.points["check"].at.least < ns(32_000)


@pytest.mark.parametrize(("cvm", "is_open"), [("up", False), ("initializing", True)])
def test_a_remote_path_that_is_right_again_ends_a_return_that_was_none(cvm: str, is_open: bool) -> None:
    """No line of that check has the own CVM, which the one before saw start; or one has that it starts still."""
    kept, right = Forwarding("kept", HOST, REMOTE, CVM), Forwarding("correct", HOST, REMOTE)
    first, then = entry(20_000, kept, number=9), entry(50_000, right, number=12)
    detail = STATES[cvm]
    said = entry(49_000 if is_open else 9_000, detail, number=11 if is_open else 8)
    stargates = Stargates().after(said, detail, ALL)
    away = local(path="remote", failed=True, gateway=REMOTE)
    begun = checked(away, first, kept, context(first, stargates=seen("initializing")))

    after = checked(begun, then, right, context(then, stargates=stargates))

    assert (after.open is not None) == is_open
    assert (after.path, after.gateway) == ("remote", REMOTE)


def test_a_host_that_a_check_finds_at_its_own_cvm_again_is_there_until_somebody_moves_it() -> None:
    """The route of a failure was deleted by a person, in no log; then one is added that Genesis finds illegal."""
    log, due = healthy_then()
    after = failed(log, due)
    log.tell(after, StargateStates(up=(PEER, REMOTE), initializing=(CVM,), all_of="alive"))
    log.correct(after)
    log.tell(after + 30_000, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
    log.illegal(after + 30_000, REMOTE)
    log.repairs(after + 31_000, "delete", REMOTE)

    assert [one.kind for one in episodes(log)] == ["cvm-failure", "route-injection"]


def test_a_typed_route_that_a_check_keeps_was_added_before_a_failure_or_after() -> None:
    log, due = healthy_then()
    shell = HostLog()
    shell.types(due - 10_000, "add", REMOTE)
    log.alive(due)
    log.tell(due + 30_000, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
    log.illegal(due + 30_000, REMOTE)
    log.repairs(due + 31_000, "delete", REMOTE)

    assert sorted(one.kind for one in observed(log, shell)) == ["cvm-recovery", "unexplained"]


def test_a_check_with_the_own_cvm_up_that_finds_no_route_came_after_its_deletion() -> None:
    """By whole seconds it may have come before; but with the route it had found the path wrong."""
    log, due = healthy_then()
    after = failed(log, due)
    shell = HostLog()
    shell.types(after - 200, "delete", REMOTE)
    log.all_up(after)
    log.all_up(after + 30_000)

    assert [one.kind for one in observed(log, shell)] == ["cvm-failure", "cvm-recovery"]


@pytest.mark.parametrize(
    ("before", "kind", "by_hand"),
    [
        pytest.param("down", "unexplained", False, id="it was down by the check before"),
        pytest.param("initializing", "cvm-recovery", True, id="it was back by the check before"),
    ],
)
def test_whether_the_own_cvm_was_back_when_its_route_was_deleted_is_known_only_by_a_check_before(
    before: str, kind: EpisodeKind, by_hand: bool
) -> None:
    log, due = healthy_then()
    after = failed(log, due)
    if before == "down":
        log.cvm_down(after)
        log.correct(after, REMOTE)
    else:
        log.alive(after)
    shell = HostLog()
    shell.types(after + 12_000, "delete", REMOTE)
    log.all_up(after + 30_000)

    (told,) = (one for one in observed(log, shell) if one.kind != "cvm-failure")

    assert (told.kind, told.by_hand) == (kind, by_hand)
    assert (told.before.kind, told.after.kind) == ("remote", "local")
    assert ("return-unlogged" in {doubt.name for doubt in told.doubts}) == (kind == "unexplained")


@pytest.mark.parametrize(
    ("says_up", "kinds"),
    [
        pytest.param(False, ["unexplained", "cvm-recovery"], id="it says nothing of the own CVM"),
        pytest.param(True, ["route-injection"], id="it has the own CVM up"),
    ],
)
def test_a_check_that_finds_a_remote_path_right_has_the_own_cvm_down(says_up: bool, kinds: list[str]) -> None:
    """That the last check before had it up is not what this one found."""
    log, due = healthy_then()
    log.tell(due, StargateStates(up=(CVM, PEER, REMOTE) if says_up else (), down=() if says_up else (PEER,)))
    log.correct(due + 500, REMOTE)
    log.tell(due + 30_000, StargateStates(up=(CVM, REMOTE), down=(PEER,)))
    log.illegal(due + 30_500, REMOTE)
    log.repairs(due + 31_000, "delete", REMOTE)

    assert [one.kind for one in observed(log)] == kinds


def test_what_a_check_keeps_after_the_repair_of_another_host_is_of_that_check() -> None:
    log, due = healthy_then()
    after = failed(log, due)
    log.tell(after, StargateStates(up=(PEER, REMOTE), initializing=(CVM,), all_of="alive"))
    log.repairs(after + 4_000, "add", REMOTE, "192.168.1.25")
    log.tell(after + 6_500, Forwarding("kept", HOST, REMOTE, CVM))
    log.tell(after + 30_000, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
    log.illegal(after + 30_000, REMOTE)
    log.repairs(after + 31_000, "delete", REMOTE)

    (back,) = (one for one in episodes(log) if one.kind == "cvm-recovery")

    assert ms_of(back, "check")[0] <= after


@pytest.mark.parametrize(
    ("cvm", "found", "kind"),
    [
        pytest.param("up", False, "unexplained", id="it serves"),
        pytest.param("initializing", False, "unexplained", id="it lives"),
        pytest.param("up", True, "unexplained", id="a check had found it down, and Genesis did nothing"),
        pytest.param("initializing", True, "cvm-failure", id="a check had found it down, and no Stargate serves yet"),
    ],
)
def test_a_cvm_that_was_stopped_and_serves_again_by_the_next_check_did_not_fail_over(
    cvm: str, found: bool, kind: EpisodeKind
) -> None:
    stopped = Observation("cvm-failure", "logs", MEMBER, "capture", ns(2_000), ns(3_000), cvm=CVM, confidence="low")
    if found:
        stopped = stopped.at("detected", Point(Instant("capture", ns(4_000), ns(4_000)), (), How("found-absent")))
    line = entry(10_000, Forwarding("correct", HOST, None, CVM))

    after = checked(
        local(open=stopped), line, Forwarding("correct", HOST, None, CVM), context(line, stargates=seen(cvm))
    )

    (told,) = after.done
    assert (after.open, told.kind) == (None, kind)
    if not found:
        assert (told.before.kind, told.during.kind, told.after.kind) == ("local", "dead", "local")
        assert (told.confidence, told.doubts, after.path) == ("high", (), "local")
