"""Everything that correlation tells by name has words, each its own."""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.model.episode import EpisodeNote
from analyzer.model.measurement import How, HowName, MissingInstant, UnseenReason
from analyzer.model.path import Path, PathNote
from analyzer.model.told import AsTold, Doubt, DoubtName
from analyzer.report.told import doubt_words, episode_note_words, how_words, path_note_words, unseen_words

SAID = {
    "doubts": [doubt_words(Doubt(name, "repaired", "up", "so it is")) for name in get_args(DoubtName)],
    "an episode's notes": [episode_note_words(note) for note in get_args(EpisodeNote)],
    "a path's notes": [path_note_words(Path("local", note=note)) for note in get_args(PathNote) if note],
    "what shows an instant": [how_words(How(name, "root", "FIN", told="so it is")) for name in get_args(HowName)],
    "why one is not known": [
        unseen_words(MissingInstant("fault", "not-observed", reason, "so it is")) for reason in get_args(UnseenReason)
    ],
}


@pytest.mark.parametrize("of", SAID)
def test_every_name_has_words_of_its_own(of: str) -> None:
    assert all(SAID[of])
    assert len(set(SAID[of])) == len(SAID[of])


def test_nothing_unusual_has_no_words() -> None:
    assert path_note_words(Path("local")) == ""
    assert episode_note_words(None) == ""


def test_what_an_older_document_says_is_told() -> None:
    assert path_note_words(Path("local", note=AsTold("by night"))) == "by night"
    assert episode_note_words(AsTold("a dull one")) == "a dull one"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (How("typed", user="root", by_hand=True), "by hand: root typed it"),
        (How("first-reply", noted=True), "first NFS reply on the new path, and a manual note"),
        (How("ended-by-remote", flags="FIN"), "FIN by the remote CVM"),
    ],
    ids=["by hand", "noted", "with flags"],
)
def test_what_shows_an_instant_with_what_it_knows(how: How, said: str) -> None:
    assert how_words(how) == said


@pytest.mark.parametrize(
    ("doubt", "said"),
    [
        (Doubt("stargate-denies", state="down"), "the check saw the host's own Stargate down, which does not fit"),
        (Doubt("contradicted", "fault"), "the captures and the logs contradict each other on `fault`"),
    ],
    ids=["a state", "an instant"],
)
def test_a_doubt_with_what_it_knows(doubt: Doubt, said: str) -> None:
    assert doubt_words(doubt) == said
