"""When a fault was, by the checks."""

from __future__ import annotations

import pytest

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.state.bounds import _found_down, bounded
from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.timing import LONG_REPAIR, SSH_LAG
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import Forwarding, RouteChanged, RouteCommand, StargateStates
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.measurement import How
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, ns
from tests.correlate.logs.made import MEMBER, context, entry, local
from tests.correlate.made import observation

GOOD = entry(10_000, Forwarding("correct", HOST, None, CVM), number=1)
BAD = entry(40_000, Forwarding("absent", HOST, None, CVM), number=9)
ALL = (CVM, PEER, REMOTE)


def after(*said: tuple[int, StargateStates]) -> Stargates:
    stargates = Stargates()
    for ms, detail in said:
        stargates = stargates.after(entry(ms, detail, number=ms), detail, ALL)
    return stargates


def fault(
    kind: EpisodeKind, stargates: Stargates | None = None, good: Entry | None = GOOD, cvm: str | None = CVM
) -> tuple[int, int] | None:
    """The bounds of the fault that BAD found, ms."""
    observation = Observation(kind, "logs", MEMBER, "capture", BAD.at.least, BAD.at.most, cvm=cvm)
    state = local(good=good)
    found = bounded(observation, state, BAD, context(BAD, stargates=stargates)).points.get("fault")
    return None if found is None else (found.at.least - ns(0), found.at.most - ns(0))


def test_a_route_was_changed_after_it_was_read_last_and_found_right() -> None:
    assert fault("route-injection") == (10_000 * 10**6 - SSH_LAG, 40_000 * 10**6)


def test_with_no_check_that_found_it_right_nothing_bounds_it() -> None:
    assert fault("route-injection", good=None) is None


def test_a_cvm_failed_between_the_checks_that_saw_it_up_and_down() -> None:
    seen = after((30_000, StargateStates(up=ALL)), (35_000, StargateStates(up=(PEER,), down=(CVM,))))

    assert fault("cvm-failure", seen) == (30_000 * 10**6 - SSH_LAG, 35_000 * 10**6)


def test_a_cvm_that_a_check_saw_start_failed_after_that() -> None:
    seen = after(
        (10_000, StargateStates(up=ALL)),
        (20_000, StargateStates(down=(CVM,))),
        (30_000, StargateStates(initializing=(CVM,))),
        (35_000, StargateStates(down=(CVM,))),
    )

    assert fault("cvm-failure", seen) == (30_000 * 10**6 - SSH_LAG, 35_000 * 10**6)


def test_a_cvm_came_back_between_the_checks_that_saw_it_down_last_and_alive_first() -> None:
    seen = after(
        (20_000, StargateStates(down=(CVM,))),
        (30_000, StargateStates(initializing=(CVM,))),
        (35_000, StargateStates(up=ALL)),
    )

    assert fault("cvm-recovery", seen) == (20_000 * 10**6 - SSH_LAG, 30_000 * 10**6)


def test_a_state_from_before_it_was_down_is_no_sign_of_its_return() -> None:
    seen = after((10_000, StargateStates(up=ALL)), (20_000, StargateStates(down=(CVM,))))

    assert fault("cvm-recovery", seen) == (20_000 * 10**6 - SSH_LAG, 40_000 * 10**6)


def test_a_remote_cvm_failed_after_a_check_found_the_path_by_it_right() -> None:
    seen = after((5_000, StargateStates(up=ALL)), (35_000, StargateStates(up=(PEER,), down=(REMOTE,))))
    observation = Observation("cvm-failure", "logs", MEMBER, "capture", BAD.at.least, BAD.at.most, cvm=REMOTE)
    state = local(good=GOOD, path="remote", gateway=REMOTE)

    fault = bounded(observation, state, BAD, context(BAD, stargates=seen)).points["fault"]

    assert (fault.at.least, fault.at.most) == (ns(10_000) - SSH_LAG, ns(35_000))


def test_checks_that_may_have_come_in_either_order_bound_a_fault() -> None:
    bad = entry(40_000, BAD.event.detail, number=9, doubt=SECOND)
    good = entry(40_500, GOOD.event.detail)
    observation = Observation("route-injection", "logs", MEMBER, "capture", bad.at.least, bad.at.most)

    fault = bounded(observation, local(good=good), bad, context(bad)).points["fault"]

    assert (fault.at.least, fault.at.most) == (ns(40_500) - SSH_LAG, ns(41_000))


def test_what_found_it_right_after_it_was_found_wrong_bounds_nothing() -> None:
    late = entry(50_000, Forwarding("correct", HOST, None, CVM))

    assert fault("route-deletion", good=late) is None


def test_the_first_check_that_finds_a_cvm_down_bounds_its_failure() -> None:
    down = StargateStates(up=(PEER,), down=(CVM,))
    seen = after((5_000, StargateStates(up=ALL)), (10_000, down), (35_000, down))

    assert fault("cvm-failure", seen) == (5_000 * 10**6 - SSH_LAG, 10_000 * 10**6)


@pytest.mark.parametrize(
    ("right", "bounds"),
    [
        pytest.param(Forwarding("correct", HOST, None, CVM), (22_000, 40_000), id="by-a-check-after-it"),
        pytest.param(RouteChanged("delete", HOST, REMOTE), (5_000, 10_000), id="by-no-check"),
    ],
)
def test_a_cvm_that_was_seen_down_had_been_back_where_the_path_by_it_was_right_since(
    right: Forwarding | RouteChanged, bounds: tuple[int, int]
) -> None:
    seen = after((5_000, StargateStates(up=ALL)), (10_000, StargateStates(up=(PEER,), down=(CVM,))))
    least, most = bounds

    assert fault("cvm-failure", seen, entry(22_000, right)) == (least * 10**6 - SSH_LAG, most * 10**6)
    if isinstance(right, Forwarding):
        of_one_check = entry(10_500, right)
        assert fault("cvm-failure", seen, of_one_check) == (5_000 * 10**6 - SSH_LAG, 10_000 * 10**6)


@pytest.mark.parametrize(("check", "least"), [(14_000, 14_000), (None, 18_000 - 15_000)], ids=["its check", "no check"])
def test_a_cvm_may_be_back_since_it_was_asked_and_found_down(check: int | None, least: int) -> None:
    """No line has its Stargate down: that the host had to have a route says it."""
    failure = observation("cvm-failure", "logs").at("detected", point(18_000))
    failure = failure if check is None else failure.at("check", point(check))
    recovery = Observation("cvm-recovery", "logs", MEMBER, "capture", BAD.at.least, BAD.at.most, cvm=CVM)
    state = local(good=entry(20_000, RouteCommand("add", "genesis", HOST, REMOTE)), done=(failure,))

    found = bounded(recovery, state, BAD, context(BAD)).points["fault"]

    assert found.at.least == ns(least)


def point(ms: int) -> Point:
    return Point(Instant("capture", ns(ms), ns(ms)), (), How("found-absent"))


@pytest.mark.parametrize(
    ("kind", "check", "least"),
    [
        ("cvm-failure", 20, 20_000),
        ("cvm-failure", None, 22_000 - LONG_REPAIR // MILLISECOND),
        ("cvm-failure", 11, 22_000 - LONG_REPAIR // MILLISECOND),
        ("route-deletion", 20, 50_000),
    ],
    ids=["as the check asked", "the check is unknown", "an earlier check", "it had not failed"],
)
def test_a_cvm_that_was_found_down_may_be_back_since_it_was_asked(
    kind: EpisodeKind, check: int | None, least: int
) -> None:
    failure = Observation(kind, "logs", MEMBER, "capture", ns(0), ns(0))
    for name, second in (("check", check), ("detected", 22)):
        if second is not None:
            at = Instant("capture", ns(second * 1000), ns(second * 1000))
            failure = failure.at("check" if name == "check" else "detected", Point(at, (), How("note")))

    assert _found_down(local(done=(failure,)), ns(50_000)) == ns(least)


def test_a_cvm_that_no_line_found_down_may_be_back_since_the_host_has_its_route() -> None:
    assert _found_down(local(), ns(50_000)) == ns(50_000)
