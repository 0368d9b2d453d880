from __future__ import annotations

from bench.speed.aims import Aim, Missing
from bench.speed.table import Row, Section, page, text

SECTION = Section(
    "Compressed captures",
    "Half of it.",
    (Row("autopath, half.pcap.gz", 769_000_000),),
    (
        Aim("gz, of the fastest", Missing("igzip"), 0.9, "×", at_most=False),
        Aim("zst, of the fastest", 1.0, 0.9, "×", at_most=False),
    ),
)


def test_the_terminal_says_what_was_not_measured() -> None:
    assert text(SECTION).splitlines()[-2:] == [
        "  gz, of the fastest: –, aim at least 0.9 ×: not measured: igzip is not installed",
        "  zst, of the fastest: 1.00 ×, aim at least 0.9 ×: yes",
    ]


def test_the_page_names_the_peers_that_are_not_installed() -> None:
    told = page([SECTION], "idle", ("igzip", "pigz"))

    assert "- Not installed, so not compared with: igzip, pigz.\n" in told
    assert "| gz, of the fastest | at least 0.9 × |  | not measured: igzip is not installed |\n" in told
    assert "Not installed" not in page([SECTION], "idle")
