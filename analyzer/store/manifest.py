"""`manifest.json`: what a report was made of and what was written, by digests, with what and when; and what of it still
holds.

The time that stands in it is when the report was written, so two of them differ: all else has the same bytes each time.
"""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from analyzer.errors import EvidenceError
from analyzer.model.run import Run, RunSettings
from analyzer.store.codec import decode_run
from analyzer.store.reading import IN_FOLDERS, read_document
from analyzer.user_file import content_of, wrong_json

NAME = "manifest.json"
MOST_OUTPUT = 1 << 30
"""Bytes of a file of a report that are read for its digest."""


class Input(msgspec.Struct, frozen=True):
    """A file that was analysed, as the run tells of it; without a digest where none was taken."""

    name: str
    size: int
    digest: str | None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`written` is a time in UTC (ISO 8601); `outputs` are SHA-256 by the name of the file."""

    manifest_version: int = 1
    autopath_version: str
    python_version: str
    written: str
    settings: RunSettings
    inputs: tuple[Input, ...]
    outputs: dict[str, str]


class Checked(NamedTuple):
    """A file, whether it is what it was, and what is wrong where it is not."""

    name: str
    agrees: bool
    wrong: str = ""


def manifest_of(run: Run, files: Mapping[str, bytes], now: datetime) -> bytes:
    """The manifest of a run that is written as these files."""
    manifest = Manifest(
        autopath_version=run.autopath_version,
        python_version=platform.python_version(),
        written=now.astimezone(UTC).isoformat(timespec="seconds"),
        settings=run.settings,
        inputs=tuple(Input(source.name, source.size, source.digest) for source in run.sources),
        outputs={name: _digest(content) for name, content in sorted(files.items())},
    )
    return msgspec.json.format(msgspec.json.encode(manifest, order="deterministic"), indent=1) + b"\n"


def check_report(place: Path) -> tuple[Run, list[Checked]]:
    """The run that a folder holds, and what of its files agrees: with the manifest, where there is one, and those that
    carry the run with one another; of a file that carries a run, it alone, and with the manifest beside it.
    :class:`~analyzer.errors.EvidenceError` where there is no run.
    """
    return _check_folder(place) if place.is_dir() else _check_file(place)


def _check_file(file: Path) -> tuple[Run, list[Checked]]:
    run = decode_run(read_document(file), str(file))
    beside = [one for one in _outputs(file.parent, run) if one.name in (NAME, file.name)]
    is_named = any(one.name == file.name for one in beside)
    return run, [Checked(f"{file.name} (the run in it)", agrees=True), *(beside if is_named else ())]


def _check_folder(folder: Path) -> tuple[Run, list[Checked]]:
    carried = {name: read_document(folder / name) for name in IN_FOLDERS if (folder / name).is_file()}
    if not carried:
        raise EvidenceError(f"{folder}: holds no run ({', '.join(IN_FOLDERS)}); name the folder of a report")
    first, document = next(iter(carried.items()))
    run = decode_run(document, str(folder / first))
    told = [
        Checked(f"{name} (the run in it)", found == document, "" if found == document else f"is not that of {first}")
        for name, found in carried.items()
    ]
    return run, [*told, *_outputs(folder, run)]


def _outputs(folder: Path, run: Run) -> Iterator[Checked]:
    """What the manifest says of the files, and whether it is this run's."""
    if not (folder / NAME).is_file():
        return
    manifest = _manifest(folder / NAME)
    inputs = tuple(Input(source.name, source.size, source.digest) for source in run.sources)
    same = manifest.inputs == inputs and manifest.settings == run.settings
    yield Checked(NAME, same, "" if same else "is of another run: its inputs or settings are others")
    for name, digest in manifest.outputs.items():
        yield _output(folder, name, digest)


def _output(folder: Path, name: str, digest: str) -> Checked:
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        return Checked(name, agrees=False, wrong="is no name of a file in a report")
    try:
        agrees = _digest(content_of(folder / path, MOST_OUTPUT)) == digest
    except OSError as error:
        return Checked(name, agrees=False, wrong=f"can't be read ({error.strerror})")
    return Checked(name, agrees, "" if agrees else "is not what was written")


def check_inputs(run: Run, found: Iterable[tuple[str, str]]) -> list[Checked]:
    """Whether the evidence that is there, by name and digest, has all that was analysed."""
    there = tuple(found)
    digests, names = {digest for _, digest in there}, {name.rpartition("/")[2] for name, _ in there}
    return [
        Checked(source.name, source.digest in digests, "" if source.digest in digests else _missing(source.name, names))
        for source in run.sources
        if source.digest is not None
    ]


def _missing(name: str, names: set[str]) -> str:
    return "has changed" if name.rpartition("/")[2] in names else "is not there"


def _manifest(path: Path) -> Manifest:
    try:
        return msgspec.json.decode(content_of(path, MOST_OUTPUT), type=Manifest)
    except OSError as error:
        raise EvidenceError(f"{path}: can't be read ({error.strerror}); name the folder of a report") from error
    except wrong_json() as error:
        raise EvidenceError(f"{path}: is no manifest of autopath ({error})") from error


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
