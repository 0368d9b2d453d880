"""How far each capture can be trusted for timing: by its counters, its edges, its clock."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from analyzer.judge import Dossier, capture_quality
from analyzer.judge.dossier import known
from analyzer.judge.quality import ORDER, WORTH, worst
from analyzer.model.finding import Quality, QualityReason
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Reason, Skipped, Source
from analyzer.report.names import QUALITIES, QUALITY_REASONS, quality_words
from tests.judge.health.scene import dossier, source
from tests.judge.health.test_captures import totals
from tests.report import builder


def of(found: Dossier) -> dict[str, tuple[Quality, tuple[QualityReason, ...]]]:
    return {one.source: (one.word, one.reasons) for one in capture_quality(found)}


def test_each_reason_has_its_worth_and_its_words() -> None:
    assert set(WORTH) == set(QUALITY_REASONS) == set(get_args(QualityReason))
    assert set(ORDER) == set(QUALITIES) == set(get_args(Quality))
    assert "trustworthy" not in WORTH.values()


def test_a_capture_is_worth_what_its_worst_reason_allows() -> None:
    assert worst(()) == "trustworthy"
    assert worst(("with-care", "not-for-timing", "trustworthy")) == "not-for-timing"


@pytest.mark.parametrize(
    ("counts", "word", "reasons"),
    [
        pytest.param({}, "trustworthy", (), id="nothing"),
        pytest.param({"frames": 0, "storage_frames": 0}, "not-for-timing", ("empty",), id="no frame"),
        pytest.param({"gaps": 3}, "with-care", ("frames-lost",), id="some lost"),
        pytest.param({"capture_drops": 8}, "with-care", ("frames-lost",), id="dropped, one in a hundred"),
        pytest.param({"capture_drops": 9}, "not-for-timing", ("many-frames-lost",), id="more than one in a hundred"),
        pytest.param({"duplicates": 8}, "with-care", ("copied",), id="copies"),
        pytest.param({"out_of_order": 8}, "with-care", ("copied",), id="out of order"),
        pytest.param({"truncated": 9}, "with-care", ("frames-cut",), id="cut, and nothing is read"),
        pytest.param({"truncated": 9, "storage_frames": 19}, "trustworthy", (), id="cut, and hardly any storage"),
        pytest.param({"retransmissions": 400, "unanswered": 9}, "trustworthy", (), id="the network's own losses"),
    ],
)
def test_counters(counts: dict[str, int], word: Quality, reasons: tuple[QualityReason, ...]) -> None:
    assert of(dossier(captures=(totals("a.pcap", **counts),))) == {"a.pcap": (word, reasons)}


def test_a_snapshot_length_with_which_calls_are_read_is_enough() -> None:
    read = msgspec.structs.replace(totals("a.pcap", truncated=9), nfs_calls=(("READ", 3),))

    assert of(dossier(captures=(read,)))["a.pcap"] == ("trustworthy", ())


def test_a_file_without_its_end() -> None:
    cut = source("a.pcap", skipped=(Skipped("a.pcap", "offset 99", Reason("cut-in-frame")),))

    found = of(dossier(sources=(cut,), captures=(totals("a.pcap"), totals("b.pcap"))))

    assert found == {"a.pcap": ("with-care", ("file-cut",)), "b.pcap": ("trustworthy", ())}


def with_found(one: Dossier, **fields: object) -> Dossier:
    return Dossier(msgspec.structs.replace(one.found, **fields))


def test_a_clock_that_was_set_while_it_captured() -> None:
    set_once = with_found(dossier(captures=(totals("a.pcap"), totals("b.pcap"))), clock_set=("b.pcap",))

    assert of(set_once) == {"a.pcap": ("trustworthy", ()), "b.pcap": ("not-for-timing", ("clock-set",))}


EPISODE = builder.episode("cvm-failure").episode
BEGIN = min(at.at.most for at in known(EPISODE).values())
END = max(at.at.least for at in known(EPISODE).values())


def captured(name: str, first: int, last: int) -> Source:
    one = source(name)
    return msgspec.structs.replace(one, first=Instant("capture", first, first), last=Instant("capture", last, last))


@pytest.mark.parametrize(
    ("span", "reasons"),
    [
        pytest.param((BEGIN - SECOND, END + SECOND), (), id="whole"),
        pytest.param((BEGIN, END), (), id="just whole"),
        pytest.param((BEGIN + 1, END + SECOND), ("begins-late",), id="begins within it"),
        pytest.param((BEGIN - SECOND, END - 1), ("ends-early",), id="ends within it"),
        pytest.param((END + SECOND, END + 9 * SECOND), (), id="of another time"),
    ],
)
def test_what_the_captures_have_of_an_episode(span: tuple[int, int], reasons: tuple[QualityReason, ...]) -> None:
    one = dossier(sources=(captured("a.pcap", *span),), captures=(totals("a.pcap"),), episodes=(EPISODE,))

    assert of(with_found(one, covered=span))["a.pcap"][1] == reasons


def test_a_capture_of_a_path_that_went_silent_is_whole_beside_one_that_went_on() -> None:
    sources = captured("vmk1.pcap", BEGIN - SECOND, BEGIN), captured("span.pcap", BEGIN - SECOND, END - 1)
    one = dossier(sources=sources, captures=(totals("vmk1.pcap"), totals("span.pcap")), episodes=(EPISODE,))

    found = of(with_found(one, covered=(BEGIN - SECOND, END - 1)))

    assert found == {"vmk1.pcap": ("trustworthy", ()), "span.pcap": ("with-care", ("ends-early",))}


def test_files_of_one_ring_are_one_capture() -> None:
    middle = (BEGIN + END) // 2
    sources = captured("1.pcap", BEGIN - SECOND, middle), captured("2.pcap", middle, END - 1)
    one = dossier(sources=sources, captures=(totals("1.pcap"), totals("2.pcap")), episodes=(EPISODE,))
    evidence = msgspec.structs.replace(one.evidence, rings=(("1.pcap", "2.pcap"),))

    found = of(with_found(one, covered=(BEGIN - SECOND, END - 1), evidence=evidence))

    assert found == dict.fromkeys(("1.pcap", "2.pcap"), ("with-care", ("ends-early",)))


def test_the_words_tell_why() -> None:
    (one,) = capture_quality(dossier(captures=(totals("a.pcap", gaps=3, duplicates=8),)))

    assert quality_words(one) == "with care: it lost frames, it has frames twice or in the wrong order"
