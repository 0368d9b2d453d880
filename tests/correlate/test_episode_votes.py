"""The offset of a log's clock that the episodes agree on, where exchanges and periods leave it open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.correlate.episode_votes import agreed
from analyzer.correlate.roles import Member
from analyzer.correlate.sighting import Basis, Sighting
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Instant, Span
from tests.correlate.builder import HOST

REACH = 600 * SECOND
HERE = Member(HOST)


def sighting(basis: Basis, at: int, kind: EpisodeKind = "route-injection", *, lasts: int = 20) -> Sighting:
    """A fault at `at` s that is repaired `lasts` s later."""
    made = Sighting(kind, basis, HERE, "capture", at * SECOND, (at + lasts) * SECOND)
    made.mark("fault", Instant("capture", at * SECOND, (at + 1) * SECOND), (), "")
    made.mark("repaired", Instant("capture", (at + lasts) * SECOND, (at + lasts + 1) * SECOND), (), "")
    return made


@pytest.mark.parametrize("offset", [-75, 0, 40])
def test_one_fault_that_both_know_for_what_it_is_tells_the_offset(offset: int) -> None:
    found = agreed([sighting("wire", 100)], [sighting("logs", 100 + offset)], Span(0, 0), REACH)

    assert found is not None
    assert found[0].holds(offset * SECOND)
    assert found[0].width <= 4 * SECOND


def test_of_two_faults_neither_is_taken_for_the_other() -> None:
    seen = [sighting("wire", 100), sighting("wire", 160, lasts=25)]
    told = [sighting("logs", 130), sighting("logs", 190, lasts=25)]

    found = agreed(seen, told, Span(0, 0), REACH)

    assert found is not None
    assert found[0].holds(30 * SECOND)


def test_a_fault_that_may_be_either_of_two_tells_nothing() -> None:
    told = [sighting("logs", 100), sighting("logs", 200)]

    assert agreed([sighting("wire", 150)], told, Span(0, 0), REACH) is None


def test_a_mere_stall_far_away_is_no_proof() -> None:
    assert agreed([sighting("wire", 100, "unexplained")], [sighting("logs", 220)], Span(0, 0), REACH) is None


def test_a_pair_that_is_bounded_from_one_side_tells_nothing() -> None:
    """A reply on the new path is later than the repair, but how much later?"""
    seen = Sighting("unexplained", "wire", HERE, "capture", 100 * SECOND, 101 * SECOND)
    seen.mark("restored", Instant("capture", 100 * SECOND, 100 * SECOND), (), "")
    told = [sighting("logs", 200), sighting("logs", 300)]

    assert agreed([seen], told, Span(0, 0), REACH) is None


def test_two_of_the_log_that_may_be_the_same_one_of_the_wire_do_not_agree() -> None:
    seen = Sighting("unexplained", "wire", HERE, "capture", 100 * SECOND, 300 * SECOND)
    seen.mark("fault", Instant("capture", 100 * SECOND, 300 * SECOND), (), "")
    told = [sighting("logs", 400), sighting("logs", 420)]

    assert agreed([seen], told, Span(0, 0), REACH) is None


def test_a_wide_range_that_happens_to_hold_no_offset_is_no_measurement() -> None:
    seen = Sighting("unexplained", "wire", HERE, "capture", 100 * SECOND, 160 * SECOND)
    seen.mark("fault", Instant("capture", 100 * SECOND, 160 * SECOND), (), "")

    assert agreed([seen], [sighting("logs", 130)], Span(0, 0), REACH) is None


def test_a_log_without_a_zone_may_agree_hours_away() -> None:
    zone = -8 * 3600
    free = Span(-14 * 3600 * SECOND, 14 * 3600 * SECOND)
    made = sighting("logs", 100 + zone)
    for name, point in made.points.items():
        at = Instant("capture", point.at.least - free.most, point.at.most - free.least)
        made.points[name] = replace(point, at=at)

    found = agreed([sighting("wire", 100)], [made], free, REACH)

    assert found is not None
    assert found[0].holds(zone * SECOND)
