"""The comparison on paper, with its document inside."""

from __future__ import annotations

from analyzer.report.forms.compared.catalogue import ComparisonMaterial
from analyzer.report.forms.pdf import on_paper
from analyzer.report.html import render


def write(material: ComparisonMaterial) -> dict[str, bytes]:
    """`comparison.pdf`."""
    html = render("comparison.html.j2", page=material.page, carried="", paper=True)
    says = "The comparison: all that was found, for programs"
    return {"comparison.pdf": on_paper(html, material.document, "comparison.json", says)}
