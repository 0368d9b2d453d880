"""The whole study: every part, by its design."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from bench.compare_study import false_alarms, looks, power, sizes, whole_evidence
from bench.compare_study.cells import Cell
from bench.compare_study.design import Design
from bench.compare_study.looks import Growing
from bench.compare_study.sizes import Size


class Study(msgspec.Struct, frozen=True):
    """What was found."""

    cells: tuple[Cell, ...]
    widths: tuple[tuple[Cell, int], ...]
    """Whole intervals, and their median width, ns."""
    steps: tuple[tuple[Cell, float], ...]
    """Steps that are looked for after every run, and the median of how many runs it took."""
    growing: Growing
    sizes: tuple[Size, ...]

    def of(self, part: str) -> list[Cell]:
        """The cells of a part."""
        return [one for one in self.cells if one.part == part]


PARTS = (
    false_alarms.of_groups,
    false_alarms.of_uneven_groups,
    false_alarms.of_other_shapes,
    false_alarms.of_change_points,
    false_alarms.of_detections,
    false_alarms.of_intervals,
    power.of_groups,
    power.of_detections,
    power.of_change_points,
    looks.of_healthy_histories,
)


def studied(design: Design, done: Callable[[str], None] = lambda _: None) -> Study:
    """Every part; `done` is told the name of each when it is over."""
    cells: list[Cell] = []
    for part in PARTS:
        cells += part(design)
        done(f"{part.__module__.rpartition('.')[2]}.{part.__name__}")
    if design.whole is not None:
        cells += whole_evidence.studied(design.whole)
        done("whole evidence")
    widths = tuple(false_alarms.widths_of_intervals(design))
    done("widths of intervals")
    steps = tuple(looks.of_steps(design))
    done("steps")
    growing = looks.of_growing_histories(design)
    done("growing histories")
    return Study(tuple(cells), widths, steps, growing, tuple(sizes.sizes(design)))
