"""A folder to make files in before they are put in their place, how they are, and one writer at a time in a place.

Both are held by locks on folders (flock), which end with their process: what a killed run left behind is told from what
another one is making just now, and is removed by the next one. Where a file system has no such locks, nothing waits,
and nothing is removed.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from analyzer.errors import UsageError

PATIENCE_S = 60.0
"""How long another writer is waited for."""
_AGAIN_S = 0.05
_SUFFIX = ".autopath-partial"
_PARTIAL = re.compile(rf"\..+\.[a-z0-9_]{{8}}{re.escape(_SUFFIX)}")


@contextmanager
def folder_aside(place: Path, name: str) -> Iterator[Path]:
    """A new folder in `place`, for what is to be called `name`; it is removed at the end, if it is still there.

    What killed runs left in `place` is removed too. Raises :class:`OSError` where it can't be made.
    """
    remove_left_over((place,))
    while True:
        aside = Path(tempfile.mkdtemp(prefix=f".{name}.", suffix=_SUFFIX, dir=place))
        lock = _opened(aside)
        try:
            held = lock is not None and _locked(lock)
            if lock is not None and held is not False and not aside.exists():
                continue  # another run took it for one that was left behind
            yield aside
            return
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            if lock is not None:
                os.close(lock)


def remove_left_over(places: Iterable[Path]) -> None:
    """Remove what killed runs left in these folders; what can't be removed stays."""
    for place in places:
        for partial in _partials(place):
            lock = _opened(partial)
            if lock is None:
                continue
            try:
                if _locked(lock):
                    shutil.rmtree(partial, ignore_errors=True)
            finally:
                os.close(lock)


def _partials(place: Path) -> list[Path]:
    try:
        with os.scandir(place) as entries:
            return [
                Path(entry.path)
                for entry in entries
                if _PARTIAL.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:  # whoever writes there says so
        return []


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else who asks for it has this folder meanwhile. Another one is waited for; :class:`UsageError` where that
    takes too long.
    """
    lock = _opened(folder)
    try:
        if lock is not None:
            _wait_for(lock, folder)
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _wait_for(lock: int, folder: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while _locked(lock) is False:
        if time.monotonic() > until:
            raise UsageError(
                f"{folder}: another autopath has been writing here for {PATIENCE_S:.0f} s; wait until it has ended, or "
                "name a folder elsewhere with -o"
            )
        time.sleep(_AGAIN_S)


def _opened(folder: Path) -> int | None:
    """A descriptor of the folder; None where there is none to be had."""
    try:
        return os.open(folder, os.O_RDONLY)
    except OSError:
        return None


def _locked(lock: int) -> bool | None:
    """Whether it is ours now; None where that can't be told."""
    try:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return None
    return True


def write(directory: Path, files: Mapping[str, bytes], last: tuple[str, ...] = ("run.json",)) -> None:
    """Put `files` (name and content) into `directory`, which is made when it isn't there.

    They are written to a folder aside and renamed: a new directory appears whole; in one that is there, each file is
    replaced whole, those in `last` last and in that order, and others stay as they are. :class:`UsageError` when the
    place can't be written.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        remove_left_over((directory.parent,))
        # one that is there may be a link, or where another file system begins
        place = directory if directory.is_dir() else directory.parent
        with folder_aside(place, directory.name) as aside:
            _fill(aside, files)
            _move(aside, directory, files, last)
    except OSError as error:
        raise UsageError(f"{directory}: can't be written ({error.strerror}); name another folder with -o") from error


def _fill(aside: Path, files: Mapping[str, bytes]) -> None:
    aside.chmod(0o777 & ~_umask())
    for name, content in files.items():
        path = aside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _move(aside: Path, directory: Path, files: Mapping[str, bytes], last: tuple[str, ...]) -> None:
    if not directory.exists():
        aside.rename(directory)
        return
    for name in sorted(files, key=lambda each: last.index(each) if each in last else -1):
        # until those are there, the run is the one before
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (aside / name).replace(directory / name)


def _umask() -> int:
    """The process's file mode mask; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
