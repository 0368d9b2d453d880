"""Packed checks are told singly near to what other sources show, and where they keep another period."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.ingest.logs.checks.stretch import Stretch
from analyzer.ingest.logs.checks.telling import JOINED, NEAR, ZONES, Part, told_checks
from analyzer.model.event import Detail, Event, HaStarted, HealthyChecks, RouteChanged
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin, Source, SourceKind
from tests.ingest.logs.checks.test_folding import HOST, PEER, UP, checks
from tests.ingest.logs.checks.test_stretch import of_twos

DAYS = 8
COUNT = DAYS * 2880
MIDDLE = DAYS * 43_200 * SECOND


def source(name: str, clock: str, kind: SourceKind = "genesis", *, assumed: bool = False) -> Source:
    return Source(name=name, kind=kind, size=0, digest=None, clock=clock, zone_assumed=assumed)


def stretch(
    count: int = COUNT, *, start: int = 0, step: int = 30_000, clock: str = "log", ends: tuple[int, int] = (0, 0)
) -> Stretch:
    return msgspec.structs.replace(of_twos(checks(count, start=start, step=step), ends), clock=clock)


def event(ns: int, detail: Detail, clock: str = "other", name: str = "other.log") -> Event:
    return Event(at=Instant(clock, ns, ns), detail=detail, origin=Origin(name, 1))


def told(*parts: Part, settings: Settings | None = None) -> list[tuple[str, int, int]]:
    """`one` or `single`, and the first line's place and how many checks, for each row of checks."""
    rows: list[tuple[str, int, int]] = []
    for one in told_checks(parts, settings or Settings()):
        place = one.at.least // (30 * SECOND)
        match one.detail:
            case HealthyChecks(count=count):
                rows.append(("one", place, count))
            case _ if rows and rows[-1][0] == "single":
                rows[-1] = "single", rows[-1][1], place - rows[-1][1] + 1
            case _:
                rows.append(("single", place, 1))
    return rows


def log(*stretches: Stretch, events: Sequence[Event] = (), assumed: bool = False, name: str = "genesis.out") -> Part:
    return Part(source(name, stretches[0].clock if stretches else "log", assumed=assumed), events, stretches)


CHANGE = RouteChanged("add", HOST, PEER, by_kernel=True)


def test_alone_they_are_one() -> None:
    assert told(log(stretch())) == [("one", 0, COUNT)]


def test_the_ends_are_told_singly() -> None:
    assert told(log(stretch(ends=(60, 61)))) == [
        ("single", 0, 60),
        ("one", 60, COUNT - 121),
        ("single", COUNT - 61, 61),
    ]


@pytest.mark.parametrize("shared", [False, True])
def test_few_checks_are_single_where_the_next_file_goes_on(*, shared: bool) -> None:
    later = stretch(start=30_000 * (COUNT + shared), ends=(60, 60))
    rest = (event(30 * SECOND * COUNT, UP, "log"),) if shared else ()

    rows = told(log(stretch(ends=(60, 60)), events=rest), log(later, name="genesis.out.1"))

    assert [row[2] for row in rows if row[0] == "one"] == [COUNT - 60 - JOINED] * 2


@pytest.mark.parametrize("ms", [-6_000, 6_000, 30_000])
def test_they_are_not_where_it_goes_on_another_way(ms: int) -> None:
    later = stretch(start=30_000 * COUNT + ms, ends=(60, 60))

    rows = told(log(stretch(ends=(60, 60))), log(later, name="genesis.out.1"))

    assert [row[2] for row in rows if row[0] == "one"] == [COUNT - 120] * 2


def test_near_another_source_they_are_told_singly() -> None:
    kernel = Part(source("other.log", "other", "vmkernel"), (event(MIDDLE, CHANGE),))

    before, single, after = told(log(stretch()), kernel)

    reach = NEAR // (30 * SECOND)
    assert single == ("single", COUNT // 2 - reach, 2 * reach + 1)
    assert (before[0], before[2], after[0], after[2]) == ("one", single[1], "one", COUNT - single[1] - single[2])


def test_where_no_zone_was_told_they_are_told_singly_from_further() -> None:
    kernel = Part(source("other.log", "other", "vmkernel"), (event(MIDDLE, CHANGE),))

    for parts, settings in (
        ((log(stretch(), assumed=True), kernel), Settings()),
        ((log(stretch()), kernel), Settings(log_timezone="UTC")),
    ):
        _, single, _ = told(*parts, settings=settings)
        assert single[2] == 2 * ZONES // (30 * SECOND) + 1


def test_near_a_capture_they_are_told_singly() -> None:
    ends = [Instant("capture", MIDDLE + place * 600 * SECOND, MIDDLE + place * 600 * SECOND) for place in (0, 1)]
    capture = msgspec.structs.replace(source("a.pcap", "capture", "capture"), first=ends[0], last=ends[1])

    _, single, _ = told(log(stretch()), Part(capture, ()))

    assert single[2] == (2 * NEAR + 600 * SECOND) // (30 * SECOND) + 1


def test_another_cvms_checks_are_no_reason() -> None:
    other = log(stretch(start=9_000, clock="other"), events=(event(MIDDLE, UP),), name="other.log")

    assert [row[2] for row in told(log(stretch()), other)] == [COUNT, COUNT]


def test_what_the_same_clock_stamped_meanwhile_is() -> None:
    for events, stretches in (((event(MIDDLE, UP, "log"),), ()), ((), (stretch(200, start=100_000_000),))):
        second = Part(source("genesis.out.1", "log"), events, stretches)
        assert {row[0] for row in told(log(stretch()), second)} == {"single"}


def test_checks_of_another_period_are_told_singly() -> None:
    other = stretch(200, start=DAYS * 86_400_000 + 60_000, step=60_000)

    rows = told(log(stretch(), other))

    assert rows[0] == ("one", 0, COUNT)
    assert [row[0] for row in rows] == ["one", "single"]


def test_checks_that_keep_not_the_period_that_the_service_says_are_told_singly() -> None:
    started = event(-5, HaStarted(60 * SECOND), "log", "genesis.out")

    assert {row[0] for row in told(log(stretch(300), events=(started,)))} == {"single"}
