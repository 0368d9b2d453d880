"""What a comparison of runs says: the three answers, and a line for each figure. Durations are ns."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import Span

Grade = Literal["differs", "does-not", "too-vague", "too-few-runs"]
"""Every choice of values within the Spans gives a p-value of at most the level; none does; some do and some don't; so
few runs never give one.
"""

Why = Literal["too-few-runs", "interval-too-wide", "among-several"]
"""So few runs can't differ whatever they show; both no difference and one that matters are possible; they differ, but
as many comparisons as were made show such a difference by chance.
"""

SettingName = Literal[
    "expectations",
    "rules",
    "check-period",
    "storage-address",
    "host-private-address",
    "cvm-management-address",
    "nfs-port",
]
"""Settings in which runs may differ so that they are not comparable."""

Figure: TypeAlias = tuple[EpisodeKind, str]
"""A kind of episode, and a stage or a headline figure of it, by its name."""


Direction = Literal["longer", "shorter"]


class Different(msgspec.Struct, frozen=True):
    """The second group takes longer (or shorter) than the first by at least so much, ns. `sure`: for every value that
    the Spans allow.
    """

    direction: Direction
    at_least: int
    sure: bool


class NoLarger(msgspec.Struct, frozen=True):
    """No difference larger than `limit`, ns, which is at most the stated size."""

    limit: int


class MoreRuns(msgspec.Struct, frozen=True):
    """With so many more runs a side the stated size would be found in 80 %: runs of evidence like all of theirs, or
    (`better`) like the best of theirs.
    """

    more: int
    better: bool = False


class TooManyRuns(msgspec.Struct, frozen=True):
    """More runs a side would be needed, with this evidence, than anybody makes."""


class NoRuns(msgspec.Struct, frozen=True):
    """No number of runs of this evidence would show the stated size: their Spans share more than that."""


Would: TypeAlias = MoreRuns | TooManyRuns | NoRuns


class CantTell(msgspec.Struct, frozen=True):
    """Neither; and how many more runs would tell."""

    why: Why
    would: Would


Answer: TypeAlias = Different | NoLarger | CantTell


SEED = 6412
"""By which samples are drawn."""
ORDERS = 1_000
"""Orders of a history that are drawn, its own among them."""
How = Literal["every-split", "sampled-splits", "sampled-orders", "model", "normal"]
"""Where a p-value is from: all splits of the runs into groups of their sizes; a sample of them, or of the orders of a
history; draws from the model of the wait for a check; the normal limit.
"""


def seed_of(how: How) -> int | None:
    """The seed by which draws were made; None where nothing was drawn."""
    return None if how in ("every-split", "normal") else SEED


class Shown(msgspec.Struct, frozen=True):
    """The smallest shift that is found in 80 % of such histories, ns."""

    shift: int


class Nothing(msgspec.Struct, frozen=True):
    """So few runs, or so wide Spans, find no shift of any size in 80 % of histories."""


Method = Literal["ranks", "midrange"]
"""How groups were compared. `midrange`: nobody saw the checks, so that the detections are compared for what they are
without the wait for a check, by the middles between their shortest and longest.
"""


class Pair(msgspec.Struct, frozen=True):
    """A figure that one run a side has: by how much the second is longer, ns, which is of these two runs alone."""

    figure: Figure
    first: Span
    second: Span
    longer: Span


class Groups(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that several runs have. `corrected` is the p-value among all figures that were compared (Holm), by which
    `answer` counts, and `share` what of the level this one has where runs are enough; `p` is from so many `draws` as
    `how` says. `interval` is by how much the second group's are longer, ns, and `shown` what such runs could show.
    """

    figure: Figure
    first: tuple[Span, ...]
    second: tuple[Span, ...]
    p: float
    corrected: float
    grade: Grade
    interval: Span
    shown: Shown | Nothing
    answer: Answer
    how: How = "every-split"
    draws: int = 0
    method: Method = "ranks"
    share: float = 1.0


class OneSided(msgspec.Struct, frozen=True):
    """A figure that the evidence of one side alone has: so many runs of the first, of the second."""

    figure: Figure
    first: int
    second: int


Compared: TypeAlias = Pair | Groups | OneSided
