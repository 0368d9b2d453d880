"""What logs take a change for is what captures show it to be; else it stays."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.correlate.observation import BY_HAND, LOG_BEGINS_LATE, RETURN_UNLOGGED, Observation
from analyzer.correlate.one_change.logs_by_captures import (
    IN_VAIN,
    RUN_AGAIN,
    _given_back,
    as_seen,
)
from analyzer.correlate.one_change.near import CVM_UNSEEN, FAILURE_OR_ROUTE
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import Confidence, EpisodeKind
from analyzer.model.measurement import How
from analyzer.model.path import Path
from tests.correlate.builder import CVM, NOBODY, PEER, REMOTE
from tests.correlate.made import observation


def test_alone_it_keeps_its_kind() -> None:
    one = observation()

    assert as_seen([one], []) == (one,)


def _either() -> Observation:
    """A route that was typed about when the own CVM failed: logs don't have which came first."""
    made = observation("unexplained", "logs", span=(20, 40), fault=(20, 20))
    made = made.at("fault", replace(made.points["fault"], how=How("typed", user="root")))
    return made.doubted(FAILURE_OR_ROUTE, "low")


def test_a_route_that_was_typed_before_the_own_cvm_failed_is_an_injection() -> None:
    """Nothing has to be repaired since: Genesis is not judged."""
    seen = observation("route-injection", span=(20, 40), fault=(20, 20)).lacking("repaired", "right-since-failure")

    (told,) = as_seen([_either()], [seen])

    assert (told.kind, told.doubts, told.by_hand) == ("route-injection", (), False)
    assert told.absent["repaired"] == "right-since-failure"


def test_of_a_typed_route_that_captures_don_t_have_as_right_it_is_not_said() -> None:
    """Genesis had to delete it."""
    (told,) = as_seen([_either()], [observation("route-injection", span=(20, 40), fault=(20, 20))])

    assert told.kind == "route-injection"
    assert "repaired" not in told.absent


def test_a_route_that_was_typed_after_the_own_cvm_failed_is_its_repair() -> None:
    seen = observation("cvm-failure", span=(10, 40), fault=(10, 10), repaired=(20, 20))

    (told,) = as_seen([_either()], [seen])

    assert (told.kind, told.by_hand, told.doubts) == ("cvm-failure", True, (BY_HAND,))
    assert told.points.keys() == {"repaired"}


def test_without_captures_of_it_a_typed_route_stays_either() -> None:
    either = _either()

    assert as_seen([either], [observation("route-injection", span=(60, 90), fault=(60, 60))]) == (either,)


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


def test_a_command_that_was_run_again_mended_another_fault_where_the_first_had() -> None:
    told = observation("cvm-failure", "logs", span=(10, 90), detected=(10, 11), repaired=(88, 89)).doubted(RUN_AGAIN)
    seen = observation("cvm-failure", span=(0, 20), fault=(0, 1), repaired=(14, 15), restored=(20, 20))

    (first,) = as_seen([told], [seen])
    (again,) = as_seen([told], [seen.without("restored")])

    assert ("repaired" in first.points, first.doubts, first.end) == (False, (), seen.points["restored"].at.most)
    assert again == told
    plain = replace(told, doubts=())
    assert as_seen([plain], [seen]) == (plain,), "no command was run again"


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


def _come_back(end: Literal["repaired", "terminated"] = "repaired", at: tuple[int, int] = (59, 60)) -> Observation:
    """The return of the own CVM."""
    made = observation("cvm-recovery", span=(30, 60), fault=(30, 32), repaired=at)
    if end == "terminated":
        made = observation("cvm-recovery", span=(30, 60), fault=(30, 32), terminated=at)
    return replace(made, before=Path("remote", REMOTE))


@pytest.mark.parametrize("end", ["repaired", "terminated"])
@pytest.mark.parametrize("adrift", [False, True])
def test_a_log_that_begins_with_the_deletion_has_that_of_the_return(
    end: Literal["repaired", "terminated"], adrift: bool
) -> None:
    told = observation("route-injection", "logs", detected=(55, 56), repaired=(58, 60)).doubted(BY_HAND, "low")
    back = _come_back(end)

    (seen,) = as_seen([replace(told, adrift=adrift)], [back])

    assert (seen.kind, seen.before.via) == ("cvm-recovery", REMOTE)


@pytest.mark.parametrize(
    ("told", "wire"),
    [
        pytest.param("high", (_come_back(),), id="a log that is sure"),
        pytest.param("low", (_come_back(at=(80, 81)),), id="another time"),
        pytest.param("low", (replace(_come_back(), confidence="low"),), id="captures that are not"),
        pytest.param("low", (_come_back(), _come_back()), id="two returns"),
        pytest.param("low", (_come_back(), INJECTED), id="an injected route as well"),
    ],
)
def test_else_it_stays_that_of_a_route(told: Confidence, wire: tuple[Observation, ...]) -> None:
    one = replace(observation("route-injection", "logs", detected=(55, 56), repaired=(59, 60)), confidence=told)

    assert as_seen([one], wire) == (one,)


@pytest.mark.parametrize(("adrift", "kind"), [(False, "cvm-recovery"), (True, "route-injection")])
def test_a_route_that_came_as_the_own_cvm_was_gone_is_given_back(adrift: bool, kind: str) -> None:
    appeared = observation("unexplained", span=(26, 27), restored=(26, 27)).doubted(FAILURE_OR_ROUTE, "low")
    appeared = replace(appeared, before=Path("unknown"), after=Path("remote"))
    told = observation("route-injection", "logs", fault=(10, 55), detected=(55, 56), repaired=(59, 60))

    (seen,) = as_seen([replace(told, adrift=adrift)], [appeared, _come_back()])

    assert seen.kind == kind


@pytest.mark.parametrize(
    ("gateway", "failed", "kind"),
    [
        pytest.param(REMOTE, (20, 21), "cvm-recovery", id="a failure before the check"),
        pytest.param(REMOTE, (54, 57), "route-injection", id="sooner than Genesis finds a CVM down"),
        pytest.param(NOBODY, (20, 21), "route-injection", id="of another gateway"),
    ],
)
def test_a_route_is_given_back_where_the_own_cvm_can_have_led_to_it(
    gateway: str, failed: tuple[int, int], kind: str
) -> None:
    gone = observation(span=failed, fault=failed, repaired=failed)
    told = observation("route-injection", "logs", fault=(10, 55), detected=(55, 55), repaired=(59, 60))

    (seen,) = as_seen([replace(told, gateway=gateway)], [gone, replace(_come_back(), gateway=REMOTE)])

    assert seen.kind == kind


@pytest.mark.parametrize(
    ("via", "typed", "kind"),
    [
        pytest.param(None, (18, 21), "cvm-failure", id="of a route that no log has"),
        pytest.param(None, (25, 26), "route-deletion", id="after the own CVM had failed"),
        pytest.param(REMOTE, (18, 21), "route-deletion", id="of the route by which the host was served"),
    ],
)
def test_a_deletion_in_vain_just_before_a_failure_is_no_part_of_it(
    via: str | None, typed: tuple[int, int], kind: EpisodeKind
) -> None:
    told = observation("route-deletion", "logs", span=(18, 36), fault=typed, detected=(30, 31), repaired=(35, 36))
    told = replace(told, before=Path("remote", via))

    (seen,) = as_seen([told], [replace(FAILED, before=Path("local"))])

    assert seen.kind == kind
    assert ("fault" in seen.points) == (kind == "route-deletion")


def _home(*, restored: tuple[int, int]) -> Observation:
    """A host that leaves a remote path, and is served by its own CVM later."""
    seen = observation("unexplained", span=(59, 80), fault=(59, 61), restored=restored)
    return replace(seen, before=Path("remote", REMOTE), after=Path("local"))


@pytest.mark.parametrize(
    ("restored", "by_hand", "kind"),
    [
        pytest.param((80, 80), True, "route-deletion", id="served long after it"),
        pytest.param((62, 62), True, "cvm-recovery", id="served at once"),
        pytest.param((80, 80), False, "cvm-recovery", id="deleted by Genesis"),
    ],
)
def test_a_route_that_was_deleted_by_hand_while_the_own_cvm_did_not_serve_was_right(
    restored: tuple[int, int], by_hand: bool, kind: EpisodeKind
) -> None:
    seen = _home(restored=restored)
    told = replace(observation("cvm-recovery", "logs", span=(59, 61), repaired=(60, 61)), by_hand=by_hand)

    (one,) = as_seen([told], [seen])

    assert one.kind == kind
    assert ("fault" in one.points) == (kind == "route-deletion")


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        pytest.param(observation("cvm-recovery", span=(40, 61), repaired=(60, 61)), "cvm-recovery", id="shown back"),
        pytest.param(_home(restored=(60, 60)), "cvm-recovery", id="served at once"),
        pytest.param(_home(restored=(67, 67)), "unexplained", id="served some seconds later"),
    ],
)
def test_whether_a_cvm_was_back_that_no_check_tells_of_captures_may_show(seen: Observation, kind: EpisodeKind) -> None:
    told = observation("unexplained", "logs", span=(60, 90), fault=(60, 60)).doubted(RETURN_UNLOGGED, "low")

    (one,) = as_seen([replace(told, before=Path("remote", REMOTE), after=Path("local"))], [seen])

    assert (one.kind, one.by_hand) == (kind, kind == "cvm-recovery")
    assert ("repaired" in one.points) == (kind == "cvm-recovery")


@pytest.mark.parametrize(
    ("began", "in_vain", "kind"),
    [
        pytest.param((8, 9), True, "unexplained", id="its own CVM did not answer before"),
        pytest.param((8, 9), False, "route-injection", id="nothing shows that it turned to that one"),
        pytest.param((22, 23), True, "route-injection", id="its own CVM failed later"),
    ],
)
def test_a_host_that_turns_to_its_own_cvm_in_vain_had_no_route_elsewhere(
    began: tuple[int, int], in_vain: bool, kind: EpisodeKind
) -> None:
    """A route that was typed while the own CVM hung, which no check saw."""
    stall = observation("unexplained", span=(began[0], 40), fault=began, restored=(40, 40))
    stall = stall.doubted(IN_VAIN, "low") if in_vain else stall
    told = observation("route-injection", "logs", span=(10, 36), fault=(10, 20), detected=(30, 31), repaired=(35, 36))

    (one,) = as_seen([told], [stall])

    assert one.kind == kind
    assert (FAILURE_OR_ROUTE in one.doubts) == (kind == "unexplained")


@pytest.mark.parametrize(("repaired", "kind"), [((19, 21), "unexplained"), ((50, 51), "cvm-failure")])
def test_a_log_adrift_does_not_tell_of_what_a_placed_log_has_the_repair_of(
    repaired: tuple[int, int], kind: EpisodeKind
) -> None:
    seen = observation("cvm-failure", span=(10, 40), fault=(10, 10), repaired=(20, 20))
    placed = observation("cvm-failure", "logs", span=(10, 60), repaired=repaired)

    told, _ = as_seen([replace(_either(), adrift=True), placed], [seen])

    assert told.kind == kind


def test_only_an_injected_route_that_was_deleted_may_have_been_the_end_of_a_failure() -> None:
    failed = observation("cvm-failure", span=(18, 22), fault=(18, 20), repaired=(21, 22))
    back = observation("cvm-recovery", span=(40, 44), terminated=(41, 42), repaired=(41, 42))
    told = observation("route-injection", "logs", span=(10, 42), fault=(5, 30), terminated=(41, 42), repaired=(41, 42))

    assert _given_back(told, [failed, back]).kind == "cvm-recovery"
    assert _given_back(replace(told, kind="route-deletion"), [failed, back]).kind == "route-deletion"
    assert _given_back(told.without("repaired"), [failed, back]).kind == "route-injection"


@pytest.mark.parametrize(
    ("shown", "at", "confidence", "kind"),
    [
        pytest.param("route-injection", 60, "high", "route-injection", id="a route too many"),
        pytest.param("cvm-recovery", 60, "medium", "cvm-recovery", id="a return"),
        pytest.param("route-injection", 60, "low", "unexplained", id="not for sure"),
        pytest.param("route-injection", 90, "high", "unexplained", id="another one"),
        pytest.param("cvm-failure", 60, "high", "unexplained", id="which Genesis does not end so"),
    ],
)
def test_what_genesis_deleted_is_what_captures_show_to_end_with_it(
    shown: EpisodeKind, at: int, confidence: Confidence, kind: EpisodeKind
) -> None:
    seen = replace(observation(shown, span=(40, at), repaired=(at, at)), confidence=confidence)
    told = observation("unexplained", "logs", span=(50, 61), detected=(55, 55), repaired=(60, 60))
    told = told.doubted(LOG_BEGINS_LATE, "low").doubted(RETURN_UNLOGGED, "low")

    (one,) = as_seen([told], [seen])

    assert one.kind == kind
