"""The command: what Otava and autopath find in samples/history, figure by figure."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from analyzer.compare.runs.courses import courses
from analyzer.compare.runs.documents import compared_test
from analyzer.model.instant import SECOND
from analyzer.model.over_time.comparison import Figure
from analyzer.report.over_time.otava import CONFIGURATION, name_of, otava_files
from analyzer.store.folder import runs_in

ROOT = Path(__file__).resolve().parent.parent.parent
HISTORY = ROOT / "samples" / "history"
STEP = ("osaka", "repair", "2026-02-23")
SINCE = "2020-01-01"
DIFFERENT = 1


class Compared(NamedTuple):
    """The days since when a figure of a cluster has another level, by Otava and by autopath."""

    cluster: str
    figure: Figure
    otava: tuple[str, ...]
    ours: tuple[str, ...]


def main(words: Sequence[str] | None = None) -> int:
    """Exit status 1 where the step that is known is not found by both."""
    parser = argparse.ArgumentParser(prog="python -m bench.otava", description=__doc__)
    parser.add_argument("program", help="Otava's command, such as .venv-otava/bin/otava")
    asked = parser.parse_args(words)
    found = [*compared(asked.program)]
    for one in found:
        if one.otava or one.ours:
            print(f"{one.cluster}, {one.figure[1]}: Otava {_told(one.otava)}; autopath {_told(one.ours)}")
    print(f"{len(found)} figures, of which {sum(one.otava == one.ours for one in found)} the same by both")
    step = next(one for one in found if (one.cluster, one.figure[1]) == STEP[:2])
    return 0 if step.otava == step.ours == (STEP[2],) else DIFFERENT


def compared(program: str) -> Iterator[Compared]:
    """Every figure of every cluster of samples/history."""
    clusters = {
        folder.name: sorted(
            (compared_test(one.run, one.file) for one in runs_in(folder).runs), key=lambda test: test.time or 0
        )
        for folder in sorted(path for path in HISTORY.iterdir() if path.is_dir())
    }
    theirs = of_otava(program, otava_files(clusters))
    for cluster, tests in clusters.items():
        for course in courses(tests):
            ours = tuple(_day((step.test.time or 0) // SECOND) for step in course.steps)
            yield Compared(cluster, course.figure, theirs.get(name_of(cluster, course.figure), ()), ours)


def of_otava(program: str, files: Mapping[str, bytes]) -> Mapping[str, tuple[str, ...]]:
    """The days that Otava finds, by the name of its test."""
    with tempfile.TemporaryDirectory(prefix="otava-") as place:
        for name, content in files.items():
            Path(place, name).write_bytes(content)
        tests = [name.removesuffix(".csv") for name in files if name != CONFIGURATION]
        command = (Path(program).absolute(), "analyze", "--config-file", CONFIGURATION, "--output", "json")
        done = subprocess.run(
            [*map(str, command), "--since", SINCE, *tests], cwd=place, capture_output=True, check=True, text=True
        )
    found: dict[str, tuple[str, ...]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            for name, points in msgspec.json.decode(line).items():
                found[name] = tuple(_day(point["time"]) for point in points)
    return found


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _told(days: Sequence[str]) -> str:
    return ", ".join(days) or "none"


if __name__ == "__main__":
    sys.exit(main())
