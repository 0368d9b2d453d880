"""What no log has is as the captures show it, and the other way round; what both have is told once."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import BY_HAND, Observation
from analyzer.correlate.one_change import CVM_UNSEEN, FAILURE_OR_ROUTE, RUN_AGAIN, as_seen, as_told
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import Confidence, EpisodeKind
from analyzer.model.measurement import How
from analyzer.model.path import Path
from tests.correlate.builder import CVM, PEER, REMOTE
from tests.correlate.made import observation


def test_alone_each_family_keeps_its_kind() -> None:
    seen = observation()

    assert as_told([seen], []) == (seen,)
    assert as_seen([seen], []) == (seen,)


def _either() -> Observation:
    """A route that was typed about when the own CVM failed: logs don't have which came first."""
    made = observation("unexplained", "logs", span=(20, 40), fault=(20, 20))
    made = made.at("fault", replace(made.points["fault"], how=How("typed", user="root")))
    return made.doubted(FAILURE_OR_ROUTE, "low")


def test_a_route_that_was_typed_before_the_own_cvm_failed_is_an_injection() -> None:
    """Nothing has to be repaired since: Genesis is not judged."""
    seen = observation("route-injection", span=(20, 40), fault=(20, 20))

    (told,) = as_seen([_either()], [seen])

    assert (told.kind, told.doubts, told.by_hand) == ("route-injection", (), False)
    assert told.absent["repaired"] == "right-since-failure"


def test_a_route_that_was_typed_after_the_own_cvm_failed_is_its_repair() -> None:
    seen = observation("cvm-failure", span=(10, 40), fault=(10, 10), repaired=(20, 20))

    (told,) = as_seen([_either()], [seen])

    assert (told.kind, told.by_hand, told.doubts) == ("cvm-failure", True, (BY_HAND,))
    assert told.points.keys() == {"repaired"}


def test_without_captures_of_it_a_typed_route_stays_either() -> None:
    either = _either()

    assert as_seen([either], [observation("route-injection", span=(60, 90), fault=(60, 60))]) == (either,)


def test_a_failure_that_no_frame_shows_is_the_injected_route_whose_end_the_logs_show() -> None:
    """Devices whose clocks are seconds apart leave open whether the host asked its own CVM before it left."""
    failed = observation("cvm-failure", span=(18, 22), fault=(18, 20), repaired=(19, 20)).doubted(CVM_UNSEEN)
    back = observation("cvm-recovery", span=(40, 44), terminated=(40, 41), repaired=(41, 42))
    told = observation("route-injection", "logs", span=(10, 42), fault=(5, 30), repaired=(41, 42))

    (seen,) = as_told([failed, back], [told])

    assert (seen.kind, seen.points["fault"], seen.points["repaired"]) == (
        "route-injection",
        failed.points["repaired"],
        back.points["repaired"],
    )


@pytest.mark.parametrize("kind", ["cvm-recovery", "unexplained"])
def test_a_failure_and_a_return_stay_where_the_logs_show_no_injected_route(kind: EpisodeKind) -> None:
    failed = observation("cvm-failure", span=(18, 22), fault=(18, 20), repaired=(19, 20)).doubted(CVM_UNSEEN)
    back = observation("cvm-recovery", span=(40, 44), repaired=(41, 42))
    told = observation(kind, "logs", span=(10, 42), fault=(5, 30), repaired=(41, 42))

    assert as_told([failed, back], [told]) == (failed, back)


@pytest.mark.parametrize("told", ["route-injection", "unexplained", "cvm-failure", "cvm-recovery"])
def test_what_may_be_either_is_what_the_logs_show_it_to_be(told: EpisodeKind) -> None:
    moved, failed = observation("unexplained", span=(18, 22)), observation(span=(18, 22), repaired=(20, 20))
    seen = replace(observation("route-injection", span=(18, 22), fault=(20, 20)), otherwise=(failed,), either=(moved,))
    at = (20, 20)
    shown = observation(told, "logs", span=(10, 30), fault=at)
    if told == "cvm-failure":
        shown = observation(told, "logs", span=(10, 30), repaired=at)

    found = as_told([seen], [shown])

    assert found == {"route-injection": (seen,), "cvm-failure": (failed,)}.get(told, (moved,))


def test_a_failure_meanwhile_parts_an_injected_route_from_the_return_at_its_end() -> None:
    seen = observation("route-injection", span=(20, 90), fault=(20, 20), repaired=(90, 90), restored=(91, 91))
    back = observation("cvm-recovery", "logs", span=(60, 90), repaired=(90, 90))

    injected, returned = as_told([seen], [_either(), back])

    assert (injected.kind, set(injected.points)) == ("route-injection", {"fault"})
    assert (returned.kind, set(returned.points)) == ("cvm-recovery", {"repaired", "restored"})
    (only,) = as_told([seen], [back])
    assert only.kind == "cvm-recovery", "nobody typed a route while the own CVM served"


@pytest.mark.parametrize("end", ["repaired", "terminated"])
def test_an_illegal_route_after_a_failure_that_no_check_saw_is_given_back(end: str) -> None:
    """The own CVM failed, somebody mended that, and it served again before the next check."""
    failed = observation("cvm-failure", span=(18, 22), fault=(18, 20), repaired=(21, 22))
    back = {
        "repaired": observation("cvm-recovery", span=(40, 44), repaired=(41, 42)),
        "terminated": observation("cvm-recovery", span=(40, 44), terminated=(41, 42)),
    }[end]
    told = observation("route-injection", "logs", span=(10, 42), fault=(5, 30), terminated=(41, 42), repaired=(41, 42))

    (returned,) = as_seen([told], [failed, back])

    assert (returned.kind, set(returned.points)) == ("cvm-recovery", {"terminated", "repaired"})
    assert as_seen([told], [failed]) == (told,)
    assert as_seen([told], [failed.doubted(CVM_UNSEEN), back]) == (told,)


ELSEWHERE = Member("192.168.1.25")


INJECTED = observation("route-injection", span=(30, 70), fault=(30, 31), repaired=(69, 70))


FAILED = observation("cvm-failure", span=(20, 40), fault=(20, 21), repaired=(35, 36))


_MADE = observation("route-injection", "logs", span=(30, 40), fault=(35, 36))
TYPED = _MADE.at("fault", replace(_MADE.points["fault"], how=How("typed", user="root")))


def test_what_looks_like_an_injected_route_and_ends_as_a_failover_does_is_its_recovery() -> None:
    seen = replace(INJECTED, during=Path("remote", REMOTE))

    (told,) = as_told([seen], [observation("cvm-recovery", "logs", repaired=(70, 71))])

    assert (told.kind, told.before, list(told.points)) == ("cvm-recovery", seen.during, ["repaired"])


@pytest.mark.parametrize(
    "logs",
    [
        pytest.param((observation("cvm-recovery", "logs", repaired=(90, 91)),), id="another time"),
        pytest.param((observation("cvm-recovery", "logs", host=ELSEWHERE, repaired=(70, 71)),), id="another host"),
        pytest.param((observation("route-deletion", "logs", repaired=(70, 71)),), id="no recovery"),
        pytest.param(
            (
                observation("cvm-recovery", "logs", repaired=(70, 71)),
                observation("route-injection", "logs", repaired=(70, 71)),
            ),
            id="an injected route as well",
        ),
    ],
)
def test_else_it_stays_one(logs: tuple[Observation, ...]) -> None:
    assert as_told([INJECTED], logs) == (INJECTED,)


def may_be_failure(**known: str) -> Observation:
    """An injected route, as far as captures tell, or else the failure of a CVM that is still heard."""
    return replace(INJECTED, otherwise=(FAILED,), **known)


def test_the_logs_tell_that_it_was_the_repair_of_a_failure() -> None:
    mended = observation("cvm-failure", "logs", repaired=(30, 32))

    assert as_told([may_be_failure()], [mended]) == (FAILED,)
    assert as_told([may_be_failure(gateway=REMOTE)], [replace(mended, gateway=REMOTE)]) == (FAILED,)


@pytest.mark.parametrize(
    "logs",
    [
        pytest.param((observation("cvm-failure", "logs", repaired=(50, 51)),), id="another time"),
        pytest.param((observation("cvm-failure", "logs", host=ELSEWHERE, repaired=(30, 32)),), id="another host"),
        pytest.param((replace(observation("cvm-failure", "logs", repaired=(30, 32)), gateway=PEER),), id="a gateway"),
        pytest.param((observation("cvm-recovery", "logs", repaired=(30, 32)),), id="no failure"),
        pytest.param(
            (
                observation("cvm-failure", "logs", repaired=(30, 32)),
                observation("route-injection", "logs", fault=(30, 31)),
            ),
            id="an injected route as well",
        ),
    ],
)
def test_else_it_is_what_the_captures_take_it_for(logs: tuple[Observation, ...]) -> None:
    seen = may_be_failure(gateway=REMOTE)

    assert as_told([seen], logs) == (seen,)


def test_what_was_typed_is_the_repair_of_the_failure_that_the_captures_show() -> None:
    seen = replace(FAILED, before=Path("local"), during=Path("dead", CVM), after=Path("remote", REMOTE))

    (told,) = as_seen([TYPED], [seen])

    assert (told.kind, told.by_hand, told.doubts) == ("cvm-failure", True, (BY_HAND,))
    assert (told.before, told.during, told.after) == (seen.before, seen.during, seen.after)
    assert list(told.points) == ["repaired"]
    assert told.points["repaired"].at == TYPED.points["fault"].at
    assert told.points["repaired"].how.by_hand


@pytest.mark.parametrize(
    ("told", "wire"),
    [
        pytest.param(TYPED, (observation("cvm-failure", repaired=(60, 61)),), id="another time"),
        pytest.param(TYPED, (replace(FAILED, host=ELSEWHERE),), id="another host"),
        pytest.param(TYPED, (replace(FAILED, confidence="low"),), id="nothing sure"),
        pytest.param(TYPED, (observation("route-deletion", repaired=(35, 36)),), id="no failure"),
        pytest.param(TYPED, (FAILED, observation("route-injection", fault=(35, 36))), id="an injected route as well"),
        pytest.param(
            observation("route-injection", "logs", fault=(35, 36), detected=(40, 41)), (FAILED,), id="Genesis found it"
        ),
        pytest.param(
            observation("route-injection", "logs", fault=(35, 36), decided=(40, 41)), (FAILED,), id="Genesis decided"
        ),
        pytest.param(
            observation("route-injection", "logs", fault=(35, 36), repaired=(40, 41)), (FAILED,), id="repaired itself"
        ),
        pytest.param(observation("cvm-recovery", "logs", fault=(35, 36)), (FAILED,), id="no command"),
    ],
)
def test_else_it_is_what_the_logs_take_it_for(told: Observation, wire: tuple[Observation, ...]) -> None:
    assert as_seen([told], wire) == (told,)


def test_a_route_that_was_deleted_by_hand_ends_the_one_that_was_injected() -> None:
    told = observation("route-deletion", "logs", fault=(69, 70))

    (mended,) = as_seen([told], [INJECTED])

    assert (mended.kind, list(mended.points)) == ("route-injection", ["repaired"])


def _back() -> Observation:
    """A CVM that was not heard for a while and then was, and the end of a stay elsewhere."""
    seen = observation("cvm-recovery", span=(10, 60), fault=(10, 12), terminated=(58, 58), repaired=(59, 60))
    return replace(seen, before=Path("remote", via=REMOTE), cvm=CVM)


def test_what_looks_like_a_return_is_the_injected_route_that_the_check_found() -> None:
    told = observation("route-injection", "logs", span=(25, 60), fault=(25, 55), terminated=(57, 59), repaired=(59, 60))

    (seen,) = as_told([_back()], [told])

    assert (seen.kind, seen.before, seen.during.via, seen.cvm) == ("route-injection", Path("local"), REMOTE, None)
    assert "fault" not in seen.points


@pytest.mark.parametrize(
    "logs",
    [
        pytest.param(observation("route-injection", "logs", fault=(25, 55), repaired=(80, 81)), id="another time"),
        pytest.param(observation("cvm-recovery", "logs", fault=(25, 55), repaired=(59, 60)), id="a return"),
        pytest.param(
            observation("route-injection", "logs", fault=(25, 55), repaired=(59, 60)).doubted(BY_HAND, "low"),
            id="a log that begins late",
        ),
    ],
)
def test_else_it_is_a_return(logs: Observation) -> None:
    assert as_told([_back()], [logs]) == (_back(),)


def test_a_return_from_a_failure_that_captures_show_is_no_injected_route() -> None:
    failed = observation("cvm-failure", span=(0, 30), fault=(0, 1), repaired=(29, 30))
    told = observation("route-injection", "logs", span=(25, 60), fault=(25, 55), repaired=(59, 60))

    assert as_told([failed, _back()], [told]) == (failed, _back())


def test_a_command_that_was_run_again_mended_another_fault_where_the_first_had() -> None:
    told = observation("cvm-failure", "logs", span=(10, 90), detected=(10, 11), repaired=(88, 89)).doubted(RUN_AGAIN)
    seen = observation("cvm-failure", span=(0, 20), fault=(0, 1), repaired=(14, 15), restored=(20, 20))

    (first,) = as_seen([told], [seen])
    (again,) = as_seen([told], [seen.without("restored")])

    assert ("repaired" in first.points, first.doubts, first.end) == (False, (), seen.points["restored"].at.most)
    assert again == told


def test_a_route_that_the_logs_find_illegal_goes_on_while_the_own_cvm_is_silent_for_a_moment() -> None:
    begun = observation("route-injection", span=(20, 25), fault=(20, 20)).lacking("repaired", "right-since-failure")
    back = replace(observation("cvm-recovery", span=(30, 42), fault=(28, 29), repaired=(41, 42)), after=Path("local"))
    told = observation("route-injection", "logs", span=(20, 42), fault=(20, 20), repaired=(41, 42))

    (seen,) = as_told([begun, back], [told])

    assert (seen.kind, seen.points["fault"], seen.points["repaired"]) == (
        "route-injection",
        begun.points["fault"],
        back.points["repaired"],
    )
    assert (seen.after, dict(seen.absent), seen.end) == (Path("local"), {}, back.end)

    earlier = observation("route-injection", span=(2, 5), fault=(2, 2)).lacking("repaired", "right-since-failure")
    assert len(as_told([earlier, back], [told])) == 2


def _deleted() -> Observation:
    """A deletion by hand that Genesis seems to repair minutes later."""
    told = observation(
        "route-deletion", "logs", span=(20, 200), fault=(20, 21), detected=(190, 191), repaired=(194, 195)
    )
    typed = replace(told.points["fault"], how=How("typed", user="root"))
    return replace(told.at("fault", typed), before=Path("remote", via=REMOTE), after=Path("remote", via=PEER), cvm=CVM)


def test_a_deletion_by_which_the_host_is_back_is_the_return_and_what_genesis_finds_later_a_failure() -> None:
    back = observation("cvm-recovery", span=(10, 22), repaired=(20, 21), restored=(22, 22))

    returned, failed = as_seen([_deleted()], [back])

    assert (returned.kind, returned.by_hand, returned.doubts) == ("cvm-recovery", True, (BY_HAND,))
    assert (list(returned.points), returned.before.via, returned.after.kind) == (["repaired"], REMOTE, "local")
    assert (failed.kind, list(failed.points), failed.cvm) == ("cvm-failure", ["detected", "repaired"], CVM)
    assert (failed.before.kind, failed.after.via) == ("local", PEER)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(observation("cvm-recovery", span=(10, 22), repaired=(20, 21)), id="service is not seen back"),
        pytest.param(
            observation("cvm-recovery", span=(10, 22), repaired=(20, 21), restored=(189, 189)),
            id="nor before the check",
        ),
        pytest.param(
            observation("cvm-recovery", span=(50, 62), repaired=(60, 61), restored=(62, 62)), id="another change"
        ),
    ],
)
def test_else_the_deletion_is_what_genesis_repairs(seen: Observation) -> None:
    assert as_seen([_deleted()], [seen]) == (_deleted(),)


@pytest.mark.parametrize(
    ("after", "confidence", "fault", "kind"),
    [
        ("local", "high", (60, 61), "route-deletion"),
        ("remote", "high", (60, 61), "cvm-recovery"),
        ("local", "medium", (60, 61), "cvm-recovery"),
        ("local", "high", (30, 31), "cvm-recovery"),
    ],
    ids=["at its own, not initialised", "another path", "not sure", "another time"],
)
def test_a_return_by_a_route_that_was_deleted_too_early_is_that_deletion(
    after: Literal["local", "remote"], confidence: Confidence, fault: tuple[int, int], kind: EpisodeKind
) -> None:
    back = replace(
        observation("cvm-recovery", fault=(50, 52), repaired=(60, 61), restored=(61, 62)), before=Path("remote")
    )
    told = replace(observation("route-deletion", "logs", fault=fault), after=Path(after), confidence=confidence)

    (seen,) = as_told([back], [told])

    assert seen.kind == kind
    assert seen.points["fault"].at == back.points["repaired" if kind == "route-deletion" else "fault"].at
    assert ("repaired" in seen.points) == (kind == "cvm-recovery")


@pytest.mark.parametrize(
    ("fault", "repaired", "before", "kind"),
    [
        ((40, 41), (60, 61), "local", "cvm-failure"),
        ((20, 21), (60, 61), "local", "route-deletion"),
        ((40, 41), (90, 91), "local", "route-deletion"),
        ((40, 41), (60, 61), "remote", "route-deletion"),
    ],
    ids=["it served until then", "it had failed before", "another repair", "another CVM's end"],
)
def test_a_deletion_while_the_own_cvm_served_is_none_where_that_failed_since(
    fault: tuple[int, int], repaired: tuple[int, int], before: Literal["local", "remote"], kind: EpisodeKind
) -> None:
    seen = replace(observation(fault=fault, repaired=repaired), before=Path(before))
    told = observation("route-deletion", "logs", fault=(30, 31), detected=(55, 56), repaired=(60, 61))

    (mended,) = as_seen([replace(told, before=Path("remote"))], [seen])

    assert mended.kind == kind
    assert ("fault" in mended.points) == (kind == "route-deletion")
