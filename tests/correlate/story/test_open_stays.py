"""A stay elsewhere whose begin is open, a return that is told twice, and a CVM that is back already."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import BY_OTHERS, Observation
from analyzer.correlate.story import consistent
from analyzer.correlate.story.open_stays import _moved, _typed_beside
from analyzer.model.instant import SECOND
from analyzer.model.path import Path
from analyzer.model.told import Doubt
from tests.correlate.made import observation
from tests.correlate.story.made import LOCAL, REMOTE, how, injected

FAILURE_OR_ROUTE = Doubt("failure-or-route")
LOCAL_UNSEEN = Doubt("local-path-unseen")


def moved() -> Observation:
    """A host that captures show elsewhere, and nothing tells why."""
    one = observation("unexplained", fault=(1, 9), restored=(10, 10), span=(1, 10))
    return replace(one, before=Path("unknown"), after=REMOTE).doubted(FAILURE_OR_ROUTE, "low")


def back(*, heard: tuple[int, int] = (15, 20), ended: int = 30, booted: bool = False) -> Observation:
    """The return of the own CVM, by its first frame, which comes sooner after it where that `booted`."""
    first = (18, 20) if booted else heard
    one = observation("cvm-recovery", span=(15, 31), fault=first, terminated=(ended, ended), repaired=(31, 31))
    return how(replace(one, before=REMOTE, after=LOCAL, cvm="192.168.1.26"), "fault", "first-frame-of-cvm")


def silent(since: int, until: int) -> Observation:
    """A silence of a host elsewhere."""
    one = observation("unexplained", span=(since, until), fault=(since, since), restored=(until, until))
    return replace(one, before=REMOTE, after=REMOTE)


def found(one: Observation) -> Observation:
    """With the check by which Genesis found the CVM back."""
    return one.at("detected", observation(detected=(29, 29)).points["detected"])


def guessed() -> Observation:
    """A failure by which CVM was silent as the host appeared elsewhere."""
    one = observation(fault=(1, 9), repaired=(1, 10), restored=(10, 10), span=(1, 10))
    return replace(one, before=LOCAL, after=REMOTE).doubted(LOCAL_UNSEEN)


def kinds(*told: Observation) -> list[str]:
    """The kind of each, as they are told of one host."""
    return [one.kind for one in consistent(told, ())]


def test_what_ends_a_stay_of_which_the_begin_is_open_is_open_too() -> None:
    (_, ended) = consistent([moved(), back()], ())

    assert (ended.kind, ended.cvm, ended.confidence) == ("unexplained", None, "low")
    assert FAILURE_OR_ROUTE in ended.doubts
    assert "fault" not in ended.points
    assert ended.points["repaired"] == back().points["repaired"]
    assert kinds(back(), moved()) == ["unexplained", "unexplained"]  # in whatever order


@pytest.mark.parametrize(
    "told",
    [
        pytest.param([moved(), back(booted=True)], id="a-cvm-that-booted-had-failed"),
        pytest.param([moved(), silent(12, 14), back(booted=True)], id="a-silence-before-it-booted"),
        pytest.param([replace(moved(), doubts=()), back()], id="a-stall"),
        pytest.param([replace(moved(), basis="logs"), back()], id="a-check-saw-it-down"),
        pytest.param([replace(moved(), after=LOCAL), back()], id="the-host-was-not-elsewhere"),
        pytest.param([guessed(), moved(), back()], id="another-observation-tells-why-the-host-came"),
        pytest.param([back()], id="nothing-before-it"),
    ],
)
def test_a_return_is_one_where_the_failure_is_known(told: list[Observation]) -> None:
    assert kinds(*told)[-1] == "cvm-recovery"


def test_a_host_that_was_silent_since_its_cvm_booted_may_have_been_home() -> None:
    assert "cvm-recovery" not in kinds(moved(), silent(21, 26), back(booted=True))
    assert "cvm-recovery" in kinds(moved(), silent(21, 26), found(back(booted=True)))


def test_what_captures_leave_open_of_a_hosts_coming_no_log_of_an_unknown_time_tells() -> None:
    adrift = replace(observation("cvm-failure", "logs", span=(11, 14), repaired=(12, 14)), adrift=True, after=REMOTE)

    assert kinds(moved(), adrift, back())[-1] == "unexplained"
    assert kinds(moved(), replace(adrift, adrift=False), back())[-1] == "cvm-recovery"


def test_an_injected_route_does_not_end_with_a_return() -> None:
    route = replace(observation("route-injection", "logs", fault=(9, 10)), before=LOCAL, after=REMOTE)

    assert kinds(route, moved(), back())[-1] == "unexplained"


@pytest.mark.parametrize(
    ("down", "kind"), [(15, "cvm-recovery"), (5, "unexplained")], ids=["since-the-host-came", "before-that"]
)
def test_a_return_is_one_where_a_check_found_the_own_cvm_down_during_the_stay(down: int, kind: str) -> None:
    seen_down = how(back(heard=(down, 20)), "fault", "right-to-wrong")

    assert kinds(moved(), seen_down)[-1] == kind
    assert kinds(moved(), replace(seen_down, confidence="low"))[-1] == "unexplained"


def test_a_stall_elsewhere_does_not_tell_why_the_host_came() -> None:
    stalled = replace(observation("unexplained", span=(12, 14), fault=(12, 13), restored=(14, 14)), before=REMOTE)

    assert kinds(moved(), replace(stalled, after=REMOTE), back())[-1] == "unexplained"
    assert kinds(replace(moved(), doubts=()), replace(stalled, after=REMOTE), back())[-1] == "cvm-recovery"


def test_one_first_frame_is_of_one_return() -> None:
    first = back(booted=True)
    again = back(booted=True, ended=90)

    assert kinds(first, again) == ["cvm-recovery", "unexplained"]
    other = again.at("fault", replace(again.points["fault"], origins=()))
    assert kinds(first, other) == ["cvm-recovery", "cvm-recovery"]
    assert kinds(first, how(again, "fault", "right-to-wrong")) == ["cvm-recovery", "cvm-recovery"]


@pytest.mark.parametrize("why", ["genesis-silent", "no-exchange"])
def test_a_guessed_failure_that_genesis_had_no_part_in_may_be_a_route(why: str) -> None:
    silent = guessed().lacking("detected", "genesis-silent" if why == "genesis-silent" else "no-exchange")

    (told,) = consistent([silent], ())
    assert (told.kind, told.confidence) == ("unexplained", "low")
    assert FAILURE_OR_ROUTE in told.doubts
    assert kinds(guessed()) == ["cvm-failure"]
    assert kinds(replace(silent, doubts=())) == ["cvm-failure"]
    assert kinds(replace(silent, basis="logs")) == ["cvm-failure"]
    (unread,) = consistent([silent], (), understood=False)
    assert unread.kind == ("unexplained" if why == "no-exchange" else "cvm-failure")


def lost(fault: tuple[int, int]) -> Observation:
    """The CVM that served the host elsewhere, as captures show it to fall silent."""
    return replace(observation(fault=fault), before=REMOTE, after=Path("unknown"))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [((25, 26), "unexplained"), ((40, 41), "cvm-failure"), ((5, 6), "cvm-failure")],
)
def test_a_cvm_elsewhere_is_not_missed_once_the_own_one_may_be_back(fault: tuple[int, int], kind: str) -> None:
    returned = observation("cvm-recovery", span=(10, 36), fault=(10, 30), repaired=(35, 36))
    returned = replace(returned, before=REMOTE, after=LOCAL)

    assert kinds(lost(fault), returned)[0] == kind
    assert kinds(replace(lost(fault), after=REMOTE), returned)[0] == "cvm-failure"
    assert kinds(replace(lost(fault), basis="logs"), returned)[0] == "cvm-failure"


def test_a_route_that_was_typed_before_a_cvm_returned_may_have_come_after_its_failure() -> None:
    typed = replace(injected(fault=(1, 1)), basis="logs", after=REMOTE).doubted(Doubt("repair-unlogged"))
    returned = how(back(), "fault", "right-to-wrong")

    (told, _) = consistent([typed, returned], ())
    assert (told.kind, told.confidence, told.gateway_valid) == ("unexplained", "low", None)
    assert kinds(typed)[0] == "route-injection"
    assert kinds(replace(typed, doubts=()), returned)[0] == "route-injection"
    assert kinds(typed.at("detected", typed.points["fault"]), returned)[0] == "route-injection"


def test_a_route_that_was_taken_back_before_a_check_may_have_mended_a_failure() -> None:
    """The next thing that is told finds the host elsewhere, and nothing tells how it came there."""
    typed = replace(injected(fault=(1, 1), repaired=(5, 5)), basis="logs", by_hand=True)
    lost = replace(observation("cvm-failure", "logs", span=(90, 99), fault=(90, 91), repaired=(99, 99)), before=REMOTE)

    (told, _) = consistent([typed, lost], ())
    assert (told.kind, told.confidence, told.after) == ("unexplained", "low", LOCAL)
    again = replace(moved(), basis="logs", start=12 * SECOND)
    assert kinds(typed, again) == ["unexplained", "unexplained"]
    much_later = again.at("restored", lost.points["repaired"])
    assert kinds(typed, much_later)[0] == "route-injection"
    for others in (
        [typed, replace(lost, before=LOCAL)],
        [typed, replace(lost, kind="unexplained")],
        [replace(typed, by_hand=False), lost],
        [replace(typed, basis="wire"), lost],
        [typed.at("detected", typed.points["fault"]), lost],
        [typed],
    ):
        assert consistent(others, ())[0].kind == "route-injection"


def test_what_came_next_tells_whether_a_cvm_was_away_as_a_route_was_typed_and_not_what_came_last() -> None:
    typed = replace(injected(fault=(1, 1), repaired=(5, 5)), basis="logs", by_hand=True)
    away = replace(observation("cvm-failure", fault=(8, 9)), before=REMOTE, after=REMOTE)
    stalled = replace(away, kind="unexplained")

    assert _typed_beside(typed, [away, stalled]).kind == "unexplained"
    assert _typed_beside(typed, [stalled, away]).kind == "route-injection"


def test_a_fault_of_which_nothing_shows_when_the_host_moved_had_moved_it_by_its_end() -> None:
    one = observation("cvm-failure", span=(3, 9))

    assert (_moved(one), _moved(one.at("fault", observation(fault=(5, 6)).points["fault"]))) == (9 * SECOND, 5 * SECOND)


@pytest.mark.parametrize(
    ("fault", "repaired", "others", "kind"),
    [
        ((1, 9), (4, 10), True, "unexplained"),
        ((1, 9), (4, 10), False, "cvm-failure"),
        ((1, 4), (4, 10), True, "cvm-failure"),
        ((4, 5), (4, 10), True, "cvm-failure"),
    ],
    ids=["either first", "by Genesis", "failed before", "failed at a known time"],
)
def test_a_route_by_others_may_have_been_there_before_the_last_frame_of_a_cvm(
    fault: tuple[int, int], repaired: tuple[int, int], kind: str, *, others: bool
) -> None:
    one = observation("cvm-failure", "logs", fault=fault, repaired=repaired, restored=(12, 12), span=(1, 12))
    one = replace(one, before=LOCAL, after=REMOTE).doubted(Doubt("fault-by-last-frame"))

    assert kinds(one.doubted(BY_OTHERS) if others else one) == [kind]
