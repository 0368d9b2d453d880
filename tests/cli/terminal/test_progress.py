"""What a person sees while the program works; nothing for a pipe, with --quiet, or of short work."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator

import pytest

from analyzer import Settings
from analyzer.cli.terminal import progress
from analyzer.cli.terminal.progress import Progress
from analyzer.pipeline import analyze
from tests.conftest import SAMPLES

LOG = logging.getLogger("analyzer.test")
COMPILING = {"task": "compiling it"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Of a terminal of 100 columns whose own ticker never ticks."""
    clock = Clock()
    monkeypatch.setattr(progress, "TICK_S", 1000)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("analyzer.cli.terminal.progress.time.monotonic", clock)
    yield clock
    monkeypatch.undo()


def lines(stream: io.StringIO) -> list[str]:
    """What stood in the line, in order."""
    return [line.rstrip() for line in stream.getvalue().split("\r") if line.strip()]


def test_short_work_is_silent(clock: Clock) -> None:
    stream = Terminal()
    with Progress(stream) as watched:
        watched.begun("reading", 10_000_000)
        clock.now += 0.9
        watched.heard("span.pcap", 5_000_000)
    assert stream.getvalue() == ""


def test_reading_has_a_total_a_share_and_a_rate(clock: Clock) -> None:
    stream = Terminal()
    with Progress(stream) as watched:
        watched.begun("reading", 5_000_000_000)
        clock.now += 2
        watched.heard("span.pcap", 600_000_000)
        clock.now += 2
        watched.heard("vmk1.pcap", 1_000_000_000)
    assert lines(stream) == [
        "reading span.pcap: 600 MB of 5.0 GB, 12 %, 300 MB/s",
        "reading vmk1.pcap: 1.6 GB of 5.0 GB, 32 %, 400 MB/s",
    ]
    assert stream.getvalue().endswith("\r" + " " * len(lines(stream)[-1]) + "\r"), "wiped"


def test_each_phase_has_its_name_and_a_long_one_its_time(clock: Clock) -> None:
    stream = Terminal()
    with Progress(stream) as watched:
        watched.begun("reading", 1_000_000)
        clock.now += 2
        watched.heard("span.pcap", 1_000_000)
        for phase in ("correlating", "judging", "writing"):
            clock.now += 1
            watched.begun(phase)
        clock.now += 3
        watched._draw()
    assert lines(stream)[1:] == [
        "finding episodes",
        "measuring and judging",
        "writing the report",
        "writing the report: 3 s",
    ]


def test_compiling_is_said_once_and_its_time_is_not_counted_to_the_rate(clock: Clock) -> None:
    stream = Terminal()
    with Progress(stream) as watched:
        watched.begun("reading", 100_000_000)
        LOG.info("compiling it, for long", extra=COMPILING)
        clock.now += 30
        watched._draw()
        watched.heard("span.pcap", 1_000_000)
        clock.now += 1
        watched.heard("span.pcap", 51_000_000)
    said = lines(stream)
    assert said[0] == "autopath: compiling it, for long"
    assert said[1] == "compiling it: 30 s"
    assert said[-1] == "reading span.pcap: 51 MB of 100 MB, 51 %, 50 MB/s"


def test_what_is_said_stands_in_a_line_of_its_own(clock: Clock) -> None:
    stream = Terminal()
    with Progress(stream) as watched:
        watched.begun("judging")
        clock.now += 2
        watched._draw()
        watched.say("done")
    assert stream.getvalue().endswith("\rdone\n")
    assert lines(stream)[0] == "measuring and judging: 2 s"


@pytest.mark.parametrize(("silent", "said"), [(False, "done\n"), (True, "")], ids=["pipe", "quiet"])
def test_what_is_said_is_for_pipes_too(silent: bool, said: str) -> None:
    stream = io.StringIO()
    with Progress(stream, silent=silent) as watched:
        watched.say("done")
    assert stream.getvalue() == said


def test_a_file_that_is_read_again_is_never_more_than_all(clock: Clock) -> None:
    stream = Terminal()
    with Progress(stream) as watched:
        watched.begun("reading", 1_000_000)
        clock.now += 1
        watched.heard("genesis.out", 3_000_000)
    assert "1 MB of 1 MB, 100 %" in stream.getvalue()


def test_the_line_fits_the_terminal_and_holds_nothing_that_a_terminal_obeys(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    stream = Terminal()
    with Progress(stream) as watched:
        watched.begun("reading", 1_000_000)
        clock.now += 1
        watched.heard("a\x1b[2Jb" + "c" * 80, 1)
        watched.heard("d" * 80, 1)
    assert "\x1b" not in stream.getvalue()
    assert max(map(len, lines(stream))) == 29


def test_time_passes_though_nothing_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "TICK_S", 0.01)
    monkeypatch.setattr(progress, "PATIENCE_S", 0.0)
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    monkeypatch.setattr(progress, "LONG_S", 0.0)
    stream = Terminal()
    with Progress(stream) as watched:
        watched.begun("correlating")
        before = len(stream.getvalue())
        until = time.monotonic() + 10
        while len(stream.getvalue()) == before and time.monotonic() < until:
            time.sleep(0.01)
    assert "finding episodes: 0 s" in stream.getvalue()


@pytest.mark.parametrize(("stream", "silent"), [(io.StringIO(), False), (Terminal(), True)], ids=["pipe", "quiet"])
def test_nobody_watches(clock: Clock, stream: io.StringIO, silent: bool) -> None:
    with Progress(stream, silent=silent) as watched:
        watched.begun("reading", 1_000_000)
        clock.now += 5
        watched.heard("span.pcap", 500_000)
        LOG.info("compiling it, for long", extra=COMPILING)
    assert stream.getvalue() == ""


def test_a_warning_is_for_whoever_reads_a_pipe_too(clock: Clock) -> None:
    stream = io.StringIO()
    with Progress(stream):
        LOG.warning("it is slow")
    assert stream.getvalue() == "autopath: it is slow\n"


def test_an_analysis_tells_its_phases_and_the_size_of_its_evidence() -> None:
    folder = SAMPLES / "cvm-failure"
    begun: list[tuple[str, int]] = []
    heard: dict[str, int] = {}
    analyze([folder], Settings(log_timezone="UTC"), heard.__setitem__, lambda phase, size: begun.append((phase, size)))
    size = sum(file.stat().st_size for file in folder.iterdir())
    assert begun == [("reading", size), ("correlating", 0), ("judging", 0)]
    assert sum(heard.values()) <= size
