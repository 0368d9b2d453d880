"""What a given path is called in results: as it was given, but never by where it lies on this machine.

A relative path keeps its words. One that is absolute, or climbs by `..`, is called by its end: a file by its name, a
folder from its own name on. Parent parts are added as long as two folders would be called the same, and up to the
nearest part that tells whose logs these are (a CVM's address, a vm-support bundle's host): that part is evidence. A
URL is called by itself, without what may be secret in it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePath

import msgspec

from analyzer.ingest.files.remote import is_url, shown_url
from analyzer.model.source import Source

_Parts = tuple[str, ...]

_FORMAT = re.compile(
    r"(?<=.)(?:\.(?:pcap(?:ng)?|cap|out|log|txt|toml|csv|scan|gz|zstd?|xz|lz4|bz2|zip|tar|t(?:gz|xz|bz2|zst))){1,8}\Z",
    re.IGNORECASE,
)

_TELLS_THE_WRITER = re.compile(r"\d\.\d+\.\d+\.\d+|^esx-.+-\d{4}-\d\d-\d\d")


class _Given(msgspec.Struct, frozen=True):
    """A path as given; `folder` are the parts of the folder that it is or lies in, `file` what follows them."""

    text: str
    folder: _Parts
    file: _Parts

    @property
    def tells_where(self) -> bool:
        """Whether the text would tell where on this machine it lies."""
        path = PurePath(self.text)
        return path.is_absolute() or ".." in path.parts


def shown_names(paths: Sequence[str | os.PathLike[str]]) -> tuple[str, ...]:
    """What each of `paths` is called; two files of different folders never look as if they were of one."""
    texts = [os.fspath(path) for path in paths]
    names = iter(_shown_paths([text for text in texts if not is_url(text)]))
    return tuple(shown_url(text) if is_url(text) else next(names) for text in texts)


def _shown_paths(texts: Sequence[str]) -> tuple[str, ...]:
    given = [_given(text) for text in texts]
    taken = {_relative_folder(one): one.folder for one in given if not one.tells_where}
    lengths: dict[_Parts, int] = {}
    for one in given:
        if one.tells_where:
            lengths[one.folder] = max(_least(one), lengths.get(one.folder, 0))
    while grown := [folder for folder in _alike(lengths, taken) if lengths[folder] < len(folder)]:
        lengths |= {folder: lengths[folder] + 1 for folder in grown}
    return tuple(
        "/".join(_end(one.folder, lengths[one.folder]) + one.file) if one.tells_where else one.text for one in given
    )


def _given(text: str) -> _Given:
    parts = PurePath(os.path.abspath(text)).parts[1:]  # noqa: PTH100 - links are not followed: the user's words count
    return _Given(text, parts, ()) if Path(text).is_dir() else _Given(text, parts[:-1], parts[-1:])


def _relative_folder(given: _Given) -> _Parts:
    parts = PurePath(os.path.normpath(given.text)).parts
    return parts[: len(parts) - len(given.file)]


def _least(given: _Given) -> int:
    """With how many parts of its folder a path is called at least."""
    telling = (n for n, part in enumerate(reversed(given.folder), 1) if _TELLS_THE_WRITER.search(part))
    if given.file and _TELLS_THE_WRITER.search(given.file[0]):
        return 0
    return next(telling, 0 if given.file else 1)


def _alike(lengths: dict[_Parts, int], taken: dict[_Parts, _Parts]) -> list[_Parts]:
    """The folders that are called like another one."""
    called: dict[_Parts, set[_Parts]] = {name: {folder} for name, folder in taken.items()}
    for folder, length in lengths.items():
        called.setdefault(_end(folder, length), set()).add(folder)
    return [folder for folder, length in lengths.items() if len(called[_end(folder, length)]) > 1]


def _end(folder: _Parts, length: int) -> _Parts:
    return folder[len(folder) - length :]


def printable(name: str) -> str:
    """A file name as text that any encoding takes: what is not Unicode is shown as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in _unicode(name))


def _unicode(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def case_of(paths: Sequence[str | os.PathLike[str]], sources: Sequence[Source] = ()) -> str:
    """A run's name: that of the first path that gave evidence, without what only tells a file's format."""
    read = [source.name for source in sources if source.kind != "unrecognised"]
    giving = (path for path, shown in zip(paths, shown_names(paths), strict=True) if _holds(printable(shown), read))
    chosen = next(giving, paths[0])
    if is_url(os.fspath(chosen)):
        name = shown_url(os.fspath(chosen)).rstrip("/").rpartition("/")[2]
        return printable(_FORMAT.sub("", name)) or "run"
    first = Path(chosen)
    name = first.absolute().resolve().name
    return printable(name if first.is_dir() else _FORMAT.sub("", name)) or "run"


def _holds(shown: str, names: Sequence[str]) -> bool:
    """Whether one of the sources is the path that is called `shown`, or lies in it."""
    return any(name == shown or name.startswith((f"{shown.rstrip('/')}/", f"{shown}!/")) for name in names)
