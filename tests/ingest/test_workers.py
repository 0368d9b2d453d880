from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from multiprocessing import active_children
from pathlib import Path

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.errors import AutopathError, ConfigurationError
from analyzer.ingest import workers
from analyzer.ingest.bundle import Stored
from analyzer.ingest.collect import collect
from analyzer.ingest.reading import Outcome, Reading
from analyzer.ingest.workers import WorkerDiedError, outcomes
from analyzer.model.evidence import Evidence
from tests.ingest.packing import COMPRESSORS, tarred

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
    settings = msgspec.structs.replace(UTC, hash=algorithm)
    one, two, five = (collect([mixed], with_workers(n, settings)) for n in (1, 2, 5))
    assert one == two == five
    assert msgspec.json.encode(one) == msgspec.json.encode(two) == msgspec.json.encode(five)
    assert any("analysed once" in skipped.why for skipped in one.skipped)
    assert not active_children()


def test_small_files_start_no_process(mixed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_Pool", None)
    assert isinstance(collect([mixed], with_workers(8)), Evidence)


@pytest.mark.usefixtures("everything_is_large")
def test_progress_is_told_of_each_file(mixed: Path) -> None:
    heard: dict[str, int] = {}
    collect([mixed], with_workers(2), heard.__setitem__)
    assert heard[f"{mixed.name}/genesis.out"] == (mixed / "genesis.out").stat().st_size


@pytest.mark.usefixtures("everything_is_large")
def test_an_error_in_a_worker_is_the_error(mixed: Path) -> None:
    (mixed / "marks.toml").write_text("[[mark]]\ntime = ")
    with pytest.raises(ConfigurationError, match=r"marks\.toml: the marks file is no valid TOML"):
        collect([mixed], with_workers(2))
    assert not active_children()


@pytest.mark.usefixtures("everything_is_large")
def test_a_file_that_went_away_is_told_as_without_workers(mixed: Path) -> None:
    files = [Stored(os.fspath(mixed / n), 5, n, n, explicit=True) for n in ("gone", "genesis.out", "away")]
    read: list[list[Outcome]] = [list(outcomes(files, with_workers(n))) for n in (1, 2)]
    assert read[0] == read[1]
    assert isinstance(read[0][1], Reading)


@pytest.mark.usefixtures("everything_is_large")
def test_a_worker_that_is_killed_is_one_sentence(mixed: Path) -> None:
    files = {n: Stored(os.fspath(mixed / name), 5, name, name, explicit=True) for n, name in enumerate(["a", "b"])}
    pool = workers._Pool(files, with_workers(2), None)
    for worker in pool._workers:
        os.kill(worker.process.pid or 0, signal.SIGKILL)
    with pytest.raises(WorkerDiedError, match=r"^[ab]: the process that read it ended \(signal SIGKILL.*--workers 1"):
        pool.result(0)
    pool.close()
    assert issubclass(WorkerDiedError, AutopathError)
    assert WorkerDiedError.exit_status == 70
    assert not active_children()


_INTERRUPTED = """
import sys
from analyzer.config import Settings
from analyzer.ingest import workers
from analyzer.ingest.bundle import Stored

if __name__ == "__main__":
    workers.LARGE = 1
    files = [Stored(path, 5, path, path, True) for path in sys.argv[1:]]
    started = iter(workers.outcomes(files, Settings(workers=2), lambda *_: print("reading", flush=True)))
    next(started)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill"])
def test_no_process_is_left_behind(tmp_path: Path, how: signal.Signals) -> None:
    """The parent is interrupted (its whole group, as a terminal does) or killed (it alone) in the middle of reading."""
    line = b"2026-11-22 07:04:46 INFO ha_service.py:489 All stargates are up\n"
    for name in ("a.log", "b.log"):
        with (tmp_path / name).open("wb") as file:
            for _ in range(300):
                file.write(line * 10_000)
    (tmp_path / "main.py").write_text(_INTERRUPTED)
    command = [sys.executable, "main.py", "a.log", "b.log"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdout
        assert parent.stderr
        assert parent.stdout.readline() == b"reading\n"
        (os.killpg if how == signal.SIGINT else os.kill)(parent.pid, how)
        told = parent.stderr.read().decode()  # ends when the last process that has it does
    assert told.count("Traceback") == (how == signal.SIGINT)  # the parent's own
    deadline = time.monotonic() + 5
    while _alive(parent.pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(parent.pid)


def _alive(session: int) -> list[str]:
    """The command lines of the processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(path.parent.name)
    return found
