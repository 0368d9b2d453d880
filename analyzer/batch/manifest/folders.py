"""A folder with a folder for each test: what they are called is what the tests are called."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from analyzer.batch.manifest.checked import Fault, Row, Rows, check_name, without_faults
from analyzer.errors import UsageError

_UNSAFE = re.compile(r"[^\w.+@-]")


def rows_of_folder(folder: Path) -> Rows:
    """A test for each folder in `folder` that is not hidden; what a name had better not hold becomes `_`.

    :class:`~analyzer.errors.UsageError` where there is none.
    """
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    except OSError as error:
        raise UsageError(f"{folder}: can't be read ({error.strerror}); name a folder with a folder a test") from error
    if not names:
        raise UsageError(f"{folder}: has no folder in it; expected one for each test, with its evidence")
    return without_faults(_rows(names), str(folder))


def _rows(names: list[str]) -> Iterator[Row | Fault]:
    for name in names:
        safe = _UNSAFE.sub("_", name)
        try:
            check_name(safe)
        except ValueError as error:
            yield Fault(0, str(error))
            continue
        yield Row(0, safe, (name,), {}, {})
