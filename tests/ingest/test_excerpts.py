"""What an earlier run kept of captures is left out where there are captures, and is evidence alone."""

from __future__ import annotations

import pytest

from analyzer.ingest.excerpts import with_holes, without_excerpts
from analyzer.ingest.reading import Reading
from analyzer.model.evidence import EXCERPT as MARK
from analyzer.model.evidence import PARTIAL
from analyzer.model.source import Reason, Skipped, Source


def reading(name: str, kind: str = "capture", *comments: str) -> Reading:
    return Reading(source=Source(name=name, kind=kind, size=1, digest=None, clock="capture", comments=comments))


EXCERPT = reading("evidence.pcapng", "capture", f"{MARK}test is based on, and those around them")
SPAN, LOG = reading("span.pcap", "capture", "by me", f"{MARK}x"), reading("genesis.out", "genesis", f"{MARK}x")


@pytest.mark.parametrize("order", [(EXCERPT, SPAN, LOG), (SPAN, EXCERPT, LOG)], ids=["first", "second"])
def test_beside_a_capture_it_is_left_out_and_named(order: tuple[Reading, ...]) -> None:
    kept, skipped = without_excerpts(order)
    assert kept == (SPAN, LOG)
    assert skipped == (Skipped("evidence.pcapng", "file", Reason("excerpt")),)


@pytest.mark.parametrize("readings", [(EXCERPT,), (EXCERPT, LOG), (EXCERPT, EXCERPT), (SPAN, LOG), ()], ids=len)
def test_what_is_there_alone_stays(readings: tuple[Reading, ...]) -> None:
    assert without_excerpts(readings) == (readings, ())


def test_holes_are_told_by_a_line_of_its_comment() -> None:
    assert with_holes(reading("evidence.pcapng", "capture", f"{MARK}test is based on\n{PARTIAL}\nLeft out: 1"))
    assert not with_holes(EXCERPT)
    assert not with_holes(reading("evidence.pcapng", "capture", f"{MARK}{PARTIAL} is based on"))
    assert not with_holes(reading("span.pcap", "capture", "by me", f"{MARK}x\n{PARTIAL}"))
