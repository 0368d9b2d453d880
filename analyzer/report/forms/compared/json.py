"""The comparison's document."""

from __future__ import annotations

from analyzer.report.forms.compared.catalogue import ComparisonMaterial


def write(material: ComparisonMaterial) -> dict[str, bytes]:
    """`comparison.json`."""
    return {"comparison.json": material.document}
