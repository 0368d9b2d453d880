"""Groups of tests, compared stage by stage: everything that a page or a program is told of it. Durations are ns."""

from __future__ import annotations

import msgspec

from analyzer.model.instant import Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Compared, Figure, How, SettingName
from analyzer.model.over_time.conditions import Conditions
from analyzer.model.over_time.courses import Course
from analyzer.model.over_time.looks import NOTHING_TOLD, Told


class Group(msgspec.Struct, frozen=True):
    """Tests that belong together, the earliest first, and what they are called: a cluster, a version, a side. `whence`
    is the file or folder of a side that is called by a letter.
    """

    name: str
    tests: tuple[ComparedTest, ...]
    whence: str = ""


class Versus(msgspec.Struct, frozen=True):
    """Two groups, compared: a line for each figure that either has."""

    first: Group
    second: Group
    lines: tuple[Compared, ...]


class Among(msgspec.Struct, frozen=True):
    """A figure of more than two groups: whether any differs from another. `corrected` is among all such figures; `p` is
    from so many `draws` as `how` says.
    """

    figure: Figure
    groups: int
    p: float
    corrected: float
    how: How = "every-split"
    draws: int = 0


class OverTime(msgspec.Struct, frozen=True):
    """The tests of one cluster over time; `told` is what looks said of its change points."""

    name: str
    courses: tuple[Course, ...]
    told: Told = NOTHING_TOLD


class Mass(msgspec.Struct, frozen=True, gc=False):
    """A share of a group's runs that lies somewhere in [least, most], ns, and the share of those below."""

    least: int
    most: int
    below: float
    share: float


class Estimated(msgspec.Struct, frozen=True):
    """How a figure of a group is distributed, by Turnbull's estimate: where its mass lies, in the order of time.
    `median` is that of the runs, ns: from that of what each is at least to that of what each is at most, the mean of
    the two in the middle where the runs are even in number.
    """

    group: str
    figure: Figure
    masses: tuple[Mass, ...]
    median: Span


class LeftOut(msgspec.Struct, frozen=True):
    """A test that is not comparable with the others, the settings in which it differs from them, and theirs."""

    test: ComparedTest
    names: tuple[SettingName, ...]
    others: Conditions


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared. `size` is the largest difference that would not matter; `apart` are tests that belong to no
    group, as nothing says to which; `on_both` those that are on both sides, and so on none; `left_out` those that are
    not comparable. Where there is one group, it is compared with nothing but itself over time.
    """

    size: int
    groups: tuple[Group, ...]
    versus: tuple[Versus, ...]
    among: tuple[Among, ...]
    over_time: tuple[OverTime, ...]
    apart: tuple[ComparedTest, ...] = ()
    on_both: tuple[ComparedTest, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def tests(self) -> tuple[ComparedTest, ...]:
        """All tests that were compared."""
        return tuple(test for group in self.groups for test in group.tests)

    @property
    def comparable(self) -> bool:
        """Whether something is left to compare in every group that was asked for."""
        return all(group.tests for group in self.groups)
