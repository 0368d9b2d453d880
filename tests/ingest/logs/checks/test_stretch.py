"""Packed checks come out as they went in, singly or as one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from analyzer.ingest.logs.checks.stretch import PAGE, Packer, Stretch
from analyzer.model.event import Event, HealthyChecks
from tests.ingest.logs.checks.test_folding import RIGHT, UP, checks

MANY = 2 * PAGE + 3


def packed(count: int) -> Stretch:
    return of_twos(checks(count))


def of_twos(events: Sequence[Event], ends: tuple[int, int] = (0, 0)) -> Stretch:
    """Events packed, of which two are a check."""
    packer = Packer(events[:2])
    for two in zip(events[::2], events[1::2], strict=True):
        packer.add([one.at.least for one in two], [one.origin.number for one in two], [one.text or "" for one in two])
    return packer.packed(ends)


@pytest.mark.parametrize(("begin", "end"), [(0, MANY), (PAGE - 1, PAGE + 1), (PAGE, PAGE), (7, 9), (MANY - 1, MANY)])
def test_lines_come_out_as_they_went_in(begin: int, end: int) -> None:
    assert list(packed(MANY).events(begin, end)) == checks(MANY)[2 * begin : 2 * end]


def test_as_one_they_are_at_the_first_line() -> None:
    event = packed(MANY).folded(10, 1000)

    first, last = checks(MANY)[20], checks(MANY)[1998]
    detail = event.detail
    assert isinstance(detail, HealthyChecks)
    assert (event.at, event.origin, event.text, event.rule) == (first.at, first.origin, first.text, first.rule)
    assert (detail.count, detail.said, detail.lines) == (990, 1980, (UP, RIGHT))
    assert detail.last(event.at) == last.at
    assert list(detail.checks(event.at, event.origin)) == [(one.at, one.origin) for one in checks(MANY)[20:2000:2]]
