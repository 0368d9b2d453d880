"""The packages of this environment, lent to another one that a test made."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path


def lend(venv: Path, dependencies: Path) -> Path:
    """Have `venv` use the packages of this environment by links in the empty folder `dependencies`; its site-packages.

    The project itself is not among those: an editable install's path would hide what is missing in a wheel. Nor are
    the compilers, which a wheel for a platform does without.
    """
    site = venv / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    for key in ("purelib", "platlib"):
        for found in Path(sysconfig.get_path(key)).iterdir():
            ours = found.name.startswith(("autopath", "numba", "llvmlite")) or found.suffix == ".pth"
            if not ours and not (dependencies / found.name).exists():
                (dependencies / found.name).symlink_to(found)
    (site / "dependencies.pth").write_text(f"{dependencies}\n")
    return site
