"""What tests of `autopath history` ask of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.store import encode_run
from tests.history import made


def history(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Status, stdout and stderr of a command."""
    status = run(["history", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def written(folder: Path, *numbers: int, cluster: str | None = made.CLUSTER) -> Path:
    """A folder with the runs of these tests."""
    for number in numbers:
        (folder / str(number)).mkdir(parents=True)
        (folder / str(number) / "run.json").write_bytes(encode_run(made.run(number, cluster=cluster)))
    return folder
