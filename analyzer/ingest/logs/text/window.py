"""A message as rules look at it: of bounded length, and without runs that no message has.

Rules are many and read much into little. An expression that looks for blanks, quotes or letters behind each of them
would take the square of their number, or worse: a run of what is no letter, or a word, is cut. Lines stay lines.
"""

from __future__ import annotations

import re

LONGEST_MESSAGE = 4096
_LONG_RUN = re.compile(r"(?<!\W)(\W{24})\W+|(?<!\w)(\w{120})\w+")


def window(message: str) -> str:
    """What rules see of a message, or of the lines below its first."""
    return _LONG_RUN.sub(_cut, message[:LONGEST_MESSAGE])


def _cut(run: re.Match[str]) -> str:
    kept: str = run[1] or run[2]
    return f"{kept}\n" if "\n" in run[0] and "\n" not in kept else kept
