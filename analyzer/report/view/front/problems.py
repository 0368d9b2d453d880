"""Problems and warnings right under the answer: the gravest first, each once, with a link to the whole of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from analyzer.model.finding import Finding
from analyzer.model.run import Run
from analyzer.report.names import SEVERITIES, quality_words
from analyzer.report.story import stopped
from analyzer.report.view.front.parts import Problem
from analyzer.report.view.labels import Labels, within

MOST = 8
LONGEST = 240  # characters of a sentence; the whole of it is at the link
GRAVE = ("problem", "warning")
NOT_UNDERSTOOD = ("AP302", "AP301")
"""Lines of Genesis that no rule takes, which may change all that is said: the first of these comes before all else."""


def problems(run: Run, labels: Labels, whole: Collection[int] | None) -> tuple[tuple[Problem, ...], int]:
    """Those that the first screen shows, and how many more there are; linked as far as the page shows episodes `whole`,
    and not at all where that is None.
    """
    found: dict[tuple[str, str], Problem] = {}
    each_of = tuple(_findings(run, whole))
    front = {*in_front(finding for finding, _ in each_of)}
    for finding, href in each_of:
        if finding in front:
            found.setdefault((finding.code, finding.sentence), _problem(finding, href, labels))
    each = [
        *sorted(found.values(), key=lambda one: (one.code not in NOT_UNDERSTOOD, _gravity(one.severity))),
        *_captures(run, labels, "" if whole is None else "#inputs"),
    ]
    return tuple(each[:MOST]), max(len(each) - MOST, 0)


def in_front(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that are told before anything else is read: those above `info`, and before them the lines that were
    not understood.
    """
    each = list(dict.fromkeys(findings))
    codes = {one.code for one in each}
    first = next((code for code in NOT_UNDERSTOOD if code in codes), None)
    graver = [one for one in each if one.severity in GRAVE and one.code != first]
    return [*(one for one in each if one.code == first), *graver]


def _gravity(severity: str) -> int:
    return GRAVE.index(severity) if severity in GRAVE else len(GRAVE)


def _findings(run: Run, whole: Collection[int] | None) -> Iterator[tuple[Finding, str]]:
    for number, measured in enumerate(run.episodes, 1):
        for place, finding in enumerate(measured.findings, 1):
            yield finding, f"#{within(number)}-finding-{place}" if whole and number in whole else ""
    for place, finding in enumerate(run.findings, 1):
        yield finding, "" if whole is None else f"#finding-{place}"


def _problem(finding: Finding, href: str, labels: Labels) -> Problem:
    sentence = labels.finding(finding.code, finding.sentence)
    short = (
        sentence if len(sentence) <= LONGEST or finding.code in NOT_UNDERSTOOD else f"{sentence[:LONGEST].rstrip()} …"
    )
    title = labels.text(finding.title)
    return Problem(finding.severity, SEVERITIES[finding.severity], finding.code, title, stopped(short), href)


def _captures(run: Run, labels: Labels, href: str) -> Iterator[Problem]:
    """Captures that are not simply trustworthy."""
    for held in run.quality:
        if held.word != "trustworthy":
            said = stopped(f"{labels.source(held.source)}: {quality_words(held)}")
            yield Problem("warning", SEVERITIES["warning"], "", "A capture is not fully trustworthy", said, href)
