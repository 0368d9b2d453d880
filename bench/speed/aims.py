"""What was aimed at, and how it came out: met, not met, or not measured as what it speaks of is not installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

FASTEST = {"sha256": "openssl", ".gz": "igzip", ".zst": "zstd"}
"""Whom an aim against the fastest speaks of: openssl hashes by the processor's SHA instructions, igzip is ISA-L's.
Where it isn't installed, being faster than the others says nothing.
"""
OF_READERS = {"cat": 2.5, "tcpdump": 0.9}
OF_HASHING, OF_DECOMPRESSING = 1.1, 0.9


class Missing(msgspec.Struct, frozen=True):
    """Stands for a figure that can't be had: the program that it compares with is not installed."""

    program: str


class Aim(msgspec.Struct, frozen=True):
    """What was aimed at: a figure of at most or at least `bound`, in `unit`."""

    what: str
    found: float | Missing
    bound: float
    unit: str
    at_most: bool = True

    @property
    def met(self) -> Literal["yes", "no", "not measured"]:
        """Whether the figure is within its bound."""
        match self.found:
            case Missing():
                return "not measured"
            case found:
                return "yes" if (found <= self.bound if self.at_most else found >= self.bound) else "no"

    def cells(self) -> tuple[str, str, str, str]:
        """What, the aim, the figure, whether it is met."""
        aim = f"at {'most' if self.at_most else 'least'} {self.bound:g} {self.unit}"
        match self.found:
            case Missing(program):
                return self.what, aim, "", f"{self.met}: {program} is not installed"
            case found:
                return self.what, aim, f"{found:.{0 if found >= 100 else 2}f} {self.unit}", self.met


def of_readers(name: str, wall: float, walls: Mapping[str, float]) -> list[Aim]:
    """How a GB compares with what programs (by name) that only read need for one."""
    return [
        Aim(name, wall / walls[program] if program in walls else Missing(program), bound, f"× {program}")
        for program, bound in OF_READERS.items()
    ]


def of_hashing(name: str, wall: float, walls: Mapping[str, float]) -> Aim:
    """How a GB compares with what the fastest of the programs that only hash needs."""
    return Aim(name, _beside_fastest("sha256", wall, walls), OF_HASHING, "× hashing alone")


def of_decompressing(suffix: str, wall: float, walls: Mapping[str, float]) -> Aim:
    """How the speed compares with that of the fastest of the programs that only decompress."""
    beside = _beside_fastest(suffix, wall, walls)
    found = beside if isinstance(beside, Missing) else 1 / beside
    return Aim(f"{suffix[1:]}, of the speed of the fastest alone", found, OF_DECOMPRESSING, "×", at_most=False)


def of_dissecting(name: str, program: str, times: float | None, bound: float) -> Aim:
    """How many `times` as fast as a program that decodes each frame; None where that could not be run."""
    return Aim(f"faster than {name}", Missing(program) if times is None else times, bound, "×", at_most=False)


def _beside_fastest(what: str, wall: float, walls: Mapping[str, float]) -> float | Missing:
    return wall / min(walls.values()) if FASTEST[what] in walls else Missing(FASTEST[what])
