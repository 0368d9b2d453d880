"""The compiled scan with every index checked, and a page that nobody may read behind each block.

The kernels are compiled once more, with numba's checks of bounds, where a folder to keep them in is named: what leaves
a table raises. A block ends where its page ends: what reads on is ended by the system.
"""

from __future__ import annotations

import ctypes
import functools
import io
import mmap
import os
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from analyzer.config import Settings
from analyzer.ingest.capture import blocks
from analyzer.ingest.capture.blocks import BUFFER, ByteSource
from analyzer.ingest.capture.compiled import dispatch, layout
from analyzer.ingest.capture.compiled import scan as compiled_scan
from analyzer.ingest.capture.compiled.machine_code import library
from analyzer.ingest.capture.result import CaptureScan
from bench.fuzz.target import NotHeldError

_CHECKED = "NUMBA_BOUNDSCHECK"
KEPT = "AUTOPATH_FUZZ_KERNELS"
"""Environment variable: the folder in which the kernels with checks are kept; compiling them takes a minute."""
_SINGLE = (dispatch.TAKE_SINGLE, dispatch.TAKE_DATAGRAM)
_FORBIDDEN = 0
Buffer = mmap.mmap | memoryview


def scanned(data: bytes, at_once: int, name: str, settings: Settings, clock: str) -> CaptureScan:
    """The result of the compiled scan, of which `at_once` bytes are read at a time, at the end of the buffer."""
    _kernels()
    lead = BUFFER - min(at_once, max(1, len(data)))
    with (
        patch.object(blocks, "buffer_of", _buffer_of),
        patch.object(compiled_scan, "buffer_of", _buffer_of),
        patch.object(blocks, "LEAD", lead),
        patch.object(library, "call", _call),
    ):
        return compiled_scan.scan_compiled(ByteSource(io.BytesIO(data)), name, settings, clock)


def _buffer_of(size: int) -> Buffer:
    """A buffer with a page behind it that nobody may read or write; a larger one than usual has none."""
    if size != BUFFER:
        return mmap.mmap(-1, size)
    memory = mmap.mmap(-1, BUFFER + mmap.PAGESIZE)
    buffer = memoryview(memory)[:BUFFER]
    behind = ctypes.c_void_p(_address(buffer) + BUFFER)
    if _libc().mprotect(behind, ctypes.c_size_t(mmap.PAGESIZE), _FORBIDDEN):
        raise OSError(ctypes.get_errno(), "mprotect")
    return buffer


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _address(buffer: Buffer) -> int:
    return ctypes.addressof((ctypes.c_char * 0).from_buffer(buffer))


def _call(which: int, state: int, buffer: Buffer | None, *numbers: int) -> int:
    """As :func:`library.call`; :class:`NotHeldError` where an index was out of bounds."""
    result, raised = ctypes.c_int64(), ctypes.c_void_p()
    block = _address(buffer) if buffer is not None else None
    if which in _SINGLE and buffer is not None:
        block = _moved(buffer, numbers[1])
    rest = (0,) * (layout.NUMBERS - len(numbers))
    if _kernels()(ctypes.byref(result), ctypes.byref(raised), which, state, block, *numbers, *rest):
        raise NotHeldError(f"an index out of bounds in kernel {which}")
    return result.value


def _moved(buffer: Buffer, size: int) -> int:
    """Where a block of so many bytes lies now that stood at the start of its buffer: at the end."""
    buffer[BUFFER - size : BUFFER] = buffer[:size]
    return _address(buffer) + BUFFER - size


@functools.cache
def _kernels() -> Callable[..., int]:
    """The kernels with checks, kept in the folder that `KEPT` names; the program's own where it names none."""
    folder = os.environ.get(KEPT)
    if folder is None:
        return library._dispatch()  # noqa: SLF001
    ours = library.cache_folder()
    kept = Path(folder) / f"kernels-{ours.name if ours else 'checked'}"
    if not kept.exists():
        building = kept.with_suffix(f".{os.getpid()}")
        with patch.dict(os.environ, {_CHECKED: "1"}):
            library._build(building)  # noqa: SLF001 - whatever the program's cache has
        building.rename(kept)
    return library._loaded(kept)  # noqa: SLF001
