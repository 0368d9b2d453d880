from __future__ import annotations

import _thread
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.ingest import workers
from analyzer.ingest.collect import collect
from analyzer.ingest.files.bundle import Stored, stored_files
from analyzer.ingest.reading import Outcome, Reading, read_file
from analyzer.ingest.workers import outcomes
from analyzer.model.evidence import Evidence
from tests.ingest.packing import COMPRESSORS, tarred
from tests.ingest.streams.threads import assert_ended

UTC = Settings(log_timezone="UTC")


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LARGE", 1)


@pytest.fixture
def mixed(tmp_path: Path, samples: Path) -> Path:
    """Logs, captures, a copy, a bundle, a broken file and what is no evidence."""
    case = samples / "cvm-failure"
    for name in ("genesis.out", "span.pcap", "vmk1.pcap"):
        shutil.copy(case / name, tmp_path / name)
    shutil.copy(case / "span.pcap", tmp_path / "copy.pcap")
    (tmp_path / "b.tgz").write_bytes(
        COMPRESSORS["gzip"](tarred({n: (samples / "healthy" / n).read_bytes() for n in ("span.pcap", "genesis.out")}))
    )
    (tmp_path / "cut.pcap.gz").write_bytes(
        COMPRESSORS["gzip"]((samples / "route-deletion" / "span.pcap").read_bytes())[:-900]
    )
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "empty").touch()
    (tmp_path / "link").symlink_to("nowhere")
    return tmp_path


def with_workers(number: int, settings: Settings = UTC) -> Settings:
    return msgspec.structs.replace(settings, workers=number)


@pytest.mark.parametrize("algorithm", ["sha256", "none"])
@pytest.mark.usefixtures("everything_is_large")
def test_the_result_is_the_same_bytes_whatever_the_number_of_workers(mixed: Path, algorithm: str) -> None:
    settings, before = msgspec.structs.replace(UTC, hash=algorithm), _thread._count()
    one, two, five = (collect([mixed], with_workers(n, settings)) for n in (1, 2, 5))
    assert one == two == five
    assert msgspec.json.encode(one) == msgspec.json.encode(two) == msgspec.json.encode(five)
    assert any(skipped.reason.name == "same-file" for skipped in one.skipped)
    assert_ended(before)


def test_small_files_start_no_thread(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers._Threads, "start", None)
    assert isinstance(collect([mixed], with_workers(8)), Evidence)


@pytest.mark.usefixtures("everything_is_large")
def test_progress_is_told_of_each_file(mixed: Path) -> None:
    heard: dict[str, int] = {}
    collect([mixed], with_workers(2), heard.__setitem__)
    assert heard[f"{mixed.name}/genesis.out"] == (mixed / "genesis.out").stat().st_size


@pytest.mark.usefixtures("everything_is_large")
def test_a_file_that_went_away_is_told_as_without_workers(mixed: Path) -> None:
    files = [Stored(os.fspath(mixed / n), 5, n, n, explicit=True) for n in ("gone", "genesis.out", "away")]
    read: list[list[Outcome]] = [list(outcomes(files, with_workers(n))) for n in (1, 2)]
    assert read[0] == read[1]
    assert isinstance(read[0][1], Reading)


@pytest.mark.usefixtures("everything_is_large")
def test_the_first_error_is_raised_and_nothing_is_read_any_more(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, before = read_file, _thread._count()

    def broken(file: Stored, *rest: Any) -> Iterator[Any]:
        if file.name.endswith("genesis.out"):
            raise MemoryError("of no library's making")
        return whole(file, *rest)

    monkeypatch.setattr(workers, "read_file", broken)
    with pytest.raises(MemoryError, match="of no library's making"):
        collect([mixed], with_workers(2))
    assert_ended(before)


def test_threads_that_compute_in_python_let_the_others_go_on(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LARGE", 1)
    before, during = sys.getswitchinterval(), list[float]()
    collect([mixed], with_workers(2), lambda *_: during.append(sys.getswitchinterval()))
    assert during
    assert during == pytest.approx([workers.SWITCH_S] * len(during))
    assert sys.getswitchinterval() == before


def test_who_stops_listening_ends_the_threads(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LARGE", 1)
    before = _thread._count()
    started = workers.outcomes(tuple(stored_files([mixed])), with_workers(2))
    next(started)
    assert isinstance(started, Generator)
    started.close()
    assert_ended(before)


_INTERRUPTED = """
import signal
import sys
from analyzer.config import Settings
from analyzer.errors import UsageError
from analyzer.ingest import workers
from analyzer.ingest.files.bundle import Stored, stored_files

signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background ignores it
workers.LARGE = 1
files = [Stored(path, 5, path, path, True) for path in sys.argv[1:]]
started = iter(workers.outcomes(files, Settings(workers=2), lambda *_: print("reading", flush=True)))
next(started)
"""


def test_an_interrupt_ends_the_reading_promptly(tmp_path: Path) -> None:
    """Ctrl-C in the middle of logs that take seconds to read."""
    line = b"2026-11-22 07:04:46 INFO ha_service.py:489 All stargates are up\n"
    for name in ("a.log", "b.log"):
        with (tmp_path / name).open("wb") as file:
            for _ in range(300):
                file.write(line * 10_000)
    (tmp_path / "main.py").write_text(_INTERRUPTED)
    command = [sys.executable, "main.py", "a.log", "b.log"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"reading\n"
        process.send_signal(signal.SIGINT)
        try:
            read, stderr = process.communicate(timeout=60)
        finally:
            process.kill()
    told = stderr.decode()
    assert read.count(b"reading") < 30  # tenths of a second
    assert told.count("Traceback") == 1
    assert told.endswith("KeyboardInterrupt\n")
