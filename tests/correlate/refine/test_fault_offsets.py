"""The offset of a log's clock that the episodes agree on, where exchanges and periods leave it open."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Basis, Observation
from analyzer.correlate.refine.fault_offsets import Look, _unsaid, agreed, chosen, placed
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.frames import Frames
from analyzer.correlate.wire.service import Service
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.source import Origin
from tests.correlate.builder import HOST, REMOTE

REACH = 600 * SECOND
HERE = Member(HOST)


def observation(basis: Basis, at: int, kind: EpisodeKind = "route-injection", *, lasts: int = 20) -> Observation:
    """A fault at `at` s that is repaired `lasts` s later."""
    made = Observation(kind, basis, HERE, "capture", at * SECOND, (at + lasts) * SECOND)
    made = made.marked("fault", Instant("capture", at * SECOND, (at + 1) * SECOND), (), How("note"))
    return made.marked(
        "repaired", Instant("capture", (at + lasts) * SECOND, (at + lasts + 1) * SECOND), (), How("note")
    )


@pytest.mark.parametrize("offset", [-75, 0, 40])
def test_one_fault_that_both_know_for_what_it_is_tells_the_offset(offset: int) -> None:
    found = agreed([observation("wire", 100)], [observation("logs", 100 + offset)], Span(0, 0), REACH)

    assert found is not None
    assert found[0].holds(offset * SECOND)
    assert found[0].width <= 4 * SECOND


def test_of_two_faults_neither_is_taken_for_the_other() -> None:
    seen = [observation("wire", 100), observation("wire", 160, lasts=25)]
    told = [observation("logs", 130), observation("logs", 190, lasts=25)]

    found = agreed(seen, told, Span(0, 0), REACH)

    assert found is not None
    assert found[0].holds(30 * SECOND)


def test_a_fault_that_may_be_either_of_two_tells_nothing() -> None:
    told = [observation("logs", 100), observation("logs", 200)]

    assert agreed([observation("wire", 150)], told, Span(0, 0), REACH) is None


def test_a_mere_stall_far_away_is_no_proof() -> None:
    assert agreed([observation("wire", 100, "unexplained")], [observation("logs", 220)], Span(0, 0), REACH) is None


def test_a_pair_that_is_bounded_from_one_side_tells_nothing() -> None:
    """A reply on the new path is later than the repair, but how much later?"""
    seen = Observation("unexplained", "wire", HERE, "capture", 100 * SECOND, 101 * SECOND)
    seen = seen.marked("restored", Instant("capture", 100 * SECOND, 100 * SECOND), (), How("note"))
    told = [observation("logs", 200), observation("logs", 300)]

    assert agreed([seen], told, Span(0, 0), REACH) is None


def test_two_of_the_log_that_may_be_the_same_one_of_the_wire_do_not_agree() -> None:
    seen = Observation("unexplained", "wire", HERE, "capture", 100 * SECOND, 300 * SECOND)
    seen = seen.marked("fault", Instant("capture", 100 * SECOND, 300 * SECOND), (), How("note"))
    told = [observation("logs", 400), observation("logs", 420)]

    assert agreed([seen], told, Span(0, 0), REACH) is None


def test_a_wide_range_that_happens_to_hold_no_offset_is_no_measurement() -> None:
    seen = Observation("unexplained", "wire", HERE, "capture", 100 * SECOND, 160 * SECOND)
    seen = seen.marked("fault", Instant("capture", 100 * SECOND, 160 * SECOND), (), How("note"))

    assert agreed([seen], [observation("logs", 130)], Span(0, 0), REACH) is None


def test_a_log_without_a_zone_may_agree_hours_away() -> None:
    zone = -8 * 3600
    free = Span(-14 * 3600 * SECOND, 14 * 3600 * SECOND)
    made = observation("logs", 100 + zone)
    for name, point in made.points.items():
        at = Instant("capture", point.at.least - free.most, point.at.most - free.least)
        made = made.at(name, replace(point, at=at))

    found = agreed([observation("wire", 100)], [made], free, REACH)

    assert found is not None
    assert found[0].holds(zone * SECOND)


NEVER = Look((), Span(0, 0))


def chooses(seen: list[Observation], told: list[Observation], *alternatives: int, look: Look = NEVER) -> Span | None:
    """The alternative (s, half a second wide) that is chosen of a log that is placed as it stands."""
    spans = [Span(alternative * SECOND, alternative * SECOND + SECOND // 2) for alternative in alternatives]
    found = chosen(seen, told, Span(0, 0), spans, look, REACH)
    return found[0] if found else None


def test_of_offsets_that_fit_the_one_is_chosen_at_which_both_tell_most() -> None:
    seen = [observation("wire", 100), observation("wire", 160, lasts=25)]
    told = [observation("logs", 130), observation("logs", 190, lasts=25)]

    assert chooses(seen, told, -30, 30) == Span(30 * SECOND, 30 * SECOND + SECOND // 2)
    assert chooses(seen, told, 200, 300) is None


def test_a_stall_of_a_path_is_no_move_to_it() -> None:
    """At 0 the log's failure would be the stall of a host that was on the remote path before and after."""
    remote = Path("remote", REMOTE)
    stall = replace(observation("wire", 100, "unexplained"), before=remote, after=remote)
    failure = replace(observation("logs", 100, "cvm-failure"), before=Path("local"), after=remote)
    deletion = replace(observation("logs", 160, "route-deletion"), before=remote, after=remote)

    assert chooses([stall], [failure, deletion], 0, 60) == Span(60 * SECOND, 60 * SECOND + SECOND // 2)


def test_a_path_that_moved_is_something_that_a_log_of_that_time_tells() -> None:
    moved = replace(observation("wire", 200, "cvm-failure"), before=Path("local"), after=Path("remote", REMOTE))
    told, covers_it = observation("logs", 100), Look((), Span(0, 400 * SECOND))

    assert chooses([observation("wire", 100), moved], [told], 0, 30, look=covers_it) == Span(0, SECOND // 2)


def test_a_path_that_moved_while_the_log_tells_of_another_time_speaks_against_an_offset() -> None:
    """At 0 the log has the injection, and none of the failure; at 60 it has the failure, and began after the first."""
    remote = Path("remote", REMOTE)
    moved = replace(observation("wire", 200, "cvm-failure"), before=Path("local"), after=remote)
    told = [observation("logs", 100), replace(observation("logs", 260, "cvm-failure"), after=remote)]

    found = chooses([observation("wire", 100), moved], told, 0, 60, look=Look((), Span(170 * SECOND, 400 * SECOND)))

    assert found == Span(60 * SECOND, 60 * SECOND + SECOND // 2)


def test_a_host_that_was_served_while_the_log_has_it_dead_speaks_against_an_offset() -> None:
    """The log's failure may be either of two on the wire; at 0, replies came while the host had no path."""
    seen = [replace(observation("wire", at, "cvm-failure"), after=Path("remote", REMOTE)) for at in (100, 160)]
    failure = replace(observation("logs", 100, "cvm-failure"), during=Path("dead"), after=Path("remote", REMOTE))
    failure = failure.marked("detected", Instant("capture", 105 * SECOND, 106 * SECOND), (), How("note"))

    def with_replies(first: int, last: int) -> Look:
        run = Frames(first * SECOND, last * SECOND, Origin("span.pcap", 1), Origin("span.pcap", 2), 2)
        return Look((Service(HERE, (), (run,), SECOND, SECOND, SECOND),), Span(0, 0))

    assert chooses(seen, [failure], 0, -60, look=with_replies(110, 115)) == Span(
        -60 * SECOND, -60 * SECOND + SECOND // 2
    )
    assert chooses(seen, [failure], 0, -60, look=with_replies(130, 140)) is None


def test_where_none_of_the_offsets_that_fit_explains_more_it_is_what_the_faults_agree_on() -> None:
    """Checks repeat, and so do the exchanges of another CVM; what was injected once is found once."""
    seen, told = [observation("wire", 100)], [observation("logs", 112)]
    alternatives = (Span(-5 * SECOND, 5 * SECOND), Span(-51 * SECOND, -50 * SECOND))

    found = placed(seen, told, Span(0, 0), alternatives, NEVER, REACH)

    assert found is not None
    assert found[0].holds(12 * SECOND)


def stay(ahead: int, *, lasts: int = 28) -> list[Observation]:
    """What a log that is `ahead` s tells of a host that was elsewhere from 131 s on."""
    made = []
    kinds: tuple[tuple[EpisodeKind, int], ...] = (("cvm-failure", 131), ("cvm-recovery", 131 + lasts))
    for kind, at in kinds:
        moved = Instant("capture", (at + ahead) * SECOND, (at + ahead + 1) * SECOND)
        one = Observation(kind, "logs", HERE, "capture", moved.least - SECOND, moved.most)
        made.append(one.marked("repaired", moved, (), How("note")))
    return made


def silence(first: int, last: int) -> Observation:
    """The local path, silent between the replies at `first` and `last` s."""
    local = Path("local")
    made = Observation("unexplained", "wire", HERE, "capture", first * SECOND, last * SECOND, local, after=local)
    made = made.marked("fault", Instant("capture", first * SECOND, last * SECOND), (), How("note"))
    return made.marked("restored", Instant("capture", last * SECOND, last * SECOND), (), How("note"))


@pytest.mark.parametrize(
    ("ahead", "silent", "fits"),
    [
        pytest.param(0, (131, 160), True, id="the local path was silent while the host was elsewhere"),
        pytest.param(3, (131, 160), True, id="and the log is some seconds ahead"),
        pytest.param(0, (131, 150), False, id="it was not silent for so long"),
        pytest.param(0, (120, 170), False, id="it was silent for long, which bounds little"),
        pytest.param(60, (131, 160), False, id="another stay of the same length, a minute later"),
    ],
)
def test_a_stay_elsewhere_is_the_silence_of_the_local_path(ahead: int, silent: tuple[int, int], fits: bool) -> None:
    found = agreed([silence(*silent)], stay(ahead), Span(0, 0), REACH)

    assert (found is not None) is fits
    assert found is None or (found[0].holds(ahead * SECOND) and found[0].width <= 3 * SECOND)


@pytest.mark.parametrize(
    ("lacks", "fits"),
    [((100, 130), True), ((161, 200), True), ((135, 150), False), ((100, 200), False)],
    ids=["before", "after", "in it", "around it"],
)
def test_a_log_that_lacks_checks_meanwhile_shows_no_stay(lacks: tuple[int, int], fits: bool) -> None:
    first, last = lacks

    found = agreed([silence(131, 160)], stay(0), Span(0, 0), REACH, [(first * SECOND, last * SECOND)])

    assert (found is not None) is fits


def test_a_log_that_ends_as_the_route_is_to_be_deleted_tells_the_stay_too() -> None:
    failed, back = stay(0)
    decided = replace(back, points={}).marked("decided", back.points["repaired"].at, (), How("note"))

    found = agreed([silence(131, 160)], [failed, decided], Span(0, 0), REACH)

    assert found is not None
    assert found[0].holds(0)


def test_one_fault_far_away_decides_nothing_where_a_right_clock_fits_something_as_well() -> None:
    """The wire shows but the silence of the log's failure, and another failure a minute later as such."""
    silent = Observation("unexplained", "wire", HERE, "capture", 99 * SECOND, 150 * SECOND)
    silent = silent.marked("fault", Instant("capture", 99 * SECOND, 100 * SECOND), (), How("note"))
    failed = observation("logs", 100, "cvm-failure").marked(
        "detected", Instant("capture", 110 * SECOND, 111 * SECOND), (), How("note")
    )
    later = observation("wire", 170, "cvm-failure")

    assert agreed([silent, later], [failed], Span(0, 0), REACH) is None
    assert agreed([later], [failed], Span(0, 0), REACH) is not None


@pytest.mark.parametrize(("after", "fits"), [("remote", False), ("local", True)])
def test_a_route_that_nobody_deleted_is_no_stall_of_the_local_path(
    after: Literal["local", "remote"], fits: bool
) -> None:
    stall = observation("wire", 100, "unexplained")
    stall = replace(stall, before=Path("local"), after=Path("local"))
    route = replace(observation("logs", 130, "unexplained"), before=Path("local"), after=Path(after))

    assert (agreed([stall], [route], Span(0, 0), REACH) is not None) is fits


@pytest.mark.parametrize(
    ("kind", "after", "unsaid"),
    [
        ("unexplained", Path("local"), False),
        ("unexplained", Path("remote"), True),
        ("cvm-failure", Path("remote"), True),
    ],
    ids=["a stall", "a move", "a failure"],
)
def test_a_log_has_to_tell_of_a_path_that_moved_and_not_of_a_stall(
    kind: EpisodeKind, after: Path, *, unsaid: bool
) -> None:
    wire = replace(observation("wire", 20, kind, lasts=10), before=Path("local"), after=after)
    right = Span(0, 0)

    assert _unsaid(wire, [], (right, right, 0), Span(0, 60 * SECOND)) is unsaid
    assert not _unsaid(wire, [], (right, right, 0), Span(25 * SECOND, 60 * SECOND)), "before the log"
