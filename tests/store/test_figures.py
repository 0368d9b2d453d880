"""What measuring and judging wrote in version 1 of the schema is read as today's."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.config import Settings, default_expectations
from analyzer.model.measurement import KnownMeasurement, Measurement
from analyzer.pipeline import analyze
from analyzer.store import decode_run
from analyzer.store.document import Document, Json, tables
from analyzer.store.upgrade import upgraded
from tests.conftest import SAMPLES

SPAN: Document = {"measured": {"least": 1, "most": 2}}
VERSION_1 = Path(__file__).with_name("run-v1.json")


def test_version_1_of_a_sample_measures_and_judges_it_as_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The document is `reports/cvm-failure/run.json` as the last program with schema version 1 wrote it."""
    monkeypatch.chdir(SAMPLES.parent)
    today = analyze(["samples/cvm-failure"], Settings(log_timezone="UTC", expectations=default_expectations()))

    old = decode_run(VERSION_1.read_bytes(), "run.json")

    assert old.series
    assert old.series == today.series
    (one,), (other,) = old.episodes, today.episodes
    for then, now in ((one.stages, other.stages), (one.measurements, other.measurements)):
        assert [figure.metric for figure in then] == [figure.metric for figure in now]
        assert all(map(_narrows, now, then))
    assert other.longest is not None
    assert one.longest == replace(other.longest, one_clock=False)
    assert [phase.name for phase in one.phases] == ["before", "during", "after"]  # which did not begin with a second
    assert one.judgements == tuple(replace(each, one_clock=False, period=None) for each in other.judgements[:1])


def _narrows(now: Measurement, then: Measurement) -> bool:
    """Whether a figure is as it was, or has less doubt."""
    if not isinstance(now, KnownMeasurement) or not isinstance(then, KnownMeasurement):
        return now == then
    return then.span.least <= now.span.least <= now.span.most <= then.span.most and now.note == then.note


def test_a_series_of_version_1_has_its_seconds_without_a_reply_left_out() -> None:
    series: Document = {"host": None, "path": "a → b", "start": 3_000, "width": 1_000, "replies": [0, 2, 1, 0, 0, 4]}

    found = upgraded({"series": [series, series | {"replies": []}]}, 1)["series"]

    runs: list[Json] = [{"start": 4_000, "replies": [2, 1]}, {"start": 8_000, "replies": [4]}]
    assert found == [
        {"host": None, "source": "a", "next_hop": "b", "width": 1_000, "runs": runs},
        {"host": None, "source": "a", "next_hop": "b", "width": 1_000, "runs": []},
    ]


def test_sentences_of_version_1_have_names() -> None:
    sentences: dict[str, Document] = {
        "calls were outstanding": {"note": "calls-outstanding"},
        "which of 12 silences the fault began is not known": {"note": "several-silences", "silences": 12},
        "bounded from above by `repaired`: no log line of the detection": {
            "note": "bounded-by-later",
            "bound": "repaired",
        },
        "as nobody says today": {"note": "as-told", "told": "as nobody says today"},
        "": {},
    }
    figures: list[Json] = [{"metric": "outage", "note": sentence} for sentence in sentences]

    assert _upgraded({"stages": figures})["stages"] == [{"metric": "outage", **found} for found in sentences.values()]


def test_absences_of_version_1_have_reasons() -> None:
    sentences: dict[str, Document] = {
        "only a capture shows NFS replies": {"reason": "no-capture"},
        "`fault` is missing: no log says it": {"reason": "instant-missing", "instant": "fault"},
        "as nobody says today": {"reason": "as-told", "told": "as nobody says today"},
    }
    figures: list[Json] = [{"absence": "not-observed", "why": sentence} for sentence in sentences]

    found = _upgraded({"measurements": figures})["measurements"]

    assert found == [{"absence": "not-observed", **found} for found in sentences.values()]


@pytest.mark.parametrize(
    ("verdict", "figures", "reason"),
    [
        ("MET", SPAN, "within-expectation"),
        ("LATE", SPAN, "within-bound"),
        ("MISSED", SPAN, "beyond-bound"),
        ("UNDECIDED", SPAN, "straddles"),
        ("UNDECIDED", {"measured": None}, "not-bounded"),
        ("NOT-JUDGED", {"expected": None}, "no-expectation"),
        ("NOT-JUDGED", {"expected": 1}, "not-applicable"),
    ],
)
def test_a_verdict_of_version_1_says_how_it_came_about(verdict: str, figures: Document, reason: str) -> None:
    judgement: Document = {"verdict": verdict, "sentence": "in words", "decides": "", **figures}

    found = _judged(judgement)

    assert (found["reason"], found["decides"], "sentence" in found) == (reason, [], False)


def test_what_would_decide_in_version_1_is_any_of_each() -> None:
    decides = (
        "a capture or log that covers the time before the fault, or a note of when it was made (with --clock for how"
        " far the note's clock is off: unsaid, up to 10 min); genesis.out of the CVM that led Genesis"
    )

    found = _judged({"verdict": "UNDECIDED", "decides": decides})

    assert found["decides"] == [["before-fault", "note"], ["leaders-genesis"]]


def _judged(judgement: Document) -> Document:
    """The one judgement of an episode of version 1."""
    (found,) = tables(_upgraded({"judgement": judgement})["judgements"])
    return found


def _upgraded(episode: Document) -> Document:
    """The one episode of a document of version 1."""
    (found,) = tables(upgraded({"episodes": [episode]}, 1)["episodes"])
    return found
