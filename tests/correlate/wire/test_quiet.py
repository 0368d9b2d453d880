"""A silence shows that nothing waited only where the capture can't have missed a sign of the contrary."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.quiet import _goes_on, is_quiet, nothing_waited, public_side_seen
from analyzer.model.event import StorageTraffic
from analyzer.model.instant import SECOND
from tests.correlate import builder, scenes
from tests.correlate.builder import HOST, LOCAL, NOBODY, OUTSIDE, PRIVATE, STORAGE, VMK0, VMK1, Capture
from tests.correlate.story.made import LOCAL as LOCAL_PATH
from tests.correlate.story.made import served
from tests.correlate.wire.shown import changes_shown, scene_shown

PORTS = frozenset({VMK0})


def quiet(*captures: Capture) -> bool:
    (change,) = changes_shown(*captures)
    return is_quiet(change, PORTS, scene_shown(*captures))


def test_nothing_is_sent_and_one_call_is_answered_at_once() -> None:
    assert quiet(*scenes.idle())


def test_a_capture_without_the_call_that_ends_it_may_lack_another() -> None:
    assert not quiet(*scenes.stall(waiting=False))


def _sent_again(_: Capture, vmk1: Capture) -> None:
    vmk1.sends(LOCAL, 33_900, 33_900, "retransmission")


def _sent(_: Capture, vmk1: Capture) -> None:
    vmk1.sends(LOCAL, 40_000, 40_000)


def _sent_to_its_end(_: Capture, vmk1: Capture) -> None:
    vmk1.run(40_000, 53_000, StorageTraffic, "frame", LOCAL, count=2)


def _asked_inside(_: Capture, vmk1: Capture) -> None:
    vmk1.asks(VMK1, PRIVATE, STORAGE, 40_000, 42_000)


def _asked_outside(span: Capture, _: Capture) -> None:
    span.asks(VMK0, HOST, NOBODY, 40_000, 42_000)


def _went_outside(span: Capture, _: Capture) -> None:
    span.sends(scenes.STRAY, 40_000, 40_000)


def _waited(_: Capture, vmk1: Capture) -> None:
    vmk1.calls(LOCAL, 32_900, 53_001, xid=8)


def _several_at_once(_: Capture, vmk1: Capture) -> None:
    vmk1.calls(LOCAL, 53_000, 53_001, xid=8)


def _connected_again(_: Capture, vmk1: Capture) -> None:
    vmk1.connects(LOCAL, 52_990)


@pytest.mark.parametrize(
    "sign",
    [
        _sent_again,
        _sent,
        _sent_to_its_end,
        _asked_inside,
        _asked_outside,
        _went_outside,
        _waited,
        _several_at_once,
        _connected_again,
    ],
)
def test_a_sign_that_something_waited(sign: Callable[[Capture, Capture], None]) -> None:
    captures = scenes.idle()
    sign(*captures)

    assert not quiet(*captures)


def test_another_connection_than_those_before() -> None:
    span, vmk1 = scenes.both()
    builder.neighbours(span, 0, 75_000)
    vmk1.serves(LOCAL, 0, 33_000)
    vmk1.serves(scenes.AGAIN, 53_000, 75_000)
    vmk1.calls(scenes.AGAIN, 53_000, 53_001)

    assert not quiet(span, vmk1)


def test_whether_the_public_port_is_captured_as_a_silence_begins() -> None:
    captures = scenes.idle()
    (change,), scene = changes_shown(*captures), scene_shown(*captures)

    assert public_side_seen(change, PORTS, scene)
    assert not public_side_seen(change, frozenset(), scene)
    assert not public_side_seen(replace(change, start=builder.ns(74_000), end=builder.ns(94_000)), PORTS, scene)


def test_a_silence_on_another_path_than_the_local_one_is_not_quiet_though_nothing_waited() -> None:
    span, _ = scenes.both()
    builder.neighbours(span, 0, 75_000)
    span.serves(OUTSIDE, 0, 33_000)
    span.serves(OUTSIDE, 53_000, 75_000)
    span.calls(OUTSIDE, 53_000, 53_001)
    (change,) = changes_shown(span)

    assert nothing_waited(change, frozenset(), scene_shown(span))
    assert not is_quiet(change, frozenset(), scene_shown(span))


@pytest.mark.parametrize(("ports", "goes_on"), [((1, 2), True), ((2, 1), True), ((2, 3), False)])
def test_the_connection_after_a_silence_may_be_any_of_those_before(ports: tuple[int, int], *, goes_on: bool) -> None:
    """Two stays before the silence are of these ports, and the first reply after it of port 1."""
    service = served((LOCAL_PATH, 0, 10), (LOCAL_PATH, 20, 30), (LOCAL_PATH, 60, 70))
    segments = tuple(
        replace(one, connections=((PRIVATE, port),)) for one, port in zip(service.segments, (*ports, 1), strict=True)
    )
    service = replace(service, segments=segments)
    change = Change(service.host, service, segments[1], segments[2], 30 * SECOND, 60 * SECOND)

    assert _goes_on(change) is goes_on
