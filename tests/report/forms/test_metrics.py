"""Metrics by the parsers of prometheus_client, of both formats: exact figures, and labels that nothing gets out of."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from analyzer.model.about import About
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.run import Run
from analyzer.report.forms import metrics
from analyzer.report.forms.material import Material
from analyzer.report.openmetrics import seconds
from analyzer.report.words import visible
from tests.report import builder
from tests.report.hostile import attacked, texts

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]
PARSERS = pytest.mark.parametrize("parse", [openmetrics, prometheus], ids=["openmetrics", "prometheus"])


def written(run: Run) -> str:
    return metrics.write(Material(run=run, document=b""))["metrics.prom"].decode()


def samples(run: Run) -> dict[str, list[tuple[dict[str, str], float]]]:
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in openmetrics(written(run)):  # type: ignore[no-untyped-call]
        assert family.type == "gauge"
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def hosts(run: Run) -> set[tuple[str, str | None]]:
    """The labels `host` and `host_name` of all that is of a host."""
    each = [labels for values in samples(run).values() for labels, _ in values if "host" in labels]
    return {(labels["host"], labels.get("host_name")) for labels in each}


def ones(values: list[tuple[dict[str, str], float]], label: str) -> list[str]:
    return [labels[label] for labels, value in values if value == 1]


RUN = builder.run(builder.episode(), verdict="LATE")


def test_the_answer_and_the_verdict_are_the_series_that_are_1() -> None:
    found = samples(RUN)
    assert ones(found["autopath_acceptable"], "answer") == ["yes"]
    assert len(found["autopath_acceptable"]) == 3
    assert ones(found["autopath_verdict"], "verdict") == ["LATE"]
    assert len(found["autopath_verdict"]) == 6
    assert ones(found["autopath_judgement"], "verdict") == ["LATE", "MET"]


def test_what_was_measured_is_told_by_its_ends() -> None:
    told = {(labels["metric"], labels["edge"]): value for labels, value in samples(RUN)["autopath_measured_seconds"]}
    assert told[("detection", "least")] == 23.1
    assert told[("detection", "most")] == 24.0
    assert {labels["host"] for labels, _ in samples(RUN)["autopath_measured_seconds"]} == {builder.HOST}


def test_a_host_has_its_name_of_the_inventory_as_a_label() -> None:
    assert hosts(RUN) == {(builder.HOST, "esx-a")}
    assert hosts(builder.replaced(RUN, hosts=())) == {(builder.HOST, "")}


def test_what_nothing_bounds_ends_at_infinity() -> None:
    outage = KnownMeasurement("outage", Span(12 * SECOND, UNBOUNDED), (), "not-over")
    found = samples(builder.run(msgspec.structs.replace(builder.episode(), measurements=(outage,))))
    assert [value for _, value in found["autopath_measured_seconds"]] == [12, float("inf")]


def test_findings_episodes_limits_and_faults_are_told() -> None:
    found = samples(RUN)
    assert {labels["severity"]: value for labels, value in found["autopath_findings"]} == {
        "info": 1,
        "warning": 1,
        "problem": 0,
    }
    assert found["autopath_episodes"] == [({"case": "cvm-failure", "kind": "cvm-failure"}, 1)]
    assert [value for _, value in found["autopath_limit_seconds"]] == [23, 40, 36, 51]
    assert [labels["edge"] for labels, _ in found["autopath_fault_time_seconds"]] == ["least", "most"]


def test_what_the_run_is_about_is_in_its_labels() -> None:
    about = About(title='Test "7"', ticket="CHG0012345")
    ((labels, value),) = samples(builder.replaced(RUN, about=about))["autopath_run"]
    assert labels == {"case": "cvm-failure", "title": 'Test "7"', "ticket": "CHG0012345", "version": "0.1.0"}
    assert value == 1


@PARSERS
def test_a_run_without_an_episode_has_its_answer_alone(parse: object) -> None:
    assert callable(parse)
    names = [family.name for family in parse(written(builder.empty()))]
    assert names == ["autopath_run", "autopath_acceptable", "autopath_verdict", "autopath_findings"]


@PARSERS
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(text=texts)
@example(text="\\")
@example(text='\\"')
@example(text="a\\nb")
def test_no_text_of_a_run_gets_out_of_its_label(parse: object, text: str) -> None:
    assert callable(parse)
    run = attacked(text)
    found, plain = (list(parse(written(each))) for each in (run, attacked("x")))
    assert [(family.name, len(family.samples)) for family in found] == [
        (family.name, len(family.samples)) for family in plain
    ]
    assert {sample.labels["case"] for family in found for sample in family.samples} == {visible(text)}
    assert written(run).count("\n") == written(attacked("x")).count("\n")


@given(st.integers(-(2**63), 2**63))
def test_seconds_are_exact(ns: int) -> None:
    assert Decimal(seconds(ns)) == Decimal(ns) / SECOND


@pytest.mark.parametrize(("ns", "text"), [(0, "0"), (23_812_000_001, "23.812000001"), (-400_000_000, "-0.4")], ids=repr)
def test_seconds_have_no_needless_zeros(ns: int, text: str) -> None:
    assert seconds(ns) == text
