"""What the next stages are handed: the clocks as they are told, who is who, what was served and covered."""

from __future__ import annotations

from dataclasses import replace

from analyzer.config import Settings
from analyzer.correlate.captures.clock_set import ClockSet
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.merge.conclude import _after_steps, _with_hosts, conclude
from analyzer.correlate.merge.merge import merge
from analyzer.correlate.refine.settle import settle
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.correlation import Correlation
from analyzer.model.instant import SECOND, Span
from analyzer.model.source import Origin
from analyzer.model.traffic import ServedRun
from tests.correlate import scenes
from tests.correlate.builder import CVM, HOST, Capture, Genesis, HostLog, evidence, ns
from tests.correlate.viewed import first_view


def concluded(*tellers: Capture | Genesis | HostLog, settings: Settings | None = None) -> Correlation:
    timeline, view = first_view(*tellers, settings=settings)
    view, observed = settle(timeline, view)
    return conclude(merge(observed, view, timeline), observed, timeline.evidence)


def checks() -> Genesis:
    log = Genesis()
    log.started(0)
    for ms in range(1_000, 90_000, 30_000):
        log.all_up(ms)
    return log


def test_clocks_are_in_order_of_their_names_and_further_captures_last() -> None:
    kernel = HostLog()
    kernel.kernel(5_000, "add", CVM)

    told = [offset.clock for offset in concluded(*scenes.healthy(), checks(), kernel).clocks]

    assert told == [CAPTURE_CLOCK, "host", "log:genesis", f"{CAPTURE_CLOCK}:vmk1.pcap"]


def test_a_clock_that_nothing_places_is_told_with_all_that_it_may_be_off() -> None:
    span, vmk1 = scenes.healthy()
    span.events = [event for event in span.events if "Ssh" not in type(event.detail).__name__]

    (log,) = [offset for offset in concluded(span, vmk1, checks()).clocks if offset.clock == "log:genesis"]

    assert log.offset == Span(-600 * SECOND, 600 * SECOND)


def test_the_captures_cover_and_serve() -> None:
    correlation = concluded(*scenes.healthy(90_000))

    assert correlation.covered is not None
    assert correlation.covered[0] == ns(0)
    assert correlation.covered[1] >= ns(90_000)
    assert {run.host for run in correlation.served} == {HOST}
    assert correlation.episodes == ()


def test_without_captures_nothing_is_covered_or_served() -> None:
    correlation = concluded(checks())

    assert (correlation.covered, correlation.served) == (None, ())
    assert correlation.check_period is not None
    assert [host.address for host in correlation.hosts] == [HOST]
    assert CVM in {cvm.address for cvm in correlation.cvms}


def test_what_was_assumed_of_hosts_is_said_before_what_was_of_clocks() -> None:
    timeline, view = first_view(*scenes.healthy())

    assert len(view.topology.assumptions) > 0
    assert concluded(*scenes.healthy()).assumptions[: len(view.topology.assumptions)] == view.topology.assumptions
    assert timeline.traffic is not None


def test_a_log_whose_path_does_not_tell_its_host_has_the_one_that_was_found() -> None:
    kernel = HostLog(host=None)
    kernel.kernel(5_000, "add", CVM)
    given, host = evidence(kernel, checks()), Member(HOST)
    known = Topology(Settings(), {}, hosts=(host,), logs={kernel.clock: host.key})

    assert [source.host for source in given.sources] == [None, None]
    assert [source.host for source in _with_hosts(given, known).sources] == [HOST, None]
    assert _with_hosts(given, Topology(Settings(), {})) is given


def test_what_came_after_a_capture_was_set_may_be_later_than_its_stamps() -> None:
    timeline, _ = first_view(*scenes.injection())
    timeline = replace(timeline, clock_set={"span.pcap": (ClockSet(10, 0, 2 * SECOND),)})
    runs = [
        ServedRun(
            host=HOST, first=0, last=9, first_origin=Origin(name, at), last_origin=Origin(name, 99), beside=SECOND
        )
        for name, at in (("span.pcap", 9), ("span.pcap", 10), ("vmk1.pcap", 10))
    ]

    assert [_after_steps(run, timeline).beside for run in runs] == [SECOND, 3 * SECOND, SECOND]
