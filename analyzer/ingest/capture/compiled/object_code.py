"""The kernels' machine code: compiled once, kept between runs, linked and called.

Compiling wants numba, which takes longer to start than a capture of a gigabyte to scan, so another process does it;
what it gives is an object file, and to link one takes llvmlite and some hundredths of a second. It is kept in a folder
named by a hash of the kernels' source, of the compilers and of the processor; where no folder can be written, the
kernels are compiled in each run.

The function follows numba's own way to call: a place for the result, a place for an error (there is none: kernels don't
raise), then the arguments, records by their address.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata
from mmap import mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.errors import AutopathError
from analyzer.ingest.capture.compiled.dispatch import NUMBERS

if TYPE_CHECKING:
    import llvmlite.binding as llvm

_HERE = Path(__file__).parent
_FILE = "kernels"
FOLDER = "AUTOPATH_CACHE"
"""Environment variable: the folder in which the cache is kept, instead of the user's own."""

Dispatch = Callable[..., int]


class NotCompiledError(AutopathError):
    """The kernels can't be compiled on this computer."""


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


@functools.cache
def _dispatch() -> Dispatch:
    name, _, code = _object_file().partition(b"\n")
    engine = _linked(code)
    kind = ctypes.CFUNCTYPE(
        ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p,
        *[ctypes.c_int64] * NUMBERS,
    )  # fmt: skip
    dispatch: Any = kind(engine.get_function_address(name.decode()))
    dispatch.engine = engine  # the code lives as long as this does
    return dispatch


def _linked(code: bytes) -> llvm.ExecutionEngine:
    import llvmlite.binding as llvm

    engine = llvm.create_mcjit_compiler(parsed(""), target())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine


def parsed(assembly: str) -> llvm.ModuleRef:
    """A module from LLVM's assembly."""
    import llvmlite.binding as llvm

    target()
    return llvm.parse_assembly(assembly)


@functools.cache
def target() -> llvm.TargetMachine:
    """This processor, as LLVM compiles for it."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, jit=True
    )


# --- the cache -------------------------------------------------------------------------------------------------------


def _object_file() -> bytes:
    """The name of the function and the object file, out of the cache or made now."""
    folder = cache_folder()
    if folder is None:
        return _compile()
    path = folder / _FILE
    with contextlib.suppress(OSError):
        digest, _, kept = path.read_bytes().partition(b"\n")
        if digest == hashlib.sha256(kept).hexdigest().encode():
            return kept
    made = _compile()
    with contextlib.suppress(OSError):
        _write(path, hashlib.sha256(made).hexdigest().encode() + b"\n" + made)
    return made


def _write(path: Path, content: bytes) -> None:
    """Write the whole file or none: others may read it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


def _compile() -> bytes:
    """What another process makes of the kernels' source."""
    command = [sys.executable, "-P", "-m", __package__ or ""]  # -P: no package of this name where the user stands
    ours = os.pathsep.join([str(_HERE.parents[3]), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    environment = {**os.environ, "PYTHONPATH": ours}
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=environment)
    except OSError as error:
        raise _not_compiled(str(error)) from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().split("\n")
        raise _not_compiled(lines[-1] or f"status {done.returncode}")
    return done.stdout


def _not_compiled(why: str) -> NotCompiledError:
    return NotCompiledError(f"what scans large captures can't be compiled ({why}); they are read slowly")


def is_at_hand() -> bool:
    """Whether the kernels need not be compiled any more."""
    folder = cache_folder()
    return _dispatch.cache_info().currsize > 0 or (folder is not None and (folder / _FILE).exists())


@functools.cache
def cache_folder() -> Path | None:
    """Where the machine code of this state of the source is kept; None where nothing can be written."""
    import llvmlite.binding as llvm

    state = hashlib.sha256()
    for name in ("numba", "llvmlite", "numpy"):
        state.update(f"{name} {metadata.version(name)}\n".encode())
    state.update(f"{llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}".encode())
    for source in (_HERE.parent / "blocks.py", *sorted(_HERE.glob("*.py"))):
        state.update(source.read_bytes())
    for root in _roots():
        folder = root / state.hexdigest()[:16]
        try:
            if not (folder / _FILE).exists():
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
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
