"""The comparison as one page that needs nothing else."""

from __future__ import annotations

from analyzer.report.forms.compared.catalogue import ComparisonMaterial
from analyzer.report.html import render


def write(material: ComparisonMaterial) -> dict[str, bytes]:
    """`comparison.html`."""
    page = render("comparison.html.j2", page=material.page, carried=material.carried, paper=False)
    return {"comparison.html": page.encode()}
