"""Of a block those lines are given that were found, with what they go on with, however many empty ones are between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.logs.text.lines import MOST_BELOW, Block

STAMPED, GOES_ON, EMPTY = b"2026-03-13 07:25:18,364Z INFO one", b"  goes on", b""
LINES = st.lists(
    st.sampled_from(((STAMPED,), (GOES_ON,), (EMPTY,), (EMPTY,) * (MOST_BELOW - 1), (EMPTY,) * (MOST_BELOW + 9))),
    max_size=12,
).map(lambda some: [line for each in some for line in each])


def expected(lines: list[bytes], wanted: set[int]) -> set[int]:
    """One by one: those below a line up to the next with a stamp, so many at most, but for empty ones."""
    found = set(wanted)
    for place in wanted:
        for below in range(place + 1, min(place + 1 + MOST_BELOW, len(lines))):
            if lines[below].startswith(b"20"):
                break
            if lines[below]:
                found.add(below)
    return found


@given(LINES)
def test_a_line_is_given_with_those_that_it_goes_on_with(lines: list[bytes]) -> None:
    data = b"".join(line + b"\n" for line in lines)
    starts, at = {}, 0
    for place, line in enumerate(lines):
        if line == STAMPED:
            starts[at] = place
        at += len(line) + 1

    told = [(line.number - 1, line.raw) for line in Block(1, data).candidates(starts)]

    assert told == [(place, lines[place]) for place in sorted(expected(lines, set(starts.values())))]
