"""What makes two analyses the same test, and the same run: keys that any store gives them, from their document alone.

A test is its inputs: the digests of all that was read as evidence, whatever the files are called and wherever they lie.
A run is a test, the program's version, what it was told, and the figures and verdicts that it found. What it found is
in it because not all that an analysis is told stands in its document by name (an inventory, the content of rules), so
that no other answer is taken for a known one; the same program, told the same, finds the same. What people call a run,
and the names of files, are not in it.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

from analyzer.errors import UsageError
from analyzer.model.measurement import KnownMeasurement, Measurement
from analyzer.model.over_time.conditions import conditions_of
from analyzer.model.run import Run, recordable

_UNREAD = "unrecognised"


def inputs_of(run: Run, name: str) -> tuple[tuple[str, str], ...]:
    """(digest, name) of each input, by digest, each once; :class:`~analyzer.errors.UsageError` where one has no digest,
    as `name` (the run's) could not be known again, or where there is none.
    """
    read = [source for source in run.sources if source.kind != _UNREAD]
    digests = {source.digest: source.name for source in reversed(read) if source.digest}
    if not recordable(run) or not all(source.digest for source in read):
        raise UsageError(
            f"{name}: its inputs have no digests, so they can't be known again: analyze without --hash none"
        )
    if not digests:
        raise UsageError(f"{name}: was made from no evidence that was read, so it is no test")
    return tuple(sorted(digests.items()))


def evidence_of(run: Run) -> tuple[str, ...]:
    """The digests of the inputs that are of this test alone: its captures, and whatever has an event of it. Others,
    such as the file that says which release a machine runs, may be alike in many tests.
    """
    eventful = {one.origin.source for one in run.events}
    own = (one for one in run.sources if (one.kind == "capture" and one.records) or one.name in eventful)
    return tuple(sorted({one.digest for one in own if one.digest}))


def key_of_test(inputs: tuple[tuple[str, str], ...]) -> str:
    """The key of the test that has these inputs."""
    return _digest([digest for digest, _ in inputs])


def key_of_run(run: Run, test: str) -> str:
    """The key of a run of the test."""
    told = run.settings
    stamps = [told.log_timezone, told.log_year if isinstance(told.log_year, int) else None]
    redacted = isinstance(told.redacted, int)
    return _digest([test, msgspec.to_builtins(conditions_of(run)), stamps, redacted, _found(run)])


def _found(run: Run) -> list[object]:
    """The verdicts, and each episode's figures."""
    episodes = [
        [one.episode.kind, one.verdict, *(_figure(each) for each in (*one.stages, *one.measurements))]
        for one in run.episodes
    ]
    return [run.acceptable, run.verdict, episodes]


def _figure(measured: Measurement) -> list[object]:
    if isinstance(measured, KnownMeasurement):
        return [measured.metric, measured.span.least, measured.span.most]
    return [measured.metric, measured.absence]


def _digest(value: object) -> str:
    return sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
