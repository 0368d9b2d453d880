"""What tests of the command line ask of it, and how its errors look."""

from __future__ import annotations

import pytest

from analyzer.cli import run
from tests.conftest import SAMPLES

SAMPLE = str(SAMPLES / "cvm-failure")
UTC = ("--log-timezone", "UTC")


def analyzed(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = run(["analyze", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def one_sentence(text: str) -> bool:
    return text.startswith("autopath: ") and text.count("\n") == 1 and "Traceback" not in text
