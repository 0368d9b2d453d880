"""Simulations made once for all tests, and written to a folder where a test needs files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from analyzer.lab.simulate import KINDS, Evidence, Options, Simulated, scenario_of, simulate

NAMES = tuple(kind.name for kind in KINDS)
EXPERT = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")


@cache
def made(name: str, seed: int, options: Options | None = None, evidence: Evidence | None = None) -> Simulated:
    return simulate(scenario_of(name), seed, options, evidence)


def written(simulated: Simulated, folder: Path) -> Path:
    for name, content in simulated.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
