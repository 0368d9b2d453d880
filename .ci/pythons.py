"""Runs the tests on each further Python that is here: `python3.N` from 3.11, on PATH or pyenv's, other than `.venv`'s.

Each has an environment of its own (`.venv-3.12`), and runs as many files of tests as fit into its time, an even part of
what all have together (AUTOPATH_CI_SECONDS): a few at a time, in an order that the commit decides, so that the same
commit tests the same files first and the next one others. Those of the labs on real kernels and of the benches
are left out, as `make test` runs all once.

What is said of a Python has how many of the files were run. Said, and no failure, is also what could not be tested
here: a Python that is promised (the classifiers of pyproject.toml) and not found, one whose packages can't be
installed, one that had no time for any file.

Exit status 1 when a test fails on one of them.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BUDGET, DEFAULT_S = "AUTOPATH_CI_SECONDS", 300
LEAST = (3, 11)
WITHOUT_LABS = "--without-labs"
BENCHES = Path("tests", "bench")
AT_A_TIME = 16  # files: more cost time that is lost when the last ones are cut off, fewer more starts of pytest
SIDE_BY_SIDE = ("-n", "auto", "--dist", "loadgroup")
NO_TESTS = 5  # pytest's exit status where the files have only labs
CLOSING = 25  # lines of what a failing run printed

Version = tuple[int, int]
Outcome = Literal["passed", "failed", "not set up", "cut off"]


class Judged(NamedTuple):
    """How the tests went on a Python: what came out, and the closing lines that say so."""

    outcome: Outcome
    said: Sequence[str]


def promised(project: Path) -> list[Version]:
    """The versions that pyproject.toml's classifiers name."""
    classifiers = tomllib.loads(project.read_text("utf-8"))["project"]["classifiers"]
    matches = (re.fullmatch(r"Programming Language :: Python :: 3\.(\d+)", one) for one in classifiers)
    return sorted((3, int(match[1])) for match in matches if match)


def found(path: str, pyenv: Path) -> dict[Version, Path]:
    """The Pythons from `LEAST` in the folders of `path` and among those that pyenv installed, by version.

    Each is asked for its version: pyenv's shims have a name for every version, and run only the one that is chosen.
    """
    folders = [*map(Path, filter(None, path.split(os.pathsep))), *sorted(pyenv.glob("versions/*/bin"))]
    here: dict[Version, Path] = {}
    for folder in folders:
        for program in sorted(folder.glob("python3.*")):
            if match := re.fullmatch(r"python3\.(\d+)", program.name):
                version = (3, int(match[1]))
                if version >= LEAST and version not in here and answers(program) == version:
                    here[version] = program
    return dict(sorted(here.items()))


def answers(program: Path) -> Version | None:
    """The version that a program says it has; None where it doesn't run."""
    say = "import sys; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([program, "-c", say], capture_output=True, text=True, check=True, timeout=30)
        major, minor = map(int, done.stdout.split())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return major, minor


def test_files(root: Path, commit: str) -> list[str]:
    """All files of tests but those of the benches, in the commit's order."""
    paths = (path.relative_to(root) for path in (root / "tests").rglob("test_*.py"))
    files = (str(path) for path in paths if BENCHES not in path.parents)
    return sorted(files, key=lambda file: sha256(f"{commit} {file}".encode()).digest())


def commit(root: Path) -> str:
    """Which one is checked out; empty where that can't be said, which is an order, too."""
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def judged(version: Version, program: Path, seconds: float, files: Sequence[str]) -> Judged:
    """Set up an environment and run tests in it, all within `seconds`."""
    venv = f".venv-{named(version)}"
    began = time.monotonic()
    made = run(["make", f"VENV={venv}", f"PYTHON={program}", f"{venv}/.check"], seconds)
    if made.outcome == "failed":
        return Judged("not set up", made.said)
    if made.outcome == "cut off":
        return made
    tests = [f"{venv}/bin/python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *SIDE_BY_SIDE, WITHOUT_LABS]
    return by_parts(
        files, lambda part: run([*tests, *part], seconds - (time.monotonic() - began), passing=(0, NO_TESTS))
    )


def by_parts(files: Sequence[str], test: Callable[[Sequence[str]], Judged]) -> Judged:
    """Test a few files at a time until one fails or is cut off; what passed before the time was over has passed."""
    for done in range(0, len(files), AT_A_TIME):
        judged = test(files[done : done + AT_A_TIME])
        if judged.outcome == "cut off" and done:
            return Judged("passed", [f"{done} of {len(files)} files of tests passed"])
        if judged.outcome != "passed":
            return judged
    return Judged("passed", [f"all {len(files)} files of tests passed"])


def run(command: Sequence[str], seconds: float, passing: Container[int] = (0,)) -> Judged:
    """Run a command in a process group of its own, which ends with its time, and keep its closing lines."""
    if seconds <= 0:
        return Judged("cut off", ())
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return Judged("cut off", ())
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
    return Judged("passed" if process.returncode in passing else "failed", said.splitlines()[-CLOSING:])


def lines(
    pythons: dict[Version, Path],
    due: Iterable[Version],
    judge: Callable[[Version, Path, float], Judged],
    budget: float,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[tuple[str, bool]]:
    """What is said of each further Python and of those that are `due` and not here, and whether that is well."""
    began = clock()
    for at, (version, program) in enumerate(pythons.items()):
        start = clock()
        found_out = judge(version, program, (budget - (start - began)) / (len(pythons) - at))
        yield told(version, found_out, clock() - start)
    for version in due:
        if version not in pythons:
            yield f"python{named(version)}: promised in pyproject.toml and not found here: not tested", True


def told(version: Version, judged: Judged, seconds: float) -> tuple[str, bool]:
    """What is said of one, and whether it is well."""
    name = f"python{named(version)}"
    match judged.outcome:
        case "passed":
            return f"{name}: {judged.said[-1]} ({seconds:.0f} s with its environment)", True
        case "failed":
            return "\n".join((*judged.said, f"{name}: the tests fail")), False
        case "not set up":
            return "\n".join((*judged.said, f"{name}: its packages can't be installed here: not tested")), True
        case "cut off":
            return f"{name}: no file of tests done within {BUDGET}: not judged", True


def named(version: Version) -> str:
    """`3.12`."""
    return ".".join(map(str, version))


def main() -> int:
    """Say of each Python how the tests went; exit status 1 when one of them fails."""
    for number in (signal.SIGTERM, signal.SIGHUP):  # what runs in a group of its own ends with this, too
        signal.signal(number, lambda *_: sys.exit(1))
    budget = float(os.environ.get(BUDGET, DEFAULT_S))
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    own = sys.version_info[:2]
    further = {version: program for version, program in found(os.environ["PATH"], pyenv).items() if version != own}
    due = [version for version in promised(ROOT / "pyproject.toml") if version != own]
    which = commit(ROOT)
    files = test_files(ROOT, which)
    print(
        f"on further Pythons, within {budget:.0f} s, without the labs on real kernels and without {BENCHES}; the first"
    )
    print(f"files of tests in the order of commit {which[:8] or 'unknown'}:")
    well = True
    for line, good in lines(further, due, partial(judged, files=files), budget):
        print(line, flush=True)
        well = well and good
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
