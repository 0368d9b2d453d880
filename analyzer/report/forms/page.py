"""The report: one HTML page that needs nothing else, or (split) one with its stylesheet beside it.

A page that stands alone loses its looks where a policy forbids styles in a page; Jenkins' takes a file from beside it.
"""

from __future__ import annotations

from analyzer.report.forms.material import Material
from analyzer.report.html import Looks, report, style

STYLESHEET = "report.css"


def write(material: Material) -> dict[str, bytes]:
    """`report.html`, and of a split one `report.css`."""
    looks = Looks(STYLESHEET if material.split else "", interactive=material.interactive)
    page = report(material.run, material.page, material.carried, looks, material.looked)
    return {"report.html": page.encode()} | ({STYLESHEET: style().encode()} if material.split else {})
