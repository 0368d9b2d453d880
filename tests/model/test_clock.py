"""Every note of an offset has words of its own, with what it knows."""

from __future__ import annotations

from typing import get_args

from analyzer.model.clock import OFFSET_SENTENCES, OffsetNote, OffsetNoteName


def test_every_note_has_words_of_its_own() -> None:
    said = [OffsetNote(name, "a.log", "b.log", 3, "so it is").sentence for name in get_args(OffsetNoteName)]

    assert len(set(said)) == len(said) == len(OFFSET_SENTENCES)
    assert not [sentence for sentence in said if "{" in sentence]


def test_a_note_tells_of_the_other_clock() -> None:
    assert OffsetNote("led-after", clock="a.log", other="b.log").sentence == "a.log led after b.log"
    assert OffsetNote("as-told", told="by {other}").sentence == "by {other}"
