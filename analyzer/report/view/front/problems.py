"""Problems and warnings right under the answer: the gravest first, each once, with a link to the whole of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from analyzer.model.finding import Finding
from analyzer.model.run import Run
from analyzer.report.names import SEVERITIES, quality_words
from analyzer.report.story import stopped
from analyzer.report.view.front.parts import Problem
from analyzer.report.view.labels import Labels

MOST = 8
LONGEST = 240  # characters of a sentence; the whole of it is at the link
GRAVE = ("problem", "warning")


def problems(run: Run, labels: Labels, whole: Collection[int]) -> tuple[tuple[Problem, ...], int]:
    """Those that the first screen shows, and how many more there are."""
    found: dict[tuple[str, str], Problem] = {}
    for finding, href in _findings(run, whole):
        if finding.severity in GRAVE:
            found.setdefault((finding.code, finding.sentence), _problem(finding, href, labels))
    each = [*sorted(found.values(), key=lambda one: GRAVE.index(one.severity)), *_captures(run, labels)]
    return tuple(each[:MOST]), max(len(each) - MOST, 0)


def _findings(run: Run, whole: Collection[int]) -> Iterator[tuple[Finding, str]]:
    for number, measured in enumerate(run.episodes, 1):
        for place, finding in enumerate(measured.findings, 1):
            yield finding, f"#episode-{number}-finding-{place}" if number in whole else ""
    for place, finding in enumerate(run.findings, 1):
        yield finding, f"#finding-{place}"


def _problem(finding: Finding, href: str, labels: Labels) -> Problem:
    sentence = labels.finding(finding.code, finding.sentence)
    short = sentence if len(sentence) <= LONGEST else f"{sentence[:LONGEST].rstrip()} …"
    title = labels.text(finding.title)
    return Problem(finding.severity, SEVERITIES[finding.severity], finding.code, title, stopped(short), href)


def _captures(run: Run, labels: Labels) -> Iterator[Problem]:
    """Captures that are not simply trustworthy."""
    for held in run.quality:
        if held.word != "trustworthy":
            said = stopped(f"{labels.source(held.source)}: {quality_words(held)}")
            yield Problem(
                "warning", SEVERITIES["warning"], "", "A capture is not fully reliable for timing", said, "#inputs"
            )
