"""The whole study: every part, by its design."""

from __future__ import annotations

import msgspec

from bench.compare_study import false_alarms, looks, oracle, power, sizes, whole_evidence
from bench.compare_study.cells import Cell
from bench.compare_study.design import Design
from bench.compare_study.keeping import Keeping
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


NOWHERE = Keeping()
PARTS = (
    false_alarms.of_groups,
    false_alarms.of_uneven_groups,
    false_alarms.of_other_shapes,
    false_alarms.of_change_points,
    false_alarms.of_change_points_in_turn,
    false_alarms.of_detections,
    false_alarms.of_intervals,
    power.of_groups,
    power.of_detections,
    power.of_change_points,
    looks.of_healthy_histories,
)


def studied(design: Design, keeping: Keeping = NOWHERE) -> Study:
    """Every part."""
    cells: list[Cell] = []
    for part in PARTS:
        name = f"{part.__module__.rpartition('.')[2]}.{part.__name__}"
        cells += keeping.found(name, tuple[Cell, ...], lambda part=part: tuple(part(design)))  # type: ignore[misc]
    if (pools := design.whole) is not None:
        cells += keeping.found("whole evidence", tuple[Cell, ...], lambda: tuple(whole_evidence.studied(pools)))
        cells += keeping.found("at best", tuple[Cell, ...], lambda: tuple(oracle.studied(pools)))
    return Study(
        tuple(cells),
        keeping.found("widths", tuple[tuple[Cell, int], ...], lambda: tuple(false_alarms.widths_of_intervals(design))),
        keeping.found("steps", tuple[tuple[Cell, float], ...], lambda: tuple(looks.of_steps(design))),
        keeping.found("growing histories", Growing, lambda: looks.of_growing_histories(design)),
        keeping.found("sizes", tuple[Size, ...], lambda: tuple(sizes.sizes(design))),
    )
