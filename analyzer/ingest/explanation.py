"""What was understood of a file, by line or by frame, and by which rule: for the eye, never the bulk path."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from functools import partial

import msgspec

from analyzer.config import Settings
from analyzer.errors import EvidenceError
from analyzer.ingest import capture, kinds, logs, marks
from analyzer.ingest.files.bundle import Closed, Leaf, leaves
from analyzer.ingest.reading import year_told
from analyzer.ingest.streams.stream import BLOCK
from analyzer.model.event import Detail, Event
from analyzer.model.instant import Instant
from analyzer.model.source import Reason, SourceKind
from analyzer.programs import ProgramError


class Explained(msgspec.Struct, frozen=True):
    """One line or frame: its text, its instant where it has one, the rule that took it, and what it means."""

    number: int
    text: str
    at: Instant | None
    rule: str
    details: tuple[Detail, ...]
    note: str = ""


class ExplainedFile(msgspec.Struct, frozen=True):
    """A file, what it was recognised as, and its lines or frames; `unread` says why there are none."""

    name: str
    kind: SourceKind
    rows: Iterator[Explained]
    unread: Reason | None = None


def explain(path: str | os.PathLike[str], settings: Settings) -> Iterator[ExplainedFile]:
    """The files in `path`, one after the other; the rows of one must be read before the next is asked for.

    Raises :class:`EvidenceError` when there is no such file, and as the readers of logs and marks do.
    """
    rules = logs.load_rules(settings.rules, settings.storage_address)
    for leaf in _readable(path, settings):
        head = leaf.plain.head()
        kind = kinds.recognise(head, leaf.name)
        if kind is None:
            yield ExplainedFile(leaf.name, "unrecognised", iter(()), kinds.what_instead(head))
        elif leaf.around.year == 0:
            yield ExplainedFile(leaf.name, "unrecognised", iter(()), Reason("no-year"))
        elif kind == "capture":
            yield ExplainedFile(leaf.name, kind, _frames(path, leaf, settings))
        elif kind == "marks":
            yield ExplainedFile(leaf.name, kind, _marks(leaf, settings))
        else:
            rows = logs.explain(leaf.plain.body, leaf.name, kind, settings, rules, leaf.around.host)
            yield ExplainedFile(leaf.name, kind, (_line(row) for row in rows))


def suggest_rule(path: str | os.PathLike[str], number: int, settings: Settings) -> str:
    """A rules file with a rule for line `number` of the log in `path`, for whoever knows what it means.

    Several logs in one text have each line once. Raises :class:`EvidenceError` when there is no log, when no record
    begins at this line, or one in several logs of a bundle.
    """
    rules = logs.load_rules(settings.rules, settings.storage_address)
    found = [
        logs.suggest_rule(leaf.plain.body, leaf.name, kind, number, settings, rules)
        for leaf in _readable(path, settings)
        if (kind := kinds.recognise(leaf.plain.head(), leaf.name)) is not None and kind not in ("capture", "marks")
    ]
    suggested = [one for one in found if one is not None]
    if not found or len(suggested) > 1:
        raise EvidenceError(f"{os.fspath(path)}: holds {len(found)} logs; name a single one to suggest a rule for it")
    if not suggested:
        raise EvidenceError(f"{os.fspath(path)}: no record of a log begins at line {number}; name one that has a stamp")
    return suggested[0]


class ExplainedFrame(msgspec.Struct, frozen=True):
    """One frame, as we see it and as Wireshark does; `unread` says why there is nothing of Wireshark's."""

    ours: Explained
    wireshark: tuple[str, ...]
    unread: str = ""


def explain_frame(path: str | os.PathLike[str], number: int, settings: Settings) -> ExplainedFrame:
    """Frame `number` (Wireshark's) of the one capture in `path`, beside Wireshark's own dissection.

    Raises :class:`EvidenceError` when there is no such frame or not exactly one capture.
    """
    names = [
        leaf.name for leaf in _readable(path, settings) if kinds.recognise(leaf.plain.head(), leaf.name) == "capture"
    ]
    if len(names) != 1:
        raise EvidenceError(f"{os.fspath(path)}: holds {len(names)} captures; name a single one to look at its frame")
    details = _details(path, names[0], settings)
    with _opened(path, names[0], settings) as leaf:
        frame = capture.read_frames(leaf.plain.body, leaf.name, {number}).get(number)
    if frame is None:
        raise EvidenceError(f"{names[0]}: has no frame {number}")
    ours = _frame(frame, details.get(number, ()))
    try:
        return ExplainedFrame(ours, _dissected(path, names[0], number, settings))
    except ProgramError as error:
        return ExplainedFrame(ours, (), str(error))


def _readable(path: str | os.PathLike[str], settings: Settings) -> Generator[Leaf, None, None]:
    """The files in `path`; what can't be read is an error here, as it is what was asked about."""
    for found in leaves([path], year=year_told(settings)):
        if isinstance(found, Leaf):
            yield found
        elif isinstance(found, Closed):
            raise EvidenceError(f"{found.typed}: {found.reason.sentence}")


@contextmanager
def _opened(path: str | os.PathLike[str], name: str, settings: Settings) -> Iterator[Leaf]:
    """The leaf of that name, opened anew: a stream is read once."""
    with closing(_readable(path, settings)) as found:
        leaf = next((leaf for leaf in found if leaf.name == name), None)
        if leaf is None:
            raise EvidenceError(f"{name}: is not there any more")
        yield leaf


def _line(row: logs.ExplainedLine) -> Explained:
    details = (row.detail,) if row.detail is not None else ()
    return Explained(row.number, row.text, row.at, row.rule, details, row.note)


def _marks(leaf: Leaf, settings: Settings) -> Iterator[Explained]:
    for event in marks.read_marks(leaf.plain.body, leaf.name, settings).events:
        yield Explained(event.origin.number, event.text or "", event.at, event.rule or "marks", (event.detail,))


def _frames(path: str | os.PathLike[str], leaf: Leaf, settings: Settings) -> Iterator[Explained]:
    details = _details(path, leaf.name, settings)
    for frame in capture.frames(leaf.plain.body, leaf.name):
        yield _frame(frame, details.get(frame.number, ()))


def _frame(frame: capture.Frame, details: tuple[Detail, ...]) -> Explained:
    from analyzer.ingest.capture.frame import summary

    at = None if frame.ts is None else Instant("capture", frame.ts, frame.ts + frame.resolution - 1)
    return Explained(frame.number, summary(frame), at, "", details)


def _details(path: str | os.PathLike[str], name: str, settings: Settings) -> dict[int, tuple[Detail, ...]]:
    """What each frame told, by its number (for a run of frames, its first)."""
    events: dict[int, list[Event]] = defaultdict(list)
    with _opened(path, name, settings) as leaf:
        for event in capture.scan(leaf.plain.body, name, settings).events:
            events[event.origin.number].append(event)
    return {number: tuple(event.detail for event in each) for number, each in events.items()}


def _dissected(path: str | os.PathLike[str], name: str, number: int, settings: Settings) -> tuple[str, ...]:
    """Wireshark's lines; it gets the plain bytes, as tshark can't open what is packed in a bundle."""
    from analyzer.ingest.capture.dissect import dissect

    with _opened(path, name, settings) as leaf:
        return dissect(iter(partial(leaf.plain.body.read, BLOCK), b""), name, number)
