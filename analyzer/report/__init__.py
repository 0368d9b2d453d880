"""A run as something to read: one HTML page, an index of pages, tables for a notebook, and other forms.

`view` turns a run into words and finished numbers, `drawing` into pictures, the templates only lay out (`html`);
`forms` has what a run is written as. Neither jinja2 nor pandas is imported before something is rendered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.run import Run

__all__ = ["render_html", "render_index"]


def render_html(run: Run, carried: str | None = None) -> str:
    """The run's report: one HTML file that needs nothing else; the same run gives the same text.

    `carried` is the run as the page carries it, so that it can be rendered anew: empty where it is too large, which the
    page says; None for a page that carries none.
    """
    from analyzer.report.html import render
    from analyzer.report.view.page import page

    return render("report.html.j2", page=page(run), carried=carried)


def render_index(runs: Sequence[tuple[str, Run]]) -> str:
    """An index of reports; each run comes with its report's folder, relative to the index, where `report.html` is."""
    from analyzer.report.html import render
    from analyzer.report.view.index import index

    return render("index.html.j2", index=index(runs))
