"""A run that `analyze` made, recorded: what can go wrong is found before the analysis, as far as it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.cli.history.store import opened_store
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.cli.project import Project
    from analyzer.config import Settings
    from analyzer.history.opening import Store
    from analyzer.history.values import Outcome, Stored
    from analyzer.model.run import Run


def store_for(named: str | None, settings: Settings, project: Project) -> Store:
    """The store in which a run with these settings is to be recorded, made where there is none.

    :class:`~analyzer.errors.UsageError` where its inputs get no digests, nothing says of which cluster it is, or the
    store can't be used.
    """
    from analyzer.config import about_told

    if settings.hash == "none":
        raise UsageError("--record: with --hash none no input is known again; leave that out, or give --no-record")
    if not about_told(settings).cluster:
        raise UsageError(
            "--record: nothing says of which cluster this test is; give --cluster NAME (or cluster = … in the "
            "inventory), or --no-record"
        )
    return opened_store(named, make=True, project=project)


def recorded(store: Store, run: Run) -> str:
    """Record the run, and say what became of it in a line; raises what :func:`~analyzer.history.recording.record`
    does.
    """
    from analyzer.history.recording import record
    from analyzer.store import encode_run

    return said_of(record(store, encode_run(run), run.case))


def said_of(stored: Stored) -> str:
    """What became of a run that was stored, in a line."""
    from analyzer.history.values import SHOWN
    from analyzer.report.words import counted

    words: dict[Outcome, str] = {
        "new-test": "recorded as run {run}: cluster {cluster} has {tests} now",
        "newer-run": "recorded as run {run}, which counts now for a test of cluster {cluster} that was there",
        "older-run": "recorded as run {run}; of this test of cluster {cluster} a newer analysis counts",
        "mended": "its damaged document was replaced: run {run} of cluster {cluster}",
        "known": "was there already, as run {run} of cluster {cluster}: nothing is changed",
    }
    said = words[stored.outcome].format(
        run=stored.run[:SHOWN], cluster=stored.cluster, tests=counted(stored.tests, "test")
    )
    if not stored.shares:
        return said
    others = ", ".join(key[:SHOWN] for key in stored.shares)
    return f"{said}; it has an input in common with {others}: where they are the same test, remove one of them"
