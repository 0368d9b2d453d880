"""The text of what proves a claim: the log line as it stands, or a frame's one-line summary."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from analyzer.errors import EvidenceError
from analyzer.ingest.files.bundle import BUNDLE, Leaf, leaves_again, raise_where_changed
from analyzer.model.episode import Evident
from analyzer.model.evidence import Evidence, FramePlaces
from analyzer.model.instant import NO_TIME, Instant
from analyzer.model.source import Origin

if TYPE_CHECKING:
    from analyzer.ingest.capture import Frame


def exhibits(
    paths: Sequence[str | os.PathLike[str]], evidence: Evidence, origins: Iterable[Origin]
) -> tuple[Evident, ...]:
    """One text for each origin, in order. Captures are read again, near the frames that are wanted."""
    wanted = sorted(set(origins))
    found = {
        event.origin: _of_event(event.origin, event.text, event.at, event.rule)
        for event in evidence.events
        if event.text
    }
    captures = {source.name: source.clock for source in evidence.sources if source.kind == "capture"}
    frames: dict[str, set[int]] = {}
    for origin in wanted:
        if origin.source in captures:
            frames.setdefault(origin.source, set()).add(origin.number)
    if frames:
        found |= _frames(paths, frames, captures, {one.source: one for one in evidence.places})
    return tuple(found[origin] for origin in wanted if origin in found)


def _of_event(origin: Origin, text: str | None, at: Instant, rule: str | None) -> Evident:
    return Evident(origin, at, text or "", rule)


def _frames(
    paths: Sequence[str | os.PathLike[str]],
    frames: dict[str, set[int]],
    clocks: dict[str, str],
    places: dict[str, FramePlaces],
) -> dict[Origin, Evident]:
    from analyzer.ingest.capture import read_frames, summary

    found: dict[Origin, Evident] = {}
    left = set(frames)
    for leaf in leaves_again(paths):
        of_it = {name for name in left if name == leaf.name or name.startswith(f"{leaf.name}{BUNDLE}")}
        if isinstance(leaf, Leaf) and leaf.name in left:
            with suppress(EvidenceError):  # it is no capture any more
                for frame in read_frames(leaf.plain.body, leaf.name, frames[leaf.name], places.get(leaf.name)).values():
                    origin = Origin(leaf.name, frame.number)
                    found[origin] = Evident(origin, _at(frame, clocks[leaf.name]), summary(frame))
            left.discard(leaf.name)
        if of_it:  # else nothing of it is shown, and what it lacks was told when it was read
            raise_where_changed(leaf)
        if not left:
            break
    return found


def _at(frame: Frame, clock: str) -> Instant:
    return NO_TIME if frame.ts is None else Instant(clock, frame.ts, frame.ts + frame.resolution - 1)
