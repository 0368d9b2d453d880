"""What a run is written as, and where: files are made aside, then moved into place, so that none is half-written."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from analyzer.errors import UsageError
from analyzer.report.forms.catalogue import DEFAULT, FORMS, Form, chosen

if TYPE_CHECKING:
    from analyzer.model.run import Run
    from analyzer.model.source import Source

REPORTS = Path("reports")
_BUNDLE = f"{__name__}.bundle"
_Command = TypeVar("_Command", bound=Callable[..., object])
_WRITING = (
    click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Report folder.  [reports/CASE]"
    ),
    click.option(
        "--write",
        "forms",
        multiple=True,
        metavar="FORM",
        help=f"What to write: {', '.join(form.name for form in FORMS)}; several with commas.  [{','.join(DEFAULT)}]",
    ),
    click.option(
        "--bundle",
        is_flag=True,
        expose_value=False,
        callback=lambda context, _, value: context.meta.update({_BUNDLE: value}),
        help="Write bundle.zip too: what there is to attach, in one file.",
    ),
)


def writing(command: _Command) -> _Command:
    """Give a command the options that say what a run is written as, and where."""
    for option in reversed(_WRITING):
        command = option(command)
    return command


def asked(forms: Sequence[str]) -> tuple[Form, ...]:
    """The forms that the options of the command ask for; :class:`UsageError` as :func:`chosen` raises it."""
    bundle = ("bundle",) if click.get_current_context().meta.get(_BUNDLE) else ()
    return chosen((*(forms or DEFAULT), *bundle))


def directory_for(case: str) -> Path:
    """`reports/<case>` under the current folder; what a folder's name had better not hold becomes `_`."""
    return REPORTS / (re.sub(r"[^\w.+@-]", "_", case).strip(".") or "case")


def free_directory(case: str, sources: Iterable[Source]) -> Path:
    """:func:`directory_for`, or with `-2`, `-3` … behind it where the report of other evidence lies already."""
    first, mine = directory_for(case), _evidence(sources)
    further = (first.with_name(f"{first.name}-{number}") for number in count(2))
    reports = ((directory, directory / "run.json") for directory in chain((first,), further))
    return next(directory for directory, report in reports if not report.exists() or _reported(report) == mine)


def own_directory(run: Run, *, quiet: bool) -> Path:
    """:func:`free_directory` of the run; unless `quiet`, it is told where that is not the first."""
    directory = free_directory(run.case, run.sources)
    if directory != (taken := directory_for(run.case)) and not quiet:
        click.echo(f"{taken} holds the report of other evidence: this one is written to {directory}", err=True)
    return directory


def _evidence(sources: Iterable[Source]) -> frozenset[str]:
    """What was analysed: the files' digests, or their names where none were taken."""
    return frozenset(source.digest or source.name for source in sources if source.kind != "unrecognised")


def _reported(report: Path) -> frozenset[str] | None:
    """What the run.json of an earlier run analysed; None when it can't be read, so that it is left alone."""
    import msgspec

    from analyzer.model.source import Source

    try:
        run = msgspec.json.decode(report.read_bytes(), type=dict[str, msgspec.Raw])
        return _evidence(msgspec.json.decode(run["sources"], type=tuple[Source, ...]))
    except (OSError, msgspec.DecodeError, KeyError):
        return None


def write(directory: Path, files: Mapping[str, bytes]) -> None:
    """Put `files` (name and content) into `directory`, which is made when it isn't there.

    They are written to a sibling folder and renamed: a new directory appears whole; in one that is there, each file is
    replaced whole, and others stay as they are. :class:`UsageError` when the place can't be written.
    """
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", suffix=".partial", dir=directory.parent))
        try:
            _fill(aside, files)
            _move(aside, directory, files)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise UsageError(f"{directory}: can't be written ({error.strerror}); name another folder with -o") from error


def _fill(aside: Path, files: Mapping[str, bytes]) -> None:
    aside.chmod(0o777 & ~_umask())
    for name, content in files.items():
        path = aside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _move(aside: Path, directory: Path, files: Mapping[str, bytes]) -> None:
    if not directory.exists():
        aside.rename(directory)
        return
    for name in files:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (aside / name).replace(directory / name)


def _umask() -> int:
    """The process's file mode mask; it can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
