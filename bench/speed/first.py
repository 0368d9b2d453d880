"""`python -m bench.speed.first`: the first gigabyte after a fresh installation of the wheel, beside reading the file.

The wheel (built, or given by --wheel) is installed without bytecode into an empty environment; a capture of a gigabyte
is simulated and read by `cat` until it lies in the page cache. Then the program starts for the first time there, with
an empty home and no compiler on PATH, and again, when Python has its bytecode. Exit status 1 where the first time takes
longer than `MOST_S`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from bench.speed.running import ROOT, VERDICTS

MOST_S = 3.0
GIGABYTE = 1_000_000_000
_AGAIN = 3

Command = Sequence[str | Path]


class First(msgspec.Struct, frozen=True):
    """Wall time in s: of `cat` to /dev/null (the least), of the first analysis, and of later ones (the least); the
    bytes of the capture; the CPU time of the first analysis and the least of later ones, s.
    """

    size: int
    cat: float
    first: float
    again: float
    first_cpu: float
    again_cpu: float

    def told(self) -> str:
        """A line each."""
        return (
            f"capture: {self.size / 1e9:.2f} GB, in the page cache\n"
            f"cat > /dev/null: {self.cat:.2f} s\n"
            f"autopath analyze, the first time: {self.first:.2f} s, {self.first / self.cat:.1f} × cat"
            f" (aimed at: at most {MOST_S:g} s); {self.first_cpu:.2f} s of CPU\n"
            f"autopath analyze, again: {self.again:.2f} s, {self.again / self.cat:.1f} × cat;"
            f" {self.again_cpu:.2f} s of CPU"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Install, simulate, measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed.first", description=__doc__)
    parser.add_argument("--wheel", type=Path, help="an installation of this one, instead of one that is built")
    parser.add_argument("--bytes", type=int, default=GIGABYTE, help="of the capture (1000000000)")
    told = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="first-") as made:
        folder = Path(made)
        program = installed(told.wheel or built(folder), folder)
        found = measured(program, folder, told.bytes)
    print(f"load average: {os.getloadavg()[0]:.1f}\n{found.told()}")
    return 1 if found.first > MOST_S else 0


def built(folder: Path) -> Path:
    """This tree's wheel."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def installed(wheel: Path, folder: Path) -> Command:
    """The program in an environment that had nothing, its bytecode yet to be made."""
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    pip = (venv / "bin" / "python", "-m", "pip", "-q", "--disable-pip-version-check", "install", "--no-compile")
    subprocess.run([*pip, "-c", ROOT / "constraints.txt", wheel.resolve()], check=True)
    return (venv / "bin" / "python", venv / "bin" / "autopath")


def measured(program: Command, folder: Path, size: int) -> First:
    """What analysing a capture of `size` bytes takes, the first time and later; another Python's program makes it, so
    that this one has never run.
    """
    capture = folder / "capture"
    making = (sys.executable, "-m", "analyzer", "simulate", "healthy", "--bytes", str(size), "-o", capture)
    subprocess.run(making, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    (path,) = (one for one in capture.rglob("*.pcap") if one.stat().st_size >= size // 2)
    home = folder / "home"
    home.mkdir()
    cats = [_seconds(("/bin/cat", path), home, (0,)) for _ in range(1 + _AGAIN)]
    analyses = [
        _seconds((*program, "analyze", "-q", path, "-o", f"report-{n}"), home, VERDICTS) for n in range(1 + _AGAIN)
    ]
    later = [min(column) for column in zip(*analyses[1:], strict=True)]
    first, first_cpu = analyses[0]
    return First(path.stat().st_size, min(wall for wall, _ in cats[1:]), first, later[0], first_cpu, later[1])


def _seconds(command: Command, home: Path, well: Sequence[int]) -> tuple[float, float]:
    """The wall and the CPU time of a command that ends with one of these statuses, s."""
    around = {"PATH": "/nowhere", "HOME": str(home), "LC_ALL": "C.UTF-8"}
    began = time.perf_counter()
    with subprocess.Popen(command, cwd=home, env=around, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - began
    if process.returncode not in well:
        raise SystemExit(f"{' '.join(map(str, command))}: ended with status {process.returncode}")
    return took, used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
