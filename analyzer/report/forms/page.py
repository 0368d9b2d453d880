"""The report: one HTML page that needs nothing else."""

from __future__ import annotations

from analyzer.report import render_html
from analyzer.report.forms.material import Material


def write(material: Material) -> dict[str, bytes]:
    """`report.html`."""
    return {"report.html": render_html(material.run, material.carried).encode()}
