"""SSH exchanges, and the lines of a log that tell of each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs
from msgspec.structs import replace as replaced

from analyzer.config import Settings
from analyzer.correlate.clocks.align import align
from analyzer.correlate.clocks.ssh_exchanges import Burst, by_ssh, exchanges_of, ssh_bursts
from analyzer.correlate.topology.in_captures import COMMAND_FRAMES
from analyzer.model.clock import OffsetNote
from analyzer.model.event import RouteAction
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.source import Origin
from tests.correlate.builder import (
    HOST,
    PEER,
    PRIVATE,
    REMOTE,
    VMK0,
    Capture,
    Genesis,
    evidence,
    found,
    ns,
)
from tests.correlate.clocks.made import NAME, told_by_ssh


def seen_to(*runs: tuple[int, int, int], until: int = 200_000) -> list[Burst]:
    """The exchanges of a capture with SSH runs: from and to in ms, and frames; it shows something else all along."""
    capture = Capture()
    capture.speaks(VMK0, HOST, 0, until)
    for first, last, count in runs:
        capture.ssh(first, last, count=count)
    return ssh_bursts(evidence(capture))


def test_a_keep_alive_is_no_exchange() -> None:
    assert seen_to((10_000, 10_001, COMMAND_FRAMES - 1)) == []
    assert [burst.server for burst in seen_to((10_000, 10_200, COMMAND_FRAMES))] == [HOST]


@pytest.mark.parametrize(
    ("count", "at", "ends"),
    [(1, 71_000, 71_001), (1, 76_000, 70_200), (2, 71_000, 70_200)],
    ids=["what-is-said-to-a-late-result", "too-late", "more-than-an-exchange-has"],
)
def test_an_exchange_lasts_until_a_busy_host_has_done_the_command(count: int, at: int, ends: int) -> None:
    """It has the segments that the others have then: three and, after a pause, one."""
    bursts = seen_to((10_000, 10_200, 4), (40_000, 40_210, 4), (70_000, 70_200, 3), (at, at + 1, count))

    assert [burst.last // MILLISECOND for burst in bursts][2:] == [ns(ends) // MILLISECOND]


def test_a_keep_alive_soon_after_an_exchange_is_no_part_of_it() -> None:
    bursts = seen_to((10_000, 10_200, 4), (40_000, 40_210, 4), (41_000, 41_001, 1))

    assert bursts[1].last < ns(41_000)


def test_an_exchange_with_a_keep_alive_in_it_or_that_lasts_longer_is_not_clean() -> None:
    bursts = seen_to((10_000, 10_200, 4), (40_000, 40_210, 4), (70_000, 70_200, 6), (90_000, 90_900, 4))

    assert [burst.clean for burst in bursts] == [True, True, False, False]


def test_an_exchange_at_an_edge_of_the_capture_may_go_on_beyond_it() -> None:
    bursts = seen_to((200, 400, 4), (40_000, 40_200, 4), (99_700, 99_900, 4), until=100_000)

    assert [burst.clean for burst in bursts] == [False, True, False]


def test_the_files_of_a_ring_are_one_capture() -> None:
    first, second = Capture(source="1.pcap"), Capture(source="2.pcap")
    first.speaks(VMK0, HOST, 0, 50_000)
    first.ssh(49_700, 49_900)
    second.speaks(VMK0, HOST, 50_000, 100_000)
    files = evidence(first, second)
    ring = structs.replace(files, rings=(("1.pcap", "2.pcap"),))

    assert [burst.clean for burst in ssh_bursts(files)] == [False]
    assert [burst.clean for burst in ssh_bursts(ring)] == [True]


def test_exchanges_are_of_the_cvm_that_ran_them_or_of_those_without_a_log() -> None:
    by = {client: Burst(HOST, 0, 1, Origin("span.pcap", 1), client=client) for client in (PEER, REMOTE, PRIVATE)}
    bursts = [*by.values()]

    assert exchanges_of(bursts, PEER, Settings()) == [by[PEER], by[PRIVATE]], "the internal switch names no CVM"
    assert exchanges_of(bursts, None, Settings(), {PEER}) == [by[REMOTE], by[PRIVATE]]
    assert exchanges_of(bursts, None, Settings(), {PEER, REMOTE, PRIVATE}) == bursts


def test_two_lines_measure_nothing() -> None:
    capture, log = told_by_ssh()
    bursts = ssh_bursts(evidence(capture))

    assert by_ssh(log.events[:2], bursts, Span(-600 * SECOND, 600 * SECOND)) is None
    assert by_ssh(log.events[:3], bursts, Span(-600 * SECOND, 600 * SECOND)) is not None


@pytest.mark.parametrize("skew", [0, 1_700, -40_000, 314_000], ids=lambda ms: f"{ms}ms")
def test_ssh_exchanges_measure_a_logs_clock(skew: int) -> None:
    clocks = align(evidence(*told_by_ssh(skew)), Settings())

    offset = clocks.offsets[NAME]

    assert offset.basis == "measured"
    assert offset.offset.holds(skew * MILLISECOND)
    assert offset.offset.width < 2 * SECOND
    assert offset.pairs >= 3


def test_beyond_ten_minutes_a_stamp_with_a_zone_is_not_believed_to_be_off() -> None:
    clocks = align(evidence(*told_by_ssh(3_600_000)), Settings())

    assert clocks.offsets[NAME].basis == "assumed"


def test_exchanges_at_a_period_fit_several_offsets_and_the_nearest_to_zero_is_assumed() -> None:
    capture, log = Capture(), Genesis()
    for ms in (0, 30_000, 60_000, 90_000):
        capture.ssh(ms, ms + 250)
    for ms in (30_000, 60_000, 90_000):
        log.correct(ms)

    offset = align(evidence(capture, log), Settings()).offsets[NAME]

    assert offset.basis == "assumed"
    assert offset.offset.holds(0)
    assert offset.note == OffsetNote("several-fit", count=2)


def test_a_log_of_an_unknown_cvm_tells_of_exchanges_that_no_other_log_tells_of() -> None:
    """The leader that died has no folder that names it; the exchanges of the one after it fit its log as well."""
    capture, log = told_by_ssh(12_000)
    capture.events = [event for event in capture.events if event.at.least > capture.at(20_000).least]
    for ms in (1_300, 31_750, 66_125, 90_900):
        capture.ssh(ms + 100_000, ms + 100_250, client=PEER)
    other = replace(Genesis(), source=f"{PEER}/genesis.out", clock=f"cvm:{PEER}")
    given = evidence(capture, log, other)
    named = tuple(replaced(one, host=PEER) if one.clock == other.clock else one for one in given.sources)

    clocks = align(replaced(given, sources=named), Settings())

    assert clocks.offsets[NAME].offset.holds(12 * SECOND)
    assert clocks.offsets[NAME].basis == "measured"


@pytest.mark.parametrize("by", [-47_000, 47_000], ids=["back", "forth"])
def test_a_clock_that_is_set_while_it_is_watched_is_told(by: int) -> None:
    capture, log = Capture(), Genesis(doubt=MILLISECOND - 1)
    for number, ms in enumerate((1_300, 31_750, 66_125, 90_900, 121_300, 154_800, 180_500)):
        capture.ssh(ms, ms + 250)
        log.correct(ms + 260 + (by if number > 3 else 0))

    clocks = align(evidence(capture, log), Settings())

    (told,) = clocks.contradictions
    assert (told.name, told.by // SECOND) == ("set-between", 47)
    offset = clocks.offsets[NAME].offset
    assert offset.holds(0)
    assert offset.holds(by * MILLISECOND)


def test_a_clock_that_is_right_all_the_time_was_not_set() -> None:
    assert align(evidence(*told_by_ssh(1_700)), Settings()).contradictions == ()


def test_a_command_and_its_result_are_of_one_exchange() -> None:
    """A reading of the routes follows each command: result and next command would fit half a second later as well."""
    capture, log = Capture(), Genesis()
    capture.speaks(VMK0, HOST, 0, 200_000)
    changes: tuple[tuple[int, RouteAction], ...] = ((20_000, "add"), (80_000, "delete"))
    for ms, action in changes:
        capture.ssh(ms, ms + 160)
        capture.ssh(ms + 700, ms + 860)
        log.orders(ms, action, REMOTE)
        log.result(ms + 170, action, REMOTE)
    exact = [replaced(one, at=Instant(one.at.clock, one.at.least, one.at.least + MILLISECOND)) for one in log.events]

    found = by_ssh(exact, ssh_bursts(evidence(capture)), Span(-600 * SECOND, 600 * SECOND))

    assert found is not None
    assert found.offset.holds(0)
    assert len(found.alternatives) == 1


def test_few_lines_that_fit_a_clock_as_it_stands_are_not_moved_into_the_captures_time() -> None:
    """The first command is of before the capture; moved by less than a check both fit, by chance."""
    span, log = Capture(), Genesis(doubt=MILLISECOND)
    for check in range(3):
        at = 60_000 + check * 30_000
        span.ssh(at, at + 120)
    span.ssh(93_700, 93_820)
    for at in (33_700, 93_700):
        log.orders(at, "add", REMOTE, "esx-a")
        log.result(at + 125, "add", REMOTE, host="esx-a")

    offset = found(span, log).clocks[1]

    assert offset.offset.holds(0)
    assert offset.basis == "assumed"
