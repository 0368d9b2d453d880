"""One analysis again, for the eye: what is true beside what is told."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.instant import SECOND
from analyzer.model.measurement import INSTANTS, KnownInstant
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from bench.accuracy.clocks import Dials
from bench.accuracy.compare import held_against, paired
from bench.accuracy.compare.sight import Sight
from bench.accuracy.design import healthy, matrix
from bench.accuracy.expected import Given, required
from bench.accuracy.replaying import analysing, simulating
from bench.accuracy.rows import Labels
from bench.accuracy.sequences import study as sequences
from bench.accuracy.sequences.sequence import drawn, lived
from bench.accuracy.sequences.study import PREFIX
from bench.accuracy.study import BY_MIX, given_to, numbered, run_of, simulated, written_to


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An analysis that can be done again: its evidence and truth, what of it is given, and how it is made by hand."""

    files: Mapping[str, bytes]
    truth: Truth
    given: Given
    log_timezone: str | None
    commands: tuple[str, ...]


def replayed(name: str, folder: Path | None = None) -> Iterator[str]:
    """Lines: what the study found wrong, then each episode, instant and clock. The evidence stays in `folder`."""
    case = _random(name) if name.startswith(f"{PREFIX}/") else _of_design(name)
    if case is None:
        sys.exit(f"bench.accuracy: no case {name}; docs/accuracy.md has their names")
    if folder is not None:
        yield from _replayed(case, folder)
        return
    with tempfile.TemporaryDirectory(prefix="accuracy-") as place:
        yield from _replayed(case, Path(place))


def _random(name: str) -> Case | None:
    _, seed, mix = name.split("/", 2)
    if not seed.isdigit() or mix not in BY_MIX:
        return None
    sequence = drawn(int(seed))
    story = lived(sequence)
    given = sequences.given_to(sequence, story, BY_MIX[mix])
    commands = ("; ".join(sequences.described(sequence, story)),)
    return Case(files=story.files, truth=story.truth, given=given, log_timezone=sequences.ZONE, commands=commands)


def _of_design(name: str) -> Case | None:
    found = next((case for case in numbered((*matrix(), *healthy())) if case[0] == name), None)
    if found is None:
        return None
    _, test, mix = found
    made = simulated(test)
    given = given_to(test, mix, made.truth)
    names = list(dict.fromkeys(one.file for one in given.files))
    commands = (simulating(test), analysing(names, test.log_timezone))
    return Case(files=made.files, truth=made.truth, given=given, log_timezone=test.log_timezone, commands=commands)


def _replayed(case: Case, folder: Path) -> Iterator[str]:
    written_to(folder, case.files)
    truth, given = case.truth, case.given
    run = run_of(folder, given.files, case.log_timezone)
    labels = Labels(case="", scenario="", shape="", impairment="", mix="")
    reading, row = held_against(truth, run, given, case.log_timezone, labels)
    yield from (*case.commands, "", *row.faults, "")
    dials = Dials(truth, case.log_timezone, given.device, reading)
    sight = Sight(truth, run, dials)
    reference = sight.reference
    due = required(truth, run, given, dials)
    start = sight.placed(min((one.instants.fault.least for one in truth.episodes), default=0))
    yield f"times are s since the first true fault, on the clock {reference}"
    for event in truth.events:
        if event.name != "check":
            told = ", ".join(f"{name} {value}" for name, value in event.detail.items())
            yield f"  {seconds(sight.placed(event.at) - start):>12} {event.name} by {event.by}: {told}"
    yield from _episodes(truth, run, sight, due, start)
    for clock in run.clocks:
        true = dials.clock(clock.clock)
        shown = ""
        if true is not None:
            shown = f", true {dials.reads(clock.clock, true.since) - dials.reads(reference, true.since)}"
        note = clock.note.sentence if clock.note else ""
        yield f"clock {clock.clock}: {clock.basis} [{clock.offset.least}, {clock.offset.most}]{shown} {note}"
    for finding in run.findings:
        yield f"finding {finding.code}: {finding.sentence}"


def _episodes(truth: Truth, run: Run, sight: Sight, due: list[TrueEpisode], start: int) -> Iterator[str]:
    pairs, left = paired(truth, run, sight)
    told = {id(true): measured for true, measured in pairs}
    for true in truth.episodes:
        needed = "must be told" if any(one is true for one in due) else "may be told"
        yield f"\nTRUE {true.kind} of {true.host}, {_paths(true)} ({needed})"
        measured = told.get(id(true))
        if measured is not None:
            yield _heading("TOLD", measured)
        known = {} if measured is None else _known(measured.episode.instants)
        for name in INSTANTS:
            at = true.instants.fault.least if name == "fault" else getattr(true.instants, name)
            real = "" if at is None else seconds(sight.placed(at) - start)
            yield f"  {name:10} {real:>12}  {_told(known.get(name), start)}"
    for measured in left:
        yield "\n" + _heading("NOT TRUE", measured)
        yield from (f"  doubt: {doubt.name}" for doubt in measured.episode.doubts)
        for other, instant in _known(measured.episode.instants).items():
            yield f"  {other:10} {'':>12}  {_told(instant, start)}"


def _heading(word: str, measured: MeasuredEpisode) -> str:
    one = measured.episode
    return f"{word} {one.kind} of {one.host}, {_paths(one)}, {one.confidence}, {measured.verdict}"


def _paths(one: TrueEpisode | Episode) -> str:
    """`via 192.168.1.28: local > remote > local`."""
    return f"via {one.gateway}: {one.before.kind} > {one.during.kind} > {one.after.kind}"


def _known(instants: tuple[object, ...]) -> dict[str, KnownInstant]:
    return {one.name: one for one in instants if isinstance(one, KnownInstant)}


def _told(one: KnownInstant | None, start: int) -> str:
    return "" if one is None else f"[{seconds(one.at.least - start)}, {seconds(one.at.most - start)}] {one.how.name}"


def seconds(ns: int) -> str:
    """`-12.345678` of ns."""
    return f"{'-' if ns < 0 else ''}{abs(ns) // SECOND}.{abs(ns) % SECOND // 1000:06d}"
