"""The report: one HTML page that needs nothing else."""

from __future__ import annotations

from analyzer.report.forms.material import Material
from analyzer.report.html import render


def write(material: Material) -> dict[str, bytes]:
    """`report.html`."""
    return {"report.html": render("report.html.j2", page=material.page, carried=material.carried).encode()}
