"""`python -m analyzer.ingest.capture.compiled.machine_code`: build the kernels, as a file or into the cache.

A process of its own: it can be stopped at any time, and the memory that compiling takes goes with it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from analyzer.errors import AutopathError
from analyzer.ingest.capture.compiled.machine_code import building, library
from analyzer.ingest.capture.compiled.machine_code.platforms import PLATFORMS, Platform, here


def main() -> int:
    """Build what the arguments ask for; status 1 with a sentence when that can't be."""
    parser = argparse.ArgumentParser(prog="machine_code", description=__doc__.partition(":")[2].partition("\n")[0])
    parser.add_argument("--to", type=Path, metavar="FILE", help="write the shared library (else: into the cache)")
    parser.add_argument("--platform", choices=[one.name for one in PLATFORMS], help="build for another platform")
    parser.add_argument("--kept", action="store_true", help="take the library of the cache, where it is there")
    asked = parser.parse_args()
    platform = next((one for one in PLATFORMS if one.name == asked.platform), here())
    try:
        if asked.to is None:
            _into_the_cache()
        elif platform is None:
            raise building.CantBuildError("nothing is built for this platform")
        else:
            asked.to.parent.stat()  # where there is no such folder, that is said before compiling for a minute
            kept = _kept(platform) if asked.kept else None
            asked.to.write_bytes(kept or building.library(platform))
    except (AutopathError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _kept(platform: Platform) -> bytes | None:
    """The library out of the cache: building it again would give the same bytes."""
    kept = library.kept() if platform == here() else None
    return kept.read_bytes() if kept else None


def _into_the_cache() -> None:
    if not library.is_at_hand():
        sys.stdout.write("compiling what scans large captures, once for this source (half a minute) ...\n")
        sys.stdout.flush()
    library.prepare()


if __name__ == "__main__":
    sys.exit(main())
