"""A repair of which no log of Genesis has a word, where its checks go on before and after."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.checks.ha_checks import HaCheck, HaChecks
from analyzer.correlate.merge.silent_genesis import (
    _begins_of_logs,
    _is_seen_alone,
    _is_untold,
    _reach,
    with_silence_of_genesis,
)
from analyzer.correlate.observation import Basis, Observation
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import INSTANTS, How
from analyzer.model.source import Origin
from tests.correlate.builder import HOST, Capture, Genesis, ns
from tests.correlate.made import observation
from tests.correlate.merge.made import settled
from tests.correlate.viewed import first_view


def _checks(*at: int, sources: tuple[str, ...] = ("genesis.out",)) -> HaChecks:
    """Checks at these seconds, by the logs in turn."""
    found = []
    for place, second in enumerate(at):
        instant = Instant("c", second * SECOND, second * SECOND)
        found.append(HaCheck(instant, instant, Origin(sources[place % len(sources)], place + 1)))
    return HaChecks(tuple(found), None)


def test_no_log_is_no_silence() -> None:
    assert not _is_untold(observation(), HaChecks((), None))


@pytest.mark.parametrize("kind", ["cvm-failure", "route-injection", "route-deletion"])
@pytest.mark.parametrize("sources", [("genesis.out",), ("genesis.out", "other/genesis.out")])
def test_checks_on_both_sides_that_say_nothing(kind: EpisodeKind, sources: tuple[str, ...]) -> None:
    """Of the leader, or of it and of the one that came after."""
    mended = observation(kind, fault=(20, 20), repaired=(24, 24))

    assert _is_untold(mended, _checks(2, 32, sources=sources))
    assert not _is_untold(mended, _checks(2, 12))
    assert not _is_untold(mended, _checks(32, 62))


def test_a_log_that_begins_after_the_repair_does_not_have_it() -> None:
    mended, checks = observation(fault=(20, 20), repaired=(24, 24)), _checks(2, 32, sources=("old.out", "new.out"))

    assert _is_untold(mended, checks, {"old.out": 0, "new.out": 23 * SECOND})
    assert not _is_untold(mended, checks, {"old.out": 0, "new.out": 30 * SECOND})


def test_what_genesis_did_is_not_untold() -> None:
    checks = _checks(2, 32)

    assert not _is_untold(observation(fault=(20, 20), decided=(22, 22), repaired=(24, 24)), checks)
    ended = observation("route-injection", fault=(20, 20), terminated=(23, 23), repaired=(24, 24))
    assert not _is_untold(ended, checks)
    assert not _is_untold(observation("cvm-recovery", fault=(20, 20), repaired=(24, 24)), checks)


FAILURE = observation(fault=(40, 41), repaired=(50, 51))


def is_untold(one: Observation, *checks: tuple[str, int]) -> bool:
    """Whether Genesis is said to be silent, by checks of logs at so many seconds."""
    timeline, view = first_view(Capture())
    instants = [(Instant("c", at * SECOND, at * SECOND), Origin(log, at)) for log, at in checks]
    given = HaChecks(tuple(HaCheck(at, at, origin) for at, origin in instants), None)
    (told,) = with_silence_of_genesis([one], replace(settled(view, timeline), checks=given))
    return told.absent.get("detected") == "genesis-silent"


def test_a_log_with_checks_before_and_after_has_no_word_of_it() -> None:
    assert is_untold(FAILURE, ("a.out", 10), ("a.out", 70))


@pytest.mark.parametrize(
    "checks",
    [
        pytest.param((), id="no log"),
        pytest.param((("a.out", 60), ("a.out", 70)), id="a log that begins later"),
        pytest.param((("a.out", 10), ("a.out", 20)), id="a log that ends before"),
    ],
)
def test_a_log_that_does_not_cover_it_is_not_silent(checks: tuple[tuple[str, int], ...]) -> None:
    assert not is_untold(FAILURE, *checks)


@pytest.mark.parametrize(
    "one",
    [
        observation(fault=(40, 41), detected=(45, 46), repaired=(50, 51)),
        observation(fault=(40, 41), decided=(45, 46), repaired=(50, 51)),
        observation(fault=(40, 41)),
        observation(repaired=(50, 51)),
    ],
    ids=["detected", "decided", "not repaired", "no fault"],
)
def test_else_nothing_is_said_of_genesis(one: Observation) -> None:
    assert not is_untold(one, ("a.out", 10), ("a.out", 70))


def _seen(basis: Basis = "wire", **points: int) -> Observation:
    """An injected route, with instants at so many ms of the evidence."""
    made = observation("route-injection", basis)
    for name in INSTANTS:
        if name in points:
            made = made.marked(name, Instant("capture", ns(points[name]), ns(points[name])), (), How("note"))
    return made


def _is_silent(one: Observation, *lines: int) -> bool:
    """Whether Genesis is said to be silent, beside a log with healthy checks at so many ms."""
    log = Genesis()
    for ms in lines:
        log.all_up(ms)
    timeline, view = first_view(Capture(), *([log] if lines else []))
    (told,) = with_silence_of_genesis([one], settled(view, timeline))
    return told.absent.get("detected") == "genesis-silent"


def test_what_only_captures_show_may_be_anybodys_where_a_log_is_of_that_time() -> None:
    assert _is_silent(_seen(fault=40_000, repaired=50_000), 0, 120_000)
    assert not _is_silent(_seen(fault=40_000, repaired=50_000))
    assert not _is_silent(_seen(fault=40_000, repaired=50_000), 7_200_000, 7_260_000), "a log of hours later"
    assert not _is_silent(_seen(fault=40_000), 0, 120_000)
    assert not _is_silent(_seen("logs", fault=40_000, repaired=50_000), 0, 120_000)


def test_who_ends_the_connections_first_is_genesis() -> None:
    assert not _is_silent(_seen(fault=40_000, terminated=49_000, repaired=50_000), 0, 120_000)


@pytest.mark.parametrize(
    ("exchanges", "open_who"),
    [
        pytest.param((40_000, 70_000), True, id="none-at-the-repair"),
        pytest.param((40_000, 50_100, 70_000), False, id="one-at-the-repair"),
        pytest.param((40_000,), False, id="none-soon-after-it"),
        pytest.param((), False, id="none-is-captured"),
    ],
)
def test_a_repair_without_an_exchange_was_ordered_by_nobody_who_is_known(
    exchanges: tuple[int, ...], *, open_who: bool
) -> None:
    span = Capture()
    for ms in exchanges:
        span.ssh(ms, ms + 300, count=24)
    timeline, view = first_view(span)
    one = replace(_seen(fault=45_000, repaired=50_000), host=Member(HOST))

    (told,) = with_silence_of_genesis([one], settled(view, timeline))

    assert (told.absent.get("detected") == "no-exchange") == open_who


def test_a_log_of_the_time_of_a_repair_may_tell_of_it() -> None:
    mended = observation(fault=(20, 20), repaired=(24, 30))

    assert _is_seen_alone(mended, [Span(27 * SECOND, 90 * SECOND)])
    assert not _is_seen_alone(mended, [Span(31 * SECOND, 90 * SECOND)])
    assert _reach([Instant("c", 1, 2), Instant("c", 5, 9)], 4, Clocks("c", {})) == Span(1, 13)


def test_a_check_that_may_be_before_the_repair_need_not_tell_of_it() -> None:
    mended = observation(fault=(20, 20), repaired=(24, 40))

    assert not _is_untold(mended, _checks(2, 43))
    assert _is_untold(mended, _checks(2, 46))


@pytest.mark.parametrize(
    ("lines", "silent"),
    [
        pytest.param((0, 30_000), False, id="ends before the repair"),
        pytest.param((60_000, 90_000), False, id="begins after it"),
        pytest.param((45_000, 55_000), True, id="has it between its lines"),
    ],
)
def test_a_log_is_silent_on_a_repair_only_where_its_lines_reach_over_it(
    lines: tuple[int, ...], *, silent: bool
) -> None:
    assert _is_silent(_seen(fault=40_000, repaired=50_000), *lines) is silent


def test_a_log_whose_clock_is_the_reference_begins_as_it_stands() -> None:
    log = Genesis()
    log.all_up(7_000)
    timeline, view = first_view(log)

    assert view.clocks.reference == log.clock
    assert _begins_of_logs(settled(view, timeline)) == {log.source: ns(7_000)}
