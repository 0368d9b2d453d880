"""The comparison's tables as Parquet, a file each."""

from __future__ import annotations

from analyzer.report.compared.frames import FRAMES
from analyzer.report.forms.compared.catalogue import ComparisonMaterial
from analyzer.report.forms.parquet_tables import parquet_of


def write(material: ComparisonMaterial) -> dict[str, bytes]:
    """`tables/compared.parquet` and the others."""
    return {f"tables/{name}.parquet": parquet_of(made(material.comparison)) for name, made in FRAMES.items()}
