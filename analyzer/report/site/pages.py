"""The pages of a site: its index, a cluster, a kind of episode in a cluster, a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from markupsafe import Markup

from analyzer.model.episode import EpisodeKind
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.looks import Change, Look, Told
from analyzer.report.compared.lines import figure_name
from analyzer.report.drawing.runs import Bar, Mark, runs_chart
from analyzer.report.html import render, style
from analyzer.report.names import KINDS
from analyzer.report.over_time.looked import also_told, change_words, look_line, told_words
from analyzer.report.site import places
from analyzer.report.view.judgement import badge
from analyzer.report.view.parts import Badge, Fact
from analyzer.report.words import count, counted, day, duration, stamp

CHARTED = 200
"""Tests in a chart, the last ones."""
MOST_TOLD = 3
"""Sentences on what was told of a cluster, on the index."""


class SiteTest(msgspec.Struct, frozen=True):
    """A test, by its number in its cluster and its key; whether its report is in the site."""

    number: int
    key: str
    test: ComparedTest
    has_report: bool = False


class Row(msgspec.Struct, frozen=True, gc=False):
    """A test in a table."""

    href: str
    number: int
    when: str
    badge: Badge
    about: str
    versions: str


class ClusterRow(msgspec.Struct, frozen=True):
    """A cluster on the index: the last test of each kind of episode stands in `kinds`."""

    name: str
    href: str
    tests: str
    last: str
    lines: tuple[str, ...]
    kinds: tuple[tuple[str, str, Badge], ...]


class Chart(msgspec.Struct, frozen=True):
    """A figure of a kind."""

    name: str
    drawing: Markup
    changes: tuple[str, ...]


def stylesheet() -> str:
    """The looks of all pages."""
    return style()


def look_sentences(look: Look, told: Told) -> tuple[str, ...]:
    """What a look says, and what else was ever told of the cluster's changes."""
    return (f"{look_line(look)}.", *(f"{said}." for said in also_told(look, told)))


def index_page(clusters: Sequence[tuple[Sequence[SiteTest], Sequence[str]]]) -> str:
    """Every cluster: how many tests, what the last of them shows and what was told of the cluster before, the last
    verdict of each kind.
    """
    rows = tuple(_cluster_row(tests, lines) for tests, lines in clusters)
    whole = sum(len(tests) for tests, _ in clusters)
    said = f"{counted(len(rows), 'cluster')}, {counted(whole, 'test')}"
    return render("site_index.html.j2", title="History of failover tests", up="", rows=rows, said=said)


def _cluster_row(tests: Sequence[SiteTest], lines: Sequence[str]) -> ClusterRow:
    last = {kind: one for one in tests for kind in kinds_of([one])}
    cluster = tests[-1].test.cluster
    return ClusterRow(
        name=cluster,
        href=places.cluster_page(cluster),
        tests=count(len(tests)),
        last=_when(tests[-1].test),
        lines=_few(lines),
        kinds=tuple(
            (KINDS[kind], places.kind_page(cluster, kind), badge(last[kind].test.verdict)) for kind in kinds_of(tests)
        ),
    )


def _few(lines: Sequence[str]) -> tuple[str, ...]:
    """What the look says, and the last of what was told before."""
    first, *told = lines
    more = len(told) - MOST_TOLD
    last = (f"{count(more)} more {'is' if more == 1 else 'are'} on the cluster's page.",) if more > 0 else ()
    return (first, *told[-MOST_TOLD:], *last)


def kinds_of(tests: Sequence[SiteTest]) -> tuple[EpisodeKind, ...]:
    """The kinds of episodes that the tests have a duration of, as the report names them one after the other."""
    found = {kind for one in tests for (kind, _), _ in one.test.durations}
    return tuple(kind for kind in KINDS if kind in found)


def cluster_page(tests: Sequence[SiteTest], kinds: Sequence[EpisodeKind], look: Look, pages: int, told: Told) -> str:
    """A cluster with its last tests, which are the last of so many pages, and what was ever told of its changes."""
    cluster = look.cluster
    up = places.up(places.cluster_page(cluster))
    return render(
        "site_cluster.html.j2",
        title=f"Cluster {cluster}",
        up=up,
        lines=look_sentences(look, told),
        kinds=tuple((KINDS[kind], f"{up}{places.kind_page(cluster, kind)}") for kind in kinds),
        rows=_rows(tests, up),
        earlier=tuple((each, f"{up}{places.tests_page(cluster, each)}") for each in range(pages - 1, 0, -1)),
    )


def tests_page(cluster: str, tests: Sequence[SiteTest]) -> str:
    """A page of a cluster's earlier tests."""
    up = places.up(places.tests_page(cluster, 1))
    first, last = tests[0].number, tests[-1].number
    return render(
        "site_tests.html.j2",
        title=f"Cluster {cluster}, tests {first} to {last}",
        up=up,
        back=f"{up}{places.cluster_page(cluster)}",
        cluster=cluster,
        rows=_rows(tests, up),
    )


def _rows(tests: Sequence[SiteTest], up: str) -> tuple[Row, ...]:
    """The last first."""
    return tuple(_row(one, up) for one in reversed(tests))


def _row(one: SiteTest, up: str) -> Row:
    about = one.test.about
    versions = (("AOS", about.aos_version), ("ESXi", about.esxi_version))
    return Row(
        href=f"{up}{places.test_page(one.key)}",
        number=one.number,
        when=_when(one.test),
        badge=badge(one.test.verdict),
        about="; ".join(filter(None, (about.title, about.ticket, *(f"{name}={text}" for name, text in about.labels)))),
        versions=", ".join(f"{name} {text}" for name, text in versions if text),
    )


def _when(test: ComparedTest) -> str:
    return f"{stamp(test.time)[:16]} UTC" if test.time is not None else "time unknown"


def kind_page(tests: Sequence[SiteTest], kind: EpisodeKind, look: Look, told: Told) -> str:
    """A kind of episode in a cluster: a chart of each figure, with what was told of it."""
    cluster = look.cluster
    up = places.up(places.kind_page(cluster, kind))
    figures = dict.fromkeys(figure for one in tests for figure, _ in one.test.durations if figure[0] == kind)
    return render(
        "site_kind.html.j2",
        title=f"{KINDS[kind]} in cluster {cluster}",
        up=up,
        back=f"{up}{places.cluster_page(cluster)}",
        cluster=cluster,
        charts=tuple(_chart(tests, figure, look, told) for figure in figures),
    )


def _chart(tests: Sequence[SiteTest], figure: Figure, look: Look, told: Told) -> Chart:
    up = places.up(places.kind_page(look.cluster, figure[0]))
    standing = _of_figure((*told.standing, *look.standing), figure)
    known = [one for one in told.known if one.change.figure == figure]
    lines = [one for one in told.lines if one.change.figure == figure]
    all_runs = [(one, dict(one.test.durations).get(figure)) for one in tests]
    measured = [(one, span) for one, span in all_runs if span is not None and one.test.time is not None]
    runs = measured[-CHARTED:]
    name = figure_name(figure[1])
    if not runs:
        return Chart(name, Markup(), ())
    marks = [(one.time, Mark("change", "change", change_words(one, look))) for one in standing]
    steps = [(time, Mark("step", step, f"known step {step}")) for time, step in _steps(tests)]
    bars, before = [], runs[0][0].test.time or 0
    for one, span in runs:
        time = one.test.time or 0
        bars.append(
            Bar(
                span=span,
                words=f"run {one.number}, {day(time)}: {duration(span)}",
                href=f"{up}{places.test_page(one.key)}",
                marks=tuple(mark for at, mark in (*marks, *steps) if before < at <= time),
            )
        )
        before = time
    shown = f"{count(len(runs))} of " if len(measured) > len(runs) else ""
    label = f"{name}: {shown}{counted(len(measured), 'run')}, the last {duration(runs[-1][1])}"
    ends = day(runs[0][0].test.time or 0), day(runs[-1][0].test.time or 0)
    said = told_words(Told(known=tuple(known), lines=tuple(lines)))
    return Chart(name, runs_chart(bars, label, ends), (*(mark.words for _, mark in marks), *said))


def _of_figure(changes: Sequence[Change], figure: Figure) -> tuple[Change, ...]:
    """Those of a figure, each once."""
    return tuple(dict.fromkeys(one for one in changes if one.figure == figure))


def _steps(tests: Sequence[SiteTest]) -> Iterator[tuple[int, str]]:
    """When people say that something is another, and what they call it."""
    for one in tests:
        if one.test.time is not None and one.test.step:
            yield one.test.time, one.test.step


def test_page(one: SiteTest) -> str:
    """A test: what it is about, how long what took, and its report where that is in the site."""
    up = places.up(places.test_page(one.key))
    cluster = one.test.cluster
    return render(
        "site_test.html.j2",
        title=one.test.about.title or f"Test {one.number} of cluster {cluster}",
        up=up,
        back=f"{up}{places.cluster_page(cluster)}",
        cluster=cluster,
        verdict=badge(one.test.verdict),
        known=tuple(_facts(one)),
        figures=tuple(
            (KINDS[kind], f"{up}{places.kind_page(cluster, kind)}", figure_name(name), duration(span))
            for (kind, name), span in one.test.durations
        ),
        report=f"{up}{places.report_page(one.key)}" if one.has_report else "",
        run=one.test.run,
    )


def _facts(one: SiteTest) -> Iterator[Fact]:
    about = one.test.about
    known: Mapping[str, str | None] = {
        "Cluster": one.test.cluster,
        "Test": f"{one.number}, {_when(one.test)}",
        "Ticket": about.ticket,
        "By": about.operator,
        "AOS": about.aos_version,
        "ESXi": about.esxi_version,
        **dict(about.labels),
        "autopath": one.test.conditions.program,
    }
    yield from (Fact(name, text) for name, text in known.items() if text)
