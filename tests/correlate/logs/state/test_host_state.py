"""What is known of one host."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.state.host_state import ORDERED, mended, repaired_by, was_back
from analyzer.correlate.observation import Observation, Point
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import Forwarding, HaStarted, RouteAction
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, InstantName
from analyzer.model.source import Origin
from tests.correlate.builder import HOST, ns
from tests.correlate.logs.made import MEMBER, entry, local


def fault(kind: EpisodeKind = "cvm-failure", ms: int = 0) -> Observation:
    return Observation(kind, "logs", MEMBER, "capture", ns(ms), ns(ms))


@pytest.mark.parametrize(
    ("kind", "action"),
    [("cvm-failure", "add"), ("route-deletion", "add"), ("cvm-recovery", "delete"), ("route-injection", "delete")],
)
def test_what_repairs_a_fault(kind: EpisodeKind, action: RouteAction) -> None:
    assert repaired_by(kind) == action
    assert local(open=fault(kind)).wanted == action


def test_nothing_is_wanted_while_nothing_is_open() -> None:
    assert local().wanted is None


def test_the_last_fault_is_one_that_no_other_follows() -> None:
    assert local().last is None
    assert local(done=(fault(),)).last == fault()
    assert local(done=(fault(),), open=fault()).last is None


def test_a_correction_gives_a_new_state_and_leaves_the_old_as_it_was() -> None:
    old = local(done=(fault(ms=0), fault(ms=1)))
    better = fault("route-deletion", ms=2)

    assert old.correcting(0, better).done == (better, fault(ms=1))
    assert old.correcting_last(better).done == (fault(ms=0), better)
    assert old.done == (fault(ms=0), fault(ms=1))


def test_the_evidence_of_an_open_fault_reaches_as_far_as_its_lines() -> None:
    state = local().with_open(fault(), entry(5_000, HaStarted(None)))

    assert state.open is not None
    assert state.open.end == ns(5_000)
    assert state.with_open(state.open, entry(2_000, HaStarted(None))) == state


@pytest.mark.parametrize(
    ("doubt", "source", "action", "ms", "late"),
    [
        (10 * SECOND, "vmkernel.log", "add", 5_000, True),
        (ORDERED, "vmkernel.log", "add", 0, False),
        (10 * SECOND, "genesis.out", "add", 5_000, False),
        (10 * SECOND, "vmkernel.log", "delete", 5_000, False),
        (10 * SECOND, "vmkernel.log", "add", 11_000, False),
    ],
    ids=["mended", "the order is known", "the same log", "another action", "after it"],
)
def test_a_line_of_what_was_mended_before_it_was_read(
    doubt: int, source: str, action: RouteAction, ms: int, late: bool
) -> None:
    at = Instant("capture", ns(0), ns(0) + doubt)
    failure = Observation("cvm-failure", "logs", MEMBER, "capture", ns(0), ns(0))
    done = failure.at("repaired", Point(at, (Origin(source, 1),), How("note")))

    assert mended(local(done=(done,)), entry(ms, Forwarding("absent", HOST)), action) is late


def test_a_line_that_may_have_come_after_the_repair_may_have_come_before_it() -> None:
    at = Instant("capture", ns(0), ns(10_000))
    failure = Observation("cvm-failure", "logs", MEMBER, "capture", ns(0), ns(0))
    done = failure.at("repaired", Point(at, (Origin("vmkernel.log", 1),), How("note")))
    line = entry(9_500, Forwarding("absent", HOST), doubt=SECOND)

    assert mended(local(done=(done,)), line, "add")


def test_nothing_was_mended_while_nothing_is_done_or_something_is_open() -> None:
    failure = Observation("cvm-failure", "logs", MEMBER, "capture", ns(0), ns(0))
    line = entry(0, Forwarding("absent", HOST))

    assert not mended(local(), line, "add")
    assert not mended(local(done=(failure,), open=failure), line, "add")


@pytest.mark.parametrize("by", ["detected", "decided", "repaired"])
def test_a_route_that_was_deleted_by_hand_and_that_genesis_never_missed_was_deleted_as_the_cvm_was_back(
    by: InstantName,
) -> None:
    deleted = fault("route-deletion").at("fault", Point(Instant("capture", 0, 0), (), How("typed")))

    assert was_back(deleted)
    assert not was_back(deleted.at(by, deleted.points["fault"]))
    assert not was_back(fault("route-deletion"))
    assert not was_back(replace(deleted, kind="cvm-recovery"))
