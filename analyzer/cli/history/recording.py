"""A run that `analyze` made, recorded: what can go wrong is found before the analysis, as far as it can be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from analyzer.cli.history.store import opened_store
from analyzer.errors import AutopathError, UsageError

if TYPE_CHECKING:
    from analyzer.cli.project import Project
    from analyzer.config import Settings
    from analyzer.history.opening import Store
    from analyzer.history.values import Outcome, Stored
    from analyzer.model.over_time.looks import Look
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


class Recorded(NamedTuple):
    """What is to be said of a run that was recorded, the look at its cluster's history, and why it was not recorded, or
    not looked at: that is to be raised once the report is written.
    """

    said: tuple[str, ...]
    look: Look | None
    failed: AutopathError | None


NOT_RECORDED = Recorded((), None, None)


def recorded(store: Store, run: Run) -> Recorded:
    """Record the run, and look at the history of its cluster."""
    from analyzer.cli.history.looking import look_after
    from analyzer.history.recording import record
    from analyzer.report.over_time.looked import look_line, revised_words
    from analyzer.store import encode_run

    said: tuple[str, ...] = ()
    try:
        stored = record(store, encode_run(run), run.case)
        said = (said_of(stored),)
        look = look_after(store, stored.cluster, stored.test)
    except AutopathError as error:
        return Recorded(said, None, error)
    return Recorded((*said, look_line(look), *revised_words(look.lines)), look, None)


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
    others = ", ".join(key[:SHOWN] for key in stored.shares)
    shared = f"it has a capture or a log in common with {others}: where they are the same test, remove one of them"
    return "; ".join((said, *_of_cluster(stored), *([shared] if others else [])))


def _of_cluster(stored: Stored) -> Iterator[str]:
    """What is odd about the cluster: it is a pseudonym, or not the one that was given."""
    from analyzer.history.values import SHOWN

    if stored.redacted:
        if stored.said == stored.cluster:
            yield f"its names are replaced, so {stored.cluster} is a pseudonym (label it with cluster=NAME)"
    elif stored.said is not None and stored.said != stored.cluster:
        yield (
            f"cluster {stored.said}, as given, does not count: `autopath history label {stored.run[:SHOWN]} "
            f"cluster={stored.said}` changes it"
        )
