"""The same evidence gives the same bytes wherever and however the program runs, and nothing asks for a network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES

CASE = SAMPLES / "two-hosts"
RUN = str(ROOT / "reports" / "cvm-failure" / "run.json")
FORMS = "html,json,md,summary,junit,metrics,csv,parquet,pcapng"
WITHOUT_NETWORK = """
import os, sys

def refuse(event, details):
    if event.startswith("socket.") and event not in ("socket.__new__",):
        os.write(2, f"{event} {details}".encode())
        os._exit(99)

sys.addaudithook(refuse)
os.umask(int(sys.argv.pop(1), 8))
from analyzer.__main__ import main
main()
"""
ALONE = ("unshare", "--net") if sys.platform == "linux" and os.geteuid() == 0 else ()
"""A network namespace in which there is nothing, where one can be made: what a library does is in it, too."""
HERE = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}
ELSEWHERE = {"LC_ALL": "POSIX", "LANG": "tr_TR.UTF-8", "TZ": "Pacific/Chatham", "PYTHONHASHSEED": "4711"}


def autopath(
    *arguments: str, folder: Path, umask: str, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    folder.mkdir(parents=True, exist_ok=True)
    command = [*ALONE, sys.executable, "-c", WITHOUT_NETWORK, umask, *arguments]
    around = {
        key: value for key, value in os.environ.items() if key.partition("_")[0] not in ("LC", "LANG", "AUTOPATH")
    }
    return subprocess.run(
        command, cwd=folder, env={**around, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_bytes_and_no_network(tmp_path: Path) -> None:
    """Locale, zone, hash seed, number of workers, current folder and umask are all others."""
    analyze = ("analyze", str(CASE), "--log-timezone", "UTC", "-q", "--write", FORMS, "-o", "out")
    here = autopath(*analyze, folder=tmp_path / "a", umask="022", environment=HERE)
    there = autopath(*analyze, "--workers", "3", folder=tmp_path / "b" / "c", umask="077", environment=ELSEWHERE)
    assert (here.returncode, here.stderr) == (there.returncode, there.stderr)
    assert here.returncode in (0, 1, 4), here.stderr
    one, other = files(tmp_path / "a" / "out"), files(tmp_path / "b" / "c" / "out")
    assert len(one) > 15
    assert [name for name in one if one[name] != other.get(name)] == []
    assert one.keys() == other.keys()


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", str(SAMPLES / "cvm-failure" / "genesis.out")),
        ("doctor",),
        ("schema",),
        ("simulate", "list"),
        ("report", RUN, "-q", "-o", "out"),
        ("compare", RUN, str(ROOT / "reports" / "two-hosts" / "run.json")),
        ("history", "import", RUN, "--cluster", "lab", "--store", "ours"),
        ("verify", str(ROOT / "reports" / "cvm-failure")),
    ],
    ids=lambda arguments: arguments[0],
)
def test_no_command_asks_for_a_network(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = autopath(*arguments, folder=tmp_path, umask="022", environment=HERE)
    assert (done.returncode, "socket" in done.stderr) == (0, False)


def test_what_asks_for_one_is_noticed(tmp_path: Path) -> None:
    asks = [
        sys.executable,
        "-c",
        WITHOUT_NETWORK.replace("from analyzer", "import socket; socket.gethostbyname('x')\nfrom analyzer"),
        "022",
    ]
    done = subprocess.run(asks, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (99, "socket.gethostbyname ('x',)")
