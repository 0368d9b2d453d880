from __future__ import annotations

import io

import pytest

from analyzer.cli.terminal import progress
from analyzer.cli.terminal.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def heard(stream: io.StringIO, *, silent: bool = False) -> str:
    with Progress(stream, silent=silent) as watched:
        watched.heard("span.pcap", 5_000_000)
    return stream.getvalue()


def test_short_work_is_silent() -> None:
    assert heard(Terminal()) == ""


def test_long_work_is_told_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE_S", 0)
    line = "reading span.pcap: 5 MB"
    assert heard(Terminal()) == f"\r{line}\r{' ' * len(line)}\r"


@pytest.mark.parametrize(("stream", "silent"), [(io.StringIO(), False), (Terminal(), True)], ids=["pipe", "quiet"])
def test_nobody_watches(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, silent: bool) -> None:
    monkeypatch.setattr(progress, "PATIENCE_S", 0)
    assert heard(stream, silent=silent) == ""
