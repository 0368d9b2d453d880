"""The silence at a fault: exact where both sides of the host are heard, a bound elsewhere; stalled or idle."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from msgspec.structs import replace as replace_run

from analyzer.measure.index import Asked
from analyzer.measure.outage import RUN_PAUSE, outage, switch_back
from analyzer.model.episode import Episode
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED, Instant, Span
from analyzer.model.measurement import How, InstantName, KnownInstant, KnownMeasurement, Measurement, MissingMeasurement
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.traffic import Operation, ServedRun
from tests.measure.builder import OUTSIDE, VMK0, VMK1, at, call, episode, evidence, served, traffic

COVERED = (0, 90 * SECOND)
FAULT: dict[InstantName, Instant] = {"fault": at(30_000, 30_200)}
USUAL = [(ms, ms + 400) for ms in range(0, 30_000, 1_100)]  # runs with pauses of 700 ms


def failed(
    runs: tuple[ServedRun, ...],
    proof: Evidence | None = None,
    *,
    told: Episode | None = None,
    covered: tuple[int, int] | None = COVERED,
) -> Measurement:
    told = told or episode(instants=FAULT)
    return outage(told, traffic(told, runs, proof), covered)


def known(measurement: Measurement) -> KnownMeasurement:
    assert isinstance(measurement, KnownMeasurement), measurement
    return measurement


def test_the_silence_is_exact_where_both_sides_are_heard() -> None:
    found = known(failed(served((0, 30_100), (57_100, 90_000)), evidence(call(30_300, None))))

    assert found.span == Span(27 * SECOND, 27 * SECOND)
    assert found.note == "calls-outstanding"
    assert [origin.number for origin in found.origins] == [3, 4]


def test_a_first_reply_that_the_capture_may_lack_makes_the_silence_shorter() -> None:
    told = episode(instants={**FAULT, "restored": at(57_000, 57_100)})

    found = known(failed(served((0, 30_100), (57_100, 90_000)), evidence(call(30_300, None)), told=told))

    assert found.span == Span(26_900 * MILLISECOND, 27 * SECOND)


def test_a_call_that_is_sent_just_before_the_reply_was_not_outstanding() -> None:
    found = known(failed(served((0, 30_100), (57_100, 90_000)), evidence(call(57_099, 57_100))))

    assert found.note == "far-beyond-usual"


def test_a_silence_of_the_usual_kind_is_idle_or_stalled() -> None:
    runs = served(*USUAL, (32_000, 90_000))

    found = known(failed(runs))

    assert found.note == "idle-or-stalled"


def test_one_side_alone_only_bounds_it() -> None:
    found = known(failed(served((0, 30_100), (57_100, 90_000)), evidence(heard=frozenset({VMK1}))))

    assert found.span == Span(0, 27 * SECOND)
    assert found.note == "other-path-unseen"


def test_one_side_is_enough_where_a_call_waited_and_was_answered() -> None:
    proof = evidence(call(30_300, 57_100), heard=frozenset({VMK1}))

    assert known(failed(served((0, 30_100), (57_100, 90_000)), proof)).span == Span(27 * SECOND, 27 * SECOND)


def test_a_call_that_waited_at_the_own_cvm_shows_nothing_of_who_was_elsewhere() -> None:
    """By an injected route, which was deleted before the hung NFS server of its own CVM went on."""
    proof = evidence(call(30_300, 57_100), heard=frozenset({VMK1}))
    told = episode("route-injection", instants=FAULT)

    found = known(failed(served((0, 30_100), (57_100, 90_000)), proof, told=told))

    assert (found.span, found.note) == (Span(0, 27 * SECOND), "other-path-unseen")


def test_a_call_that_was_never_answered_may_have_been_sent_again_elsewhere() -> None:
    proof = evidence(call(30_300, None), heard=frozenset({VMK1}))

    assert known(failed(served((0, 30_100), (57_100, 90_000)), proof)).span.least == 0


def test_a_capture_without_link_layer_has_all_addresses() -> None:
    runs = served((0, 30_100), (57_100, 90_000))

    told = episode(instants=FAULT)
    proof = evidence(heard=frozenset())

    found = outage(told, traffic(told, runs, proof, macs=frozenset({""})), COVERED)

    assert known(found).span.width == 0


def test_service_that_never_paused_had_no_outage_beyond_the_usual() -> None:
    found = known(failed(served((0, 90_000))))

    assert found.span == Span(0, RUN_PAUSE)
    assert found.note == "no-pause"


def test_service_that_never_returned_lasts_at_least_to_the_end() -> None:
    found = known(failed(served((0, 29_900)), told=episode(instants={"fault": at(30_000)})))

    assert found.span == Span(90 * SECOND - 29_900 * MILLISECOND, UNBOUNDED)
    assert found.note == "not-over"


def test_service_that_left_the_only_side_that_is_heard_may_go_on() -> None:
    proof = evidence(heard=frozenset({VMK1}))

    found = failed(served((0, 29_900)), proof, told=episode(instants={"fault": at(30_000)}))

    assert isinstance(found, MissingMeasurement)
    assert found.absence == "not-in-evidence"


@pytest.mark.parametrize(
    ("told", "runs", "covered"),
    [
        (episode(instants=FAULT), served((0, 90_000)), None),
        (episode(), served((0, 90_000)), COVERED),
        (episode(instants={"fault": at(-9_000)}), served((0, 90_000)), COVERED),
        (episode(instants={"fault": at(99_000)}), served((0, 90_000)), COVERED),
        (episode(instants=FAULT), (), COVERED),
        (episode(instants=FAULT), served((0, 90_000), host="192.168.1.25"), COVERED),
        (episode(instants=FAULT), served((57_000, 90_000)), COVERED),
    ],
    ids=["no-capture", "no-fault", "before", "after", "no-reply", "another-host", "only-after"],
)
def test_what_can_not_be_had_is_absent(
    told: Episode, runs: tuple[ServedRun, ...], covered: tuple[int, int] | None
) -> None:
    assert isinstance(failed(runs, told=told, covered=covered), MissingMeasurement)


EARLY = episode(instants={"fault": at(-9_000, 58_000), "detected": at(50_000), "restored": at(58_000)})


def test_the_silence_in_which_genesis_found_a_failure_is_its_own_where_that_may_be_before_the_capture() -> None:
    found = known(failed(served((0, 30_100), (57_100, 90_000)), evidence(call(30_300, None)), told=EARLY))

    assert found.span == Span(27 * SECOND, 27 * SECOND)


@pytest.mark.parametrize(
    "runs",
    [
        served((0, 20_000), (25_000, 30_100), (57_100, 90_000)),
        served((0, 30_100), (40_000, 90_000)),
        served((58_000, 90_000)),
    ],
    ids=["two-silences", "over-when-found", "none-before"],
)
def test_no_other_silence_is(runs: tuple[ServedRun, ...]) -> None:
    assert isinstance(failed(runs, evidence(call(30_300, None)), told=EARLY), MissingMeasurement)


def test_silences_elsewhere_in_the_capture_are_not_this_outage() -> None:
    runs = served((0, 5_000), (20_000, 30_100), (40_100, 60_000), (85_000, 90_000))

    assert known(failed(runs)).span.least == 10 * SECOND


def test_a_recovery_interrupts_when_the_route_is_deleted() -> None:
    told = episode("cvm-recovery", {"fault": at(10_000), "repaired": at(60_000)})

    found = known(failed(served((0, 59_900), (62_000, 90_000)), told=told))

    assert found.span.least == 2_100 * MILLISECOND


def test_runs_that_overlap_leave_no_gap() -> None:
    assert known(failed(served((0, 40_000), (20_000, 90_000)))).span == Span(0, RUN_PAUSE)


BACK: dict[InstantName, Instant] = {"fault": at(30_000), "repaired": at(60_000), "restored": at(62_000)}


def back(runs: tuple[ServedRun, ...], told: Episode | None = None, proof: Evidence | None = None) -> Measurement:
    told = told or episode("route-injection", BACK)
    return switch_back(told, traffic(told, runs, proof), COVERED)


def test_an_injected_route_interrupts_twice() -> None:
    found = known(back(served((0, 30_000), (30_700, 59_900), (62_000, 90_000))))

    assert (found.metric, found.span.least) == ("outage-at-repair", 2_100 * MILLISECOND)


def test_the_second_silence_may_be_no_more_than_usual() -> None:
    assert known(back(served((0, 90_000)))).span == Span(0, RUN_PAUSE)


def test_one_side_alone_bounds_the_second_silence_too() -> None:
    found = known(back(served((0, 30_000), (62_000, 90_000)), proof=evidence(heard=frozenset({VMK1}))))

    assert found.span.least == 0


@pytest.mark.parametrize("kind", ["cvm-failure", "route-deletion", "cvm-recovery", "unexplained"])
def test_other_kinds_interrupt_once(kind: str) -> None:
    found = back(served((0, 90_000)), episode(kind, BACK))  # type: ignore[arg-type]

    assert isinstance(found, MissingMeasurement)
    assert found.absence == "not-applicable"


def test_a_call_on_the_other_path_counts_as_outstanding() -> None:
    found = known(failed(served((0, 30_100), (57_100, 90_000)), evidence(call(31_000, None, ends=OUTSIDE))))

    assert found.note == "calls-outstanding"


def test_a_short_silence_without_a_call_outstanding_is_at_most_that() -> None:
    found = known(failed(served((0, 30_100), (30_350, 90_000))))

    assert found.span == Span(0, 250 * MILLISECOND)
    assert found.note == "no-pause"


def test_a_short_silence_in_which_a_call_waited_is_exact() -> None:
    found = known(failed(served((0, 30_100), (30_350, 90_000)), evidence(call(30_090, 30_350))))

    assert found.span == Span(250 * MILLISECOND, 250 * MILLISECOND)


def test_the_outage_of_a_recovery_begins_with_the_end_of_the_backup_path() -> None:
    """The route is deleted 9 s after NfsTerminateConnection: the silence in between counts."""
    story = episode("cvm-recovery", {"fault": at(1_000), "terminated": at(30_100), "repaired": at(39_000)})
    runs = served((0, 30_100), (35_000, 38_900), (39_100, 90_000))

    found = known(failed(runs, evidence(call(30_300, 35_000)), told=story))

    assert found.span == Span(4_900 * MILLISECOND, 4_900 * MILLISECOND)


def test_a_silence_that_begins_with_the_very_reply_that_restores_is_of_another_fault() -> None:
    """A stamp in µs is cut: the reply may have come later than the run of it ends."""
    runs = served((0, 30_100), (30_600, 30_600), (81_000, 90_000))
    back = KnownInstant("restored", at(30_600, 30_601), (runs[1].last_origin,), How("first-reply"))
    told = episode("cvm-recovery", {"fault": at(1_000), "terminated": at(30_100), "repaired": at(30_500)})
    told = replace_run(told, instants=(*(one for one in told.instants if one.name != "restored"), back))

    assert known(failed(runs, told=told)).span == Span(0, 500 * MILLISECOND)


def test_which_of_several_silences_it_was_is_not_known() -> None:
    """A fault told by a log alone lies between two checks, and both silences do."""
    told = episode(instants={"fault": at(20_000, 50_000)})

    found = known(failed(served((0, 24_000), (31_000, 40_000), (43_000, 90_000)), told=told))

    assert found.span == Span(3 * SECOND, 7 * SECOND)
    assert (found.note, found.silences) == ("several-silences", 2)


def test_a_fault_that_may_be_minutes_away_has_no_known_silence() -> None:
    found = failed(served((0, 24_000), (31_000, 90_000)), told=episode(instants={"fault": at(-600_000, 600_000)}))

    assert isinstance(found, MissingMeasurement)
    assert found.reason == "coverage-unknown"


def test_a_call_that_was_answered_before_the_silence_did_not_wait_in_it() -> None:
    proof = evidence(call(30_050, 30_100), heard=frozenset({VMK1}))

    assert known(failed(served((0, 30_100), (57_100, 90_000)), proof)).span.least == 0


def test_captures_beside_each_other_give_a_silence_its_doubt() -> None:
    first, second = served((0, 30_100), (57_100, 90_000))
    moved = msgspec.structs.replace(second, beside=2 * SECOND)

    assert known(failed((first, moved))).span == Span(25 * SECOND, 29 * SECOND)
    both = (msgspec.structs.replace(first, beside=2 * SECOND), moved)
    assert known(failed(both)).span == Span(27 * SECOND, 27 * SECOND)


REPAIRED: dict[InstantName, Instant] = {**FAULT, "repaired": at(55_000, 55_100)}


def test_replies_while_the_path_was_dead_deny_the_captures_clock() -> None:
    found = failed(served((0, 89_000)), told=episode(instants=REPAIRED))

    assert found == MissingMeasurement("outage", "not-observed", "served-meanwhile")


def test_a_silence_that_begins_after_service_was_back_is_of_another_fault() -> None:
    instants = {**REPAIRED, "restored": at(56_000, 56_001)}

    found = known(failed(served((0, 30_100), (56_000, 57_050), (80_000, 90_000)), told=episode(instants=instants)))

    assert (found.span.most, found.silences) == (25_900 * MILLISECOND, 0)


def test_who_goes_on_to_call_after_the_repair_is_served_though_no_reply_is_seen() -> None:
    calls = (call(ms, None, xid=ms) for ms in (30_300, 57_000, 60_000, 63_000, 66_000))

    found = known(failed(served((0, 30_100)), evidence(*calls), told=episode(instants=REPAIRED)))

    assert (found.note, found.span) == ("other-path-unseen", Span(24_900 * MILLISECOND, UNBOUNDED))


def test_who_left_a_path_that_no_capture_has_may_have_been_served_by_it_until_then() -> None:
    calls = (call(ms, None, xid=ms) for ms in (57_000, 60_000, 63_000, 66_000))
    told = replace_run(episode(instants=REPAIRED), kind="cvm-recovery", before=Path("remote"))
    proof = evidence(*calls, heard=frozenset({VMK1}))

    found = known(failed(served((0, 30_100)), proof, told=told))

    assert (found.note, found.span) == ("other-path-unseen", Span(0, UNBOUNDED))


@pytest.mark.parametrize(("pause", "most"), [(30_050, 3_550 * MILLISECOND), (31_500, 200 * MILLISECOND)])
def test_a_silence_that_begins_when_an_injected_route_serves_is_not_its_outage(pause: int, most: int) -> None:
    """Genesis acts as soon as 2 s after the route is there, and anything else may stop it: not what came in flight."""
    instants: dict[InstantName, Instant] = {"fault": at(29_900, 30_000), "restored": at(60_000)}
    runs = served((0, 29_900), (30_020 if pause < 30_100 else 30_100, pause), (33_600, 59_000), (60_000, 90_000))

    found = known(failed(runs, told=episode("route-injection", instants)))

    assert found.span.most == most


@pytest.mark.parametrize(("again", "least"), [((70_000, 160_000, 250_000), 310 * SECOND), ((70_000,), 40 * SECOND)])
def test_a_host_that_asks_nobody_for_minutes_is_not_known_to_lack_storage(again: tuple[int, ...], least: int) -> None:
    """A client that waits asks again: without that, a capture's clock may have been set, or frames be missing."""
    told = episode(instants=FAULT)
    asks = tuple(Asked(ms * MILLISECOND, ms * MILLISECOND) for ms in again)
    heard = replace(traffic(told, served((0, 30_000), (340_000, 400_000))), asked=asks)

    found = known(outage(told, heard, (0, 400 * SECOND)))

    assert (found.span.least, found.span.most) == (least, 310 * SECOND)
    assert (found.note == "host-unheard") is (len(again) == 1)


def test_of_a_return_the_last_replies_of_the_backup_path_tell_no_outage() -> None:
    """Of the public network alone: what serves afterwards is in no capture."""
    told = episode("cvm-recovery", {"fault": at(1_000), "terminated": at(30_000, 30_050), "repaired": at(30_200)})

    found = failed(served((0, 29_800), (30_020, 30_080)), evidence(heard=frozenset({VMK0})), told=told)

    assert isinstance(found, MissingMeasurement)
    assert found.reason == "path-after-unseen"


def test_nor_where_a_call_waited_all_the_while() -> None:
    """The answer to a call is years away where a capture's clock is set by years."""
    told = episode(instants=FAULT)
    waited = evidence(call(30_000, 340_000))
    asks = (Asked(30_000 * MILLISECOND, 30_000 * MILLISECOND),)
    heard = replace(traffic(told, served((0, 30_000), (340_000, 400_000)), waited), asked=asks)

    found = known(outage(told, heard, (0, 400 * SECOND)))

    assert (found.span, found.note) == (Span(0, 310 * SECOND), "host-unheard")


def beside_another(ends_at: int, *calls: Operation) -> KnownMeasurement:
    """A silence from 30.1 s to 57.1 s, from the last reply in a capture that ends then (ms) to another's first."""
    told, runs = episode(instants=FAULT), served((0, 30_100), (57_100, 90_000))
    first, second = runs[0], replace_run(runs[1], first_origin=Origin("span.pcap", 1))
    seen = replace(
        traffic(told, (first, second), evidence(*calls)),
        ends={first.last_origin.source: ends_at * MILLISECOND, "span.pcap": 90 * SECOND},
    )
    return known(outage(told, seen, COVERED))


@pytest.mark.parametrize(
    ("ends_at", "least"),
    [
        pytest.param(30_200, 100, id="at its last reply"),
        pytest.param(40_100, 10_000, id="within it"),
        pytest.param(44_100, 27_000, id="a heartbeat before it is over"),
        pytest.param(90_000, 27_000, id="long after it"),
    ],
)
def test_a_capture_that_ends_shows_no_silence_since(ends_at: int, least: int) -> None:
    found = beside_another(ends_at)

    assert found.span == Span(least * MILLISECOND, 27 * SECOND)
    assert (found.note == "other-path-unseen") is (least < 27_000)


def test_a_call_that_waited_shows_it_all_the_same() -> None:
    assert beside_another(30_200, call(30_150, 57_100)).span == Span(27 * SECOND, 27 * SECOND)


def test_so_does_one_that_was_sent_again_on_the_other_path() -> None:
    again = call(57_050, 57_100, ends=OUTSIDE)

    assert beside_another(30_200, call(30_150, None), again).span == Span(27 * SECOND, 27 * SECOND)


def test_nor_does_one_that_ends_before_the_others_show_that_service_is_away_since() -> None:
    told, runs = episode(instants={"fault": at(30_000)}), served((0, 29_900))
    seen = replace(traffic(told, runs, None), ends={runs[0].last_origin.source: 31 * SECOND})

    assert known(outage(told, seen, COVERED)).span == Span(1_100 * MILLISECOND, UNBOUNDED)


@pytest.mark.parametrize("name", ["repaired", "restored"])
def test_of_a_second_silence_whose_begin_or_end_nothing_shows_nothing_is_said(name: InstantName) -> None:
    told = episode("route-injection", {each: when for each, when in BACK.items() if each != name})

    found = back(served((0, 30_000), (30_700, 59_900), (62_000, 90_000)), told)

    assert found == MissingMeasurement("outage-at-repair", "not-in-evidence", "no-capture")


@pytest.mark.parametrize(
    ("fault", "restored", "calls", "least"),
    [
        pytest.param(
            (-20_000, 5_000), (51_000, 51_000), [call(0, None), call(50_900, 51_000, ends=OUTSIDE)], 51_000, id="amid"
        ),
        pytest.param((-30_000, -9_000), (51_000, 51_000), [call(2_000, 51_000)], 49_000, id="before-the-captures"),
        pytest.param((-20_000, 5_000), (51_000, 51_000), [call(16_000, 51_000)], None, id="too-short-to-tell"),
        pytest.param(
            (-20_000, 5_000), (51_000, 51_000), [call(0, None, xid=8), call(50_900, 51_000)], None, id="given-up"
        ),
        pytest.param((-20_000, 5_000), (60_000, 60_000), [call(0, 51_000)], None, id="served-before"),
        pytest.param((-20_000, 5_000), None, [call(0, 51_000)], None, id="its-end-is-not-known"),
    ],
)
def test_captures_that_begin_amid_a_silence_show_how_long_it_was_at_least(
    fault: tuple[int, int], restored: tuple[int, int] | None, calls: list[Operation], least: int | None
) -> None:
    instants: dict[InstantName, Instant] = {"fault": at(*fault)}
    instants |= {"restored": at(*restored)} if restored is not None else {}

    found = failed(served((51_000, 90_000)), evidence(*calls), told=episode(instants=instants))

    if least is None:
        assert isinstance(found, MissingMeasurement)
    else:
        assert known(found).span == Span(least * MILLISECOND, UNBOUNDED)


def test_a_return_has_no_part_in_the_silence_before_it() -> None:
    told = episode(
        "cvm-recovery", {"fault": at(-20_000), "terminated": at(5_000), "repaired": at(6_000), "restored": at(51_000)}
    )

    assert isinstance(failed(served((51_000, 90_000)), evidence(call(0, 51_000)), told=told), MissingMeasurement)
