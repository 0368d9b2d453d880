"""Which marks of two devices may belong together."""

from __future__ import annotations

from collections import Counter

from analyzer.config import Settings
from analyzer.correlate.captures.device import Device, device_of
from analyzer.correlate.captures.pairs import FARTHEST, RETURN, Pair, pairs_of
from analyzer.correlate.topology.discover import discover
from analyzer.model.event import ArpTraffic
from analyzer.model.instant import SECOND
from tests.correlate import scenes
from tests.correlate.builder import CVM_ETH1, LOCAL, PRIVATE, STORAGE, VMK1, Capture, back, evidence, ns
from tests.correlate.wire.shown import traffic_of


def pairs(span: Capture, vmk1: Capture) -> list[Pair]:
    """Those of hosts that `vmk1` shows inside and `span` outside."""
    topology = discover(evidence(span, vmk1), Settings())
    return list(pairs_of(device(vmk1), device(span), topology))


def device(capture: Capture) -> Device:
    return device_of((capture.source,), traffic_of(capture), capture.operations)


def test_a_host_leaves_one_path_and_appears_on_the_other() -> None:
    found = pairs(*scenes.injection(added=29_000, deleted=64_000))

    names = Counter((line[0], mark[0]) for line, mark, _ in found)
    assert names == {("out", "came"): 1, ("back", "left"): 1}


def test_a_cvm_that_dies_is_missed_inside_and_silent_outside() -> None:
    found = pairs(*scenes.failure(died=37_000))

    (mark,) = [mark for line, mark, _ in found if line[0] == "died"]
    assert mark == ("fell-silent", ns(37_000), ns(37_000))


def test_a_cvm_that_returns_announces_itself_and_is_heard() -> None:
    span, vmk1 = scenes.recovery(returned=34_000)
    vmk1.speaks(VMK1, PRIVATE, 0, 1_000)

    found = pairs(span, vmk1)

    assert ("spoke", ns(34_000), ns(34_000)) in [mark for line, mark, _ in found if line[0] == "announced"]


def test_marks_farther_apart_than_clocks_may_be_are_no_pair() -> None:
    span, vmk1 = scenes.both()
    near, far = scenes.injection(added=29_000, deleted=64_000), scenes.injection(added=2_029_000, deleted=2_064_000)
    later = 2_000_000 * 10**6
    span.events = near[0].events + [event for event in far[0].events if event.at.least >= ns(0) + later]
    vmk1.events = near[1].events + [event for event in far[1].events if event.at.least >= ns(0) + later]

    found = pairs(span, vmk1)

    assert found
    assert all(line[1] - mark[2] <= FARTHEST.most and mark[1] - line[2] <= FARTHEST.most for line, mark, _ in found)


def test_a_cvm_that_refuses_connections_lives() -> None:
    span, vmk1 = scenes.failure(died=37_000)
    vmk1.control("RST", back(LOCAL), 37_300)

    (line,) = [line for line, *_ in pairs(span, vmk1) if line[0] == "died"]

    assert line[1] == ns(37_300) - 5 * SECOND


def test_a_cvm_may_be_heard_outside_as_much_before_it_announces_itself_as_after() -> None:
    span, vmk1 = scenes.recovery(returned=34_000)
    vmk1.speaks(VMK1, PRIVATE, 0, 1_000)

    (line,) = {line for line, *_ in pairs(span, vmk1) if line[0] == "announced"}

    assert line == ("announced", ns(34_050) - RETURN, ns(34_050) + RETURN)


def test_an_announcement_as_a_capture_begins_may_be_of_a_cvm_that_was_back_before() -> None:
    span, vmk1 = scenes.recovery(returned=34_000)
    vmk1.events = [event for event in vmk1.events if event.at.least >= ns(34_000) and "announce" in str(event.detail)]
    vmk1.run(34_050, 60_000, ArpTraffic, "announcement", CVM_ETH1, STORAGE, STORAGE, None)
    vmk1.serves(LOCAL, 61_000, 90_000)

    assert "announced" not in {line[0] for line, *_ in pairs(span, vmk1)}
