"""The tests of a study: short ones that the simulator makes by seed, of several kinds in turn, and their manifest."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from analyzer.cli import run

KINDS = ("cvm-failure", "cvm-recovery", "route-deletion", "route-injection", "healthy")


def made(folder: Path, count: int, seed: int) -> Path:
    """Make so many tests in a folder; the path of their manifest."""
    lines = ['cluster = "simulated"', 'log_timezone = "UTC"']
    for number in range(1, count + 1):
        kind = KINDS[number % len(KINDS)]
        name = f"test-{number:03}-{kind}"
        with contextlib.redirect_stdout(io.StringIO()):
            status = run(["simulate", kind, "-o", str(folder / name), "--seed", str(seed * 1000 + number)])
        if status:
            raise RuntimeError(f"simulate {kind} ended with {status}")
        (folder / name / "truth.json").unlink()  # it is no evidence
        lines += ["[[test]]", f'name = "{name}"', f'evidence = "{name}"', f'labels = {{ kind = "{kind}" }}']
    manifest = folder / "manifest.toml"
    manifest.write_text("\n".join(lines) + "\n", "utf-8")
    return manifest
