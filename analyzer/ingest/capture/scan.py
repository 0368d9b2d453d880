"""One streaming pass over a capture: small ones frame by frame in Python, larger ones by compiled kernels.

Both give the same result. Loading the kernels takes longer than a small capture does.
"""

from __future__ import annotations

import functools
import logging
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from analyzer.config import Settings
from analyzer.ingest.capture.blocks import ByteSource
from analyzer.ingest.capture.container import FrameReader, container
from analyzer.ingest.capture.places import Places
from analyzer.ingest.capture.plain.scan import scan_plain
from analyzer.ingest.capture.result import CaptureScan

_log = logging.getLogger(__name__)

SMALL = 2 << 20
"""Bytes of a capture that is not worth loading the kernels."""
MODEST = 4 << 20
"""Bytes of a capture that is not worth compiling them: the plain scan holds all that there is in it, some 60 times."""


def scan(stream: BinaryIO, name: str, settings: Settings, clock: str = "capture") -> CaptureScan:
    """Scan the capture in `stream` (decompressed, read forward only); events carry `name` and `clock`.

    Raises :class:`~analyzer.errors.EvidenceError` when it is neither pcap nor pcapng.
    """
    source = ByteSource(stream)
    container(source, name)
    if not (source.holds(SMALL + 1) and (_at_hand() or source.holds(MODEST + 1)) and prepare()):
        return scan_plain(FrameReader(source, name), name, settings, clock)
    from analyzer.ingest.capture.compiled.scan import scan_compiled

    places = Places()
    scanned = scan_compiled(source, name, settings, clock, places)
    return msgspec.structs.replace(scanned, places=places.told(name))


def is_large(size: int) -> bool:
    """Whether captures of so many bytes in all are worth the kernels."""
    return size > SMALL and (size > MODEST or _at_hand())


class CompiledScan(NamedTuple):
    """The folder in which the kernels are kept (None: none can be written), and whether they need no compiling."""

    folder: Path | None
    at_hand: bool


def compiled_scan() -> CompiledScan:
    """How far the kernels are, without compiling any."""
    from analyzer.ingest.capture.compiled.machine_code import library

    return CompiledScan(library.folder(), library.is_at_hand())


def _at_hand() -> bool:
    from analyzer.ingest.capture.compiled.machine_code import library

    return library.is_at_hand()


@functools.cache
def prepare() -> bool:
    """Have the kernels at hand, before several threads scan; whether they are. Once is enough.

    Where they are not in the cache yet they are compiled here, which is said; where they can't be, that is said too.
    """
    from analyzer.ingest.capture.compiled.machine_code import library

    if not library.is_at_hand():
        where = "once on this computer" if library.folder() else "in each run, as no cache folder can be written"
        told = {"task": "compiling what scans large captures"}
        _log.info("compiling what scans large captures, for about half a minute, %s", where, extra=told)
    try:
        library.prepare()
    except library.NotCompiledError as error:
        _log.warning("%s", error)
        return False
    return True
