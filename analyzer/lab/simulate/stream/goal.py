"""How long a stream is to be."""

from __future__ import annotations

import msgspec


class Lasting(msgspec.Struct, frozen=True):
    """A stream that lasts so long in all, ns."""

    duration: int


class Filling(msgspec.Struct, frozen=True):
    """A stream whose captures have so many bytes in all."""

    size: int


Goal = Lasting | Filling
