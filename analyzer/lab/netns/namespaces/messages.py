"""What the lab in its namespaces sends to the program outside, by a pipe: a length (4 bytes) and a MessagePack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import msgspec


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """What happens, for a person."""

    text: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It ended early: one sentence, and the exit status that this means."""

    sentence: str
    exit_status: int


class File(msgspec.Struct, frozen=True, tag="file"):
    """A file of the recording."""

    name: str
    content: bytes


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """All files were sent."""


Message = Progress | Failed | File | Finished


def send(pipe: IO[bytes], message: Message) -> None:
    """Send a message."""
    encoded = msgspec.msgpack.encode(message)
    pipe.write(len(encoded).to_bytes(4, "big") + encoded)
    pipe.flush()


def received(pipe: IO[bytes]) -> Iterator[Message]:
    """The messages until the other side is gone."""
    while len(length := pipe.read(4)) == 4:
        encoded = pipe.read(int.from_bytes(length, "big"))
        if len(encoded) < int.from_bytes(length, "big"):
            return
        yield msgspec.msgpack.decode(encoded, type=Message)
