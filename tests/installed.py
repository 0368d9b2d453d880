"""Which tests are of the source, and so are none of an installed wheel (`AUTOPATH_INSTALLED=1 make test`): by rule."""

from __future__ import annotations

import os
import re
from pathlib import Path

import analyzer

TESTS = Path(__file__).resolve().parent
ASKED = os.environ.get("AUTOPATH_INSTALLED") == "1"
OF_THE_TREE = {"project": "what the project promises as a whole", "bench": "the benches, which no wheel has"}
READS = re.compile(r'/ "(?:analyzer|templates)"')
"""The path of the package or its templates in the tree."""
COMPILES = re.compile(r"^from analyzer\.ingest\.capture\.compiled\.machine_code import .*\bbuilding\b", re.MULTILINE)
"""The compilers, which a wheel does without."""


def reason(test: Path) -> str | None:
    """Why a module of tests can't be run against a wheel; None where it can."""
    room = test.relative_to(TESTS).parts[0]
    if room in OF_THE_TREE:
        return OF_THE_TREE[room]
    text = test.read_text("utf-8")
    if READS.search(text):
        return "it reads the package's files in the tree"
    return "it compiles the kernels" if COMPILES.search(text) else None


def header() -> list[str]:
    """What stands above the tests of a wheel: what is tested, and how much is left out by which rule."""
    counted: dict[str, int] = {}
    for test in TESTS.rglob("test_*.py"):
        why = reason(test)
        if why:
            counted[why] = counted.get(why, 0) + 1
    return [
        f"installed: {Path(analyzer.__file__).parent}",
        *(f"not run, {count} files: {why}" for why, count in sorted(counted.items())),
    ]


def from_the_tree() -> bool:
    """Whether it is the tree's package that would be tested."""
    return Path(analyzer.__file__).resolve().is_relative_to(TESTS.parent)
