"""A run's tables as Parquet, a file each: what :data:`~analyzer.report.frames.FRAMES` has, column by column."""

from __future__ import annotations

from analyzer.report.forms.material import Material
from analyzer.report.frames import FRAMES


def write(material: Material) -> dict[str, bytes]:
    """`tables/episodes.parquet` and the others."""
    return {
        f"tables/{name}.parquet": made(material.run).to_parquet(None, engine="pyarrow", index=False)
        for name, made in FRAMES.items()
    }
