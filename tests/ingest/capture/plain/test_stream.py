"""TCP tracking and record marking: however the bytes are cut, repeated or lost, what is there is found once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.capture.plain.records import Message, Records, Stamp, plausible_record
from analyzer.ingest.capture.plain.stream import Direction, Gaps, Segment
from analyzer.ingest.capture.scans.filled import Filled
from tests.ingest.capture.build import call, record, reply

INITIAL = 0xFFFFFF00  # so that sequence numbers wrap
MESSAGES = [call(1, 1), call(2, 7, b"x" * 300), reply(3), call(4, 6, b"y" * 8), reply(5, b"z" * 80)]


def stamp(number: int) -> Stamp:
    return Stamp(number * 1000, 1, number)


def cut(data: bytes, edges: list[int]) -> list[tuple[int, bytes]]:
    """(offset, piece) of the data cut at the edges."""
    places = [0, *sorted({edge for edge in edges if 0 < edge < len(data)}), len(data)]
    return [(one, data[one:other]) for one, other in pairwise(places)]


def segment(offset: int, data: bytes, number: int, length: int | None = None) -> Segment:
    return Segment((INITIAL + 1 + offset) % (1 << 32), len(data) if length is None else length, data, stamp(number))


def started() -> Direction:
    direction = Direction(Gaps(Filled()))
    direction.start(INITIAL)
    return direction


def heads(messages: list[Message]) -> list[tuple[bytes, int]]:
    return [(message.head, message.size) for message in messages]


EXPECTED = [(message[:24], len(message)) for message in MESSAGES]
edges = st.lists(st.integers(1, 700), max_size=40)


@given(edges, st.lists(st.lists(st.integers(1, 300), max_size=3), min_size=5, max_size=5))
def test_any_segmentation_and_fragmentation_gives_the_same_messages(
    places: list[int], fragments: list[list[int]]
) -> None:
    data = b"".join(record(message, *cuts) for message, cuts in zip(MESSAGES, fragments, strict=True))
    direction, found = started(), []
    for number, (offset, piece) in enumerate(cut(data, places)):
        retransmission, messages = direction.feed(segment(offset, piece, number))
        assert not retransmission
        found += messages
    assert heads(found) == EXPECTED


@given(edges, st.randoms(use_true_random=False), st.data())
def test_order_and_repetition_do_not_matter(places: list[int], random: object, data: st.DataObject) -> None:
    pieces = cut(b"".join(map(record, MESSAGES)), places)
    order = data.draw(st.permutations(list(enumerate(pieces)) * 2))
    direction, found = started(), []
    for number, (offset, piece) in order:
        found += direction.feed(segment(offset, piece, number))[1]
    assert heads(found + direction.finish()) == EXPECTED


@given(edges, st.data())
def test_a_lost_segment_costs_no_message_outside_it_that_begins_a_segment(
    places: list[int], data: st.DataObject
) -> None:
    starts = [sum(len(record(message)) for message in MESSAGES[:count]) for count in range(1, len(MESSAGES))]
    whole = b"".join(map(record, MESSAGES))
    # A record is recognised when the segment that begins with it holds its head.
    apart = [place for place in places if all(not 0 < place - start < 24 for start in (0, *starts))]
    pieces = cut(whole, [*apart, *starts])
    lost = data.draw(st.integers(0, len(pieces) - 1))
    direction, found = started(), []
    for number, (offset, piece) in enumerate(pieces):
        if number != lost:
            found += direction.feed(segment(offset, piece, number))[1]
    gap = pieces[lost][0]
    hit = max(index for index, start in enumerate([0, *starts]) if start <= gap)
    read = heads(found + direction.finish())
    missing = [one for one in EXPECTED if one not in read]
    assert missing in ([], [EXPECTED[hit]])
    assert [one for one in EXPECTED if one in read] == read


def test_the_peers_acknowledgement_gives_a_gap_up() -> None:
    direction = started()
    first, second = record(MESSAGES[0]), record(MESSAGES[2])
    assert direction.feed(segment(len(first), second, 2)) == (False, [])
    assert direction.acknowledged(INITIAL + 1 - (1 << 32)) == []
    (message,) = direction.acknowledged((INITIAL + 1 + len(first) + len(second)) % (1 << 32))
    assert (message.head, message.at) == (MESSAGES[2][:24], stamp(2))


@pytest.mark.parametrize("beyond", [-1, 0, 1, 40], ids=["inside", "to-its-end", "into-the-mark", "into-the-next"])
def test_a_message_whose_end_is_in_a_gap_is_whole(beyond: int) -> None:
    """The peer has it, as the stream went on; the next one that begins in the gap is lost, and no other."""
    parts = [record(message) for message in (reply(3, b"z" * 400), call(2, 7, b"x" * 300), reply(5))]
    data, end, last = b"".join(parts), len(parts[0]) + beyond, len(parts[0]) + len(parts[1])
    direction = started()
    found = direction.feed(segment(0, data[:200], 1))[1]
    for number, (start, stop) in enumerate([(end, last), (last, len(data))], 2):
        found += direction.feed(segment(start, data[start:stop], number))[1]
    found += direction.acknowledged((INITIAL + 1 + len(data)) % (1 << 32))
    sizes = [(message.size, message.at.number) for message in found]
    second = [(len(parts[1]) - 4, 2)] if beyond <= 0 else []
    assert sizes == [(len(parts[0]) - 4, 2), *second, (len(parts[2]) - 4, 3)]


def test_a_message_is_stamped_by_the_segment_that_completes_it() -> None:
    direction = started()
    data = record(MESSAGES[1])
    assert direction.feed(segment(0, data[:100], 7))[1] == []
    (message,) = direction.feed(segment(100, data[100:], 9))[1]
    assert message.at == stamp(9)


@pytest.mark.parametrize(
    ("offset", "length", "retransmission"),
    [(0, 50, True), (50, 50, True), (80, 60, True), (100, 10, False), (99, 1, False), (200, 10, False)],
    ids=["first", "last", "partly", "next", "keep-alive", "ahead"],
)
def test_retransmission(offset: int, length: int, retransmission: bool) -> None:
    direction = started()
    direction.feed(segment(0, bytes(100), 1))
    assert direction.feed(segment(offset, bytes(length), 2))[0] is retransmission


def test_a_mirrors_copy_is_known_by_its_fingerprint_for_5_ms() -> None:
    direction = started()
    assert not direction.duplicate("a", 0)
    assert direction.duplicate("a", 5_000_000)
    assert not direction.duplicate("a", 10_000_001)


def test_a_stream_joined_in_the_middle_begins_at_the_next_record() -> None:
    direction = Direction(Gaps(Filled()))
    assert direction.feed(segment(0, b"the end of a record", 1))[1] == []
    assert heads(direction.feed(segment(19, record(MESSAGES[1]), 2))[1]) == [EXPECTED[1]]


@pytest.mark.parametrize("captured", [30, 100, 200, 308, 340])
def test_bodies_that_the_snapshot_length_cuts_off(captured: int) -> None:
    """Two calls in one segment: the first is known by its head, the second only where its head was captured."""
    data = record(MESSAGES[1]) + record(MESSAGES[3])
    records = Records(Filled(), synced=True)
    found = heads(list(records.feed(data[:captured], len(data), stamp(1))))
    assert found == [EXPECTED[1]]
    after = heads(list(records.feed(record(MESSAGES[0]), len(record(MESSAGES[0])), stamp(2))))
    assert after == [EXPECTED[0]]


@pytest.mark.parametrize(
    ("data", "plausible"),
    [
        (record(call(1)), True),
        (record(reply(1)), True),
        (record(call(1), 24), False),
        (b"\x80\0\0\x0c" + reply(1)[:12], True),
        (record(call(1, program=7)), False),
        (b"HTTP/1.1 200 OK\r\n\r\n", False),
        (record(call(1))[:15], False),
    ],
    ids=["call", "reply", "fragment", "denied-reply", "program", "text", "short"],
)
def test_plausible_record(data: bytes, plausible: bool) -> None:
    assert plausible_record(data) is plausible
