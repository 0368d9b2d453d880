"""The exceptions of the program: a question that can't be put. What was skipped or is undecided is a value instead.

AutopathError                 one clear sentence, and the exit status that it means: 70 where a class states no other
├── UsageError                2: an option or an argument is wrong
│   └── StoreError            2: a history can't be opened, read or written
├── ProgramError              2: another program is missing or broke (in `programs.py`)
├── ConfigurationError        2: a rules, expectations, inventory or settings file is wrong
├── EvidenceError             3: evidence can't be read, or there is none
├── LabError                  70: the lab broke; no verdict, so the status of a fault
└── ClocksNotAlignedError     70: a fault of the program: two clocks were mixed
"""

from __future__ import annotations

import os

__all__ = [
    "FAULT",
    "UNREADABLE",
    "USAGE",
    "AutopathError",
    "ClocksNotAlignedError",
    "ConfigurationError",
    "EvidenceError",
    "LabError",
    "StoreError",
    "UsageError",
    "place_of_fault",
]

USAGE, UNREADABLE, FAULT = 2, 3, 70
"""Exit statuses. 70 is EX_SOFTWARE of sysexits.h: far from those that tell of evidence or a verdict."""


def place_of_fault(error: BaseException) -> str:
    """What was raised, and where: `KeyError at name.py:12`, never with the path of somebody's machine."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"  # noqa: PTH119
    return f"{type(error).__name__} at {where}"


class AutopathError(Exception):
    """Base of all: `str()` is one sentence that says what, where and what to do."""

    exit_status = FAULT


class UsageError(AutopathError):
    """An option or an argument is wrong."""

    exit_status = USAGE


class StoreError(UsageError):
    """A history can't be opened, read or written: nothing of what was to be stored just then is there."""


class ConfigurationError(AutopathError):
    """A rules, expectations, inventory or settings file is wrong."""

    exit_status = USAGE


class EvidenceError(AutopathError):
    """Evidence can't be read, or there is none."""

    exit_status = UNREADABLE


class LabError(AutopathError):
    """Part of the lab did not start, or nothing came in time: which, what was waited for, what its log says."""

    exit_status = FAULT


class ClocksNotAlignedError(AutopathError):
    """Two instants of different clocks were about to be compared: a fault of the program."""

    exit_status = FAULT

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"the clocks {one!r} and {other!r} are not aligned, so their instants can't be subtracted")
