"""Judgements as JUnit XML, for what shows the tests of a build: a suite an episode, a case a judgement.

MISSED is a failure. UNDECIDED is an error, and not skipped: most programs take what was skipped for passed, and it is
not known whether this is acceptable. NOT-JUDGED is skipped; MET, MET-OR-LATE and LATE pass. Where the run's answer is
worse than its judgements (something is not in the evidence, say), or there are none, it is a case of its own: nothing
is green whose run is not acceptable. References: junit-10.xsd of Jenkins' xunit plugin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from analyzer.model.episode import Episode, Judgement, MeasuredEpisode, Verdict
from analyzer.model.run import Acceptable, Run
from analyzer.report import words
from analyzer.report.answer import headline
from analyzer.report.forms.material import Material
from analyzer.report.judged import decides_words, is_usual, judgement_words
from analyzer.report.names import host_words, metric_name
from analyzer.report.parties import Parties
from analyzer.report.story import sentence
from analyzer.report.view.parts import Fact

Outcome = Literal["passed", "skipped", "error", "failure"]
"""From the best to the worst, as JUnit calls them."""
_ORDER: tuple[Outcome, ...] = ("passed", "skipped", "error", "failure")
_OUTCOMES: dict[Verdict, Outcome] = {
    "MET": "passed",
    "MET-OR-LATE": "passed",
    "LATE": "passed",
    "NOT-JUDGED": "skipped",
    "UNDECIDED": "error",
    "MISSED": "failure",
}
_ANSWERS: dict[Acceptable, Outcome] = {"yes": "passed", "unknown": "error", "no": "failure"}


class Case(msgspec.Struct, frozen=True):
    """A test case: what it is called, how it went (`verdict` in our word), in a sentence, and the figures."""

    name: str
    outcome: Outcome
    verdict: str
    said: str
    figures: str = ""


class Suite(msgspec.Struct, frozen=True):
    """A test suite; `of` is the class of its cases, which is the same in each run."""

    name: str
    host: str
    of: str
    cases: tuple[Case, ...]


def write(material: Material) -> dict[str, bytes]:
    """`junit.xml`."""
    run = material.run
    parties = Parties(run)
    suites = [_suite(measured, parties) for measured in run.episodes]
    suites += _answer(run, [case.outcome for suite in suites for case in suite.cases])
    root = Element("testsuites", {"name": words.visible(run.about.title or run.case), **_counts(suites)})
    for suite in suites:
        _write_suite(root, suite, material.page.front.about)
    indent(root, " ")
    return {"junit.xml": tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"}


def _suite(measured: MeasuredEpisode, parties: Parties) -> Suite:
    episode = measured.episode
    cases = tuple(_case(judged, episode, parties) for judged in measured.judgements)
    name = f"{episode.id}: {episode.kind} on {parties.text(host_words(episode.host))}"
    return Suite(name, parties.party(episode.host or ""), f"autopath.{episode.kind}", cases)


def _case(judged: Judgement, episode: Episode, parties: Parties) -> Case:
    name = f"{episode.id}: {metric_name(judged.metric)}"
    said = parties.text(sentence(judgement_words(judged, episode)))
    return Case(name, _OUTCOMES[judged.verdict], judged.verdict, said, parties.text("; ".join(_figures(judged))))


def _figures(judged: Judgement) -> Iterator[str]:
    if judged.measured is not None:
        yield f"measured {words.duration(judged.measured)}"
    if judged.expected is not None:
        yield f"{'usual, at most' if is_usual(judged) else 'expected'} {words.exact(judged.expected)}"
    if judged.bound is not None:
        yield f"at most {words.exact(judged.bound)}"
    if judged.decides:
        yield f"to settle this, supply {decides_words(judged)}"


def _answer(run: Run, outcomes: Sequence[Outcome]) -> Iterator[Suite]:
    """The run's answer, where no judgement says as much."""
    outcome = _ANSWERS[run.acceptable]
    worst = max((_ORDER.index(each) for each in outcomes if each != "skipped"), default=-1)
    if worst < _ORDER.index(outcome):
        case = Case("acceptable", outcome, run.verdict, headline(run))
        yield Suite("the run", "", "autopath.run", (case,))


def _counts(suites: Sequence[Suite]) -> dict[str, str]:
    counted = Counter(case.outcome for suite in suites for case in suite.cases)
    return {
        "tests": str(counted.total()),
        "failures": str(counted["failure"]),
        "errors": str(counted["error"]),
        "skipped": str(counted["skipped"]),
    }


def _write_suite(root: Element, suite: Suite, about: Sequence[Fact]) -> None:
    named = {"name": words.visible(suite.name), "hostname": words.visible(suite.host)}
    counts = _counts((suite,))
    element = SubElement(root, "testsuite", {**named, **counts})
    if about:
        properties = SubElement(element, "properties")
        for fact in about:
            SubElement(properties, "property", {"name": words.visible(fact.term), "value": words.visible(fact.text)})
    for case in suite.cases:
        _write_case(element, suite.of, case)


def _write_case(parent: Element, of: str, case: Case) -> None:
    element = SubElement(parent, "testcase", {"classname": of, "name": words.visible(case.name)})
    told = words.visible(" ".join(filter(None, (f"{case.verdict}: {case.said}", sentence(case.figures)))))
    if case.outcome == "passed":
        SubElement(element, "system-out").text = told
        return
    named = {} if case.outcome == "skipped" else {"type": case.verdict}
    outcome = SubElement(element, case.outcome, {"message": words.visible(case.said), **named})
    outcome.text = told
