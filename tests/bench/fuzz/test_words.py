"""The words of seeds are a dictionary as libFuzzer reads it."""

from __future__ import annotations

from bench.fuzz.words import MOST, dictionary


def test_words_that_most_seeds_have_come_first() -> None:
    said = dictionary([b"route add", b"route -d"]).splitlines()
    assert said[0] == '"\\x72\\x6f\\x75\\x74\\x65"'
    assert {len(line) % 4 for line in said} == {2}


def test_there_are_not_too_many() -> None:
    assert len(dictionary([b" ".join(b"word%d" % n for n in range(2 * MOST))]).splitlines()) == MOST
