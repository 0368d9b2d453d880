"""A target: a parser that takes bytes, what it is begun with, and what counts as a fault of the program."""

from __future__ import annotations

import re
import resource
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from analyzer.errors import FAULT, AutopathError, place_of_fault

LONGEST_S = 2.0
"""Seconds of CPU that one input of 1 MB at most may take."""
MOST_MEMORY = 300 << 20
"""Bytes that one input may take."""
_KIB = 1 << 10


class NotHeldError(Exception):
    """What a target promises beside raising nothing is not so: which promise."""


class Target(NamedTuple):
    """`run` gets the bytes; it may raise what the project raises for wrong inputs, and nothing else.

    `rooms` are the modules of which the lines reached are counted; `longest` is how long inputs are made.
    """

    name: str
    run: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    rooms: tuple[str, ...]
    longest: int = 4096


class Find(NamedTuple):
    """An input with which something is wrong, and what; `what` is the same for the same fault."""

    target: str
    what: str
    data: bytes


def tried(target: Target, data: bytes) -> Find | None:
    """Run a target on an input; what is wrong with that, if anything is. A warning of Python is an exception here."""
    held, began, what = _peak(), time.process_time(), ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            target.run(data)
    except NotHeldError as error:
        what = str(error)
    except AutopathError as error:
        what = place_of_fault(error) if error.exit_status == FAULT else ""
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        what = place_of_fault(error)
    if not what and time.process_time() - began > LONGEST_S:
        what = f"more than {LONGEST_S:g} s"
    if not what and _peak() - held > MOST_MEMORY:
        what = f"more than {MOST_MEMORY >> 20} MiB"
    return Find(target.name, what, data) if what else None


def keep(target: Target, data: bytes, finds: Path) -> None:
    """Run an input, and keep it where something is wrong with it, and no shorter one of the kind is kept."""
    if found := tried(target, data):
        kept = finds / file_name(found.what)
        if not kept.exists() or kept.stat().st_size > len(data):
            kept.write_bytes(data)


def file_name(what: str) -> str:
    """What is wrong, as the name of a file."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", what).strip("-")[:80]


def _peak() -> int:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB
