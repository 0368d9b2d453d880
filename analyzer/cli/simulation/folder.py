"""The folder of a simulation: new, empty, or one that a simulation wrote, whose files make room for the new ones.

Two tests in one folder would be analysed as one, so any other file there is refused.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzer.aside import folder_aside
from analyzer.errors import AutopathError, UsageError

TRUTH = "truth.json"


@contextmanager
def filled(folder: Path) -> Iterator[Path]:
    """A folder to write into, beside `folder`: its files are put there when all went well, and nothing is otherwise.

    Raises :class:`UsageError` when `folder` holds files that no simulation wrote, or can't be written.
    """
    former = _former(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder_aside(folder.parent, folder.name) as place:
            aside = Path(place, "made")  # by mkdir, so that its mode is what the user's folders have
            aside.mkdir()
            yield aside
            _clear(folder, former)
            _move(aside, folder)
    except OSError as error:
        raise UsageError(f"{folder}: can't be written ({error.strerror}); name another folder with -o") from error


def _former(folder: Path) -> frozenset[str]:
    """The files that a simulation wrote into the folder."""
    if not folder.exists():
        return frozenset()
    if not folder.is_dir():
        raise UsageError(f"{folder}: is a file; name a folder with -o")
    written = _written(folder / TRUTH)
    there = frozenset(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())
    if others := there - written:
        raise UsageError(
            f"{folder}: holds {min(others)}, which no simulation wrote, and what is in one folder is taken for one "
            "test; name another folder with -o"
        )
    return there  # and nothing else that the truth names: a truth can come from anybody


def _written(truth: Path) -> frozenset[str]:
    """What a simulation's truth names, and that file itself; nothing when it is another's."""
    from analyzer.store import decode_truth

    try:
        written = decode_truth(truth.read_bytes(), str(truth))
    except (OSError, AutopathError):
        return frozenset()
    return (
        frozenset((TRUTH, *(one.file for one in written.evidence))) if written.made_by == "simulator" else frozenset()
    )


def _clear(folder: Path, names: frozenset[str]) -> None:
    """Remove these files, the truth first, and the folders that they leave empty."""
    for name in sorted(names, key=lambda name: name != TRUTH):
        (folder / name).unlink(missing_ok=True)
    for parent in {(folder / name).parent for name in names} - {folder}:
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()


def _move(aside: Path, folder: Path) -> None:
    """Put what was made in its place, the truth last."""
    if not folder.exists():
        aside.rename(folder)
        return
    for path in sorted(aside.iterdir(), key=lambda path: path.name == TRUTH):
        if (folder / path.name).is_dir():
            shutil.rmtree(folder / path.name)  # it holds no file
        path.rename(folder / path.name)
