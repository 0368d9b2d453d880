"""A sequence is analysed in every mix, and each analysis has a name that replays it."""

from __future__ import annotations

from bench.accuracy.design import MIXES
from bench.accuracy.replay import replayed
from bench.accuracy.sequences.sequence import drawn, lived
from bench.accuracy.sequences.study import analysed, described, given_to

SEED = 4


def test_every_mix_is_analysed_and_named() -> None:
    rows = analysed(SEED)

    assert [row.case for row in rows] == [f"random/{SEED}/{mix.name}" for mix in MIXES]
    assert all(row.analyze == f'python -m bench.accuracy --replay "{row.case}"' for row in rows)
    assert all(drawn(SEED).faults[0].do in row.simulate for row in rows)


def test_what_is_replayed_is_what_was_analysed() -> None:
    row = analysed(SEED)[0]

    lines = list(replayed(row.case))

    assert list(row.faults) == lines[2 : 2 + len(row.faults)]
    assert lines[0] == row.simulate.removeprefix("# ")


def test_a_log_in_which_a_voice_says_nothing_is_not_given() -> None:
    sequence = drawn(SEED)
    story = lived(sequence)
    empty = {name: b"" if name.endswith("genesis.out") else content for name, content in story.files.items()}
    silent = type(story)(faults=story.faults, files=empty, truth=story.truth)
    given = given_to(sequence, silent, MIXES[0])

    assert {one.what for one in given.files} >= {"span", "vmk1", "vmkernel"}
    assert "genesis" not in {one.what for one in given.files}


def test_what_was_done_is_told_in_words() -> None:
    sequence = drawn(SEED)
    story = lived(sequence)

    assert len(list(described(sequence, story))) >= len(story.faults)
