"""A folder of pages that is made anew where something changed: each page by a digest of what it is made of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from analyzer.aside import folder_aside, remove_left_over
from analyzer.errors import UsageError

MANIFEST = "site.json"
_FORMAT = 1


class Made(msgspec.Struct, frozen=True):
    """What lies in the folder: the digest of each page by its path, and texts that making it costs much."""

    autopath_site: int = _FORMAT
    pages: Mapping[str, str] = {}
    texts: Mapping[str, tuple[str, str]] = {}


class Page(msgspec.Struct, frozen=True):
    """A page, by its path below the folder: the digest of what it is made of, and how it is made."""

    path: str
    digest: str
    make: Callable[[], str]


class Written(msgspec.Struct, frozen=True):
    """How many pages there are, how many of them were made anew, and how many were removed."""

    pages: int
    made: int
    removed: int


def made_before(folder: Path) -> Made:
    """What was made in the folder; :class:`UsageError` where something else lies there, or it is of a newer program."""
    remove_left_over((folder,))
    try:
        found = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Made)
    except FileNotFoundError:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(
                f"{folder}: holds no site of autopath, but other files; name a new or empty folder"
            ) from None
        return Made()
    except (OSError, msgspec.DecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else error
        raise UsageError(
            f"{folder / MANIFEST}: can't be read ({cause}); name a new or empty folder, or remove what was made there"
        ) from error
    if found.autopath_site != _FORMAT:
        raise UsageError(f"{folder}: is of a newer autopath; use that one, or name another folder")
    return found


def write_pages(folder: Path, pages: Iterable[Page], before: Made, texts: Mapping[str, tuple[str, str]]) -> Written:
    """Make the pages whose digest is another than before, or that are gone, and remove those that are no more; each
    page is replaced whole, and the manifest last. :class:`UsageError` where the folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with folder_aside(folder, "site") as aside:
            return _written(folder, aside / "page", pages, before, texts)
    except OSError as error:
        raise UsageError(f"{folder}: can't be written ({error.strerror}); name another folder") from error


def _written(
    folder: Path, aside: Path, pages: Iterable[Page], before: Made, texts: Mapping[str, tuple[str, str]]
) -> Written:
    """:func:`write_pages`; each file is written `aside` first."""
    digests: dict[str, str] = {}
    made = 0
    if not (folder / MANIFEST).exists():  # so that the folder is known to be ours, wherever this ends
        _write(folder / MANIFEST, msgspec.json.encode(Made()), aside)
    there = _files(folder) if before.pages else set()
    for page in pages:
        if before.pages.get(page.path) != page.digest or page.path not in there:
            _write(folder / page.path, page.make().encode(), aside)
            made += 1
        digests[page.path] = page.digest
    gone = sorted((before.pages.keys() - digests.keys()) & there)  # what lies elsewhere is nobody's page
    for path in gone:
        _remove(folder, folder / path)
    _write(folder / MANIFEST, msgspec.json.encode(Made(pages=digests, texts=texts), order="sorted"), aside)
    return Written(len(digests), made, len(gone))


def _files(folder: Path) -> set[str]:
    """The paths of all files below the folder, from there: one look at each folder is faster than one at each file."""
    root = str(folder)
    return {
        f"{place[len(root) + 1 :]}/{name}".replace(os.sep, "/").lstrip("/")
        for place, _, names in os.walk(root)
        for name in names
    }


def _remove(folder: Path, path: Path) -> None:
    """Remove the file, and the folders below `folder` that are empty then."""
    path.unlink(missing_ok=True)
    for parent in path.parents:
        if parent == folder or any(parent.iterdir()):
            break
        parent.rmdir()


def _write(path: Path, content: bytes, aside: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside.write_bytes(content)
    aside.replace(path)
