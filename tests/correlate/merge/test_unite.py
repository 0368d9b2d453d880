"""Uniting what captures and logs show of one fault; contradictions are doubts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.cause_and_effect import correction
from analyzer.correlate.matching import match
from analyzer.correlate.merge.unite import unite
from analyzer.correlate.observation import BY_OTHERS, Point
from analyzer.correlate.one_change.near import FAILURE_OR_ROUTE
from analyzer.model.episode import Statement
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.told import Doubt
from tests.correlate.builder import CVM, HOST, PEER, REMOTE
from tests.correlate.made import observation


def test_an_unexplained_silence_is_what_the_log_says_it_was() -> None:
    seen, told = observation("unexplained"), observation("route-deletion", "logs")

    assert match([seen], [told]) == [(0, 0)]
    assert unite(seen, told).kind == "route-deletion"


@pytest.mark.parametrize("how", ["refused", "unanswered"])
def test_a_cvm_that_had_stopped_leaves_open_whether_the_route_was_wrong(how: str) -> None:
    refused = observation("unexplained").claimed(Statement("connections-refused"), [Origin("vmk1.pcap", 1)])
    unanswered = observation("unexplained").doubted(Doubt("unanswered-inside"), "low")
    stopped = refused if how == "refused" else unanswered
    told = observation("route-injection", "logs", repaired=(7, 8))

    united = unite(stopped, told)

    assert (united.kind, united.confidence) == ("unexplained", "low")
    assert FAILURE_OR_ROUTE in united.doubts
    assert unite(observation("unexplained"), told).kind == "route-injection"


@pytest.mark.parametrize(("typed", "fault"), [((-20, 9), (0, 9)), ((4, 5), (4, 5))], ids=["by-checks", "dated"])
def test_a_route_to_nobody_is_wrong_whenever_the_cvm_stopped(typed: tuple[int, int], fault: tuple[int, int]) -> None:
    stall = observation("unexplained", fault=(0, 1)).claimed(Statement("connections-refused"), [Origin("vmk1.pcap", 1)])
    told = replace(observation("route-injection", "logs", fault=typed, repaired=(14, 15)), gateway_valid=False)

    united = unite(stall, told)

    assert (united.kind, united.confidence) == ("route-injection", "high")
    assert (united.points["fault"].at.least, united.points["fault"].at.most) == (fault[0] * SECOND, fault[1] * SECOND)
    assert unite(stall, replace(told, gateway_valid=True)).kind == "unexplained"


def test_both_tell_an_instant_and_what_both_allow_stays() -> None:
    united = unite(observation(fault=(2, 6)), observation(basis="logs", fault=(0, 4)))

    point = united.points["fault"]
    assert (point.at.least, point.at.most) == (2 * SECOND, 4 * SECOND)
    assert {origin.source for origin in point.origins} == {"wire.file", "logs.file"}
    assert united.confidence == "high"


def test_the_begin_of_a_stall_is_no_return_of_a_cvm() -> None:
    stall = observation("unexplained", fault=(6, 7), restored=(8, 8))

    told = unite(stall, observation("cvm-recovery", "logs", fault=(0, 8), repaired=(6, 8)))
    untold = unite(stall, observation("cvm-recovery", "logs", repaired=(6, 8)))
    seen = unite(replace(stall, kind="cvm-recovery"), observation("cvm-recovery", "logs", fault=(0, 8)))

    assert (told.points["fault"].at.least, told.points["fault"].at.most) == (0, 8 * SECOND)
    assert "fault" not in untold.points
    assert "restored" in untold.points
    assert seen.points["fault"].at.least == 6 * SECOND


def test_a_contradiction_is_a_doubt_and_no_average_and_either_may_be_right() -> None:
    united = unite(observation(repaired=(2, 3)), observation(basis="logs", repaired=(7, 8)))

    assert united.points["repaired"].at == Instant("c", 2 * SECOND, 8 * SECOND)
    assert united.confidence != "high"
    assert united.doubts == (Doubt("contradicted", instant="repaired"),)


def test_a_path_that_the_wire_saw_is_kept_and_named_by_the_log() -> None:
    seen = replace(observation(), after=Path("remote", "00:0c:29:c0:01:28", HOST, "00:0c:29:c0:01:28"))
    told = replace(observation(basis="logs"), after=Path("remote", REMOTE))

    assert unite(seen, told).after == Path("remote", REMOTE, HOST, "00:0c:29:c0:01:28")


@pytest.mark.parametrize("path", [Path("remote", REMOTE), Path("remote"), Path("local")])
def test_a_silence_of_which_nobody_knows_the_way_takes_the_logs_path(path: Path) -> None:
    seen = replace(observation(), after=Path("dead"))
    told = replace(observation(basis="logs"), after=path)

    assert unite(seen, told).after == path


def test_a_gateway_that_the_wire_saw_dead_stays_dead() -> None:
    seen = replace(observation("route-injection"), during=Path("dead", REMOTE))
    told = replace(observation("route-injection", "logs"), during=Path("remote", REMOTE))

    assert unite(seen, told).during == Path("dead", REMOTE)


def test_the_return_of_another_path_is_not_this_episodes_end() -> None:
    """vmk1 alone: silent from the failure to the failback, which the log tells as two episodes."""
    seen = replace(observation("unexplained", fault=(2, 6), restored=(200, 200)), after=Path("local"))
    told = replace(observation(basis="logs", fault=(0, 4), repaired=(30, 31)), after=Path("remote", REMOTE))

    united = unite(seen, told)

    assert united.after == Path("remote", REMOTE)
    assert "restored" not in united.points
    assert united.points["fault"].at == Instant("c", 2 * SECOND, 4 * SECOND)


def test_what_a_doubtful_wire_took_for_another_kind_does_not_move_the_fault() -> None:
    remote = Path("remote", via=REMOTE)
    seen = replace(observation("cvm-recovery", fault=(7, 8)), confidence="low", before=remote)
    told = replace(observation("route-injection", "logs", fault=(2, 3)), before=Path("local"))

    united = unite(seen, told)

    assert united.points["fault"].at == Instant("c", 2 * SECOND, 3 * SECOND)
    assert united.before == Path("local")


def test_who_it_was_is_the_logs_word_and_else_the_wires() -> None:
    seen = replace(observation(), cvm=PEER, gateway=PEER)
    told = replace(observation(basis="logs"), cvm=CVM, gateway=REMOTE)

    assert [(one.cvm, one.gateway) for one in (unite(seen, told), unite(seen, observation(basis="logs")))] == [
        (CVM, REMOTE),
        (PEER, PEER),
    ]


def test_evidence_that_ends_too_soon_is_a_doubt_unless_the_other_shows_the_repair() -> None:
    cut_off = Doubt("not-repaired")
    seen = observation().doubted(cut_off)

    assert unite(seen, observation(basis="logs")).doubts == (cut_off,)
    assert unite(seen, observation(basis="logs", repaired=(5, 6))).doubts == ()


def test_a_silence_of_the_remote_path_is_not_the_path_before_an_injection() -> None:
    """Span alone shows that the remote path falls silent; where the host was before and after, the log tells."""
    remote, local = Path("remote", via=REMOTE), Path("local")
    stall = observation("unexplained", span=(20, 90), fault=(20, 20), restored=(90, 90))
    seen = replace(stall, before=remote, after=remote)
    fault = observation("route-injection", "logs", span=(0, 25), fault=(0, 10), detected=(10, 10), repaired=(19, 21))
    told = replace(fault, before=local, during=remote, after=local)

    united = unite(seen, told)

    assert [path.kind for path in (united.before, united.during, united.after)] == ["local", "remote", "local"]
    assert correction([(seen, told)])[0] is not None  # its fault and its return are other ones


def test_a_cvm_speaks_before_its_stargate_serves() -> None:
    seen = observation("cvm-recovery")
    first = Point(Instant("c", SECOND, 2 * SECOND), (), How("first-frame-of-cvm"))
    told = observation("cvm-recovery", "logs", fault=(4, 8))

    united = unite(seen.at("fault", first), told)

    assert united.points["fault"] == told.points["fault"]
    assert united.doubts == ()


def test_a_first_frame_after_the_check_that_found_the_cvm_back_is_anothers() -> None:
    first = Point(Instant("c", 40 * SECOND, 42 * SECOND), (), How("first-frame-of-cvm"))
    seen = observation("cvm-recovery", span=(38, 45)).at("fault", first)
    told = observation("cvm-recovery", "logs", span=(30, 45), detected=(38, 39), repaired=(43, 44))

    assert "fault" not in unite(seen, told).points


def test_a_route_that_a_failure_made_right_was_not_repaired_by_a_check_that_found_it_so() -> None:
    seen = observation("route-injection", span=(0, 5), fault=(1, 2)).lacking("repaired", "right-since-failure")
    told = observation("route-injection", "logs", fault=(1, 2), repaired=(4, 9))
    guessed = told.at("repaired", replace(told.points["repaired"], how=How("decision-to-right")))

    assert unite(seen, guessed).absent["repaired"] == "right-since-failure"
    assert "repaired" not in unite(seen, guessed).points
    assert unite(seen, told).points["repaired"] == told.points["repaired"]


def test_an_injected_route_of_which_only_logs_have_the_deletion_is_gone() -> None:
    remote = Path("remote", via="192.168.1.28")
    seen = replace(observation("route-injection", fault=(0, 1)), before=Path("local"), during=remote, after=remote)
    told = observation("route-injection", "logs", span=(0, 30), fault=(0, 12), repaired=(29, 30))
    told = replace(told, before=Path("local"), after=Path("local"))

    assert unite(seen, told).after == Path("local")
    assert unite(seen, told.without("repaired")).after == remote


def test_a_stall_does_not_settle_what_a_log_leaves_open() -> None:
    told = observation("unexplained", "logs").doubted(FAILURE_OR_ROUTE, "low")

    united = unite(observation("unexplained"), told)

    assert (united.kind, united.confidence, united.doubts) == ("unexplained", "low", (FAILURE_OR_ROUTE,))


@pytest.mark.parametrize(
    ("restored", "repaired", "kind"),
    [
        pytest.param(60, None, "unexplained", id="over-before-genesis-decided"),
        pytest.param(74, None, "cvm-failure", id="over-after-that"),
        pytest.param(60, 74, "cvm-failure", id="genesis-acted-all-the-same"),
    ],
)
def test_a_stall_that_was_over_before_genesis_decided_what_it_never_did(
    restored: int, repaired: int | None, kind: str
) -> None:
    remote = Path("remote", "192.168.1.28")
    seen = observation("unexplained", span=(40, restored), fault=(40, 41), restored=(restored, restored))
    told = observation("cvm-failure", "logs", span=(38, 72), fault=(38, 72), decided=(71, 72))
    if repaired is not None:
        told = told.at("repaired", observation(repaired=(repaired, repaired)).points["repaired"])

    assert unite(replace(seen, before=remote, after=remote), told).kind == kind


def test_the_silence_of_the_remote_path_does_not_begin_an_injected_route() -> None:
    seen = replace(observation("unexplained", span=(3, 27), fault=(3, 27)), before=Path("remote"), after=Path("remote"))
    told = observation("route-injection", "logs", span=(-4, 30), fault=(-4, 26), repaired=(29, 29))

    united = unite(seen, replace(told, before=Path("local"), after=Path("local")))

    assert united.points["fault"].at == told.points["fault"].at


def test_what_a_log_has_long_after_service_was_restored_is_no_part_of_it() -> None:
    """A clock that was set forward in the outage: nothing is found after it is mended."""
    seen = observation(span=(0, 60), fault=(0, 1), repaired=(30, 60), restored=(60, 60))
    told = observation(
        basis="logs", span=(-9, 2_000), fault=(-9, 1_990), detected=(1_990, 1_991), repaired=(1_995, 1_996)
    )

    united = unite(seen, told)

    assert not {"detected", "check"} & united.points.keys()
    assert united.points["repaired"].at == seen.points["repaired"].at
    assert Doubt("contradicted", instant="detected") in united.doubts
    assert "detected" in unite(seen, observation(basis="logs", detected=(62, 64))).points


def test_who_put_it_right_is_as_unknown_with_captures_as_without() -> None:
    told = replace(observation(basis="logs", fault=(2, 4), repaired=(7, 8)).doubted(BY_OTHERS), by_hand=True)

    united = unite(observation(fault=(2, 6)), told)

    assert united.by_hand
    assert united.doubts == (BY_OTHERS,)


def test_a_cvm_that_genesis_had_found_absent_before_its_last_frame_had_stopped_serving_sooner() -> None:
    seen = observation(fault=(20, 26), repaired=(20, 26), restored=(26, 26)).doubted(Doubt("fault-by-last-frame"))
    told = observation(basis="logs", fault=(0, 4), detected=(5, 6), repaired=(9, 10))

    united = unite(seen, told)

    assert united.doubts == ()
    assert {name: united.points[name].at for name in ("fault", "repaired")} == {
        name: told.points[name].at for name in ("fault", "repaired")
    }
    assert united.points["restored"].at == seen.points["restored"].at


def test_that_a_cvm_served_until_its_last_frame_is_assumed_with_a_log_too() -> None:
    assumed = Doubt("fault-by-last-frame")
    seen = observation(fault=(2, 6)).doubted(Doubt("local-path-unseen")).doubted(assumed)

    united = unite(seen, observation(basis="logs", fault=(0, 4)))

    assert (united.doubts, united.confidence) == ((assumed,), "high")
