"""A stage over time: its durations in the tests of a history, where its level changed, and what a look says of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure, SettingName

Change = Literal["found", "kept", "moved", "withdrawn"]

ChangedName = Literal["aos", "esxi", "program"] | SettingName
"""What may have changed with a level: the cluster's versions, the program's, a setting of the analysis."""


class Changed(msgspec.Struct, frozen=True):
    """Something that is otherwise in the tests from a change point on; empty where it is not known."""

    name: ChangedName
    before: str
    after: str


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A change point: from `test` on the durations have another level than up to `before`.

    `place` is that of `test` among the tests that have the figure, from 0. `corrected` is the p-value among all figures
    that were asked for (Holm). `longer` is by how much the new level is longer, ns, with its interval. `explained` says
    what people told of it (a label `step`); such a one is known, whatever its p-value.
    """

    place: int
    test: ComparedTest
    before: ComparedTest
    p: float
    corrected: float
    longer: Span
    changed: tuple[Changed, ...]
    explained: str = ""


class Revised(msgspec.Struct, frozen=True):
    """What the look after the test `look` made of a change point: the first tests of its level before and since."""

    change: Change
    before: ComparedTest
    now: ComparedTest
    look: ComparedTest


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the tests of a history, the earliest first: `spans`, ns, has that of each of `tests`.

    `steps` are the change points; `revised` what became of those that earlier looks had told, but for the ones that
    stayed, as far as `looks` go back: so many looks are repeated. `rare` has the p-values of the last two looks, of the
    tests since the last step that is explained, fewer where there are too few tests.
    """

    figure: Figure
    tests: tuple[ComparedTest, ...]
    spans: tuple[Span, ...]
    steps: tuple[Step, ...]
    revised: tuple[Revised, ...]
    looks: int
    rare: tuple[float, ...]
    alarm: Step | None
    """The change that is alarmed of: rare at the last two looks, and not explained."""


Says = Literal["too-few", "as-before", "slower", "faster"]
"""What a look says: there are too few runs to say anything; nothing changed for sure; runs take longer, or less long,
than before.
"""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a look after the last test says of a kind of episode: `runs` tests have one. The figures that are looked
    after are `courses`; where several alarm, the first counts.
    """

    kind: EpisodeKind
    runs: int
    says: Says
    courses: tuple[Course, ...]

    @property
    def alarms(self) -> tuple[tuple[Course, Step], ...]:
        """The figures that alarm, and since when."""
        return tuple((one, one.alarm) for one in self.courses if one.alarm is not None)
