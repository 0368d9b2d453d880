"""`python -m bench.fuzz.reached`: how many lines of its rooms a target's corpus reaches, in a process of its own.

The arguments are the target's name and the folder of its corpus; it prints how many lines, and of how many.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench.fuzz.target import Target, tried


class Reached(NamedTuple):
    """Lines that were run, and lines that there are."""

    lines: int
    of: int


def most(each: Iterable[Reached]) -> Reached:
    """The largest share of lines."""
    return max(each, key=lambda one: one.lines / max(1, one.of))


def reached(target: Target, inputs: list[bytes]) -> Reached:
    """Run the inputs, and count the lines of the target's rooms; those that run at import count as reached."""
    import coverage

    files = sorted(str(path) for room in target.rooms for path in _files(room))
    measured = coverage.Coverage(data_file=None, config_file=False, include=files)
    measured.set_option("run:disable_warnings", ["no-data-collected"])
    measured.start()
    try:
        for data in inputs:
            tried(target, data)
    finally:
        measured.stop()
    run = of = 0
    for path in files:
        _, statements, _, missing, _ = measured.analysis2(path)
        definitions = _at_import(path, statements)
        of += len(statements) - len(definitions)
        run += len(set(statements) - set(missing) - definitions)
    return Reached(run, of)


def _files(room: str) -> Iterator[Path]:
    """The files of a module, or of all modules of a package."""
    path = Path(importlib.import_module(room).__file__ or "")
    yield from path.parent.rglob("*.py") if path.name == "__init__.py" else (path,)


def _at_import(path: str, statements: list[int]) -> set[int]:
    """The lines that stand in no function: they run once, before any input."""
    import ast

    tree = ast.parse(Path(path).read_text("utf-8"))
    within = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for line in range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
    }
    return set(statements) - within


def main() -> None:
    """Run a corpus, and tell."""
    from bench.fuzz.targets import named

    name, corpus = sys.argv[1:]
    found = reached(named(name), [path.read_bytes() for path in sorted(Path(corpus).iterdir())])
    print(found.lines, found.of)


if __name__ == "__main__":
    main()
