"""JUnit XML by lxml: a case a judgement, nothing green that is not acceptable, and no text that becomes an element."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from analyzer.model.about import About
from analyzer.model.episode import Verdict
from analyzer.model.run import Run
from analyzer.report.forms import junit
from analyzer.report.forms.material import Material
from analyzer.report.words import visible
from tests.report import builder
from tests.report.hostile import ATTACKS, attacked, texts

OUTCOMES: dict[Verdict, str] = {
    "MET": "system-out",
    "MET-OR-LATE": "system-out",
    "LATE": "system-out",
    "UNDECIDED": "error",
    "MISSED": "failure",
    "NOT-JUDGED": "skipped",
}


def written(run: Run) -> Any:
    return etree.fromstring(junit.write(Material(run=run, document=b""))["junit.xml"])


def cases(run: Run) -> list[Any]:
    found: list[Any] = written(run).findall("testsuite/testcase")
    return found


@pytest.mark.parametrize("verdict", OUTCOMES)
def test_each_verdict_has_its_outcome(verdict: Verdict) -> None:
    run = builder.run(builder.episode(verdict=verdict), verdict=verdict)
    first = cases(run)[0]
    assert [child.tag for child in first] == [OUTCOMES[verdict]]
    assert first[0].text.startswith(f"{verdict}: ")


def test_there_is_a_case_for_each_judgement_in_a_suite_for_each_episode() -> None:
    root = written(builder.run(builder.episode(verdict="MISSED"), builder.episode("route-injection"), verdict="MISSED"))
    assert [suite.get("name") for suite in root] == [
        "E1: cvm-failure on host esx-a (192.168.1.24)",
        "E1: route-injection on host esx-a (192.168.1.24)",
    ]
    assert [(case.get("classname"), case.get("name")) for case in root.iter("testcase")] == [
        ("autopath.cvm-failure", "E1: Detection latency"),
        ("autopath.cvm-failure", "E1: Outage"),
        ("autopath.route-injection", "E1: Detection latency"),
        ("autopath.route-injection", "E1: Outage"),
    ]
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["4", "1", "0", "0"]
    assert [root[0].get(name) for name in ("tests", "failures", "hostname")] == ["2", "1", "esx-a (192.168.1.24)"]
    assert root.find("testsuite/testcase/failure").get("type") == "MISSED"


def suite_names(run: Run) -> tuple[str | None, str | None]:
    suite = written(run)[0]
    return suite.get("name"), suite.get("hostname")


def test_a_host_is_called_by_its_name_of_the_inventory() -> None:
    run = builder.run(builder.episode())
    assert suite_names(run) == ("E1: cvm-failure on host esx-a (192.168.1.24)", "esx-a (192.168.1.24)")
    unnamed = builder.replaced(run, hosts=())
    assert suite_names(unnamed) == ("E1: cvm-failure on host 192.168.1.24", "192.168.1.24")


def test_the_figures_and_what_would_settle_it_are_told() -> None:
    (error,) = written(builder.run(builder.episode(verdict="UNDECIDED"), verdict="UNDECIDED")).iter("error")
    assert "Measured between 22 s and 42 s; expected 23 s; at most 40 s; to settle this, supply" in error.text
    assert "genesis.out of the CVM that led Genesis" in error.text


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("yes", "system-out"), ("no", "failure"), ("unknown", "error")],
    ids=lambda word: word,
)
def test_a_run_without_a_judgement_has_its_answer(answer: str, outcome: str) -> None:
    (case,) = cases(builder.replaced(builder.run(verdict="NOT-JUDGED"), acceptable=answer))
    assert (case.get("classname"), case.get("name")) == ("autopath.run", "acceptable")
    assert case[0].tag == outcome
    assert f"Acceptable: {answer}." in case[0].text


def test_nothing_is_green_whose_run_is_not_acceptable() -> None:
    run = builder.replaced(builder.run(builder.episode()), acceptable="unknown", verdict="UNDECIDED")
    root = written(run)
    assert [case.get("name") for case in root.iter("testcase")][-1] == "acceptable"
    assert root.get("errors") == "1"


def test_an_answer_that_a_judgement_gives_is_told_once() -> None:
    assert "acceptable" not in [case.get("name") for case in cases(builder.run(builder.episode()))]


def test_a_run_of_which_nothing_is_judged_has_its_answer() -> None:
    run = builder.run(builder.episode(verdict="NOT-JUDGED"), verdict="NOT-JUDGED")
    assert [case[0].tag for case in cases(run)] == ["skipped", "system-out"]


def test_what_the_run_is_about_stands_in_each_suite() -> None:
    about = About(title="Test <7>", ticket="CHG0012345", labels=(("rack", "B4"),))
    root = written(builder.replaced(builder.run(builder.episode()), about=about))
    assert root.get("name") == "Test <7>"
    assert [(each.get("name"), each.get("value")) for each in root.findall("testsuite/properties/property")] == [
        ("Ticket", "CHG0012345"),
        ("Case", "cvm-failure"),
        ("rack", "B4"),
    ]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=50)
@given(text=texts.filter(bool))  # what is empty has no property
def test_no_text_of_a_run_becomes_an_element(text: str) -> None:
    root, plain = written(attacked(text)), written(attacked("x"))
    assert [element.tag for element in root.iter()] == [element.tag for element in plain.iter()]
    assert root.get("name") == visible(text)


@pytest.mark.parametrize("attack", ATTACKS, ids=ascii)
def test_a_megabyte_of_text_stays_in_its_place(attack: str) -> None:
    parser = etree.XMLParser(huge_tree=True)
    run = attacked(attack * (1_000_000 // len(attack)))
    root = etree.fromstring(junit.write(Material(run=run, document=b""))["junit.xml"], parser)
    assert len(root.findall("testsuite/testcase")) == 2
