"""What a run is written as, and where: files are made aside, then moved into place, so that none is half-written."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypedDict, TypeVar

import click

from analyzer.errors import UsageError
from analyzer.report.forms.catalogue import DEFAULT, FORMS, Form, chosen

if TYPE_CHECKING:
    from analyzer.model.run import Run
    from analyzer.model.source import Source

REPORTS, RUN = Path("reports"), "run.json"
Say = Callable[[str], None]
"""How a line is said on stderr, where a person wants to hear."""
_Command = TypeVar("_Command", bound=Callable[..., object])
_WRITING = (
    click.option(
        "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Report folder.  [reports/CASE]"
    ),
    click.option("--force", is_flag=True, help="Replace the run of another test in DIR."),
    click.option("--redact", is_flag=True, help="Replace names, addresses and MACs, the same everywhere."),
    click.option(
        "--redact-key",
        type=click.Path(path_type=Path),
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
    click.option("--bundle", is_flag=True, help="Write bundle.zip too: what there is to attach, in one file."),
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


def free_directory(case: str, sources: Iterable[Source]) -> Path:
    """:func:`directory_for`, or with `-2`, `-3` … behind it where the report of other evidence lies already."""
    first, mine = directory_for(case), _evidence(sources)
    further = (first.with_name(f"{first.name}-{number}") for number in count(2))
    held = ((directory, _held(directory)) for directory in chain((first,), further))
    return next(directory for directory, run in held if run is None or run.evidence == mine)


def other_run_in(directory: Path, case: str, sources: Iterable[Source]) -> str:
    """Whose run `directory` holds, where that is another case's, of other evidence, or in a run.json that is none of
    ours; empty where nothing is lost by writing there.
    """
    held = _held(directory)
    if held is None:
        return ""
    if held.evidence is None:
        return f"a {RUN} that can't be read"
    if held.case != case:
        return f"the run of another case ({held.case})"
    return "" if held.evidence == _evidence(sources) else "the run of other evidence"


def place_of(run: Run, given: Writing, say: Say) -> Path:
    """The folder that was named, or one of the run's own; :class:`UsageError` where what lies there may be all that is
    left of another test, unless --force is given.
    """
    output = given["output"]
    if output is None:
        return _own_directory(run, say)
    if not given["force"] and (held := other_run_in(output, run.case, run.sources)):
        raise UsageError(f"{output}: holds {held}; name another folder with -o, or replace it with --force")
    return output


def _own_directory(run: Run, say: Say) -> Path:
    """:func:`free_directory` of the run; it is said where that is not the first."""
    directory = free_directory(run.case, run.sources)
    if directory != (taken := directory_for(run.case)):
        say(f"{taken} holds the report of other evidence: this one is written to {directory}")
    return directory


def _evidence(sources: Iterable[Source]) -> frozenset[str]:
    """What was analysed: the files' digests, or their names where none were taken."""
    return frozenset(source.digest or source.name for source in sources if source.kind != "unrecognised")


class _Held(NamedTuple):
    """The run that a folder holds: its case, and its evidence, None where its run.json can't be read."""

    case: str = ""
    evidence: frozenset[str] | None = None


def _held(directory: Path) -> _Held | None:
    """The run in a folder, in its run.json or in what carries one; None where there is none."""
    from analyzer.store.reading import IN_FOLDERS

    found = (_run_in(file) for name in IN_FOLDERS if (file := directory / name).exists())
    return next((run for run in found if run is not None), None)


def _run_in(file: Path) -> _Held | None:
    """The run in a file; None in another one than a run.json that carries none: it may be anybody's."""
    import msgspec

    from analyzer.errors import EvidenceError
    from analyzer.model.source import Source
    from analyzer.store.reading import read_document

    try:
        run = msgspec.json.decode(read_document(file), type=dict[str, msgspec.Raw])
        sources = msgspec.json.decode(run["sources"], type=tuple[Source, ...])
        return _Held(msgspec.json.decode(run["case"], type=str), _evidence(sources))
    except (EvidenceError, msgspec.DecodeError, KeyError):
        return _Held() if file.name == RUN else None


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
