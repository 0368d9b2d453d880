"""The recordings (samples, those beside the checkout, those of AUTOPATH_RECORDINGS) in the same mixes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.accuracy.design import MIXES
from bench.accuracy.expected import Given
from bench.accuracy.rows import Labels, Row
from bench.accuracy.study import attempted
from tests.conftest import SAMPLES
from tests.recordings import recording_id, recordings, truth_of


def recorded_rows() -> list[Row]:
    """The rows of all recordings."""
    return [row for number, folder in enumerate(recordings(), 1) for row in _rows(folder, number)]


def _rows(folder: Path, number: int) -> Iterator[Row]:
    """A recording from elsewhere is not in everybody's hands, so the page only counts it."""
    ours = folder.parent == SAMPLES
    truth, name = truth_of(folder), recording_id(folder) if ours else "further recordings"
    case = name if ours else f"recording {number}"
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
        row = attempted(truth, given, zone, labels, folder)
        words = ["autopath", "analyze", *(f"{folder.parent.name}/{folder.name}/{file}" for file in files if ours)]
        yield msgspec.structs.replace(row, analyze=shlex.join([*words, "--log-timezone", zone]))
