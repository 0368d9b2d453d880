"""Everything that measuring tells by name has words, each its own."""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import KnownMeasurement, MissingMeasurement, Note, Reason
from analyzer.report.notes import note_words, reason_words
from analyzer.report.story import silence
from tests.report import builder

EPISODE = builder.episode(absent=("fault",)).episode


def figure(note: Note | None) -> KnownMeasurement:
    return KnownMeasurement("outage", Span(0, SECOND), (), note, silences=3, bound="decided", told="so it is")


def missing(reason: Reason) -> MissingMeasurement:
    return MissingMeasurement("outage", "not-in-evidence", reason, "fault", "so it is")


def test_every_note_has_words_of_its_own() -> None:
    said = [note_words(figure(note)) for note in get_args(Note)]

    assert all(said)
    assert len(set(said)) == len(said)
    assert note_words(figure(None)) == ""


def test_every_reason_has_words_of_its_own() -> None:
    said = [reason_words(missing(reason), EPISODE) for reason in get_args(Reason)]

    assert all(said)
    assert len(set(said)) == len(said)


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("several-silences", "it is not known which of 3 interruptions the fault began"),
        ("bounded-by-later", "at most until `decided`: no log line shows the detection"),
    ],
)
def test_words_hold_what_stands_beside_the_name(note: Note, words: str) -> None:
    assert note_words(figure(note)) == words


def test_a_missing_instant_says_why_itself() -> None:
    assert reason_words(missing("instant-missing"), EPISODE) == "the time of `fault` is not known: no log says it"


def test_every_silence_goes_on_in_the_story() -> None:
    said = {note: silence(figure(note), EPISODE) for note in (*get_args(Note), None)}

    assert all(one.startswith("storage was ") for one in said.values())
    assert said["no-pause"].startswith("storage was not interrupted")
