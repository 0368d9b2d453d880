"""Several comparisons at once: Holm's correction."""

from __future__ import annotations

from collections.abc import Sequence


def corrected(p_values: Sequence[float]) -> tuple[float, ...]:
    """Each p-value such that the chance of any false alarm among all stays at the level (Holm 1979), in their order."""
    found = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        highest = max(highest, min(1.0, p_values[place] * (len(p_values) - rank)))
        found[place] = highest
    return tuple(found)
