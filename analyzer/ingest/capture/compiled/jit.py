"""How the kernels are compiled, and where the machine code is kept between runs.

The cache belongs to one state of the kernels: its folder is named by a hash of their source and of numba's version, as
numba itself looks only at the file of a function and not at those it calls. Where no folder can be written, the kernels
are compiled in each run.
"""

from __future__ import annotations

import functools
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_HERE = Path(__file__).parent
_COMPLETE = "complete"
FOLDER = "AUTOPATH_CACHE"
"""Environment variable: the folder in which the cache is kept, instead of the user's own."""


@functools.cache
def cache_folder() -> Path | None:
    """Where the compiled kernels of this state of the source are kept; None where nothing can be written."""
    import numba

    sources = hashlib.sha256(numba.__version__.encode())
    for source in (_HERE.parent / "blocks.py", *sorted(_HERE.glob("*.py"))):
        sources.update(source.read_bytes())
    for root in _roots():
        folder = root / sources.hexdigest()[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return None


def _roots() -> list[Path]:
    import platformdirs

    if told := os.environ.get(FOLDER):
        return [Path(told)]
    return [Path(platformdirs.user_cache_dir("autopath", appauthor=False)), _HERE / "__pycache__"]


def is_cached() -> bool:
    """Whether the kernels need not be compiled in this run."""
    folder = cache_folder()
    return folder is not None and (folder / _COMPLETE).exists()


def compile_apart() -> None:
    """Compile all kernels into the cache, in another process; when that fails they are compiled where they are used."""
    folder = cache_folder()
    done = subprocess.run([sys.executable, "-m", __package__ or ""], stdin=subprocess.DEVNULL, capture_output=True)  # noqa: PLW1510
    if done.returncode == 0 and folder is not None:
        (folder / _COMPLETE).touch()


def compiled(function: Function) -> Function:
    """The decorator of every kernel: machine code without the interpreter's lock, kept in the cache."""
    import numba
    from numba import config

    folder = cache_folder()
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder or "")
    try:
        jitted: Function = numba.njit(nogil=True, cache=folder is not None, error_model="numpy")(function)
    finally:
        config.CACHE_DIR = before
    return jitted
