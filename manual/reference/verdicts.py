"""Kinds, verdicts, stages and key times, from the words of the report; what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.config import default_expectations
from analyzer.report.glossary import GLOSSARY
from analyzer.report.names import INSTANT_MEANINGS, KINDS, METRICS, STAGES, SYMBOLS, VERDICT_MEANINGS
from manual.reference.codes import plain

NS_PER_SECOND = 10**9


def pages() -> Iterator[tuple[str, str]]:
    """One page of the words of a report."""
    verdicts = [(f"`{name}`", SYMBOLS[name], plain(says)) for name, says in VERDICT_MEANINGS.items()]
    kinds = [(f"`{name}`", words) for name, words in KINDS.items()]
    times = [(f"`{name}`", plain(says)) for name, says in INSTANT_MEANINGS.items()]
    stages = [(f"`{name}`", f"`{start}`", f"`{end}`", plain(says)) for name, (start, end, says) in STAGES.items()]
    metrics = [(f"`{name}`", words, plain(says)) for name, (words, says) in METRICS.items()]
    expected = [
        (
            f"`{one.kind}`",
            f"`{one.metric}`",
            _seconds(one.expected),
            "the check period and 10 s" if one.bound is None else _seconds(one.bound),
            plain(one.source),
        )
        for one in default_expectations()
    ]
    yield (
        "words.md",
        (
            "# Kinds, verdicts and key times\n\nThe names in reports and in `run.json`. "
            "[Which kind an episode is](../kinds.md) and [verdicts](../explanation/verdicts.md) tell more.\n\n"
            f"## Verdicts\n\nFrom the best to the worst; `NOT-JUDGED` does not count.\n\n"
            f"{table(('verdict', 'sign', 'meaning'), verdicts)}\n"
            f"## Kinds of episodes\n\n{table(('kind', 'in a report'), kinds)}\n"
            f"## Key times\n\n{table(('name', 'meaning'), times)}\n"
            f"## Stages\n\n{table(('stage', 'from', 'to', 'meaning'), stages)}\n"
            f"## Metrics\n\n{table(('metric', 'in a report', 'meaning'), metrics)}\n"
            f"## What is expected\n\nUnless `--expectations` says otherwise for the same kind and metric.\n\n"
            f"{table(('kind', 'metric', 'expected', 'bound', 'source'), expected)}\n"
            f"## Glossary\n\n{table(('word', 'meaning'), [(word, plain(says)) for word, says in GLOSSARY.items()])}"
        ),
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _seconds(ns: int) -> str:
    return f"{ns / NS_PER_SECOND:g} s"
