"""One route of a host is told once, and as what it is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.story import consistent
from analyzer.correlate.story.one_route import as_deletion
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND, Instant
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.told import Doubt
from tests.correlate.made import observation
from tests.correlate.story.made import ELSEWHERE, REMOTE, how, injected


def test_a_route_that_was_there_all_the_while_was_added_once() -> None:
    one = injected(fault=(10, 11), detected=(28, 29), repaired=(30, 31))
    again = injected(fault=(9, 12), repaired=(29, 32))

    assert consistent([again, one], ()) == (one,)


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(injected(fault=(31, 32), repaired=(40, 41)), id="after-it"),
        pytest.param(injected("192.168.1.98", fault=(9, 12), repaired=(29, 32)), id="by-another-gateway"),
        pytest.param(injected(fault=(9, 60), repaired=(29, 90)), id="at-no-known-time"),
        pytest.param(injected(fault=(9, 12)), id="not-known-to-have-been-there-then"),
    ],
)
def test_a_route_that_may_have_been_added_again_is_told_again(later: Observation) -> None:
    one = injected(fault=(10, 11), detected=(28, 29), repaired=(30, 31))

    assert set(map(id, consistent([one, later], ()))) == {id(one), id(later)}


@pytest.mark.parametrize(
    ("again", "told"),
    [
        pytest.param((29, 33), 1, id="the-same-deletion"),
        pytest.param((30, 40), 1, id="to-some-seconds"),
        pytest.param((30, 41), 2, id="at-no-known-time"),
        pytest.param((31, 33), 2, id="after-it"),
    ],
)
def test_a_host_is_given_back_once_by_one_deletion(again: tuple[int, int], told: int) -> None:
    """As captures show it, and as a log does whose clock was set: how the CVM returned is another thing in each."""
    seen = replace(observation(fault=(10, 11), repaired=(30, 30), restored=(31, 31)), kind="cvm-recovery")
    logged = replace(observation(fault=(12, 20), repaired=again), kind="cvm-recovery")

    assert consistent([logged, seen], ())[-told:] == (logged, seen)[-told:]
    assert len(consistent([replace(seen, host=None), logged], ())) == 2


def test_how_a_route_went_is_no_second_route() -> None:
    one = injected(fault=(37, 38), repaired=(77, 88), restored=(88, 88))
    end = replace(injected(repaired=(72, 78)), by_hand=True)

    assert consistent([one, end], ()) == (one,)
    for other in (
        injected("192.168.1.98", repaired=(72, 78)),
        injected(repaired=(70, 76)),  # at another time
        injected(repaired=(50, 90)),  # at no known one
        replace(end, kind="cvm-recovery"),
    ):
        assert len(consistent([one, other], ())) == 2


def test_a_host_whose_connections_were_ended_twice_was_given_back_twice() -> None:
    one = replace(observation(fault=(10, 11), terminated=(20, 21), repaired=(25, 30)), kind="cvm-recovery")
    other = replace(observation(fault=(10, 11), terminated=(22, 23), repaired=(25, 30)), kind="cvm-recovery")

    assert len(consistent([one, other], ())) == 2


def test_replies_to_older_calls_do_not_end_a_route() -> None:
    first = how(injected(fault=(10, 11), repaired=(20, 20), restored=(20, 20)), "repaired", "old-path-to-new")
    second = replace(injected(fault=(21, 30), detected=(30, 30), repaired=(32, 32)), start=20 * SECOND)
    silent = how(second, "fault", "last-reply-to-unanswered")

    (one,) = consistent([silent, first], ())
    assert one.points["fault"].at == Instant("c", 10 * SECOND, 11 * SECOND)
    assert one.points["repaired"].at == Instant("c", 32 * SECOND, 32 * SECOND)
    assert len(consistent([first, second], ())) == 2
    assert len(consistent([how(first, "repaired", "kernel-logged"), silent], ())) == 2
    much_later = silent.at("fault", replace(silent.points["fault"], at=Instant("c", 25 * SECOND, 30 * SECOND)))
    assert len(consistent([first, much_later], ())) == 2


def test_a_remote_cvm_that_serves_again_by_the_same_route_had_not_failed() -> None:
    one = replace(observation(fault=(10, 11), decided=(20, 20), repaired=(22, 22)), before=REMOTE, after=REMOTE)
    silent = how(one, "fault", "last-reply-to-unanswered")

    (told,) = consistent([replace(silent, cvm="192.168.1.28")], ())
    assert (told.kind, told.cvm, told.gateway) == ("route-deletion", None, "192.168.1.28")
    assert consistent([how(one, "fault", "last-frame-to-unanswered")], ())[0].kind == "cvm-failure"
    assert consistent([replace(silent, after=ELSEWHERE)], ())[0].kind == "cvm-failure"
    assert consistent([silent.without("decided")], ())[0].kind == "cvm-failure"
    given_another = replace(silent, gateway=ELSEWHERE.via)  # by its log, whatever captures show of service before that
    assert consistent([given_another], ())[0].kind == "cvm-failure"


def test_a_failure_whose_repair_somebody_typed_may_have_been_an_injected_route() -> None:
    unseen = observation(fault=(1, 9), repaired=(10, 10)).doubted(Doubt("local-path-unseen"))
    line = unseen.points["repaired"].origins
    back = replace(observation("cvm-recovery", fault=(20, 22), repaired=(30, 30)), before=REMOTE)
    typed = back.claimed(Statement("typed-by-hand", action="add", by="root"), line)

    (told, _) = consistent([unseen, typed], ())
    assert (told.kind, told.before.kind, told.confidence) == ("unexplained", "unknown", "low")
    assert Doubt("failure-or-route") in told.doubts
    by_genesis = unseen.at("decided", unseen.points["repaired"])
    for one, other in (
        (unseen, back),
        (by_genesis, typed),
        (replace(unseen, doubts=()), typed),
        (unseen, back.claimed(Statement("typed-by-hand", action="delete", by="root"), line)),
        (unseen, back.claimed(Statement("typed-by-hand", action="add", by="root"), [Origin("shell.log", 9)])),
    ):
        assert consistent([one, other], ())[0].kind == "cvm-failure"


def test_a_failure_that_somebody_mended_stays_one_where_only_it_has_the_command() -> None:
    unseen = observation(fault=(1, 9), repaired=(10, 10)).doubted(Doubt("local-path-unseen"))
    typed = unseen.claimed(Statement("typed-by-hand", action="add", by="root"), unseen.points["repaired"].origins)

    assert consistent([typed], ())[0].kind == "cvm-failure"


def test_what_is_not_the_same_route_or_did_not_seem_to_end_goes_on_in_no_other() -> None:
    first = how(injected(fault=(10, 11), repaired=(20, 20), restored=(20, 20)), "repaired", "old-path-to-new")
    second = replace(injected(fault=(21, 30), detected=(30, 30), repaired=(32, 32)), start=20 * SECOND)
    silent = how(second, "fault", "last-reply-to-unanswered")

    for one, other in (
        (replace(first, gateway="192.168.1.98"), silent),
        (replace(first, gateway=None), replace(silent, gateway=None)),
        (first.without("repaired"), silent),
        (first.without("restored"), silent),
        (first.without("fault"), silent),
        (replace(first, kind="route-deletion"), silent),
    ):
        assert len(consistent([one, other], ())) == 2


def test_a_route_that_may_have_been_gone_when_another_came_is_told_beside_it() -> None:
    one = injected(fault=(0, 5), repaired=(20, 40))
    other = injected(fault=(10, 30), repaired=(41, 45))

    assert len(consistent([one, other], ())) == 2


def test_a_route_goes_on_from_the_first_reply_and_not_from_what_seemed_its_repair() -> None:
    first = how(injected(fault=(10, 11), repaired=(20, 20), restored=(23, 23)), "repaired", "old-path-to-new")
    second = replace(injected(fault=(24, 30), detected=(30, 30), repaired=(32, 32)), start=23 * SECOND)

    assert len(consistent([first, how(second, "fault", "last-reply-to-unanswered")], ())) == 1


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (REMOTE, REMOTE, "route-deletion"),
        (REMOTE, ELSEWHERE, "cvm-failure"),
        (REMOTE, Path("dead", via=REMOTE.via), "cvm-failure"),
        (Path("dead", via=REMOTE.via), REMOTE, "cvm-failure"),
    ],
    ids=["the same CVM again", "another CVM", "nobody serves after it", "nobody served before it"],
)
def test_a_cvm_to_which_genesis_moved_the_host_again_had_not_failed(before: Path, after: Path, kind: str) -> None:
    one = observation(fault=(10, 11), decided=(20, 21), repaired=(22, 23))
    one = replace(how(one, "fault", "last-reply-to-unanswered"), before=before, after=after)

    assert as_deletion(one).kind == kind
