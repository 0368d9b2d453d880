"""The runs of a batch in the history, by name: the order in which an import of their folders would store them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.cli.history.store import opened_store
from analyzer.errors import AutopathError, ConfigurationError, StoreError, UsageError

if TYPE_CHECKING:
    from analyzer.batch.values import Outcome, Task
    from analyzer.cli.project import Project
    from analyzer.history.opening import Store

Say = Callable[[str], None]


def store_for(named: str | None, tasks: Iterable[Task], project: Project) -> Store:
    """The store in which the tests are to be recorded, made where there is none.

    :class:`ConfigurationError` where nothing says of which cluster one is.
    """
    from analyzer.config import about_told

    for task in tasks:
        if not about_told(task.settings).cluster:
            raise ConfigurationError(
                f"--record: nothing says of which cluster test {task.name} is; give cluster = … in the manifest, "
                "--cluster NAME, or --no-record"
            )
    return opened_store(named, make=True, project=project)


def record_all(store: Store, outcomes: Iterable[Outcome], output: Path, say: Say) -> None:
    """Record the runs of all tests that have one; what is there already changes nothing. :class:`UsageError` where one
    can't be recorded, after the others are.
    """
    from analyzer.batch.values import Analysed
    from analyzer.history.recording import record
    from analyzer.report.words import counted

    became, failed = Counter[str](), 0
    for outcome in outcomes:
        if not isinstance(outcome, Analysed):
            continue
        try:
            became[record(store, _document(output / outcome.name / "run.json"), outcome.name).outcome] += 1
        except StoreError:
            raise
        except AutopathError as error:
            say(f"not recorded: {error}")
            failed += 1
    known = became.pop("known", 0)
    say(f"recorded: {counted(became.total(), 'run')}" + (f"; {known} were there already" if known else ""))
    if failed:
        raise UsageError(f"{counted(failed, 'run')} could not be recorded; all others are")


def _document(path: Path) -> bytes:
    from analyzer.store.reading import read_document

    return read_document(path)
