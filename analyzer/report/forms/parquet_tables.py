"""A run's tables as Parquet, a file each: what :data:`~analyzer.report.frames.FRAMES` has, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.forms.material import Material
from analyzer.report.frames import FRAMES

if TYPE_CHECKING:
    from pandas import DataFrame


def write(material: Material) -> dict[str, bytes]:
    """`tables/episodes.parquet` and the others."""
    return {f"tables/{name}.parquet": parquet_of(made(material.run)) for name, made in FRAMES.items()}


def parquet_of(frame: DataFrame) -> bytes:
    """A table."""
    return frame.to_parquet(None, engine="pyarrow", index=False)
