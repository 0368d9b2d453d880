"""`python -m bench.fuzz.minimise`: an input with which something is wrong, as short as it gets with the same wrong.

The arguments are the target's name and the file of the input, which is written anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bench.fuzz.target import Find, Target, tried

MOST_TRIES = 20_000


def minimised(target: Target, data: bytes, most: int = MOST_TRIES) -> bytes:
    """The input without pieces that it does not need, ever smaller ones."""
    found = tried(target, data)
    what, left = found.what if found else "", most
    size = max(1, len(data) // 2)
    while what and size and left > 0:
        at, before = 0, len(data)
        while at < len(data) and left > 0:
            shorter, left = data[:at] + data[at + size :], left - 1
            if _is(tried(target, shorter), what):
                data = shorter
            else:
                at += size
        size = size // 2 if len(data) == before else min(size, max(1, len(data) // 2))
    return data


def _is(found: Find | None, what: str) -> bool:
    return found is not None and found.what == what


def main() -> None:
    """Make a file's input shorter."""
    from bench.fuzz.targets import named

    name, file = sys.argv[1:]
    path = Path(file)
    path.write_bytes(minimised(named(name), path.read_bytes()))


if __name__ == "__main__":
    main()
