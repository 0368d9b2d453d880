"""A comparison written as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzer.model.over_time.compared_groups import Comparison


def write_comparison(found: Comparison, directory: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Write the forms of these names into the folder; the files' names. Runs that come from files are linked where they
    lie, as seen from there.
    """
    from analyzer import __version__
    from analyzer.aside import write
    from analyzer.compare.runs.estimates import estimates
    from analyzer.report.compared.document import comparison_document
    from analyzer.report.compared.page import comparison_page
    from analyzer.report.compared.parts import LIMITS
    from analyzer.report.forms.compared.catalogue import ComparisonMaterial, compared_files
    from analyzer.report.forms.compared.page import fitting
    from analyzer.store.carried.page import COMPARISON, carried_value

    known, links = estimates(found), hrefs(found, directory)
    document = comparison_document(found, __version__)
    material = ComparisonMaterial(
        comparison=found,
        page=fitting(comparison_page(found, known, links, __version__, limits) for limits in LIMITS),
        document=document,
        carried=carried_value(document, COMPARISON),
    )
    files = compared_files(names, material)
    write(directory, files)
    return tuple(files)


def hrefs(found: Comparison, directory: Path) -> Mapping[str, str]:
    """Where the reports of runs lie, by their paths, as seen from the folder."""
    import os
    from urllib.parse import quote

    reports = {test.report for test in found.tests if test.report}
    return {report: quote(Path(os.path.relpath(report, directory)).as_posix()) for report in reports}
