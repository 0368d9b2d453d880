"""The recordings (samples, those beside the checkout, those of AUTOPATH_RECORDINGS) in the same mixes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from bench.accuracy.design import MIXES
from bench.accuracy.expected import Given
from bench.accuracy.rows import Labels, Row
from bench.accuracy.study import BY_MIX, attempted
from tests.conftest import SAMPLES
from tests.recordings import recording_id, recordings, truth_of


def recorded_rows() -> list[Row]:
    """The rows of all recordings. One from elsewhere is not in everybody's hands, so the page only counts it."""
    rows: list[Row] = []
    for number, folder in enumerate(recordings(), 1):
        if folder.parent != SAMPLES:
            rows += rows_of_recording(folder, f"recording {number}", "further recordings")
            continue
        for row in rows_of_recording(folder, recording_id(folder), recording_id(folder)):
            rows.append(replace(row, analyze=_command(row, folder)))
    return rows


def rows_of_recording(folder: Path, case: str, name: str) -> Iterator[Row]:
    """A row for each mix of the recording's files that is not the same as one before."""
    truth = truth_of(folder)
    seen: set[tuple[str, ...]] = set()
    zone = next((clock.zone for clock in truth.clocks), "UTC")
    for mix in MIXES:
        given = Given(files=tuple(one for one in truth.evidence if one.what in mix.what))
        files = tuple(one.file for one in given.files)
        if not files or files in seen:
            continue
        seen.add(files)
        labels = Labels(
            case=f"{case}/{mix.name}", scenario=name, shape=truth.made_by, impairment="recorded", mix=mix.name
        )
        yield attempted(truth, given, zone, labels, folder)


def _command(row: Row, folder: Path) -> str:
    """The command that makes a row of a sample again."""
    truth, what = truth_of(folder), BY_MIX[row.mix].what
    zone = next((clock.zone for clock in truth.clocks), "UTC")
    files = (f"{folder.parent.name}/{folder.name}/{one.file}" for one in truth.evidence if one.what in what)
    return shlex.join(["autopath", "analyze", *dict.fromkeys(files), "--log-timezone", zone])
