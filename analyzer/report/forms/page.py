"""The report: one HTML page that needs nothing else."""

from __future__ import annotations

from analyzer.report.forms.material import Material
from analyzer.report.html import report


def write(material: Material) -> dict[str, bytes]:
    """`report.html`."""
    return {"report.html": report(material.run, material.page, material.carried).encode()}
