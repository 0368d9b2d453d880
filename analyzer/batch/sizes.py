"""How much evidence a test has: the largest is begun first, so that none is left over when all others are done."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from analyzer.batch.values import Task

_MOST_FILES = 1_000
"""Files of a test that are looked at."""


def sizes_of(tasks: Iterable[Task]) -> dict[str, int]:
    """Bytes of evidence by the test's name, as far as they are seen from here."""
    return {task.name: sum(_size(Path(task.base, one)) for one in task.evidence) for task in tasks}


def _size(path: Path) -> int:
    try:
        if not path.is_dir():
            return path.stat().st_size
    except OSError:
        return 0
    total = seen = 0
    for folder, _, files in os.walk(path):
        for name in files[: _MOST_FILES - seen]:
            try:
                total += os.stat(os.path.join(folder, name)).st_size  # noqa: PTH116, PTH118 - fast
            except OSError:
                continue
        seen += len(files)
        if seen >= _MOST_FILES:
            break
    return total
