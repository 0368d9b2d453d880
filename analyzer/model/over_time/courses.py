"""A stage over time: its durations in the tests of a history, and where its level changed."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from analyzer.model.instant import Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure, How, Nothing, SettingName, Shown

AlteredName: TypeAlias = Literal["aos", "esxi", "program"] | SettingName
"""What may be another with a level: the cluster's versions, the program's, a setting of the analysis."""


class Altered(msgspec.Struct, frozen=True):
    """Something that is otherwise in a test than in the one before; empty where it is not known, or is no version."""

    name: AlteredName
    before: str
    after: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A change point: from `test` on the durations have another level than up to `before`.

    `place` is that of `test` among the tests that have the figure, from 0. `corrected` is the p-value among all figures
    that were asked for (Holm); `p` is from so many `draws` as `how` says. `longer` is by how much the new level is
    longer, ns, with its interval. `explained` says what people told of it (a label `step`); such a one is known,
    whatever its p-value, which is that of all runs between it and the known steps before and after, as `longer` is.
    """

    place: int
    test: ComparedTest
    before: ComparedTest
    p: float
    corrected: float
    longer: Span
    altered: tuple[Altered, ...]
    explained: str = ""
    how: How = "sampled-orders"
    draws: int = 0


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the tests of a history, the earliest first: `spans`, ns, has that of each of `tests`.

    `able`: so many runs could show a change point among so many `figures` as are asked for at once; `needed` is from
    how many runs on, without a known step between them, they could (None: so many figures never). `shown` is the
    smallest step that they would show (None: not asked).
    """

    figure: Figure
    tests: tuple[ComparedTest, ...]
    spans: tuple[Span, ...]
    steps: tuple[Step, ...]
    able: bool = True
    needed: int | None = None
    figures: int = 1
    shown: Shown | Nothing | None = None
