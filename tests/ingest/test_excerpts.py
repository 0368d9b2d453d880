"""What an earlier run kept of captures is left out where there are captures, and is evidence alone."""

from __future__ import annotations

import pytest

from analyzer.ingest.excerpts import MARK, without_excerpts
from analyzer.ingest.reading import Reading
from analyzer.model.source import Reason, Skipped, Source


def reading(name: str, kind: str = "capture", *comments: str) -> Reading:
    return Reading(source=Source(name=name, kind=kind, size=1, digest=None, clock="capture", comments=comments))


EXCERPT = reading("evidence.pcapng", "capture", f"{MARK}test rests on, and those around them")
SPAN, LOG = reading("span.pcap", "capture", "by me", f"{MARK}x"), reading("genesis.out", "genesis", f"{MARK}x")


@pytest.mark.parametrize("order", [(EXCERPT, SPAN, LOG), (SPAN, EXCERPT, LOG)], ids=["first", "second"])
def test_beside_a_capture_it_is_left_out_and_named(order: tuple[Reading, ...]) -> None:
    kept, skipped = without_excerpts(order)
    assert kept == (SPAN, LOG)
    assert skipped == (Skipped("evidence.pcapng", "file", Reason("excerpt")),)


@pytest.mark.parametrize("readings", [(EXCERPT,), (EXCERPT, LOG), (EXCERPT, EXCERPT), (SPAN, LOG), ()], ids=len)
def test_what_is_there_alone_stays(readings: tuple[Reading, ...]) -> None:
    assert without_excerpts(readings) == (readings, ())
