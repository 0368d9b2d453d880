"""What a run is written as, and where: files are made aside, then moved into place, so that none is half-written."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeVar

import click

from analyzer.aside import alone_in, write
from analyzer.cli.folders.held import (
    NAMES,
    RUN,
    STYLESHEET,
    carries,
    evidence_of,
    left_over,
    not_ours,
    remove,
    runs_held,
)
from analyzer.cli.folders.vouching import vouching, vouching_names
from analyzer.errors import UsageError, place_of_fault
from analyzer.report.forms.catalogue import DEFAULT, FORMS, Form, chosen

if TYPE_CHECKING:
    from analyzer.model.evidence import CapturedFrames
    from analyzer.model.over_time.looks import Look
    from analyzer.model.run import Run

REPORTS = Path("reports")
Say = Callable[[str], None]
"""How a line is said on stderr, where a person wants to hear."""
_Command = TypeVar("_Command", bound=Callable[..., object])


class NamedPath(click.Path):
    """A path to write to. An empty one is a variable of a script that was not set, and not the current folder."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """The path; a usage error for an empty one."""
        if not os.fspath(value):
            self.fail("is empty: name a place, or . for the current folder", param, ctx)
        return super().convert(value, param, ctx)


_WRITING = (
    click.option("-o", "--output", type=NamedPath(), metavar="DIR", help="Report folder.  [reports/CASE]"),
    click.option("--force", is_flag=True, help="Replace the run of another test in DIR, or what is no report."),
    click.option("--redact", is_flag=True, help="Replace names, addresses and MACs, the same everywhere."),
    click.option(
        "--redact-key",
        type=NamedPath(),
        metavar="FILE",
        help="Redact by the key in FILE, which maps back; it is made where there is none. Keep it to yourself.",
    ),
    click.option(
        "--write",
        "forms",
        multiple=True,
        metavar="FORM",
        help=f"What to write: {', '.join(form.name for form in FORMS)}; several with commas.  [{','.join(DEFAULT)}]",
    ),
    click.option("--split", is_flag=True, help="Put the page's stylesheet beside it, as Jenkins' policy wants it."),
    click.option("--interactive", is_flag=True, help="Put a script into the page: zoom, filters, copying."),
    click.option("--manifest", is_flag=True, help="Write manifest.json too: digests, versions, settings, the time."),
    click.option(
        "--sign",
        type=NamedPath(),
        metavar="KEY",
        help="Sign the manifest, which is written too, with an SSH key: manifest.json.sig.",
    ),
    click.option(
        "--bundle",
        is_flag=True,
        help="Write bundle.zip too: what there is to attach, in one file. It has whole frames and their payload: that "
        "may be what clients read and wrote; with --redact, only their headers.",
    ),
)


class Writing(TypedDict):
    """What the options above give."""

    output: Path | None
    force: bool
    redact: bool
    redact_key: Path | None
    forms: tuple[str, ...]
    split: bool
    interactive: bool
    bundle: bool
    manifest: bool
    sign: Path | None


def writing(command: _Command) -> _Command:
    """Give a command the options that say what a run is written as, and where."""
    for option in reversed(_WRITING):
        command = option(command)
    return command


def asked(given: Writing) -> tuple[Form, ...]:
    """The forms that the options ask for; :class:`UsageError` as :func:`chosen` raises it, or for what is to be done to
    a page that is not asked for.
    """
    forms = chosen((*(given["forms"] or DEFAULT), *(("bundle",) if given["bundle"] else ())))
    for option in ("split", "interactive"):
        if given[option] and not any(form.name == "html" for form in forms):
            raise UsageError(f"--{option}: no page is to be written; add html to --write")
    return forms


def directory_for(case: str) -> Path:
    """`reports/<case>` under the current folder; what a folder's name had better not hold becomes `_`."""
    return REPORTS / (re.sub(r"[^\w.+@-]", "_", case).strip(".") or "case")


def free_directory(case: str, run: Run, written: Collection[str] = ()) -> Path:
    """:func:`directory_for`, or with `-2`, `-3` … behind it where the report of other evidence lies already, one with
    its names where this one is redacted (or the other way round), or a file that is no report.
    """
    first = directory_for(case)
    further = (first.with_name(f"{first.name}-{number}") for number in count(2))
    return next(directory for directory in chain((first,), further) if not _in_the_way(directory, run, written))


def other_run_in(directory: Path, run: Run) -> str:
    """Whose run `directory` holds, where that is another case's, of other evidence, with names where this one has none
    (or the other way round), or in a run.json that is none of ours; empty where nothing is lost by writing there.
    """
    mine, redacted = evidence_of(run.sources), is_redacted(run)
    held = next((one for one in runs_held(directory) if (one.case, one[1:]) != (run.case, (mine, redacted))), None)
    if held is None:
        return ""
    if held.evidence is None:
        return f"a {RUN} that can't be read"
    if held.case != run.case:
        return f"the run of another case ({held.case})"
    if held.evidence != mine:
        return "the run of other evidence"
    return "this run redacted" if held.redacted else "this run with its names"


@contextmanager
def alone(output: Path | None) -> Iterator[None]:
    """No other run is put beside the folder that was named, or among the program's own, from when that is looked into
    until all is written; :class:`UsageError` where another one takes too long, or the place can't be made.
    """
    try:
        beside = REPORTS if output is None else Path(os.path.realpath(output)).parent
        beside.mkdir(parents=True, exist_ok=True)
    except OSError as error:  # the current folder may be gone, too
        raise UsageError(f"{output or REPORTS}: can't be written ({error.strerror}); name another with -o") from error
    with alone_in(beside):
        yield


def place_of(run: Run, given: Writing, say: Say) -> Path:
    """The folder that was named, or one of the run's own; :class:`UsageError` where what lies there may be all that is
    left of another test, or is no report, unless --force is given.
    """
    output, written = given["output"], _names(given)
    if output is None:
        return _own_directory(run, written, say)
    if given["force"]:
        return output
    if held := other_run_in(output, run):
        raise UsageError(f"{output}: holds {held}; name another folder with -o, or replace it with --force")
    if name := not_ours(output, written):
        raise UsageError(
            f"{output}: {name} is no report of autopath, or damaged; name another folder with -o, or use --force"
        )
    return output


def _names(given: Writing) -> frozenset[str]:
    """What the files that are asked for are called."""
    further = (*((STYLESHEET,) * given["split"]), *vouching_names(manifest=given["manifest"], sign=given["sign"]))
    return frozenset((*(name for form in asked(given) for name in form.files), *further))


def _own_directory(run: Run, written: Collection[str], say: Say) -> Path:
    """:func:`free_directory` of the run; it is said where that is not the first."""
    directory = free_directory(run.case, run, written)
    if directory != (taken := directory_for(run.case)):
        say(f"{taken} holds the report of other evidence: this one is written to {directory}")
    return directory


def is_redacted(run: Run) -> bool:
    """Whether names and addresses of the run are replaced."""
    return isinstance(run.settings.redacted, int)


def _in_the_way(directory: Path, run: Run, written: Collection[str]) -> bool:
    mine, redacted = evidence_of(run.sources), is_redacted(run)
    others = any(not held.is_of(mine, redacted=redacted) for held in runs_held(directory))
    return others or bool(not_ours(directory, written))


def write_run(directory: Path, files: Mapping[str, bytes], run: Run, say: Say) -> None:
    """:func:`write` the files of a run; then what lies there of another one, or of an older document of this one, is
    removed, which is said. A folder that held a run holds one afterwards: its run.json is written too, where nothing
    else would carry it.
    """
    from analyzer.store import encode_run

    document = files.get(RUN) or encode_run(run)
    old = left_over(directory, document, files) if directory.exists() else ()
    write(directory, files)
    if not old:
        return
    if not carries(directory, files) and carries(directory, old):
        write(directory, {RUN: document})
        old = tuple(name for name in old if name != RUN)
        say(f"{directory / RUN} is written too: nothing else there would carry the run")
    try:
        remove(directory, old)
    except OSError as error:
        raise UsageError(
            f"{directory}: {', '.join(old)} of an earlier run can't be removed ({error.strerror}); remove them"
        ) from error
    if old:
        say(f"removed from {directory}, as not of this run: {', '.join(old)}")


def write_forms(
    directory: Path,
    run: Run,
    forms: Iterable[Form],
    frames: CapturedFrames | None,
    given: Writing,
    say: Say,
    look: Look | None = None,
) -> tuple[str, ...]:
    """:func:`write_run` a run in these forms, with what a look at its cluster's history says; the files' names.

    A form that can't be written leaves the others: what another program has to do with is said, a fault of ours is
    raised when the others are written. :class:`UsageError` where no form is left.
    """
    from analyzer import pipeline
    from analyzer.report import words

    ours: list[Exception] = []

    def lost(form: Form, error: Exception) -> None:
        if form.packages:
            why = words.visible(f"{place_of_fault(error)}: {error}")
            click.echo(f"autopath: {', '.join(form.files)} can't be written ({why})", err=True)  # with --quiet too
        else:
            ours.append(error)

    files = pipeline.documents(
        run, forms, frames, split=given["split"], interactive=given["interactive"], look=look, lost=lost
    )
    if files and (given["manifest"] or given["sign"]):
        files |= vouching(run, files, given["sign"])
    if files:
        write_run(directory, files, run, say)
    if ours:
        raise ours[0]
    if not files:
        raise UsageError("nothing could be written in the forms that are asked for; name others with --write")
    return tuple(files)


def write_unjudged(run: Run, given: Writing, say: Say) -> None:
    """Write a run that a fault of the program left without a judgement, beside where a judged one would be: a report
    that is there stays.
    """
    from analyzer import pipeline
    from analyzer.cli.redaction import as_asked

    run, _ = as_asked(run, None, given, say)
    place = directory_for(run.case) if given["output"] is None else Path(os.path.realpath(given["output"]))
    directory = place.with_name(f"{place.name}-unjudged")
    with alone(directory):
        if not given["force"] and (other_run_in(directory, run) or not_ours(directory, NAMES)):
            return
        write_run(directory, pipeline.documents(run), run, say)
    say(f"what was read is in {directory}, and nothing of it is judged")
