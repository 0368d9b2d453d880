"""What happened in the lab, noted by each of its processes in one file: a JSON document a line, ns since the epoch."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from analyzer.model.truth import TrueEvent


class Journal:
    """Appends events; a line is one write, so that processes can share the file."""

    def __init__(self, path: Path, by: str) -> None:
        self.path, self.by = path, by

    def note(self, name: str, at: int | None = None, **detail: object) -> int:
        """Note an event of now or of `at` (ns); that instant."""
        at = time.time_ns() if at is None else at
        event = TrueEvent(at=at, name=name, by=self.by, detail={key: str(value) for key, value in detail.items()})
        with self.path.open("ab", buffering=0) as file:
            file.write(msgspec.json.encode(event) + b"\n")
        return at

    def events(self) -> tuple[TrueEvent, ...]:
        """All that was noted, in order of time."""
        if not self.path.exists():
            return ()
        lines = self.path.read_bytes().splitlines()
        return tuple(sorted((msgspec.json.decode(line, type=TrueEvent) for line in lines), key=lambda one: one.at))


def first(events: tuple[TrueEvent, ...], *names: str, since: int = 0, **detail: str) -> TrueEvent | None:
    """The first event of one of these names from `since` (ns) on whose detail says all of `detail`, or None."""
    wanted = detail.items()
    return next((e for e in events if e.name in names and e.at >= since and wanted <= e.detail.items()), None)
