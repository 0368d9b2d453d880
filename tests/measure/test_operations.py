"""The slowest RPC: one across connections and captures, answered or never."""

from __future__ import annotations

from analyzer.measure.operations import longest_operation
from analyzer.model.instant import MILLISECOND, Span
from analyzer.model.measurement import LongOperation
from analyzer.model.source import Origin
from analyzer.model.traffic import Operation
from tests.measure.builder import OUTSIDE, VMK1, at, call, episode, evidence, traffic

TOLD = episode(instants={"fault": at(30_000), "restored": at(57_000)})


def longest(*operations: Operation) -> LongOperation | None:
    return longest_operation(TOLD, traffic(TOLD, proof=evidence(*operations)))


def test_none_was_kept() -> None:
    assert longest() is None
    assert longest_operation(episode(), traffic(episode(), proof=evidence(call(1, 2)))) is None


def test_a_call_on_the_old_path_and_its_answer_on_the_new_are_one() -> None:
    found = longest(
        call(30_100, None, xid=1, calls=3),
        call(57_000, 57_001, xid=1, ends=OUTSIDE, source="span.pcap"),
    )

    assert found is not None
    assert found.duration == Span(26_901 * MILLISECOND, 26_901 * MILLISECOND)
    assert (found.xid, found.procedure, found.calls, found.moved) == (1, "READ", 4, True)
    assert found.origins == (Origin("vmk1.pcap", 30_101), Origin("span.pcap", 57_002))


def test_the_slowest_wins() -> None:
    found = longest(call(30_100, 31_000, xid=1), call(30_200, 40_000, xid=2), call(50_000, 50_100, xid=3))

    assert found is not None
    assert (found.xid, found.moved) == (2, False)


def test_an_answer_wins_over_none() -> None:
    found = longest(call(30_100, None, xid=1), call(30_200, 30_201, xid=2))

    assert found is not None
    assert found.xid == 2


def test_one_that_was_never_answered_is_told_when_there_is_no_other() -> None:
    found = longest(call(30_100, None, xid=1))

    assert found is not None
    assert found.duration is None


def test_other_hosts_and_other_times_do_not_count() -> None:
    stranger = call(30_100, 50_000, ends=type(OUTSIDE)("ff", "b", "c", "d", 1, 2049))

    assert longest(stranger, call(1_000, 20_000), call(80_000, 89_000)) is None


def test_an_xid_that_is_used_again_much_later_is_another_call() -> None:
    found = longest(call(30_100, None, xid=1), call(400_000, 400_001, xid=1))

    assert found is not None
    assert found.duration is None


def test_what_was_called_just_before_the_fault_counts() -> None:
    assert longest(call(28_400, 28_500)) is not None
    assert longest(call(27_900, 29_900)) is None


def test_an_answer_in_no_time_is_longer_than_none() -> None:
    found = longest(call(30_100, None, xid=1), call(30_200, 30_200, xid=2))

    assert found is not None
    assert found.xid == 2


def test_it_is_the_hosts_by_any_of_its_macs() -> None:
    found = longest_operation(TOLD, traffic(TOLD, proof=evidence(call(30_100, 30_200)), macs=frozenset({VMK1})))

    assert found is not None


def test_an_answer_that_is_stamped_before_its_call_took_no_time() -> None:
    found = longest(call(30_100, 30_050, xid=1))

    assert found is not None
    assert found.duration == Span(0, 0)
