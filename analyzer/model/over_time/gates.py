"""What a gate asks of a comparison: names and limits, joined by and, or, not. Durations are ns."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from analyzer.model.episode import EpisodeKind

Measure = Literal["worse", "better", "p", "runs", "step"]
"""What is asked of a figure: by how much it is worse, or better, ns; the p-value (among all); how many runs the smaller
side has; whether it has a change point that nobody explained.
"""
Sign = Literal[">", ">=", "<", "<="]


class Asks(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the measure of some figure lies beyond the limit; of one kind, of one figure, where these are named."""

    measure: Measure
    sign: Sign
    limit: float
    kind: EpisodeKind | None = None
    figure: str | None = None


class Not(msgspec.Struct, frozen=True):
    """The opposite."""

    of: Gate


class Every(msgspec.Struct, frozen=True):
    """Every one of these."""

    of: tuple[Gate, ...]


class Some(msgspec.Struct, frozen=True):
    """One of these."""

    of: tuple[Gate, ...]


Gate: TypeAlias = Asks | Not | Every | Some
Fires = Literal["yes", "no", "cant-tell"]
