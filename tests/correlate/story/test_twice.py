"""A host leaves its own CVM again only once it was back; one route is no failure's repair and an injection."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import BY_OTHERS, Observation
from analyzer.correlate.story import consistent
from analyzer.model.episode import Statement
from analyzer.model.source import Origin
from analyzer.model.told import Doubt
from tests.correlate.made import observation
from tests.correlate.story.made import ELSEWHERE, LOCAL, REMOTE, failed, how, injected, names

FIRST = failed(fault=(9, 10), repaired=(13, 13))
AGAIN = failed(fault=(0, 21), detected=(22, 22), repaired=(25, 25))


def test_a_host_that_left_its_cvm_did_not_lose_it_again_before_the_next_check() -> None:
    (first, again) = consistent([FIRST, AGAIN], ())

    assert names(first, again) == [("cvm-failure", True), ("unexplained", False)]
    assert (again.confidence, again.before.kind) == ("low", "unknown")
    assert Doubt("out-of-order", instant="fault") in again.doubts
    assert again.points["repaired"] == AGAIN.points["repaired"]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param([FIRST, failed(fault=(14, 21), detected=(22, 22), repaired=(25, 25))], id="it-failed-after"),
        pytest.param([FIRST, failed(fault=(0, 21), detected=(60, 60), repaired=(62, 62))], id="found-much-later"),
        pytest.param([FIRST, failed(fault=(0, 21), detected=(12, 12), repaired=(25, 25))], id="found-before-that"),
        pytest.param([replace(FIRST, after=LOCAL), AGAIN], id="the-first-ended-at-home"),
        pytest.param([replace(FIRST, before=REMOTE), AGAIN], id="of-a-cvm-elsewhere"),
        pytest.param([replace(FIRST, gateway="192.168.1.27"), AGAIN], id="it-is-given-another"),
        pytest.param([FIRST, replace(AGAIN, before=REMOTE)], id="then-of-a-cvm-elsewhere"),
        pytest.param(
            [FIRST, AGAIN, replace(observation("cvm-recovery", repaired=(15, 16)), after=LOCAL)], id="it-was-back"
        ),
        pytest.param([FIRST, AGAIN, replace(observation("unexplained"), after=LOCAL)], id="back-at-no-known-time"),
    ],
)
def test_a_host_that_may_have_been_back_lost_its_cvm_twice(others: list[Observation]) -> None:
    assert [one.kind for one in consistent(others, ())].count("cvm-failure") == 2


def test_a_return_at_another_time_is_not_that_between() -> None:
    back = replace(observation("cvm-recovery", span=(40, 50), repaired=(50, 50)), after=LOCAL)

    assert [one.kind for one in consistent([FIRST, AGAIN, back], ())].count("cvm-failure") == 1


def seen() -> tuple[Observation, Observation]:
    """A failure, and a return, as captures show them."""
    lost = replace(observation(fault=(0, 1), repaired=(3, 6)), before=LOCAL, after=REMOTE, gateway="192.168.1.99")
    back = observation("cvm-recovery", span=(20, 30), fault=(16, 21), repaired=(26, 27))
    return lost, replace(back, before=REMOTE, after=LOCAL)


def logged(fault: tuple[int, int] = (4, 8), repaired: tuple[int, int] = (26, 30)) -> Observation:
    """The same by logs in which no check met it."""
    claim = Statement("typed-by-hand", by="root", action="add")
    route = replace(injected(fault=fault, repaired=repaired), basis="logs")
    return route.claimed(claim, [Origin("shell.log", 1)])


def test_a_route_that_mended_a_failure_until_the_cvm_returned_was_not_injected() -> None:
    lost, back = seen()

    told = consistent([lost, logged(), back], ())
    assert [one.kind for one in told] == ["cvm-failure", "cvm-recovery"]
    assert told[0].claims == (*lost.claims, *logged().claims)


def test_another_route_is_told_beside_them() -> None:
    lost, back = seen()
    every = [lost, logged(), back]

    for others in (
        [lost, logged(fault=(7, 8), repaired=(26, 30)), back],
        [lost, logged(fault=(4, 8), repaired=(28, 30)), back],
        [lost, logged()],
        [lost, replace(logged(), gateway="192.168.1.98"), back],
        [lost, replace(logged(), basis="wire"), back],
        [replace(lost, basis="logs"), logged(), back],
        [lost, logged(), replace(back, basis="logs")],
    ):
        assert "route-injection" in {one.kind for one in consistent(others, ())}
    assert "route-injection" not in {one.kind for one in consistent(every, ())}


def test_a_log_at_no_known_time_has_no_injected_route_where_captures_leave_that_open() -> None:
    lost, back = seen()
    guess = replace(lost, kind="unexplained").doubted(Doubt("failure-or-route"))
    ended = observation("cvm-recovery", span=(20, 30), fault=(16, 21), terminated=(26, 27))
    ended = replace(ended, before=REMOTE, after=LOCAL)
    route = logged().at("terminated", logged().points["repaired"]).doubted(Doubt("several-offsets-fit"))

    for others in ([guess, route, back], [guess, route, ended]):
        assert "route-injection" not in {one.kind for one in consistent(others, ())}
    for others in (
        [guess, replace(route, doubts=()), back],
        [replace(guess, doubts=()), route, back],
        [guess, route, ended.without("terminated")],
    ):
        assert "route-injection" in {one.kind for one in consistent(others, ())}


def shifted(**points: tuple[int, int]) -> Observation:
    """A failure by a log alone that several offsets fit."""
    return failed(**points).doubted(Doubt("several-offsets-fit"))


def test_a_log_that_may_be_of_another_time_has_what_captures_show() -> None:
    """By the offset that was taken, its first failure is before the captures', and its second is that one."""
    united = failed(fault=(0, 1), detected=(15, 25), repaired=(20, 25), restored=(25, 25))
    lost = replace(observation("route-deletion", fault=(76, 77), repaired=(107, 111)), before=REMOTE, after=REMOTE)
    again = shifted(detected=(-74, 17), repaired=(-69, 22))

    assert consistent([united, again, lost], ()) == (united, lost)
    for others in (
        [united, again],  # captures show nothing else
        [united, shifted(detected=(-74, 17), repaired=(-69, 18)), lost],
        [united, replace(again, doubts=()), lost],
        [united, replace(again, kind="route-injection"), lost],
        [united.without("restored"), again, lost],
    ):
        assert len(consistent(others, ())) == len(others)


def test_a_log_that_may_be_of_another_time_has_the_only_fault_that_captures_show() -> None:
    seen = replace(observation(fault=(0, 1), repaired=(20, 25), restored=(25, 25)), before=LOCAL)
    logged = shifted(fault=(-9, 9), detected=(5, 24), repaired=(6, 25))

    assert consistent([seen, logged], ()) == (seen,)
    assert len(consistent([seen, shifted(fault=(2, 9), detected=(5, 24), repaired=(6, 25))], ())) == 2


def test_what_a_host_logged_and_what_genesis_did_are_one_where_no_clock_tells_them_apart() -> None:
    by_host = replace(shifted(fault=(-600, 53), repaired=(43, 53)), gateway="192.168.1.26")
    by_host = how(by_host, "repaired", "kernel-logged-order")
    ordered = replace(shifted(fault=(-500, 700), detected=(-470, 700), repaired=(-466, 730)), gateway="192.168.1.26")
    ordered = how(replace(ordered, kind="route-deletion", before=REMOTE), "repaired", "command-to-result")

    assert consistent([by_host, ordered], ()) == (by_host,)
    for others in (
        [by_host, replace(ordered, gateway="192.168.1.27")],
        [by_host, replace(ordered, kind="cvm-recovery")],
        [by_host, ordered.without("detected")],
        [by_host.at("detected", by_host.points["repaired"]), ordered],
        [by_host, how(ordered, "repaired", "kernel-logged-order")],
        [how(by_host, "repaired", "command-to-result"), ordered],
        [by_host, how(failed_apart(ordered), "repaired", "command-to-result")],
    ):
        assert len(consistent(others, ())) == 2


def test_of_two_halves_of_one_change_that_is_told_which_is_at_a_known_time() -> None:
    by_host = replace(shifted(fault=(-600, 53), repaired=(43, 53)), gateway="192.168.1.26")
    by_host = how(by_host, "repaired", "kernel-logged-order")
    ordered = replace(shifted(fault=(-500, 700), detected=(-470, 700), repaired=(-466, 730)), gateway="192.168.1.26")

    assert consistent([replace(by_host, doubts=()), ordered], ()) == (replace(by_host, doubts=()),)
    known = replace(ordered, doubts=())
    assert consistent([by_host, known], ()) == (known,)
    seen = how(by_host.doubted(BY_OTHERS), "repaired", "right-to-wrong")  # by the checks of another CVM
    assert consistent([seen, known], ()) == (known,)
    for others in (
        [how(by_host, "repaired", "right-to-wrong"), known],
        [replace(by_host, gateway=None), replace(known, gateway=None)],
        [by_host.at("restored", by_host.points["repaired"]), known],  # captures show it
    ):
        assert len(consistent(others, ())) == 2


def test_a_return_has_two_halves_too() -> None:
    by_host = replace(observation("cvm-recovery", "logs", fault=(-9, 50), repaired=(49, 50)), gateway="192.168.1.28")
    by_host = how(by_host, "repaired", "kernel-logged-session")
    ordered = observation("cvm-recovery", "logs", fault=(-8, 290), detected=(37, 290), repaired=(47, 290))
    ordered = replace(ordered, gateway="192.168.1.28").doubted(Doubt("several-offsets-fit"))

    assert consistent([ordered, by_host], ()) == (by_host,)


def half(span: tuple[int, int]) -> Observation:
    """A failure that a capture of the internal switch has at its end, and no other evidence."""
    lost = replace(observation(span=span, fault=(span[0], span[0] + 1)), before=LOCAL)
    return lost.doubted(Doubt("public-side-unseen")).doubted(Doubt("service-not-back"))


def test_a_host_that_is_elsewhere_by_all_that_is_told_did_not_lose_its_cvm_where_no_other_evidence_is() -> None:
    left = replace(observation(span=(0, 10), fault=(0, 1), repaired=(8, 9)), before=LOCAL, after=REMOTE)
    back = replace(observation("cvm-recovery", span=(20, 30), fault=(20, 21), repaired=(29, 30)), after=LOCAL)
    late = half((4000, 4010))

    assert consistent([left, late], ()) == (left,)
    assert len(consistent([left, back, late], ())) == 3
    assert consistent([late], ()) == (late,)
    assert len(consistent([left, replace(late, doubts=late.doubts[:1])], ())) == 2
    assert len(consistent([replace(left, kind="unexplained"), late], ())) == 2


def failed_apart(one: Observation) -> Observation:
    """The same, done at another time for sure."""
    later = failed(repaired=(100, 730)).points["repaired"]
    return one.at("repaired", later)


def test_a_lost_route_and_a_failure_that_one_route_put_right_are_one() -> None:
    lost = observation("route-deletion", span=(3, 16), fault=(3, 4), repaired=(10, 16), restored=(16, 16))
    lost = replace(lost, before=ELSEWHERE, after=REMOTE, gateway=ELSEWHERE.via)
    found = failed(fault=(-23, 11), detected=(10, 12), decided=(10, 12), repaired=(14, 15))
    found = replace(found, gateway=REMOTE.via)

    (told,) = consistent([found, lost], ())
    assert (told.kind, told.before, told.gateway, told.basis) == ("route-deletion", ELSEWHERE, ELSEWHERE.via, "logs")
    assert told.points["fault"] == lost.points["fault"]
    assert told.points["detected"] == found.points["detected"]
    assert told.points["repaired"].at == found.points["repaired"].at
    for others in (
        [replace(found, gateway=ELSEWHERE.via), lost],
        [replace(found, gateway=None), lost],
        [replace(found, basis="wire"), lost],
        [found.at("restored", lost.points["restored"]), lost],
        [found, lost.at("detected", found.points["detected"])],
        [found, replace(lost, kind="unexplained")],
        [found.at("fault", found.points["repaired"]), lost],
        [
            found.at("repaired", found.points["detected"]).at("repaired", found.points["fault"]),
            lost.without("repaired"),
        ],
    ):
        assert len(consistent(others, ())) == 2
