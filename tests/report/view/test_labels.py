"""Names of sources and origins: short, distinct, without the folders of the machine that made the report."""

from __future__ import annotations

import msgspec
import pytest

from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.instant import Span
from analyzer.model.source import Origin
from analyzer.report.view.labels import SHOWN, Labels, clock_words, short_names
from tests.report import builder


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["case/span.pcap", "case/vmk1.pcap"], ["span.pcap", "vmk1.pcap"]),
        (["a/cvm/genesis.out", "b/cvm/genesis.out"], ["a/cvm/genesis.out", "b/cvm/genesis.out"]),
        (["x/a/genesis.out", "x/b/genesis.out", "x/span.pcap"], ["a/genesis.out", "b/genesis.out", "span.pcap"]),
        (["genesis.out", "a/genesis.out"], ["genesis.out", "a/genesis.out"]),
    ],
    ids=["distinct", "deep", "mixed", "one-inside-other"],
)
def test_short_names(names: list[str], short: list[str]) -> None:
    assert list(short_names(names).values()) == short


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("capture", "captures"),
        ("capture:case/span.pcap", "span.pcap"),
        ("cvm:192.168.1.26", "CVM 192.168.1.26"),
        ("esxi:host7", "host host7"),
        ("log:case/genesis", "case/genesis log"),
        ("log:other/genesis", "other/genesis log"),
        ("log:other/genesis-b", "genesis-b log"),
    ],
)
def test_clocks_are_said_in_words(clock: str, said: str) -> None:
    clocks = ["capture", "capture:case/span.pcap", "cvm:192.168.1.26", "esxi:host7", "log:case/genesis"]
    sources = {"case/span.pcap": "span.pcap"}
    assert clock_words([*clocks, "log:other/genesis", "log:other/genesis-b"], sources)[clock] == said


def of_clocks(*clocks: str) -> Labels:
    offsets = (ClockOffset(clock=one, reference="capture", offset=Span(0, 0), basis="given") for one in clocks)
    return Labels(msgspec.structs.replace(builder.run(), clocks=tuple(offsets)))


def test_what_is_noted_of_a_clock_has_the_other_in_words() -> None:
    labels = of_clocks("cvm:10.0.0.1")

    assert labels.note(OffsetNote("by-way-of", other="cvm:10.0.0.1")) == "through the clock of CVM 10.0.0.1"
    assert labels.note(OffsetNote("as-told", told="somebody's cvm:10.0.0.1")) == "somebody's cvm:10.0.0.1"
    assert labels.note(None) == ""


@pytest.mark.parametrize(
    ("code", "sentence", "said"),
    [
        ("AP203", "the clock cvm:10.0.0.1 was set", "the clock CVM 10.0.0.1 was set"),
        ("AP202", "The clock cvm:10.0.0.11: nothing limits `it`", "The clock CVM 10.0.0.11: nothing limits it"),
        ("AP203", "before line 3 of x/cvm:10.0.0.1/genesis.out", "before line 3 of x/cvm:10.0.0.1/genesis.out"),
        ("AP203", "cvm:10.0.0.1.", "CVM 10.0.0.1."),
        ("AP302", "2 lines: saw cvm:10.0.0.1", "2 lines: saw cvm:10.0.0.1"),
        ("AP106", "somebody wrote cvm:10.0.0.1", "somebody wrote cvm:10.0.0.1"),
    ],
)
def test_clocks_are_in_words_in_findings_about_clocks(code: str, sentence: str, said: str) -> None:
    assert of_clocks("cvm:10.0.0.1", "cvm:10.0.0.11").finding(code, sentence) == said


def test_a_run_without_clocks_of_logs_has_none_to_name() -> None:
    assert of_clocks().finding("AP203", "cvm:10.0.0.1") == "cvm:10.0.0.1"


def test_many_origins_are_counted() -> None:
    refs = Labels(builder.run()).refs(Origin(builder.SPAN, n) for n in range(1, SHOWN + 4))
    assert len(refs.shown) == SHOWN
    assert refs.more == "and 3 more in run.json"


def test_only_captures_have_a_display_filter() -> None:
    labels = Labels(builder.run())
    origins = [Origin(builder.SPAN, 9), Origin(builder.SPAN, 2), Origin(builder.GENESIS, 1)]
    assert labels.display_filter(builder.SPAN, origins) == "frame.number in {2, 9}"
    assert labels.display_filter(builder.GENESIS, origins) == ""
