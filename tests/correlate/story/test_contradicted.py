"""A host's story without what the rest of it, or the replies that captures have, contradict."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.story import consistent
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, InstantName
from analyzer.model.told import Doubt, DoubtName
from tests.correlate.made import observation
from tests.correlate.story.made import ELSEWHERE, LOCAL, REMOTE, failed, names, served


def test_a_cvm_did_not_fail_before_it_was_found_back() -> None:
    back = replace(observation("cvm-recovery", detected=(40, 41), repaired=(44, 45)), before=REMOTE, after=LOCAL)

    *_, told = consistent([back, failed(fault=(0, 30), detected=(60, 60), repaired=(63, 63))], ())
    assert names(told) == [("cvm-failure", False)]
    assert [(doubt.name, doubt.instant) for doubt in told.doubts] == [("out-of-order", "fault")]
    assert "detected" in told.points

    *_, later = consistent([back, failed(fault=(30, 41), detected=(60, 60), repaired=(63, 63))], ())
    assert names(later) == [("cvm-failure", True)]
    *_, found = consistent([back, failed(fault=(0, 30), detected=(42, 42), repaired=(63, 63))], ())
    assert names(found) == [("cvm-failure", True)]


def test_a_cvm_does_not_fail_twice_at_a_time() -> None:
    one = failed(fault=(0, 8), detected=(12, 12), repaired=(16, 16))
    again = failed(fault=(0, 8), detected=(179, 179), repaired=(183, 183))

    assert names(*consistent([one, again], ())) == [("cvm-failure", True), ("cvm-failure", False)]
    remote = replace(again, before=REMOTE)
    assert names(*consistent([one, remote], ())) == [("cvm-failure", True), ("cvm-failure", True)]


def test_a_route_that_is_deleted_before_the_own_cvm_stops_is_no_fault() -> None:
    ahead = failed(fault=(0, 1), repaired=(2, 3)).lacking("detected", "forwarded-ahead")
    lost = replace(observation("route-deletion", fault=(3, 18), detected=(18, 18), repaired=(20, 20)), before=REMOTE)

    assert names(*consistent([ahead, lost], ())) == [("cvm-failure", True), ("route-deletion", False)]
    found = failed(fault=(0, 1), detected=(2, 2), repaired=(2, 3))
    assert names(*consistent([found, lost], ())) == [("cvm-failure", True), ("route-deletion", True)]
    long_ago = lost.at("fault", replace(lost.points["fault"], at=Instant("c", 130 * SECOND, 140 * SECOND)))
    long_ago = long_ago.without("detected", "repaired").marked(
        "detected", Instant("c", 141 * SECOND, 141 * SECOND), (), How("note")
    )
    assert names(*consistent([ahead, long_ago], ())) == [("cvm-failure", True), ("route-deletion", True)]


@pytest.mark.parametrize(
    ("kind", "decided", "known"),
    [
        pytest.param("route-deletion", (28, 28), False, id="in-no-check-of-its-own"),
        pytest.param("route-deletion", (20, 28), True, id="perhaps-by-the-check-that-found-it"),
        pytest.param("route-deletion", (25, 25), True, id="by-a-slow-check"),
        pytest.param("cvm-failure", (28, 28), True, id="what-is-held-against-the-finding"),
    ],
)
def test_a_task_of_another_reason_is_not_of_what_was_found(
    kind: EpisodeKind, decided: tuple[int, int], known: bool
) -> None:
    one = observation(kind, "logs", fault=(3, 4), detected=(20, 20), decided=decided, repaired=(30, 31))

    (told,) = consistent([one], ())
    assert names(told) == [(kind if known else "unexplained", known)]
    assert [doubt.name for doubt in told.doubts] == ([] if known else ["overtaken"])


@pytest.mark.parametrize(
    ("kind", "doubt", "told"),
    [
        pytest.param("cvm-recovery", "stargate-denies", "unexplained", id="back-and-seen-down"),
        pytest.param("route-deletion", "stargate-denies", "unexplained", id="route-lost-and-own-stargate-up"),
        pytest.param("cvm-recovery", "stargate-never-away", "cvm-recovery", id="back-and-never-seen-down"),
        pytest.param("cvm-failure", "stargate-denies", "cvm-failure", id="failed-between-two-checks"),
    ],
)
def test_what_a_check_denies_has_no_kind(kind: EpisodeKind, doubt: DoubtName, told: EpisodeKind) -> None:
    one = observation(kind, "logs", fault=(3, 18), detected=(20, 20), repaired=(23, 24)).doubted(Doubt(doubt), "low")

    (denied,) = consistent([one], ())
    assert (denied.kind, denied.confidence, "fault" in denied.points) == (told, "low", told == kind)
    assert {"detected", "repaired"} <= denied.points.keys()


def test_a_log_at_no_known_time_has_its_lines_in_order() -> None:
    one = observation("route-deletion", "logs", fault=(0, 900), detected=(0, 900), decided=(8, 908), repaired=(9, 910))
    stamps: tuple[tuple[InstantName, int], ...] = (("detected", 20), ("decided", 28))
    for name, at in stamps:
        point = one.points[name]
        one = one.at(name, replace(point, stamp=Instant("log", at * SECOND, at * SECOND)))

    assert names(*consistent([one], ())) == [("unexplained", False)]
    other = replace(one.points["decided"], stamp=Instant("another log", 28 * SECOND, 28 * SECOND))
    assert names(*consistent([one.at("decided", other)], ())) == [("route-deletion", True)]


def test_a_host_that_was_served_elsewhere_did_not_lose_its_own_cvm() -> None:
    one = failed(fault=(5, 40), detected=(41, 41), repaired=(44, 45))

    (told,) = consistent([one], [served((ELSEWHERE, 10, 30))])
    assert names(told) == [("cvm-failure", False)]
    assert [(doubt.name, doubt.instant) for doubt in told.doubts] == [("contradicted", "fault")]
    assert names(*consistent([one], [served((ELSEWHERE, 1, 3))])) == [("cvm-failure", True)]
    assert names(*consistent([one], [served((ELSEWHERE, 10, 30), (LOCAL, 31, 38))])) == [("cvm-failure", True)]
    back = replace(observation("cvm-recovery", repaired=(32, 33)), before=REMOTE, after=LOCAL)
    assert names(*consistent([one, back], [served((ELSEWHERE, 10, 30))]))[0] == ("cvm-failure", True)
    assert names(*consistent([replace(one, kind="cvm-recovery")], [served((ELSEWHERE, 10, 30))]))[0][1]


def test_what_served_before_genesis_acted_was_not_brought_by_it() -> None:
    one = failed(fault=(5, 9), detected=(11, 11), repaired=(14, 15))

    (told,) = consistent([one], [served((LOCAL, 0, 5), (REMOTE, 12, 60))])
    assert "repaired" not in told.points
    assert told.absent["repaired"] == "no-author"
    assert names(told) == [("cvm-failure", True)]
    assert consistent([one], [served((LOCAL, 0, 5), (REMOTE, 15, 60))]) == (one,)


def test_what_is_of_no_known_host_is_left_alone() -> None:
    one = observation(host=None, fault=(0, 1))

    assert consistent([one], [served((REMOTE, 0, 60))]) == (one,)


def test_a_route_that_may_have_been_deleted_while_the_own_cvm_served_on_is_no_fault() -> None:
    """Of its time it is only known that it was within a failover of the forwarding, or later."""
    ahead = failed(fault=(0, 1), repaired=(2, 3)).lacking("detected", "forwarded-ahead")
    lost = observation("route-deletion", fault=(100, 140), detected=(141, 141), repaired=(145, 145))

    assert names(*consistent([ahead, replace(lost, before=REMOTE)], ()))[1] == ("route-deletion", False)


def test_the_end_of_a_fault_is_no_reason_for_its_own_beginning() -> None:
    """A host that its own CVM served last had no remote path to lose, whatever was done about that since."""
    lost = observation("route-deletion", "logs", fault=(12, 14), detected=(15, 15), repaired=(18, 19))
    lost = replace(lost, before=REMOTE, after=REMOTE)

    assert names(*consistent([lost], [served((LOCAL, 0, 11))])) == [("route-deletion", False)]


@pytest.mark.parametrize(("repaired", "known"), [((32, 33), True), ((50, 51), False), ((10, 12), False)])
def test_a_return_explains_a_local_path_where_it_may_have_come_between(repaired: tuple[int, int], known: bool) -> None:
    one = failed(fault=(5, 40), detected=(41, 41), repaired=(44, 45))
    back = replace(observation("cvm-recovery", repaired=repaired), before=REMOTE, after=LOCAL)

    assert names(*consistent([one, back], [served((ELSEWHERE, 20, 30))]))[0] == ("cvm-failure", known)
