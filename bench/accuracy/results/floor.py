"""A line of what the study must show: its figure, and whether it holds."""

from __future__ import annotations

import msgspec


class Floor(msgspec.Struct, frozen=True):
    """A line of what must be shown."""

    name: str
    figure: str
    holds: bool
