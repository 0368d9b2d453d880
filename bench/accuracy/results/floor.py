"""A line of what the study must show: its figure, and whether it holds."""

from __future__ import annotations

import msgspec


class Floor(msgspec.Struct, frozen=True):
    """A line of what must be shown; `why` it need not hold, where it is told and not demanded."""

    name: str
    figure: str
    holds: bool
    why: str = ""
