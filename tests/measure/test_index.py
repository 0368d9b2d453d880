"""What the captures hold of a host is found again by its episode's name for it; silences and operations as walked."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.measure.index import (
    SAME_XID_WITHIN,
    Gap,
    HostTraffic,
    _ends,
    both_sides,
    heard_in,
    in_order,
    macs_by_name,
)
from analyzer.model.cluster import Host
from analyzer.model.event import AddressOwned, Detail, Ends, Event, FrameRun, MacTraffic, SshTraffic, StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.source import Origin
from tests.correlate.builder import LOCAL, back
from tests.judge.health.scene import event, source
from tests.measure.builder import HOST, MACS, OUTSIDE, VMK1, call, episode, evidence, served, traffic

RUNS = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 9)).map(lambda run: (run[0], sum(run))))


def test_a_host_has_its_own_runs_and_calls_in_order() -> None:
    other = Ends("00:00:00:00:00:99", "x", "y", "z", 1, 2049)
    proof = evidence(call(30, 31), call(10, 11, ends=OUTSIDE), call(20, 21, ends=other))
    runs = (*served((0, 1)), *served((2, 3), host="192.168.1.25"))

    mine = traffic(episode(), runs, proof)

    assert [one.first for one in mine.runs] == [0]
    assert [one.first_call_frame for one in mine.calls] == [11, 31]
    assert mine.whole


@given(RUNS, st.integers(0, 99), st.integers(0, 99))
def test_silences_are_found_as_by_walking_all(runs: list[tuple[int, int]], least: int, most: int) -> None:
    mine = HostTraffic(runs=served(*runs))
    least, most = least * MILLISECOND, most * MILLISECOND

    assert list(mine.gaps_within(least, most)) == [gap for gap in mine.gaps if gap.end >= least and gap.start <= most]


def test_pauses_inside_of_runs_are_usual_too() -> None:
    """Of a long capture runs may go on over pauses."""
    one, *others = served((0, 9), (7009, 7020), (8020, 8030), (9030, 9040))
    mine = HostTraffic(runs=(replace(one, pauses=20, usual=2 * SECOND), *others))

    assert [gap.length // SECOND for gap in mine.gaps] == [7, 1, 1]
    assert mine.usual(mine.gaps[0]) == 2 * SECOND


@given(RUNS.filter(len))
def test_the_usual_silence_is_that_of_the_others(runs: list[tuple[int, int]]) -> None:
    mine = HostTraffic(runs=served(*runs))
    assume(mine.gaps)

    for gap in mine.gaps:
        others = sorted(other.length for other in mine.gaps if other is not gap)
        assert mine.usual(gap) == (others[len(others) * 9 // 10] if others else 0)


def test_calls_of_one_xid_are_one_operation_until_it_is_used_again() -> None:
    late = 11 + SAME_XID_WITHIN // MILLISECOND
    mine = HostTraffic(calls=in_order((call(late, None), call(40, None, xid=8), call(10, None), call(50, 60))))

    found = [[one.first_call_frame for one in calls] for calls in mine.operations_within(0, SECOND)]

    assert found == [[11, 51], [41]]
    assert list(mine.operations_within(11 * MILLISECOND, 39 * MILLISECOND)) == []


def test_a_hosts_macs_are_found_by_address_or_mac() -> None:
    hosts = (Host(address=None, macs=(VMK1,)), Host(address=HOST, macs=("x", VMK1)))

    assert macs_by_name(hosts) == {VMK1: {VMK1}, HOST: {"x", VMK1}, "x": {"x", VMK1}}
    assert MACS.isdisjoint(macs_by_name(()))


VMK0_MAC, VMK1_MAC, CVM_MAC = "00:00:00:00:00:01", "00:00:00:00:00:02", "00:00:00:00:00:03"
RUN = FrameRun(Instant("capture", 1, 1), 2, 2, 200)
HEARD = (MacTraffic(VMK0_MAC, RUN), MacTraffic(VMK1_MAC, RUN))
CALLS = StorageTraffic("call", Ends(VMK1_MAC, CVM_MAC, "192.168.5.1", "192.168.5.2", 877, 2049), RUN)
IN_VAIN = StorageTraffic("frame", Ends(VMK0_MAC, CVM_MAC, "192.168.5.1", "192.168.5.2", 877, 2049), RUN)
REACHED = (AddressOwned(VMK0_MAC, HOST, "ipv4", RUN), SshTraffic("192.168.1.27", HOST, CVM_MAC, RUN))
REPLIES = StorageTraffic("reply", Ends(CVM_MAC, VMK1_MAC, "192.168.5.2", "192.168.5.1", 2049, 877), RUN)


def test_a_silence_on_one_clock_is_as_long_as_it_is() -> None:
    assert Gap(10, 30, ()).span == Span(20, 20)
    assert Gap(10, 30, (), 25).span == Span(0, 45)


@pytest.mark.parametrize(
    ("details", "both"),
    [
        pytest.param((*HEARD, CALLS, REPLIES), True, id="both ports, both directions"),
        pytest.param((HEARD[1], CALLS, REPLIES), False, id="one port"),
        pytest.param((*HEARD, CALLS), False, id="calls only inside"),
        pytest.param((*HEARD, CALLS, REPLIES, IN_VAIN), False, id="one direction outside"),
        pytest.param((*HEARD, CALLS, REPLIES, IN_VAIN, *REACHED), True, id="in vain outside, where others reach it"),
    ],
)
def test_a_side_counts_where_it_is_seen_both_ways(details: tuple[Detail, ...], both: bool) -> None:
    events = [Event(at=RUN.last, detail=detail, origin=Origin("a.pcap", 1)) for detail in details]

    assert both_sides(heard_in(events), frozenset({VMK0_MAC, VMK1_MAC})) is both


def test_the_two_directions_of_a_port_are_one_capture() -> None:
    """The one that has the replies is silent from the fault on; the other has what the host goes on to ask."""
    run = FrameRun(Instant("capture", 9, 9), 9, 3, 300)
    events = (
        event(StorageTraffic("frame", back(LOCAL), run), origin=Origin("in.pcap", 1)),
        event(StorageTraffic("frame", LOCAL, run), origin=Origin("out.pcap", 1)),
        event(StorageTraffic("frame", OUTSIDE, run), origin=Origin("span.pcap", 1)),
    )
    sources = tuple(source(f"{name}.pcap", span=(0, end)) for name, end in (("in", 30), ("out", 44), ("span", 90)))

    ends, cut = _ends(Evidence(sources=sources, events=events))

    assert ends == {"in.pcap": 44 * SECOND, "out.pcap": 44 * SECOND, "span.pcap": 90 * SECOND}
    assert cut == set()


@pytest.mark.parametrize(("rings", "end", "cut"), [((), 30, {"one.pcap"}), ((("one.pcap", "two.pcap"),), 70, set())])
def test_what_lies_between_two_captures_of_a_port_is_in_neither(
    rings: tuple[tuple[str, ...], ...], end: int, cut: set[str]
) -> None:
    """But for the files of a ring, which are one capture."""
    run = FrameRun(Instant("capture", 9, 9), 9, 3, 300)
    events = tuple(
        event(StorageTraffic("frame", LOCAL, run), origin=Origin(f"{name}.pcap", 1)) for name in ("one", "two")
    )
    sources = source("one.pcap", span=(0, 30)), source("two.pcap", span=(40, 70))

    ends, found = _ends(Evidence(sources=sources, events=events, rings=rings))

    assert ends == {"one.pcap": end * SECOND, "two.pcap": 70 * SECOND}
    assert set(found) == cut


def test_a_silence_is_captured_until_a_capture_is_cut() -> None:
    whole = HostTraffic(ends={"one.pcap": 30 * SECOND})
    cut = HostTraffic(ends=whole.ends, cut=frozenset({"one.pcap"}))

    assert [one.captured_until("one.pcap", 40 * SECOND) // SECOND for one in (whole, cut)] == [40, 30]
    assert [one.captured_until("one.pcap", 20 * SECOND) // SECOND for one in (whole, cut)] == [20, 20]
    assert whole.captured_until("one.pcap", 44 * SECOND) == 30 * SECOND
