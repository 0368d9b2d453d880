"""A line that is read after the repair that it led to."""

from __future__ import annotations

import pytest

from analyzer.correlate.logs.state.late import ORDERED, mended
from analyzer.correlate.observation import Observation, Point
from analyzer.model.event import Forwarding, RouteAction
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from tests.correlate.builder import HOST, ns
from tests.correlate.logs.made import MEMBER, entry, local


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
