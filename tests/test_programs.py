"""Other programs: within their limits, without a shell, ended with their children; `explain --frame` without tshark."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.programs import Limits, ProgramError, run_program, within
from tests.conftest import SAMPLES

SHORT = Limits(seconds=1.0, output=1 << 20)
ONE_TENTH = Limits(seconds=0.1)
FRAME = ("explain", str(SAMPLES / "cvm-failure" / "span.pcap"), "--frame", "12")
BROKEN = {
    "exits": "exit 3",
    "silent": "cat > /dev/null",
    "prints-nonsense": "echo '<packet><proto name=\"x\"></packet>'; cat > /dev/null",
    "prints-other-nonsense": "echo '<packet></packet>'",
    "killed": "kill -9 $$",
}


def program(folder: Path, text: str, name: str = "tshark") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_what_it_prints_and_how_it_ends(tmp_path: Path) -> None:
    done = run_program([program(tmp_path, 'echo "$1"; cat; exit 3'), "$(a) 'b'"], [b"one ", b"two"], SHORT)
    assert (done.output, done.status) == (b"$(a) 'b'\none two", 3)


def test_it_need_not_read_what_it_is_given(tmp_path: Path) -> None:
    assert run_program([program(tmp_path, "echo early")], [bytes(1 << 20)] * 9, SHORT).output == b"early\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("sleep 60", "did not end within 0.3 s, and was ended", id="hangs"),
        pytest.param("sleep 60 & sleep 60", "did not end within 0.3 s", id="hangs-with-a-child"),
        pytest.param("exec >&-; sleep 60", "did not end within 0.3 s", id="hangs-without-output"),
        pytest.param("sleep 60 & exit 0", "did not end within 0.3 s", id="leaves-a-child"),
        pytest.param("while :; do echo flood; done", "printed more than 0 MB, and was ended", id="floods"),
    ],
)
def test_beyond_its_limits_it_is_ended_with_its_children(text: str, said: str, tmp_path: Path) -> None:
    mark = f"autopath-{os.getpid()}-{time.monotonic_ns()}"
    start = time.monotonic()
    with pytest.raises(ProgramError, match=said):
        run_program([program(tmp_path, text, mark)], [bytes(1 << 20)] * 9, Limits(seconds=0.3, output=1 << 16))
    assert time.monotonic() - start < 5
    assert not [pid for pid in Path("/proc").glob("[0-9]*") if mark in _command(pid)]


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_text("utf-8", "replace")
    except OSError:
        return ""


def test_its_memory_is_limited() -> None:
    code = "import time; time.sleep(0.3); bytearray(1 << 30)"
    done = run_program([sys.executable, "-c", code], limits=Limits(memory=1 << 29))
    assert done.status == 1


def test_one_that_is_not_there_or_can_not_be_run(tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match=r"^autopath-none is not on PATH$"):
        run_program(["autopath-none"])
    path = tmp_path / "odd"
    path.write_bytes(b"\x7fELF nonsense")
    path.chmod(0o755)
    with pytest.raises(ProgramError, match=r"odd can't be run \(Exec format error\)$"):
        run_program([str(path)])


def for_ever() -> None:
    while True:
        pass


def test_what_a_library_does_is_limited_in_time() -> None:
    handler = signal.getsignal(signal.SIGALRM)
    with pytest.raises(ProgramError, match=r"^it did not end within 0.1 s, and was ended$"), within(ONE_TENTH, "it"):
        for_ever()
    with within(ONE_TENTH, "it"):
        pass
    time.sleep(0.15)
    assert signal.getsignal(signal.SIGALRM) is handler


def test_what_a_library_does_is_limited_in_memory() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), within(Limits(memory=1 << 26), "it"):
        bytearray(1 << 28)
    with within(Limits(memory=1 << 26), "it"):
        bytearray(1 << 25)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_another_thread_goes_without_a_limit_of_time() -> None:
    done: list[str] = []

    def work() -> None:
        with within(Limits(seconds=0.01), "it"):
            time.sleep(0.05)
            done.append("all")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["all"]


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_frame_is_explained_where_tshark_breaks(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, text)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert run(FRAME) == 0
    ours, theirs = capsys.readouterr().out.split("Wireshark:")
    assert "192.168.1.26:9876 → 192.168.1.28:32768" in ours
    assert theirs.startswith("\n  nothing (")
    assert theirs.count("\n") == 2


def test_a_frame_is_explained_without_tshark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(FRAME) == 0
    assert capsys.readouterr().out.endswith(
        "Wireshark:\n  nothing (there is no tshark on PATH: install it (package tshark or wireshark))\n"
    )
