"""A row with a bar for each judgement: of many, those of the episodes with the worst verdicts."""

from __future__ import annotations

from collections.abc import Collection

from analyzer.model.episode import Judgement, MeasuredEpisode, Verdict
from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.drawing.gauge import gauge
from analyzer.report.judged import is_usual, measured_words
from analyzer.report.names import metric_name
from analyzer.report.view.front.parts import Row
from analyzer.report.view.judgement import badge, said_of
from analyzer.report.view.labels import Labels
from analyzer.report.view.limits import WORSE

MOST = 8
FIRST: dict[Verdict, int] = {"MISSED": 0, "UNDECIDED": 1}


def in_front(run: Run) -> frozenset[int]:
    """The numbers (from 1) of the episodes whose judgements have their rows on the first screen."""
    taken, rows = set[int](), 0
    for number in sorted(range(1, len(run.episodes) + 1), key=lambda one: -WORSE.index(run.episodes[one - 1].verdict)):
        rows += len(run.episodes[number - 1].judgements)
        if rows > MOST and taken:
            break
        taken.add(number)
    return frozenset(taken)


def rows(run: Run, labels: Labels, whole: Collection[int]) -> tuple[Row, ...]:
    """The rows, in the order of the episodes; those first that make a run not acceptable, or leave it open."""
    shown, alone = in_front(run), len(run.episodes) == 1
    each = [
        (number, measured, judgement)
        for number, measured in enumerate(run.episodes, 1)
        if number in shown
        for judgement in measured.judgements
    ]
    return tuple(
        _row(
            measured,
            judgement,
            "" if alone else f"Episode {number}",
            labels,
            f"#episode-{number}" if number in whole else "",
        )
        for number, measured, judgement in sorted(each, key=lambda one: FIRST.get(one[2].verdict, len(FIRST)))
    )


def _row(measured: MeasuredEpisode, of: Judgement, episode: str, labels: Labels, href: str) -> Row:
    drawn = of.verdict != "NOT-JUDGED"
    return Row(
        episode=episode,
        href=href,
        metric=metric_name(of.metric),
        badge=badge(of.verdict),
        measured=measured_words(measured, of),
        expected=_expected(of),
        sentence=labels.text(said_of(of, measured.episode, assumed=False)),
        bar=gauge(of) if drawn else None,
    )


def _expected(of: Judgement) -> str:
    """`expected 23 s`; of an outage without a user's expectation what is usual; empty where nothing is expected."""
    if of.expected is None:
        return ""
    return f"{'usual: up to' if is_usual(of) else 'expected'} {words.exact(of.expected)}"
