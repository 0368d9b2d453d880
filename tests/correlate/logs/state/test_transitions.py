"""One line applied to a host's state gives another state, and writes into nothing."""

from __future__ import annotations

from copy import deepcopy
from typing import get_args

import pytest

from analyzer.correlate.logs.lines.entry import HostDetail
from analyzer.correlate.logs.state.faults import opened
from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.correlate.logs.state.transitions import _finds_none, _leaves, apply
from analyzer.model.event import Forwarding, NfsTerminate, RouteChanged, RouteCommand, StargateStates, TaskCreated
from tests.correlate.builder import CVM, HOST, NOBODY, PEER, REMOTE, STORAGE
from tests.correlate.logs.made import context, entry, local

DOWN = StargateStates(up=(PEER, REMOTE), down=(CVM,))
TASK = entry(40_000, TaskCreated("add", HOST, REMOTE), number=9)
DETAILS: list[HostDetail] = [
    Forwarding("absent", HOST, None, CVM),
    TaskCreated("add", HOST, REMOTE),
    NfsTerminate("sent", HOST, REMOTE),
    RouteCommand("add", "genesis", HOST, REMOTE, STORAGE),
    RouteChanged("add", HOST, REMOTE),
]


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: type(detail).__name__)
def test_a_line_changes_what_is_known_and_leaves_what_was_known(detail: HostDetail) -> None:
    seen = Stargates().after(entry(39_000, DOWN, number=8), DOWN, (CVM, PEER, REMOTE))
    line = entry(41_000, detail, number=10)
    at = context(TASK, line, index=1, stargates=seen)
    state, _ = opened(local(), TASK, "add", None, at)
    before = deepcopy((state.done, dict(state.open.points) if state.open else {}, state.open and state.open.claims))

    after = apply(state, line, detail, at)

    assert after != state
    assert (state.done, dict(state.open.points) if state.open else {}, state.open and state.open.claims) == before


def test_every_detail_of_a_line_about_a_host_is_tried() -> None:
    assert {type(detail) for detail in DETAILS} == set(get_args(HostDetail))


def test_a_repair_is_read_to_its_end() -> None:
    state = local()
    lines = [entry(40_000 + n * 100, detail, number=10 + n) for n, detail in enumerate((DETAILS[0], *DETAILS[3:]))]
    for index, line in enumerate(lines):
        detail = line.event.detail
        assert isinstance(detail, HostDetail)
        state = apply(state, line, detail, context(*lines, index=index))

    (failure,) = state.done
    assert (failure.kind, failure.gateway, state.open, state.path) == ("cvm-failure", REMOTE, None, "remote")
    assert list(failure.points) == ["detected", "repaired"]


@pytest.mark.parametrize(("by_kernel", "leaves"), [(False, True), (True, False)], ids=["a result", "the kernel's line"])
def test_what_genesis_exchanges_is_told_by_its_own_lines_and_not_by_what_nobody_ordered(
    *, by_kernel: bool, leaves: bool
) -> None:
    gone = RouteChanged("delete", HOST, NOBODY, by_kernel=by_kernel)
    lines = [entry(0, gone), entry(3_000, RouteChanged("add", HOST, REMOTE), number=2)]

    assert _leaves(local(), gone, context(*lines)) is leaves


@pytest.mark.parametrize(
    ("detail", "none"),
    [
        (Forwarding("absent", HOST, None, CVM), True),
        (Forwarding("correct", HOST, None, CVM), False),
        (TaskCreated("add", HOST, REMOTE), True),
        (TaskCreated("delete", HOST, REMOTE), False),
        (RouteCommand("add", "genesis", HOST, REMOTE), True),
        (RouteCommand("add", "person", HOST, REMOTE), False),
        (NfsTerminate("sent", HOST, REMOTE), False),
        (RouteChanged("add", HOST, REMOTE), False),
    ],
)
def test_genesis_found_no_route_where_it_says_so_or_orders_one(detail: HostDetail, *, none: bool) -> None:
    assert _finds_none(detail, local(), context(entry(0, detail))) is none
