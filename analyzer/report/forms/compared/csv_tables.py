"""The comparison's tables as CSV, a file each, written as those of a run are."""

from __future__ import annotations

from analyzer.report.compared.frames import FRAMES
from analyzer.report.forms.compared.catalogue import ComparisonMaterial
from analyzer.report.forms.csv_tables import csv_of


def write(material: ComparisonMaterial) -> dict[str, bytes]:
    """`tables/compared.csv` and the others."""
    return {f"tables/{name}.csv": csv_of(made(material.comparison)) for name, made in FRAMES.items()}
