"""Several comparisons at once: Holm's correction, where each may have a share of the level of its own."""

from __future__ import annotations

from collections.abc import Sequence


def corrected(p_values: Sequence[float], shares: Sequence[float] = ()) -> tuple[float, ...]:
    """Each p-value such that the chance of any false alarm among all stays at the level (Holm 1979), in their order.
    `shares` are their parts of the level, above 0 (none: equal ones), of which nothing may depend on who is in which
    group; what is told hands its share on to the others, in proportion to theirs.
    """
    of_each = shares or [1.0] * len(p_values)
    left = sorted(range(len(p_values)), key=lambda place: p_values[place] / of_each[place])
    found = [0.0] * len(p_values)
    highest = 0.0
    for at, place in enumerate(left):
        whole = sum(of_each[other] for other in left[at:]) / of_each[place]
        highest = max(highest, min(1.0, p_values[place] * whole))
        found[place] = highest
    return tuple(found)
