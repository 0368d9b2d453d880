"""The tests of a file or a folder, each once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.model.over_time.compared_test import ComparedTest
    from analyzer.model.run import Run


REPORTS = ("report.html", "report.pdf")
ENDINGS = frozenset(Path(name).suffix for name in REPORTS)


def tests_in(place: Path) -> tuple[ComparedTest, ...]:
    """The test of the run that is there, or those of all runs in the folder, the earliest first: each once, by the
    analysis that counts where there are several.
    """
    from analyzer.store.folder import runs_in
    from analyzer.store.reading import IN_FOLDERS, read_run

    if not place.is_dir() or any((place / name).is_file() for name in IN_FOLDERS):
        return (_test(str(place), read_run(place), place),)
    found = runs_in(place)
    for sentence in found.unread:
        click.echo(f"not compared: {sentence}", err=True)
    if not found.runs:
        raise UsageError(f"{place}: holds no run; make some with `autopath analyze`")
    tests = [_test(name, run, place / name) for name, run in _once(found.runs)]
    return tuple(sorted(tests, key=lambda one: (one.time is not None, one.time or 0)))


def _test(name: str, run: Run, path: Path) -> ComparedTest:
    """The test of a run at a path; without digests it is known again by what was found."""
    from hashlib import sha256

    from analyzer.compare.runs.documents import compared_test
    from analyzer.history.identity import evidence_of
    from analyzer.store import encode_run

    evidence = evidence_of(run) or tuple(sorted(one.digest for one in run.sources if one.digest))
    return compared_test(run, name, evidence or (sha256(encode_run(run)).hexdigest(),), _report_at(path))


def _report_at(path: Path) -> str:
    """The report of a run that lies there: in its folder, beside its document, or the file itself."""
    folder = path if path.is_dir() else path.parent
    beside = [folder / name for name in REPORTS] if path.is_dir() or path.suffix == ".json" else [path]
    return next((str(file) for file in beside if file.suffix in ENDINGS and file.is_file()), "")


def _once(runs: Iterable[tuple[str, Run]]) -> Iterable[tuple[str, Run]]:
    """The runs, of those with the same inputs the newest program's, and of these the last."""
    from analyzer.history.index.rows import version_order

    counts: dict[object, tuple[str, Run]] = {}
    for name, run in runs:
        digests = frozenset(source.digest for source in run.sources if source.digest)
        key = digests or name
        before = counts.get(key)
        if before is None:
            counts[key] = (name, run)
            continue
        newer = version_order(run.autopath_version) >= version_order(before[1].autopath_version)
        counts[key] = (name, run) if newer else before
        click.echo(
            f"not compared: {before[0] if newer else name}: another analysis of the same inputs counts", err=True
        )
    return counts.values()
