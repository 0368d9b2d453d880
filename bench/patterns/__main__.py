"""`python -m bench.patterns`: drives every expression with near misses, and prints those that grow most."""

from __future__ import annotations

import sys

from bench.patterns.found import found
from bench.patterns.timing import MOST, SIZE, Growth, growth

SHOWN = 12


def main() -> int:
    """Print the expressions that are not linear, and the slowest that are; 1 where one's text has no bound either."""
    grown = [one for each in found() if (one := growth(each)) is not None]
    bad = [one for one in grown if not one.is_bounded]
    within = [one for one in grown if one.is_bounded and not one.is_linear]
    slowest = sorted((one for one in grown if one.is_linear), key=lambda one: -(one.time or 0))[:SHOWN]
    print(f"{len(grown):,} expressions, near misses of {SIZE:,} characters and half of that")
    for one in (*bad, *within, *slowest):
        print(_line(one))
    print(
        f"{len(within)} take more than {MOST} times as long for twice the text, and see no longer one; {len(bad)} may"
    )
    return 1 if bad else 0


def _line(one: Growth) -> str:
    time = "given up" if one.time is None else f"{one.time / 1e6:8.2f} ms"
    mark = "  " if one.is_linear else "~ " if one.is_bounded else "! "
    return f"{mark}{one.ratio:5.1f} x {time}: {one.found.where}  {one.text!r}\n      {one.found.compiled.pattern!r}"


if __name__ == "__main__":
    sys.exit(main())
