"""A device's calls, by who made them, in the evidence's order."""

from __future__ import annotations

from analyzer.correlate.captures.device import device_of
from tests.correlate.builder import LOCAL, OUTSIDE, VMK0, VMK1, Capture
from tests.correlate.wire.shown import traffic_of


def test_calls_of_several_macs_stay_in_order() -> None:
    capture = Capture()
    capture.serves(LOCAL, 0, 1_000)
    for xid, ends in enumerate((OUTSIDE, LOCAL, LOCAL, OUTSIDE)):
        capture.calls(ends, 900 - xid, None, xid=xid)
    device = device_of((capture.source,), traffic_of(capture), capture.operations)

    assert [call.xid for call in device.calls_of({VMK0, VMK1})] == [0, 1, 2, 3]
    assert [call.xid for call in device.calls_of({VMK1})] == [1, 2]
