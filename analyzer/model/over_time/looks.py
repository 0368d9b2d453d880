"""A look at a cluster's history after a run: as before, changed, or too little to tell; and what became of what was
told before. Durations and times are ns, times since 1970 UTC.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from analyzer.model.instant import Span
from analyzer.model.over_time.comparison import Figure, SettingName
from analyzer.model.over_time.conditions import Conditions

Direction = Literal["longer", "shorter"]
Said = Literal["found", "moved", "withdrawn"]
"""A change point is told for the first time; is at another run than it was told; is there no more."""


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A run in a series of one figure: the number of its test in the cluster (from 1, by time), its time, its key."""

    number: int
    time: int
    run: str
    span: Span


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change point of a figure: `time` is that of the first test of the new level, `by` by how much longer its
    tests take (less than 0: shorter), `told_after` the key of the test after which it was told first.
    """

    figure: Figure
    time: int
    direction: Direction
    by: Span
    told_after: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What a look says of a change point; `earlier` is its time as it was told before, that of one `found` its own."""

    said: Said
    earlier: int
    change: Change


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A change point that was told, and that people explained since by a step, which they call so."""

    change: Change
    step: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What was told of the changes of a cluster, and what its runs say of that now: `standing` are those that stand and
    that nobody explained, `known` those that people explained. `lines` are all that were told, in their order, and
    behind them what the runs that are there now say otherwise, though no look has told it yet.
    """

    standing: tuple[Change, ...] = ()
    known: tuple[Known, ...] = ()
    lines: tuple[Line, ...] = ()


NOTHING_TOLD = Told()


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """The runs that have a figure, by time; `steps` are times from which people say that
    something is another, `changes` the change points that stand.
    """

    figure: Figure
    runs: tuple[Looked, ...]
    steps: tuple[tuple[int, str], ...] = ()
    changes: tuple[Change, ...] = ()


class Few(msgspec.Struct, frozen=True):
    """So few runs are alike since the last change, of so many that a look needs; no figure at all: of none."""

    runs: int
    needed: int


class AsBefore(msgspec.Struct, frozen=True):
    """No figure changed. `perhaps`: figures that this look alone, for the first time, finds changed."""

    perhaps: tuple[Figure, ...] = ()


class Changed(msgspec.Struct, frozen=True):
    """Two looks in a row find these changed, and it is told after this run."""

    changes: tuple[Change, ...]


Outlook: TypeAlias = AsBefore | Changed | Few


class Apart(msgspec.Struct, frozen=True):
    """So many runs of the cluster that are not looked at, by the setting in which they differ first: under `theirs`
    conditions, each once, where the others are under `others`.
    """

    name: SettingName
    runs: int
    theirs: tuple[Conditions, ...]
    others: Conditions


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """A look after the test `number` of a cluster's `tests`, by the keys of its run and its own. `apart` are runs of
    the cluster that are not looked at; `standing` are changes of the cluster that were
    told, stand and are not explained, `known` those that people explained; `lines` is what this look tells of change
    points.
    """

    cluster: str
    number: int
    tests: int
    run: str
    test: str
    outlook: Outlook
    apart: tuple[Apart, ...] = ()
    standing: tuple[Change, ...] = ()
    known: tuple[Known, ...] = ()
    lines: tuple[Line, ...] = ()
    series: tuple[Series, ...] = ()
