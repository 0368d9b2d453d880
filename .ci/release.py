"""Makes what a release consists of, in an empty dist/: `make release`.

The source, a wheel for this platform (tried, as `make wheels` does) and for each that can be linked for here, an SBOM
of what the wheel installs (CycloneDX, JSON) and SHA256SUMS of them all. All is made twice: the same bytes.

Exit status 1 when something can't be made, or differs the second time.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import wheels

SBOM, SUMS = "sbom.cdx.json", "SHA256SUMS"


def main() -> int:
    """Make it; 0 when all is as it should be."""
    shutil.rmtree(wheels.DIST, ignore_errors=True)
    wheels.DIST.mkdir()
    if status := wheels.main(sbom):
        return status
    source(wheels.DIST)
    with tempfile.TemporaryDirectory() as again:
        made = source(Path(again))
        if made.read_bytes() != (wheels.DIST / made.name).read_bytes():
            return wheels.said("release: two builds of the source differ")
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(wheels.DIST.iterdir())
    ]
    (wheels.DIST / SUMS).write_text("".join(lines))
    print("".join(lines), end="")
    return 0


def source(to: Path) -> Path:
    """The source distribution."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(to)]
    subprocess.run(command, cwd=wheels.ROOT, check=True, capture_output=True)
    (made,) = to.glob("*.tar.gz")
    return made


def sbom(python: Path) -> None:
    """An SBOM of the environment of a Python, the same bytes each time, without the paths of this machine."""
    command = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "environment",
        "--output-reproducible",
        "--of",
        "JSON",
        str(python),
    ]
    first, second = (subprocess.run(command, check=True, capture_output=True).stdout for _ in range(2))
    if first != second:
        raise wheels.Failed("two SBOMs differ")
    (wheels.DIST / SBOM).write_bytes(first.replace(f"{wheels.DIST.as_uri()}/".encode(), b""))


if __name__ == "__main__":
    sys.exit(main())
