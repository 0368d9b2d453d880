from __future__ import annotations

import io

import msgspec

from analyzer.ingest.capture import frames
from analyzer.model.evidence import PARTIAL, CapturedFrame, CapturedFrames, CaptureInterface
from analyzer.model.source import Origin
from analyzer.report.evidence import evidence_capture
from tests.report.builder import SPAN, VMK, episode, run


def kept(source: str, number: int, ts: int) -> CapturedFrame:
    interface = CaptureInterface(source, 1, 256, tsresol=9)
    return CapturedFrame(
        origin=Origin(source, number),
        interface=interface,
        ts=ts,
        stamp=ts,
        length=60,
        data=f"{source}{number}".encode(),
    )


FRAMES = (kept(SPAN, 41, 10), kept(SPAN, 42, 30), kept(SPAN, 43, 20), kept(VMK, 30, 15), kept(VMK, 31, 25))


def test_frames_are_by_time_and_each_capture_keeps_its_order() -> None:
    reader = frames(io.BytesIO(evidence_capture(run(episode()), CapturedFrames(FRAMES))), "x")
    assert [frame.ts for frame in reader] == [10, 15, 25, 30, 20]


def test_each_frame_says_which_it_was_and_what_rests_on_it() -> None:
    reader = frames(io.BytesIO(evidence_capture(run(episode()), CapturedFrames(FRAMES))), "x")
    list(reader)
    about, first, second, third, *_ = reader.notes.comments
    assert about.startswith("autopath: frames that the run cvm-failure is based on")
    assert first.startswith("frame 1: autopath: span.pcap frame 41\ninstant fault (episode 1)\n")
    assert second == "frame 2: autopath: vmk1.pcap frame 30\nmeasured outage (episode 1)"
    assert third == "frame 3: autopath: vmk1.pcap frame 31\nnear: for context"


def test_whether_something_between_is_missing_is_a_line() -> None:
    for whole in (True, False):
        reader = frames(io.BytesIO(evidence_capture(run(episode()), CapturedFrames(FRAMES, whole=whole))), "x")
        list(reader)
        assert (PARTIAL in reader.notes.comments[0].splitlines()) is not whole


def test_what_was_left_out_is_told() -> None:
    less = CapturedFrames(FRAMES, unread=(Origin(SPAN, 1),), left_out=(Origin(SPAN, 2), Origin(SPAN, 3)), further=1200)
    reader = frames(io.BytesIO(evidence_capture(run(episode()), less)), "x")
    list(reader)
    assert reader.notes.comments[0].splitlines()[-2:] == [
        "Left out for size: 2 frames, and 1,200 around others.",
        "Not found again, or without a time: 1 frame.",
    ]


def test_a_case_of_a_hostile_name_says_nothing_more() -> None:
    named = msgspec.structs.replace(run(episode()), case="x\nautopath: \u202e")
    reader = frames(io.BytesIO(evidence_capture(named, CapturedFrames(FRAMES))), "x")
    list(reader)
    assert (
        reader.notes.comments[0]
        .splitlines()[0]
        .startswith("autopath: frames that the run x autopath: \\u202e is based")
    )


def test_without_frames_it_is_a_capture_of_none() -> None:
    reader = frames(io.BytesIO(evidence_capture(run(), CapturedFrames())), "x")
    assert list(reader) == []
    assert reader.notes.skipped == []
