"""The comparison as one page that needs nothing else, and is no larger than people can attach anywhere."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.report.compared.parts import ComparisonPage
from analyzer.report.forms.compared.catalogue import ComparisonMaterial
from analyzer.report.html import LARGEST, render


def write(material: ComparisonMaterial) -> dict[str, bytes]:
    """`comparison.html`; it carries its data where there is room for it."""
    page = _page(material.page, material.carried)
    if len(page) > LARGEST:
        page = _page(material.page, "")
    return {"comparison.html": page}


def fitting(pages: Iterable[ComparisonPage]) -> ComparisonPage:
    """The first of these pages that is no larger than a page may be, else the last; there is one at least."""
    found = None
    for found in pages:
        if len(_page(found, "")) <= LARGEST:
            break
    if found is None:
        raise ValueError("no page")
    return found


def _page(page: ComparisonPage, carried: str) -> bytes:
    return render("comparison.html.j2", page=page, carried=carried, paper=False).encode()
