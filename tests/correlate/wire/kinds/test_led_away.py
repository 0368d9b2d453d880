"""A CVM that fell silent, and a host that appeared elsewhere: when the one can't be why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analyzer.correlate.wire.frames import Frames
from analyzer.correlate.wire.kinds.led_away import _silent_at, may_have_led
from analyzer.correlate.wire.kinds.silent_cvm import silent_cvm
from analyzer.model.event import Ends, IcmpRedirect, MacTraffic
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin
from tests.correlate import builder
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    HOST,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    PRIVATE,
    REMOTE,
    REMOTE_ETH0,
    STORAGE,
    VMK0,
    VMK1,
    Capture,
)
from tests.correlate.wire.shown import changes_shown, scene_shown

END = 90_000


def span(*, died: int = 37_000, served: int = 64_000) -> Capture:
    """The public network: a CVM dies, and a host is served by another one later."""
    capture = Capture()
    builder.neighbours(capture, 0, END, cvm_until=died)
    capture.asks(PEER_ETH0, PEER, CVM, died + 3_000, END)
    capture.connects(OUTSIDE, served)
    capture.serves(OUTSIDE, served + 1, END)
    return capture


def led(capture: Capture, *others: Capture) -> bool:
    """Whether the silent CVM may be why the host is served elsewhere."""
    scene = scene_shown(capture, *others)
    (change,) = [one for one in changes_shown(capture, *others) if one.before is None and one.after is not None]
    assert change.after is not None
    failed = silent_cvm(change, scene)
    assert failed is not None
    return may_have_led(failed, change, change.after.path, scene)


def test_a_check_has_missed_it_and_the_host_is_served_elsewhere() -> None:
    assert led(span())


def test_a_host_that_moves_as_the_cvm_dies_was_moved_by_somebody_else() -> None:
    assert not led(span(died=63_000, served=64_000))


OLD = Ends(VMK0, REMOTE_ETH0, PRIVATE, STORAGE, 877, 2049)


@pytest.mark.parametrize(("sent", "expected"), [(20_000, False), (45_000, True)], ids=["before", "since"])
def test_a_host_that_sent_there_in_vain_while_the_cvm_lived_had_the_route_before(sent: int, *, expected: bool) -> None:
    capture = span()
    capture.sends(OLD, sent, sent + 6_000, "retransmission")

    assert led(capture) is expected


@pytest.mark.parametrize(("heard", "expected"), [(62_000, False), (45_000, True)], ids=["just-before", "long-before"])
def test_a_host_that_is_served_as_soon_as_its_gateway_is_heard_again_waited_for_it(
    heard: int, *, expected: bool
) -> None:
    capture = span()
    capture.events = [
        one for one in capture.events if not (isinstance(one.detail, MacTraffic) and one.detail.mac == REMOTE_ETH0)
    ]
    capture.speaks(REMOTE_ETH0, REMOTE, 0, 20_000)
    capture.speaks(REMOTE_ETH0, REMOTE, heard, END)

    assert led(capture) is expected


def redirected(capture: Capture, ms: int) -> Capture:
    capture.tell(ms, IcmpRedirect("192.168.1.1", HOST, STORAGE, REMOTE))
    return capture


@pytest.mark.parametrize(("ms", "expected"), [(63_900, False), (20_000, True)], ids=["just-before", "long-before"])
def test_a_router_that_told_the_host_to_go_there(ms: int, *, expected: bool) -> None:
    assert led(redirected(span(), ms)) is expected


def without_an_answer(first: int) -> Capture:
    """The host's own port inside, from `first` ms on in vain."""
    vmk1 = Capture(source="vmk1.pcap")
    vmk1.asks(VMK1, PRIVATE, STORAGE, first, first + 2_000)
    vmk1.sends(Ends(VMK1, "00:0c:29:a0:05:99", HOST, STORAGE, 878, 2049), first, first + 20_000)
    return vmk1


@pytest.mark.parametrize(("first", "expected"), [(3_000, False), (38_000, True)], ids=["while-it-lived", "since"])
def test_a_host_that_had_no_answer_while_that_cvm_lived_had_lost_another(first: int, *, expected: bool) -> None:
    assert led(span(), without_an_answer(first)) is expected


@pytest.mark.parametrize(
    ("by", "mac", "expected"),
    [(REMOTE, REMOTE_ETH0, False), (HOST, VMK0, True)],
    ids=["a-cvm-misses-it", "a-host-asks-for-a-gateway"],
)
def test_one_that_no_capture_ever_heard_may_have_failed_before(by: str, mac: str, *, expected: bool) -> None:
    capture = span()
    capture.asks(mac, by, "192.168.1.29", 30_000, 34_000)

    assert led(capture) is expected


def came_back(capture: Capture, ms: int) -> None:
    capture.speaks(CVM_ETH0, CVM, ms, END)


def of_host(silent: tuple[int, int]) -> Callable[[Capture], None]:
    """A host that speaks every 5 s but for this time (ms)."""

    def tell(capture: Capture) -> None:
        capture.events = [
            one for one in capture.events if not (isinstance(one.detail, MacTraffic) and one.detail.mac == VMK0)
        ]
        for ms in range(0, END, 5_000):
            if not silent[0] <= ms <= silent[1]:
                capture.speaks(VMK0, HOST, ms, ms + 100)

    return tell


@pytest.mark.parametrize(
    ("silent", "expected"), [((35_000, 55_000), False), ((80_000, 80_000), True)], ids=["down-with-it", "alive"]
)
def test_a_host_that_was_down_with_its_cvm_came_back_with_it(silent: tuple[int, int], *, expected: bool) -> None:
    capture = span(died=37_000, served=64_000)
    of_host(silent)(capture)
    came_back(capture, 60_000)

    assert led(capture) is expected


@pytest.mark.parametrize(("first", "expected"), [(50_000, False), (10_000, True)], ids=["since", "long-before"])
def test_of_two_hosts_that_turn_up_elsewhere_nothing_tells_whose_cvm_it_was(first: int, *, expected: bool) -> None:
    capture = span()
    other = "00:25:90:aa:00:25"
    capture.speaks(other, "192.168.1.25", 0, END)
    capture.serves(Ends(other, REMOTE_ETH0, "192.168.1.25", STORAGE, 777, 2049), first, END)
    scene = scene_shown(capture)
    change = next(one for one in changes_shown(capture) if one.host.address == HOST and one.before is None)
    assert change.after is not None
    failed = silent_cvm(change, scene)
    assert failed is not None

    assert may_have_led(failed, change, change.after.path, scene) is expected


@pytest.mark.parametrize(("silent", "expected"), [(68_000, True), (END, False)], ids=["its-own", "heard-on"])
def test_a_host_that_may_have_lost_another_cvm_does_not_count(silent: int, *, expected: bool) -> None:
    capture = span()
    other, its_cvm = "00:25:90:aa:00:25", "00:0c:29:c0:01:29"
    capture.speaks(its_cvm, "192.168.1.29", 0, silent)
    capture.speaks(other, "192.168.1.25", 0, END)
    capture.serves(Ends(other, REMOTE_ETH0, "192.168.1.25", STORAGE, 777, 2049), 80_000, END)
    if silent < END:
        capture.asks(PEER_ETH0, PEER, "192.168.1.29", silent + 3_000, END)
    scene = scene_shown(capture)
    change = next(one for one in changes_shown(capture) if one.host.address == HOST and one.before is None)
    assert change.after is not None
    failed = silent_cvm(change, scene)
    assert failed is not None

    assert may_have_led(failed, change, change.after.path, scene) is expected


def test_a_host_that_is_heard_but_twice_has_no_usual_silence() -> None:
    runs = traffic_runs((0, 10), (60, 70))

    assert not _silent_at(runs, 30 * SECOND)
    assert _silent_at([*runs, *traffic_runs((75, 80))], 30 * SECOND)


def traffic_runs(*parts: tuple[int, int]) -> list[Frames]:
    """When a host was heard, s."""
    return [Frames(a * SECOND, b * SECOND, Origin("x", a), Origin("x", b), 2) for a, b in parts]
