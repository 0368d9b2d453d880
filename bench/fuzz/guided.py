"""`python -m bench.fuzz.guided`: one target under atheris (libFuzzer), in a process of its own.

The arguments are the target's name, the folder of its finds, and libFuzzer's own. A find does not end the process: it
is kept, the shortest of its kind, and the fuzzing goes on; what ends the process (a crash, a hang) libFuzzer keeps.
"""

from __future__ import annotations

import sys
from pathlib import Path

_WITH = ["analyzer", "bench.fuzz", "csv", "tarfile", "tomllib", "zipfile"]


def main() -> None:
    """Import the parsers with their branches counted, and fuzz."""
    import atheris

    name, finds, *options = sys.argv[1:]
    with atheris.instrument_imports(include=_WITH):
        from bench.fuzz.target import keep, tried
        from bench.fuzz.targets import named

        target = named(name)
    for seed in target.seeds():  # what is imported late is imported now, with its branches counted
        with atheris.instrument_imports(include=_WITH):
            tried(target, seed)
        break
    folder = Path(finds)

    def one(data: bytes) -> None:
        keep(target, data, folder)

    atheris.Setup([name, *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
