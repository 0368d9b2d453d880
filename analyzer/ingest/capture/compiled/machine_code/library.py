"""The shared library of the kernels: where it lies, loading it, calling the kernels.

It lies beside this module in a wheel for this platform. Elsewhere it is built by another process
(`python -m analyzer.ingest.capture.compiled.machine_code`) and kept in a folder named by a hash of the kernels' source,
of the compilers and of the platform; where no folder can be written, it is built in each run.

The function follows numba's own way to call: a place for the result, a place for an error (there is none: kernels don't
raise), then the arguments, records by their address.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import importlib.util
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from importlib import metadata
from mmap import mmap
from pathlib import Path

from analyzer.errors import AutopathError
from analyzer.ingest.capture.compiled.layout import NUMBERS
from analyzer.ingest.capture.compiled.machine_code.platforms import here

_HERE = Path(__file__).parent
FUNCTION = "autopath_scan"
"""The one function that the library exports: `dispatch`."""
FOLDER = "AUTOPATH_CACHE"
"""Environment variable: the folder in which the cache is kept, instead of the user's own."""

Dispatch = Callable[..., int]


class NotCompiledError(AutopathError):
    """The kernels are not compiled, and can't be on this computer."""


def call(which: int, state: int, buffer: mmap | None, *numbers: int) -> int:
    """Call a kernel with the state at an address and a block; the interpreter's lock is free meanwhile."""
    result = ctypes.c_int64()
    block = (ctypes.c_char * 0).from_buffer(buffer) if buffer is not None else None
    rest = (0,) * (NUMBERS - len(numbers))
    _dispatch()(ctypes.byref(result), None, which, state, block, *numbers, *rest)
    return result.value


def prepare() -> None:
    """Have the kernels at hand; :class:`NotCompiledError` where that can't be."""
    _dispatch()


def is_at_hand() -> bool:
    """Whether the kernels need not be compiled any more."""
    return _dispatch.cache_info().currsize > 0 or _carried().exists() or kept() is not None


def folder() -> Path | None:
    """Where the library lies or will be kept; None where nothing can be written."""
    return _HERE if _carried().exists() else cache_folder()


@functools.cache
def _dispatch() -> Dispatch:
    if _carried().exists():
        return _loaded(_carried())
    cache = cache_folder()
    if cache is None:
        with tempfile.TemporaryDirectory(prefix="autopath-", ignore_cleanup_errors=True) as passing:
            return _loaded(_built(Path(passing)))
    return _loaded(kept() or _built(cache))


def _loaded(path: Path) -> Dispatch:
    typed = ctypes.CFUNCTYPE(
        ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p,
        *[ctypes.c_int64] * NUMBERS,
    )  # fmt: skip
    try:
        return typed((FUNCTION, ctypes.CDLL(str(path))))
    except (OSError, AttributeError) as error:
        raise NotCompiledError(f"what scans large captures can't be loaded ({error}); they are read slowly") from error


def _suffix() -> str:
    platform = here()
    return platform.suffix if platform else ".so"


def _carried() -> Path:
    """The library in a wheel, where this is one."""
    return _HERE / f"kernels{_suffix()}"


# --- the cache -------------------------------------------------------------------------------------------------------


def kept() -> Path | None:
    """The library in the cache, if it is whole: its name has the hash of what it holds."""
    cache = cache_folder()
    for path in sorted(cache.glob(f"kernels-*{_suffix()}")) if cache else ():
        with contextlib.suppress(OSError):
            if path.name == _name(path.read_bytes()):
                return path
    return None


def _name(content: bytes) -> str:
    return f"kernels-{hashlib.sha256(content).hexdigest()[:16]}{_suffix()}"


def _built(into: Path) -> Path:
    """The library, built now; the folder has it whole or not at all, as others may read it."""
    with tempfile.TemporaryDirectory(prefix="building-", dir=into, ignore_cleanup_errors=True) as folder:
        file = Path(folder, "kernels")
        _build(file)
        return file.rename(into / _name(file.read_bytes()))


def _build(to: Path) -> None:
    """Have another process build the library from the kernels' source."""
    if importlib.util.find_spec("numba") is None:
        raise _not_compiled("this installation has neither machine code for this platform nor numba: the extra [build]")
    command = [sys.executable, "-P", "-m", __package__ or "", "--to", str(to)]  # -P: no package of the user's folder
    ours = os.pathsep.join([str(_HERE.parents[4]), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    environment = {**os.environ, "PYTHONPATH": ours}
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment)
    except OSError as error:
        raise _not_compiled(str(error)) from error
    if done.returncode or not to.exists():
        lines = done.stderr.decode(errors="replace").strip().split("\n")
        raise _not_compiled(lines[-1] or f"status {done.returncode}")


def _not_compiled(why: str) -> NotCompiledError:
    return NotCompiledError(f"what scans large captures can't be compiled ({why}); they are read slowly")


@functools.cache
def cache_folder() -> Path | None:
    """Where the machine code of this state of the source is kept; None where nothing can be written."""
    state = hashlib.sha256(sysconfig.get_platform().encode())
    for name in ("numba", "llvmlite", "numpy"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            state.update(f"{name} {metadata.version(name)}\n".encode())
    for source in (_HERE.parents[1] / "blocks.py", *sorted(_HERE.parent.rglob("*.py"))):
        state.update(source.read_bytes())
    for root in _roots():
        folder = root / state.hexdigest()[:16]
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not any(folder.iterdir()):
                with tempfile.TemporaryFile(dir=folder):
                    pass
        except OSError:
            continue
        return folder
    return None


def _roots() -> list[Path]:
    import platformdirs

    if told := os.environ.get(FOLDER):
        return [Path(told)]
    return [Path(platformdirs.user_cache_dir("autopath", appauthor=False)), _HERE / "__pycache__"]
