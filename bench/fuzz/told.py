"""What the page of an earlier fuzzing has, so that a folder that is new goes on from its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.fuzz.reached import Reached
from bench.fuzz.running import Fuzzed

_ROW = re.compile(r"^\| (?P<name>[^|]+?) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| (?:(\d+) %)? ?\| \d+ \|$", re.MULTILINE)


def executed(page: str) -> Iterator[Fuzzed]:
    """The executions of each target, those apart that were guided."""
    for name, *figures in _ROW.findall(page):
        executions, guided, branches = (int(figure.replace(",", "")) for figure in figures[:3])
        if guided:
            yield Fuzzed(name, guided, branches)
        yield Fuzzed(name, executions - guided, 0)


def reached(page: str) -> dict[str, Reached]:
    """The share of lines that the inputs of each target reach, of a hundred."""
    return {name: Reached(int(share or 0), 100 if share else 0) for name, *_, share in _ROW.findall(page)}
