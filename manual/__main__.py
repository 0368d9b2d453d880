"""`make site`: the site into build/site, the man pages into docs/man; exit status 1 where a page or a link is wrong."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from manual.building import MAN, ROOT, BuildError, man_pages, site, sources
from manual.links import faults


def main() -> int:
    """Build both, and check the links."""
    parser = argparse.ArgumentParser(prog="python -m manual", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "site", help="folder of the site")
    to = parser.parse_args().to.resolve()
    try:
        with sources() as source:
            site(source, to)
            man_pages(source, MAN)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    wrong = faults(to)
    print("\n".join(wrong) or f"{to}/index.html", file=sys.stderr if wrong else sys.stdout)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
