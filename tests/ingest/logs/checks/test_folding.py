"""What ends a stretch of checks that found all well, and what of it stays single."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from analyzer.ingest.logs.checks import folding
from analyzer.ingest.logs.checks.folding import Folder, Limits, found_well
from analyzer.model.event import Detail, Event, Forwarding, HaUnclassified, StargateStates
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.source import Origin

CVM, PEER, HOST = "192.168.1.26", "192.168.1.27", "192.168.1.24"
UP = StargateStates(up=(CVM, PEER), all_of="up")
RIGHT = Forwarding("correct", HOST, None, CVM)
MS = MILLISECOND
CHECK: tuple[tuple[int, Detail], ...] = ((0, UP), (40, RIGHT))


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "LIMITS", Limits(kept=3, within=0, fewest=4))


def line(ms: int, detail: Detail, number: int) -> Event:
    least = ms * MS
    return Event(
        at=Instant("log", least, least + MS - 1),
        detail=detail,
        origin=Origin("genesis.out", number),
        rule="rule",
        text=f"line {number}",
    )


def checks(count: int, *, start: int = 0, step: int = 30_000, number: int = 1) -> list[Event]:
    return [
        line(start + place * step + after, detail, number + 2 * place + nth)
        for place in range(count)
        for nth, (after, detail) in enumerate(CHECK)
    ]


def folded(events: Sequence[Event], *, odd: int | None = None) -> Folder:
    folder = Folder()
    for event in events:
        folder.take(event, odd=event.origin.number == odd)
    folder.end()
    return folder


def all_of(folder: Folder) -> list[Event]:
    packed = [event for one in folder.stretches for event in one.events(0, len(one.firsts))]
    return sorted((*folder.events, *packed), key=lambda event: event.origin.number)


def test_the_first_and_the_last_checks_are_known() -> None:
    events = checks(20)

    folder = folded(events)

    assert folder.events == events[-2:]  # the last one is on its way, and whole only with the next
    assert [(len(one.firsts), one.ends) for one in folder.stretches] == [(19, (3, 3))]
    assert all_of(folder) == events


def test_what_is_kept_is_kept_for_its_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "LIMITS", Limits(kept=3, within=300 * SECOND, fewest=4))
    events = checks(50)

    folder = folded(events)

    assert folder.stretches[0].ends == (10, 11)
    assert all_of(folder) == events


@pytest.mark.parametrize("count", [1, 6, 9, 10])
def test_a_short_stretch_stays_as_it_is(count: int) -> None:
    folder = folded(checks(count))

    assert folder.stretches == []
    assert folder.events == checks(count)


ODD = {
    "a Stargate that is down": line(600_000, StargateStates(up=(PEER,), down=(CVM,)), 41),
    "a Stargate that is not ready": line(600_000, StargateStates(up=(PEER,), initializing=(CVM,)), 41),
    "forwarding to another CVM": line(600_000, Forwarding("correct", HOST, PEER, CVM), 41),
    "what no rule took": line(600_000, HaUnclassified("what"), 41),
    "other Stargates": line(600_000, StargateStates(up=(CVM,), all_of="up"), 41),
    "a line that is late in its check": line(577_000, RIGHT, 41),
    "a stamp that goes back": line(500_000, UP, 41),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_is_odd_ends_a_stretch_and_is_told(odd: Event) -> None:
    events = [*checks(20), odd, *checks(20, start=630_000, number=42)]

    folder = folded(events)

    assert odd in folder.events
    assert len(folder.stretches) == 2
    assert all_of(folder) == events


@pytest.mark.parametrize("late", [2_100, -2_100, 30_000])
def test_a_check_that_is_early_or_late_ends_a_stretch(late: int) -> None:
    events = [*checks(20), *checks(20, start=600_000 + late, number=41)]

    folder = folded(events)

    assert len(folder.stretches) == 2
    assert [one.ends for one in folder.stretches] == [(3, 3), (3, 3)]
    assert all_of(folder) == events


def test_a_stamp_in_doubt_ends_a_stretch() -> None:
    events = checks(40)

    folder = folded(events, odd=41)

    assert events[40] in folder.events
    assert len(folder.stretches) == 2


def test_hosts_before_the_stargates_are_never_packed() -> None:
    events = [
        event for at in range(20) for event in (line(at * 30_000, RIGHT, 2 * at + 1), line(at * 30_000, UP, 2 * at + 2))
    ]

    assert folded(events).stretches == []


def test_a_day_of_checks_takes_little_room() -> None:
    folder = folded(checks(2880))

    (stretch,) = folder.stretches
    assert sum(map(len, stretch.pages)) < 2880 * 8
    assert all_of(folder) == checks(2880)


@pytest.mark.parametrize(
    ("detail", "well"),
    [
        (UP, True),
        (StargateStates(all_of="up"), True),
        (StargateStates(up=(CVM,)), True),
        (StargateStates(), False),
        (StargateStates(up=(CVM,), all_of="alive"), False),
        (StargateStates(up=(CVM,), initializing=(PEER,), all_of="up"), False),
        (RIGHT, True),
        (Forwarding("correct", None), True),
        (Forwarding("correct", HOST, CVM, CVM), True),
        (Forwarding("correct", HOST, PEER), False),
        (Forwarding("kept", HOST, None, CVM), False),
        (HaUnclassified("what"), False),
    ],
)
def test_what_found_all_well(detail: Detail, *, well: bool) -> None:
    assert found_well(detail) is well
