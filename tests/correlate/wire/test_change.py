"""Where a host's service changes: between paths, at a capture's edges, and not where no capture looks."""

from __future__ import annotations

from tests.correlate import scenes
from tests.correlate.builder import LOCAL, VMK1, Capture, ns
from tests.correlate.wire.shown import changes_shown


def test_a_change_lies_between_the_replies_around_the_silence() -> None:
    (change,) = changes_shown(*scenes.failure(died=37_000, served=64_000))

    assert (change.start, change.end) == (ns(37_000), ns(64_003))
    assert change.before is not None
    assert change.after is not None
    assert (change.before.path.kind, change.after.path.kind) == ("local", "remote")
    assert change.stalled


def test_a_steady_service_has_none() -> None:
    assert changes_shown(*scenes.healthy()) == []


def test_what_no_capture_covers_is_no_change() -> None:
    early, late = Capture(source="early.pcap"), Capture(source="late.pcap")
    early.serves(LOCAL, 0, 30_000)
    late.serves(LOCAL, 60_000, 90_000)

    assert changes_shown(early, late) == []


def test_a_pause_that_is_usual_for_a_host_is_no_end_of_its_service() -> None:
    capture = Capture()
    for ms in range(0, 70_000, 10_000):
        capture.serves(LOCAL, ms, ms + 1_000)
    capture.speaks(VMK1, None, 0, 69_000)

    assert changes_shown(capture) == []


def test_a_host_that_goes_on_without_replies_ends_in_a_change() -> None:
    capture = Capture()
    capture.serves(LOCAL, 0, 30_000)
    capture.speaks(VMK1, None, 30_000, 60_000)

    (change,) = changes_shown(capture)

    assert change.after is None
    assert change.silent_for >= 29 * 10**9
