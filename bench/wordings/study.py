"""One test in one voice, analysed with its captures and by its log alone, and held against the truth."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from analyzer.cli.analyze import exit_status
from analyzer.cli.table import print_verdict, print_warnings
from analyzer.ingest.logs.meaning.classify import UNCLASSIFIED
from analyzer.model.run import Run
from bench.wordings.oracle import held
from bench.wordings.told import CAPTURES, Told, analysed, tell
from tests.wordings.voice import Voice, every_voice

UNDECIDED = 4


class VoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one analysis: `required` episodes that its evidence shows, `missed` of them, and what is wrong."""

    voice: str
    nameless: bool
    opaque: bool
    test: str
    alone: bool
    required: int
    missed: int
    phantoms: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    """Episodes that the captures cover, and that are not told."""

    @property
    def faults(self) -> tuple[str, ...]:
        """All that must never be."""
        return (*self.phantoms, *self.wrong, *self.silent, *self.uncovered)


def rows_of(name: str, test: Told) -> Iterator[VoiceRow]:
    """The test in the voice of this name: with its captures, and its log alone where it says anything."""
    voice = every_voice()[name]
    with tempfile.TemporaryDirectory(prefix="wordings-") as folder:
        logs = tell(test, voice, Path(folder))
        paths = [Path(folder) / one.file for one in logs]
        captures = test.of(*CAPTURES)
        if captures:
            run = analysed([*(test.folder / one.file for one in captures), *paths], test.zone)
            yield _row(name, voice, test, run, alone=False)
        if logs:
            yield _row(name, voice, test, analysed(paths, test.zone), alone=True)


def _row(name: str, voice: Voice, test: Told, run: Run, *, alone: bool) -> VoiceRow:
    found = held(run, test.truth)
    wanted = test.by_log if alone else test.by_captures
    missing = tuple(f"{one.kind} of {one.host}" for one in wanted if one not in found.told)
    return VoiceRow(
        voice=name,
        nameless=voice.nameless,
        opaque=voice.opaque,
        test=test.name,
        alone=alone,
        required=len(wanted),
        missed=len(missing),
        phantoms=found.phantoms,
        wrong=found.wrong,
        silent=tuple(_silent(run, missing)) if alone else (),
        uncovered=() if alone else missing,
    )


def _silent(run: Run, missing: tuple[str, ...]) -> Iterator[str]:
    """What a run does not own up to, of which a log alone tells too little."""
    if not missing:
        return
    said, status = terminal(run), exit_status(run, strict=False)
    if status != UNDECIDED:
        yield f"{'; '.join(missing)}: exit status {status}"
    if "Nothing failed over" in said:
        yield "an all-clear"
    if "genesis.out, line" not in said and any(event.rule == UNCLASSIFIED for event in run.events):
        yield "no line named"


def terminal(run: Run) -> str:
    """All that a terminal shows of a run."""
    out = io.StringIO()
    print_warnings(run, out)
    print_verdict(run, Path("report.html"), out)
    return out.getvalue()
