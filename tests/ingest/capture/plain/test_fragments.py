"""Datagrams in fragments: how many are kept in the making, and that those given up are counted."""

from __future__ import annotations

import pytest

from analyzer.ingest.capture.blocks import ContainerNotes
from analyzer.ingest.capture.plain.fragments import AT_MOST, Fragments
from analyzer.ingest.capture.plain.packet import UDP, Packet
from analyzer.model.source import Reason


def piece(number: int, *, last: bool = False) -> Packet:
    """The first or the last 8 bytes of a datagram with this identification."""
    packet = Packet()
    packet.src, packet.dst, packet.protocol, packet.identification = b"host", b"peer", UDP, number
    packet.fragment, packet.more_fragments = (8, False) if last else (0, True)
    packet.payload, packet.payload_length = bytes(8), 8
    return packet


@pytest.mark.parametrize("beyond", [0, 1, 50])
def test_the_oldest_datagrams_in_the_making_are_given_up_and_counted(beyond: int) -> None:
    fragments, notes = Fragments(), ContainerNotes()
    for number in range(AT_MOST + beyond):
        assert fragments.whole(piece(number)) is None
    newest_first = reversed(range(AT_MOST + beyond))
    whole = [number for number in newest_first if fragments.whole(piece(number, last=True)) is not None]
    fragments.complain(notes)

    assert sorted(whole) == list(range(beyond, AT_MOST + beyond))
    told = [reason for _, reason in notes.skipped]
    assert told == ([Reason("fragments-forgotten", found=beyond, expected=AT_MOST)] if beyond else [])
