"""One analysis again, for the eye: what is true beside what is told."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.instant import SECOND
from analyzer.model.measurement import INSTANTS, KnownInstant
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from analyzer.report.told import doubt_words, how_words
from bench.accuracy.clocks import Dials
from bench.accuracy.compare import paired
from bench.accuracy.compare.spans import Sight
from bench.accuracy.design import Mix, Test
from bench.accuracy.expected import required
from bench.accuracy.replaying import analysing, simulating
from bench.accuracy.study import given_to, row_of, run_of, written


def replayed(test: Test, mix: Mix) -> Iterator[str]:
    """Lines: the faults that the study found, then each episode, instant and clock."""
    with tempfile.TemporaryDirectory(prefix="accuracy-") as folder:
        truth = written(test, Path(folder))
        row = row_of(test, mix, truth, Path(folder))
        given = given_to(test, mix, truth)
        names = list(dict.fromkeys(one.file for one in given.files))
        yield from (simulating(test), analysing(names, test.log_timezone), "", *row.faults, "")
        run = run_of(Path(folder), given.files, test.log_timezone)
    dials = Dials(truth, test.log_timezone, given.device)
    sight = Sight(truth, run, dials)
    reference = sight.reference
    due = required(truth, run, given, dials)
    start = sight.placed(min((one.instants.fault.least for one in truth.episodes), default=0))
    yield f"times are s since the first true fault, on the clock {reference}"
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
        yield from (f"  doubt: {doubt_words(doubt)}" for doubt in measured.episode.doubts)
        for other, instant in _known(measured.episode.instants).items():
            yield f"  {other:10} {'':>12}  {_told(instant, start)}"


def _heading(word: str, measured: MeasuredEpisode) -> str:
    one = measured.episode
    return f"{word} {one.kind} of {one.host}, {_paths(one)}, {one.confidence}, {measured.judgement.verdict}"


def _paths(one: TrueEpisode | Episode) -> str:
    """`via 192.168.1.28: local > remote > local`."""
    return f"via {one.gateway}: {one.before.kind} > {one.during.kind} > {one.after.kind}"


def _known(instants: tuple[object, ...]) -> dict[str, KnownInstant]:
    return {one.name: one for one in instants if isinstance(one, KnownInstant)}


def _told(one: KnownInstant | None, start: int) -> str:
    return (
        "" if one is None else f"[{seconds(one.at.least - start)}, {seconds(one.at.most - start)}] {how_words(one.how)}"
    )


def seconds(ns: int) -> str:
    """`-12.345678` of ns."""
    return f"{'-' if ns < 0 else ''}{abs(ns) // SECOND}.{abs(ns) % SECOND // 1000:06d}"
