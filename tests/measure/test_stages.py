"""The waterfall adds up whatever is known; detection is what the published test counts."""

from __future__ import annotations

from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.measure.stages import STAGES, detection, stages
from analyzer.model.episode import Episode, EpisodeKind
from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED, Instant, Span
from analyzer.model.measurement import (
    InstantName,
    KnownMeasurement,
    MissingInstant,
    MissingMeasurement,
    UnseenReason,
)
from tests.measure.builder import DEAD, LOCAL, at, episode

ENDS: tuple[InstantName, ...] = (STAGES[0][1], *(end for _, _, end in STAGES))


@st.composite
def ordered(draw: st.DrawFn, *, exact: bool = False) -> dict[InstantName, Instant]:
    """Some of the waterfall's instants, the fault among them, each not before the one before it."""
    others = draw(st.lists(st.sampled_from(ENDS[1:]), unique=True))
    names = [name for name in ENDS if name == ENDS[0] or name in others]
    numbers = st.lists(st.integers(0, 10**6), min_size=len(names), max_size=len(names))
    least = sorted(draw(numbers))
    most = least if exact else [max(pair) for pair in zip(least, sorted(draw(numbers)), strict=True)]
    return {name: at(a, b) for name, a, b in zip(names, least, most, strict=True)}


def total(instants: dict[InstantName, Instant]) -> Span:
    known = [stage for stage in stages(episode(instants=instants)) if isinstance(stage, KnownMeasurement)]
    return reduce(add, (stage.span for stage in known), Span(0, 0))


def whole(instants: dict[InstantName, Instant]) -> Span:
    found = list(instants.values())[-1] - instants["fault"]
    return Span(max(found.least, 0), max(found.most, 0))


@given(ordered(exact=True))
def test_exact_stages_add_up_exactly(instants: dict[InstantName, Instant]) -> None:
    assert total(instants) == whole(instants)


@given(ordered())
def test_stages_in_doubt_add_up_to_a_span_that_holds_the_whole(instants: dict[InstantName, Instant]) -> None:
    found, expected = total(instants), whole(instants)

    assert found.least <= expected.least
    if len(instants) > 1:
        assert found.most >= expected.most


@given(ordered())
def test_every_stage_is_told_once_in_order(instants: dict[InstantName, Instant]) -> None:
    names = [name for stage in stages(episode(instants=instants)) for name in stage.metric.split(" + ")]

    assert names == [name for name, _, _ in STAGES]


def test_a_missing_instant_joins_its_neighbours() -> None:
    found = stages(episode(instants={"fault": at(0), "detected": at(23), "repaired": at(25), "restored": at(27)}))

    assert [stage.metric for stage in found] == ["wait + detect", "decide + repair", "reconnect + resume", "recover"]
    assert isinstance(found[-1], MissingMeasurement)
    assert [stage.span.least // MILLISECOND for stage in found[:-1] if isinstance(stage, KnownMeasurement)] == [
        23,
        2,
        2,
    ]


def test_without_a_fault_the_waterfall_begins_later() -> None:
    found = stages(episode(instants={"detected": at(23), "decided": at(24)}))

    assert isinstance(found[0], MissingMeasurement)
    assert found[0].metric.startswith("wait")
    assert [stage.metric for stage in found if isinstance(stage, KnownMeasurement)] == ["decide"]


def test_a_stage_is_never_negative() -> None:
    found = stages(episode(instants={"fault": at(0, 30), "check": at(10, 20)}))

    assert isinstance(found[0], KnownMeasurement)
    assert found[0].span == Span(0, 20 * MILLISECOND)


def test_a_stage_names_what_both_its_ends_rest_on() -> None:
    (wait, *_) = stages(episode(instants={"fault": at(0), "check": at(10)}))

    assert isinstance(wait, KnownMeasurement)
    assert [origin.source for origin in wait.origins] == ["fault.file", "check.file"]


def test_two_stamps_of_one_log_give_a_span_without_the_clocks_doubt() -> None:
    instants: dict[InstantName, Instant] = {"fault": at(0, 5_000), "check": at(10_000, 15_000)}
    stamps: dict[InstantName, Instant] = {
        "fault": Instant("log", 500 * MILLISECOND, 500 * MILLISECOND),
        "check": Instant("log", 10_500 * MILLISECOND, 10_501 * MILLISECOND),
    }

    (wait, *_) = stages(episode(instants=instants, stamps=stamps))

    assert isinstance(wait, KnownMeasurement)
    assert wait.span == Span(10_000 * MILLISECOND, 10_001 * MILLISECOND)


COVERED = (0, 90_000 * MILLISECOND)
ALL: dict[InstantName, Instant] = {name: at(1_000 * index) for index, name in enumerate(ENDS)}


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        ("cvm-failure", "detected"),
        ("route-injection", "repaired"),
        ("route-deletion", "repaired"),
        ("cvm-recovery", "repaired"),
    ],
)
def test_detection_ends_where_the_published_test_counts(kind: EpisodeKind, end: InstantName) -> None:
    found = detection(episode(kind, ALL), COVERED)

    assert isinstance(found, KnownMeasurement)
    assert found.span == ALL[end] - ALL["fault"]
    assert found.note is None


def test_a_stall_has_nothing_to_detect() -> None:
    found = detection(episode("unexplained", ALL), COVERED)

    assert isinstance(found, MissingMeasurement)
    assert found.absence == "not-applicable"


def test_what_a_person_put_right_first_has_nothing_to_judge() -> None:
    found = detection(replace(episode("cvm-failure", {"fault": at(0), "repaired": at(9_000)}), by_hand=True), COVERED)

    assert found == MissingMeasurement("detection", "not-applicable", "by-hand")


@pytest.mark.parametrize(("repaired", "counts"), [(24_000, True), (22_500, False)])
def test_what_genesis_found_before_a_person_put_it_right_counts(repaired: int, *, counts: bool) -> None:
    found = episode("cvm-failure", {"fault": at(0), "detected": at(23_000), "repaired": at(repaired)})

    assert isinstance(detection(replace(found, by_hand=True), COVERED), KnownMeasurement) is counts


def test_what_genesis_found_before_the_fault_does_not_count() -> None:
    found = episode("cvm-failure", {"fault": at(19_000), "detected": at(6_000), "repaired": at(21_000)})

    assert isinstance(detection(replace(found, by_hand=True), COVERED), MissingMeasurement)


@pytest.mark.parametrize("kind", ["route-injection", "route-deletion"])
def test_a_route_that_a_person_put_right_does_not_count_whatever_genesis_found(kind: EpisodeKind) -> None:
    found = detection(replace(episode(kind, ALL), by_hand=True), COVERED)

    assert found == MissingMeasurement("detection", "not-applicable", "by-hand")


def test_a_cvm_that_served_all_the_while_was_not_detected() -> None:
    found = detection(replace(episode("cvm-failure", ALL), note="still-served"), COVERED)

    assert found == MissingMeasurement("detection", "not-applicable", "still-served")


@pytest.mark.parametrize("bound", ["decided", "repaired"])
def test_without_the_log_the_repair_bounds_a_failures_detection(bound: InstantName) -> None:
    found = detection(episode("cvm-failure", {"fault": at(0, 100), bound: at(23_000, 24_000)}), COVERED)

    assert isinstance(found, KnownMeasurement)
    assert found.span == Span(0, 24_000 * MILLISECOND)
    assert (found.note, found.bound) == ("bounded-by-later", bound)


def test_what_is_not_repaired_when_the_captures_end_took_at_least_so_long() -> None:
    found = detection(episode("route-deletion", {"fault": at(30_000, 31_000)}, after=DEAD), COVERED)

    assert isinstance(found, KnownMeasurement)
    assert found.span == Span(59_000 * MILLISECOND, UNBOUNDED)
    assert not found.span.bounded


def test_a_repair_that_nothing_shows_is_no_open_span() -> None:
    found = detection(episode("route-injection", {"fault": at(30_000)}, after=LOCAL), COVERED)

    assert isinstance(found, MissingMeasurement)
    assert (found.reason, found.instant) == ("instant-missing", "repaired")


@pytest.mark.parametrize("why", ["genesis-silent", "no-exchange"])
@pytest.mark.parametrize("kind", ["cvm-failure", "route-injection", "route-deletion"])
def test_a_repair_of_which_genesis_has_no_word_is_none_of_its(kind: EpisodeKind, why: UnseenReason) -> None:
    mended = _unseen(episode(kind, {"fault": at(0), "repaired": at(4_000)}), "detected", why)

    found = detection(mended, COVERED)

    assert isinstance(found, MissingMeasurement)
    assert (found.absence, found.instant) == ("not-observed", "detected")


def test_a_failure_that_nobody_known_put_right_was_found_before_that_if_genesis_did() -> None:
    mended = _unseen(episode("cvm-failure", {"fault": at(0), "repaired": at(4_000)}), "detected", "no-author")

    found = detection(mended, COVERED)

    assert isinstance(found, KnownMeasurement)
    assert (found.span, found.note, found.bound) == (Span(0, 4_000 * MILLISECOND), "if-genesis", "repaired")
    unrepaired = _unseen(episode("cvm-failure", {"fault": at(0)}), "detected", "no-author")
    assert isinstance(detection(unrepaired, COVERED), MissingMeasurement)


def test_a_route_that_the_own_cvms_failure_made_right_has_nothing_to_detect() -> None:
    injected = _unseen(episode("route-injection", {"fault": at(0)}, after=DEAD), "repaired", "right-since-failure")

    found = detection(injected, COVERED)

    assert isinstance(found, MissingMeasurement)
    assert (found.absence, found.reason) == ("not-applicable", "right-since-failure")


def test_a_host_that_was_forwarded_before_its_cvm_stopped_has_nothing_to_detect() -> None:
    ahead = episode("cvm-failure", {"fault": at(4_000), "repaired": at(1_000)})
    told = _unseen(episode("cvm-failure", {"repaired": at(1_000)}), "detected", "forwarded-ahead")

    found = [detection(one, COVERED) for one in (ahead, told)]

    assert [one.reason for one in found if isinstance(one, MissingMeasurement)] == ["forwarded-ahead"] * 2


def _unseen(told: Episode, name: InstantName, why: UnseenReason) -> Episode:
    """With the reason why an instant is not known."""
    missing = MissingInstant(name, "not-observed", why)
    return replace(told, instants=tuple(missing if one.name == name else one for one in told.instants))


def test_without_a_fault_there_is_no_detection() -> None:
    found = detection(episode("route-deletion", {"repaired": at(30_000)}), COVERED)

    assert isinstance(found, MissingMeasurement)
    assert (found.absence, found.instant) == ("not-in-evidence", "fault")


def test_a_stall_that_nothing_explains_is_one_stage() -> None:
    found = stages(episode("unexplained", {"fault": at(0), "restored": at(14), "recovered": at(15)}))

    assert [stage.metric for stage in found] == ["stall", "recover"]


def test_a_failure_that_was_detected_and_not_repaired_was_detected_then() -> None:
    found = detection(episode("cvm-failure", {"fault": at(0), "detected": at(23_000)}, after=DEAD), COVERED)

    assert isinstance(found, KnownMeasurement)
    assert (found.span, found.note) == (Span(23 * SECOND, 23 * SECOND), None)
