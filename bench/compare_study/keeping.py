"""What parts of a study found, kept in a folder, so that one that was broken off goes on where it was.

Nothing there knows of the program that is studied: a folder is for one study of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

Found = TypeVar("Found")


class Keeping:
    """A folder of what was found, or none; `done` is told the name of each part when it is over."""

    def __init__(self, folder: Path | None = None, done: Callable[[str], None] = lambda _: None) -> None:
        self._folder, self._done = folder, done

    def found(self, name: str, kind: type[Found], find: Callable[[], Found]) -> Found:
        """What the part of this name found, which is of this type: what is kept of it, else found now and kept."""
        place = self._folder and self._folder / f"{name.replace(' ', '-')}.json"
        if place is not None and place.is_file():
            return msgspec.json.decode(place.read_bytes(), type=kind)
        found = find()
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = place.with_suffix(".part")
            beside.write_bytes(msgspec.json.encode(found))
            beside.replace(place)
        self._done(name)
        return found
