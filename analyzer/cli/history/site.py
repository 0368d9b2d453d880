"""`autopath history site`: the history as static pages, for any web server or share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.history.store import opened_store, store_option
from analyzer.cli.output import NamedPath

if TYPE_CHECKING:
    from analyzer.cli.folders.pages import Made, Page
    from analyzer.history.opening import Store
    from analyzer.model.episode import EpisodeKind
    from analyzer.model.over_time.looks import Line, Look, Told
    from analyzer.report.site.pages import SiteTest


@click.command("site")
@click.argument("folder", metavar="DIR", type=NamedPath())
@store_option
@click.option(
    "--reports",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="Write the reports of the last N tests into the site too; those of earlier ones stay.",
)
def command(folder: Path, store: str | None, reports: int) -> int:
    """Write the history into DIR as pages that link to each other: all clusters, each cluster, each kind of episode in
    it with charts, each test; and metrics.prom for Prometheus.

    Made again, only what changed is written. The pages have no script and load nothing from elsewhere; the names of
    clusters, hosts and people are in them.
    """
    from analyzer.cli.folders.pages import made_before, write_pages
    from analyzer.report.words import counted

    there = opened_store(store)
    before = made_before(folder)
    site = Site(there, before, reports)
    written = write_pages(folder, site.pages(), before, site.texts)
    removed = f", {written.removed} removed" if written.removed else ""
    click.echo(f"{folder / 'index.html'}: {counted(written.pages, 'page')}, {written.made:,} written{removed}")
    return 0


class Site:
    """The pages of a history; `texts` are the lines of its clusters' looks, and what was told of their changes, by
    cluster, with what they are made of.
    """

    def __init__(self, store: Store, before: Made, reports: int) -> None:
        self._store = store
        self._tests = _tests(store, before, reports)
        self._lines = {cluster: _lines(store, cluster) for cluster in self._tests}
        self._of_test = {one.key: _digest(one) for tests in self._tests.values() for one in tests}
        self._digests = {
            cluster: _digest((self._of_tests(tests), self._lines[cluster])) for cluster, tests in self._tests.items()
        }
        self._look = cache(self._looked)
        self._told = cache(self._told_now)
        self.texts = {cluster: (self._digests[cluster], self._text(cluster, before)) for cluster in self._tests}

    def _of_tests(self, tests: Sequence[SiteTest]) -> list[str]:
        return [self._of_test[one.key] for one in tests]

    def pages(self) -> Iterator[Page]:
        """All of them."""
        from analyzer.cli.folders.pages import Page
        from analyzer.report.site import pages, places

        style = pages.stylesheet()
        yield Page(places.STYLE, _digest(style), lambda: style)
        yield Page(places.METRICS, _digest(self.texts), self._metrics)
        rows = [(tests, _sentences(self.texts[cluster][1])) for cluster, tests in self._tests.items()]
        yield Page(places.INDEX, _digest(self.texts), partial(pages.index_page, rows))
        for cluster, tests in self._tests.items():
            yield from self._of_cluster(cluster, tests)
            for one in tests:
                yield Page(places.test_page(one.key), self._of_test[one.key], partial(pages.test_page, one))
                if one.has_report:
                    yield Page(
                        places.report_page(one.key), _digest(one.test.run), partial(_report, self._store, one.test.run)
                    )

    def _of_cluster(self, cluster: str, tests: Sequence[SiteTest]) -> Iterator[Page]:
        from analyzer.cli.folders.pages import Page
        from analyzer.report.site import pages, places

        whole = self._digests[cluster]
        kinds = pages.kinds_of(tests)
        parts = [tests[at : at + places.TESTS] for at in range(0, len(tests), places.TESTS)]
        for number, part in enumerate(parts[:-1], 1):
            yield Page(
                places.tests_page(cluster, number),
                _digest(self._of_tests(part)),
                partial(pages.tests_page, cluster, part),
            )
        yield Page(
            places.cluster_page(cluster),
            whole,
            lambda: pages.cluster_page(parts[-1], kinds, self._look(cluster), len(parts), self._told(cluster)),
        )
        for kind in kinds:
            yield Page(places.kind_page(cluster, kind), whole, partial(self._kind, cluster, kind))

    def _metrics(self) -> str:
        from analyzer.report.site.metrics import ClusterHistory, history_metrics

        found = {
            cluster: ClusterHistory([one.test for one in tests], self._told(cluster).standing)
            for cluster, tests in self._tests.items()
        }
        return history_metrics(found).decode()

    def _kind(self, cluster: str, kind: EpisodeKind) -> str:
        from analyzer.report.site.pages import kind_page

        return kind_page(self._tests[cluster], kind, self._look(cluster), self._told(cluster))

    def _text(self, cluster: str, before: Made) -> str:
        """What the look says and what else was told of the cluster, as JSON: making it costs much."""
        from msgspec import json

        from analyzer.report.site.pages import look_sentences

        digest, text = before.texts.get(cluster, ("", ""))
        if digest == self._digests[cluster]:
            return text
        return json.encode(look_sentences(self._look(cluster), self._told(cluster))).decode()

    def _looked(self, cluster: str) -> Look:
        from analyzer.compare.runs.looking import look_at
        from analyzer.history.changes import standing

        tests = self._tests[cluster]
        last = tests[-1]
        return look_at([one.test for one in tests], last.test.run, last.key, standing(self._lines[cluster]))

    def _told_now(self, cluster: str) -> Told:
        from analyzer.compare.runs.looking import told_now
        from analyzer.history.changes import standing

        lines = self._lines[cluster]
        return told_now([one.test for one in self._tests[cluster]], standing(lines), lines)


def _tests(store: Store, before: Made, reports: int) -> dict[str, list[SiteTest]]:
    """The tests of each cluster, by time. Those made last, and those that had one before, have a report."""
    from analyzer.history.compared import compared_tests
    from analyzer.history.queries import keys_of_tests
    from analyzer.report.site.pages import SiteTest
    from analyzer.report.site.places import report_page

    keys = keys_of_tests(store)
    tests = [one for one in compared_tests(store) if one.run in keys]
    newest = {one.run for one in tests[len(tests) - reports :]}
    found: dict[str, list[SiteTest]] = {}
    for one in tests:
        of_cluster, key = found.setdefault(one.cluster, []), keys[one.run]
        has_report = one.run in newest or report_page(key) in before.pages
        of_cluster.append(SiteTest(len(of_cluster) + 1, key, one, has_report))
    return dict(sorted(found.items()))


def _lines(store: Store, cluster: str) -> tuple[Line, ...]:
    from analyzer.history.changes import told_of_cluster

    return told_of_cluster(store, cluster).lines


def _sentences(text: str) -> tuple[str, ...]:
    from msgspec import json

    return json.decode(text, type=tuple[str, ...])


def _report(store: Store, run: str) -> str:
    """The report of a run, as `autopath report` makes it."""
    from analyzer.history.queries import document
    from analyzer.report import render_html
    from analyzer.store import decode_run
    from analyzer.store.carried.page import carried_value

    content = document(store, run)
    return render_html(decode_run(content, f"run {run}"), carried_value(content))


def _digest(value: object) -> str:
    """Of what a page is made of, and of the program that makes it."""
    from msgspec import json

    from analyzer import __version__

    return blake2b(json.encode((__version__, value), order="sorted"), digest_size=16).hexdigest()
