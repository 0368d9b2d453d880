"""Everything that measuring and judging tell by name has words, each its own."""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.model.episode import JudgedBy, Judgement, Wanted
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import KnownMeasurement, MissingMeasurement, Note, Reason
from analyzer.report.notes import decides_words, judgement_words, note_words, reason_words
from analyzer.report.story import silence
from tests.report import builder

EPISODE = builder.episode(absent=("fault",)).episode


def figure(note: Note | None) -> KnownMeasurement:
    return KnownMeasurement("outage", Span(0, SECOND), (), note, silences=3, bound="decided", told="so it is")


def missing(reason: Reason) -> MissingMeasurement:
    return MissingMeasurement("outage", "not-in-evidence", reason, "fault", "so it is")


def judged(reason: JudgedBy) -> Judgement:
    return Judgement(
        verdict="UNDECIDED",
        metric="detection",
        reason=reason,
        measured=Span(22 * SECOND, 41 * SECOND),
        expected=23 * SECOND,
        bound=40 * SECOND,
        missing=missing("by-hand"),
    )


def test_every_note_has_words_of_its_own() -> None:
    said = [note_words(figure(note)) for note in get_args(Note)]

    assert all(said)
    assert len(set(said)) == len(said)
    assert note_words(figure(None)) == ""


def test_every_reason_has_words_of_its_own() -> None:
    said = [reason_words(missing(reason), EPISODE) for reason in get_args(Reason)]

    assert all(said)
    assert len(set(said)) == len(said)


def test_every_verdict_says_how_it_came_about() -> None:
    said = [judgement_words(judged(reason), EPISODE) for reason in get_args(JudgedBy)]

    assert all(said)
    assert len(set(said)) == len(said)


def test_what_would_decide_is_any_of_each() -> None:
    names: tuple[Wanted, ...] = get_args(Wanted)
    each: tuple[tuple[Wanted, ...], ...] = tuple((wanted, "note") for wanted in names)
    of = Judgement(verdict="UNDECIDED", metric="outage", reason="straddles", measured=None, expected=None, decides=each)

    assert decides_words(of).count("; ") == len(each) - 1
    assert decides_words(of).count(" or a note of when") == len(each)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("several-silences", "which of 3 silences the fault began is not known"),
        ("bounded-by-later", "bounded from above by `decided`: no log line of the detection"),
    ],
)
def test_words_hold_what_stands_beside_the_name(note: Note, words: str) -> None:
    assert note_words(figure(note)) == words


def test_a_missing_instant_says_why_itself() -> None:
    assert reason_words(missing("instant-missing"), EPISODE) == "`fault` is missing: no log says it"


def test_a_figure_that_straddles_both_limits_says_so() -> None:
    assert judgement_words(judged("straddles"), EPISODE) == "the span straddles the expectation and the polling bound"


def test_every_silence_goes_on_in_the_story() -> None:
    said = {note: silence(figure(note), EPISODE) for note in (*get_args(Note), None)}

    assert all(one.startswith("NFS w") for one in said.values())
    assert said["no-pause"].startswith("NFS was not interrupted")
