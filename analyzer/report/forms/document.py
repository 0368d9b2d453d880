"""The run's document, as it is kept."""

from __future__ import annotations

from analyzer.report.forms.material import Material


def write(material: Material) -> dict[str, bytes]:
    """`run.json`."""
    return {"run.json": material.document}
