"""Names of sources and origins: short, distinct, without the folders of the machine that made the report."""

from __future__ import annotations

import pytest

from analyzer.model.source import Origin
from analyzer.report.view.labels import SHOWN, Labels, shared_folder, short_names
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
    ("names", "folder"),
    [
        (["a/b", "c"], ""),
        (["/home/me/case/a.pcap", "/home/me/case/logs/b.out"], "/home/me/case/"),
        (["/home/me/b.tgz!/logs/genesis.out", "/home/me/b.tgz!/logs/genesis.out.1"], "/home/me/"),
        (["/a.pcap", "b.pcap"], "/"),
    ],
    ids=["relative", "absolute", "bundle", "root"],
)
def test_shared_folder(names: list[str], folder: str) -> None:
    assert shared_folder(names) == folder


def test_sentences_lose_the_folder() -> None:
    labels = Labels(builder.moved(builder.run(), "/home/me/"))
    assert labels.text("stamps of /home/me/case/genesis.out, `fault`") == "stamps of case/genesis.out, fault"
    assert labels.clock("log:home/me/case/genesis") == "log:case/genesis"


def test_many_origins_are_counted() -> None:
    refs = Labels(builder.run()).refs(Origin(builder.SPAN, n) for n in range(1, SHOWN + 4))
    assert len(refs.shown) == SHOWN
    assert refs.more == "and 3 more in run.json"


def test_only_captures_have_a_display_filter() -> None:
    labels = Labels(builder.run())
    origins = [Origin(builder.SPAN, 9), Origin(builder.SPAN, 2), Origin(builder.GENESIS, 1)]
    assert labels.display_filter(builder.SPAN, origins) == "frame.number in {2, 9}"
    assert labels.display_filter(builder.GENESIS, origins) == ""
