"""The report as a file: complete in itself, sound HTML, the same bytes each time, safe against hostile names."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest
from jinja2 import UndefinedError

from analyzer.model.episode import EpisodeKind, Evident, Verdict
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.run import SCHEMA_VERSION, Run
from analyzer.model.source import Origin, Reason, Skipped
from analyzer.report import render_html, render_index
from analyzer.report.html import environment
from tests.report import builder
from tests.report.page import read, words

KINDS: tuple[EpisodeKind, ...] = ("cvm-failure", "route-injection", "route-deletion", "cvm-recovery", "unexplained")
SYMBOLS: dict[Verdict, str] = {
    "MET": "✓",
    "MET-OR-LATE": "◔",
    "LATE": "◷",
    "UNDECIDED": "?",
    "MISSED": "✗",
    "NOT-JUDGED": "–",
}
VERDICTS: tuple[Verdict, ...] = ("MET", "MET-OR-LATE", "LATE", "UNDECIDED", "MISSED", "NOT-JUDGED")
HOSTILE = "\"><script>alert('x')</script>&amp;{{ 7*7 }}\u202e\x07\udcff]]>"


def hostile(text: str = HOSTILE) -> Run:
    """A run of which every text that comes from outside is an attack."""
    run = builder.replaced(builder.run(builder.episode()), case=text)
    sources = tuple(builder.replaced_source(source, host=text, comments=(text,), zone=text) for source in run.sources)
    return builder.replaced(
        run,
        sources=sources,
        findings=(Finding(code="AP1", severity="problem", sentence=text, advice=text),),
        evidence=(Evident(Origin(builder.GENESIS, 7), Instant("none", 0, 0), text, text),),
        skipped=(Skipped(text, text, Reason("fault", detail=text)),),
        events=(*run.events, builder.log_event(text)),
    )


RUNS = {
    "each-kind": lambda: builder.run(*(builder.episode(kind) for kind in KINDS)),
    "each-verdict": lambda: builder.run(*(builder.episode(verdict=verdict) for verdict in VERDICTS)),
    "no-episode": lambda: builder.run(verdict="NOT-JUDGED"),
    "nothing-known": lambda: builder.run(builder.episode("unexplained", absent=tuple(builder.AFTER), host=None)),
    "nothing-at-all": builder.empty,
    "hostile": hostile,
}
runs = pytest.mark.parametrize("name", RUNS)


@runs
def test_is_sound_html(name: str) -> None:
    page = read(render_html(RUNS[name]()))
    assert page.wrong == []
    assert page.open == []


@runs
def test_needs_nothing_else(name: str) -> None:
    html = render_html(RUNS[name]())
    page = read(html)
    assert [link for link in page.links if not link.startswith("#")] == []
    assert not {"script", "img", "iframe", "object", "embed", "form", "base"} & set(page.tags)
    assert "@import" not in html
    assert re.findall(r"url\((?!#)", html) == []
    assert [
        attribute for _, attribute, _ in page.attributes if attribute.startswith("on") or attribute == "style"
    ] == []


@runs
def test_ids_are_unique_and_links_lead_somewhere(name: str) -> None:
    html = render_html(RUNS[name]())
    page = read(html)
    assert len(page.ids) == len(set(page.ids))
    inside = {link[1:] for link in page.links if link.startswith("#")}
    patterns = set(re.findall(r"url\(#([^)]+)\)", html))
    labels = {each for _, name, value in page.attributes if name == "aria-labelledby" for each in value.split()}
    assert inside | patterns | labels <= set(page.ids)


@runs
def test_has_the_same_bytes_each_time(name: str) -> None:
    assert render_html(RUNS[name]()).encode() == render_html(RUNS[name]()).encode()


def test_hostile_text_is_text() -> None:
    html = render_html(hostile())
    assert "<script" not in html
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", html, re.DOTALL)[0]
    shown = "\"><script>alert('x')</script>&amp;{{ 7*7 }}\\u202e\\x07\\udcff]]>"
    assert words(html).count(shown) >= 12
    assert not set("\u202e\x07\udcff") & set(html)


def test_a_name_that_the_view_does_not_have_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ page.nothing }}").render(page=builder.run())


@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_verdict_is_a_word_with_a_symbol(verdict: Verdict) -> None:
    html = render_html(builder.run(builder.episode(verdict=verdict), verdict=verdict))
    symbol = SYMBOLS[verdict]
    hero = words(html[html.index("<header") : html.index("</header>")])
    assert f"{symbol} {verdict}" in hero
    assert read(html).tags.count("h1") == 1


def test_a_healthy_run_says_what_was_checked() -> None:
    text = words(render_html(builder.run(verdict="NOT-JUDGED")))
    assert "218 NFS calls to the storage address, each answered; longest pause between replies: 1.5 s" in text
    assert (
        "A failover of host esx-a (192.168.1.24) would have been seen by its NFS calls and their replies from" in text
    )
    assert "span.pcap: 1,634 frames, 311 of them with the storage address; 70 NFS calls" in text
    assert "1 HA check found all Stargates up" in text


def test_the_page_shows_each_part_of_an_episode() -> None:
    text = words(render_html(builder.run(builder.episode(verdict="UNDECIDED", confidence="low"))))
    for part in (
        "CVM 192.168.1.26, which serves host esx-a (192.168.1.24), failed at 2026-11-22 07:04:23.059 UTC ± 2 ms.",
        "Confidence is low. What is uncertain: No capture of vmk1.",
        "To settle this, supply: genesis.out of the CVM that led Genesis.",
        "Outage 27.071 s",
        "WRITE, XID 0x005f00a1, 9 calls, answered on another connection",
        "terminated: NfsTerminateConnection was sent not in the evidence no log says it",
        "no reply",
        "tcp.flags.reset == 1 && ip.addr == 192.168.5.2",
        "frame.number in {41, 50, 52, 60, 61, 62, 63, 64, 65}",
        "Stargate is down on ['192.168.1.26']",
        "! warning AP104 The client sent a call 9 times. What to do: Look at it.",
        "ab" * 32,
        "between −0.40 s and 0.50 s measured from causes and their effects",
        "frame 12 the data ends early: the file was cut, copy it again",
        "CVM failure Detection latency 23 s 0 s the check period and 10 s published test",
        f"autopath 0.1.0, run.json schema version {SCHEMA_VERSION}",
    ):
        assert part in text, part


def test_what_was_not_over_has_no_end() -> None:
    measured = builder.episode(verdict="UNDECIDED")
    outage = KnownMeasurement("outage", Span(12 * SECOND, 2**62), (), "not-over")
    judged = msgspec.structs.replace(measured.judgements[0], measured=outage.span)
    joined = KnownMeasurement("reconnect + resume", outage.span, ())
    measured = msgspec.structs.replace(measured, measurements=(outage,), judgements=(judged,), stages=(joined,))
    text = words(render_html(builder.run(measured)))
    assert "Storage was away for at least 12.000 s, and still was when the capture ends." in text
    assert "Reconnect + resume: the client connects again, the first NFS reply arrives at least 12.000 s" in text


def test_every_instant_and_stage_has_its_row() -> None:
    page = read(render_html(builder.run(builder.episode())))
    assert [i for i in page.ids if i in {f"e1-{name}" for name in builder.AFTER}] == [
        f"e1-{name}" for name in builder.AFTER
    ]
    known = [stage for stage in builder.stages() if isinstance(stage, KnownMeasurement)]
    assert page.tags.count("svg") == 7 + len(known), (
        "timeline, wide and narrow, two scales, three paths, and the stages"
    )


def test_tables_have_captions() -> None:
    page = read(render_html(builder.run(builder.episode())))
    assert page.tags.count("table") == page.tags.count("caption")


def test_what_a_heading_is_of_follows_from_its_place() -> None:
    """So that it needs no `scope`: a row of headings is above, and no column has headings and other cells."""
    html = render_html(builder.run(builder.episode()))
    bodies = re.findall(r"<table.*?<thead><tr>(.*?)</tr></thead>(.*?)</table>", html, re.DOTALL)

    assert len(bodies) == html.count("<table") > 8
    for above, body in bodies:
        rows = [re.findall(r"<(t[hd])[ >]", row) for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)]
        columns = list(zip(*rows, strict=True))
        assert set(re.findall(r"<(t[hd])[ >]", above)) == {"th"}
        assert [len(set(column)) for column in columns] == [1] * above.count("<th")
        assert sum("th" in column for column in columns) == 1


def test_the_index_links_each_report() -> None:
    html = render_index(
        [
            ("a folder/é/report.html", builder.run(builder.episode())),
            ("healthy/report.html", builder.run(verdict="NOT-JUDGED")),
        ]
    )
    page = read(html)
    assert page.wrong == []
    assert [link for link in page.links if link.endswith(".html")] == [
        "./a%20folder/%C3%A9/report.html",
        "./healthy/report.html",
    ]
    assert (
        "LATE CVM failure on host esx-a (192.168.1.24): detection 23.6 s ± 0.5 s, 23 s expected; "
        "storage away for 27.071 s" in words(html)
    )
    assert "– NO EPISODE" in words(html)
    assert "Nothing failed over and storage was not interrupted" in words(html)


def test_an_empty_index_says_so() -> None:
    assert "No reports." in words(render_index([]))


@pytest.mark.parametrize("name", ["each-kind", "no-episode", "hostile"])
def test_a_browser_renders_it_without_complaint(name: str, tmp_path: Path) -> None:
    browser = next(
        (found for each in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(each))), None
    )
    assert browser, "make test installs chromium"
    page = tmp_path / "report.html"
    page.write_text(render_html(RUNS[name]()), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    options += ["--enable-logging=stderr", "--v=0", "--dump-dom"]
    done = subprocess.run([browser, *options, page.as_uri()], capture_output=True, text=True, timeout=60, check=True)
    assert "CONSOLE" not in done.stderr
    assert read(done.stdout).tags.count("main") == 1
