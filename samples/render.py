"""Renders the report of every sample into `reports/<case>/`, `reports/index.html`, and the comparison of
samples/history into `reports/history/` (`make samples`).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from analyzer.aside import write
from analyzer.cli import run as command
from analyzer.config import Settings, default_expectations
from analyzer.pipeline import analyze, documents
from analyzer.report import render_index

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Analyse each folder that has a truth, by paths relative to the project: every checkout gives the same."""
    os.chdir(ROOT)
    settings = Settings(log_timezone="UTC", expectations=default_expectations())
    runs = []
    for case in sorted(truth.parent.name for truth in Path("samples").glob("*/truth.json")):
        run = analyze([f"samples/{case}"], settings)
        write(Path("reports", case), documents(run))
        runs.append((f"{case}/report.html", run))
        print(f"reports/{case}/report.html  {run.verdict}")
    write(Path("reports"), {"index.html": render_index(runs).encode()})
    print("reports/index.html")
    with tempfile.TemporaryDirectory() as ours:
        command(["history", "import", "samples/history", "--store", ours, "-q"])
        command(["compare", "--store", ours, "--output", "reports/history"])


if __name__ == "__main__":
    main()
