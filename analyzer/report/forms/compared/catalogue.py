"""Which forms a comparison has."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from analyzer.model.over_time.compared_groups import Comparison
from analyzer.report.compared.frames import FRAMES
from analyzer.report.compared.parts import ComparisonPage
from analyzer.report.forms.catalogue import Form

FORMS = (
    Form("html", ("comparison.html",), "one page, which carries its data", "compared.page"),
    Form("json", ("comparison.json",), "all of it, for programs", "compared.json"),
    Form("md", ("comparison.md",), "the page as Markdown, but for its drawings", "compared.markdown"),
    Form("csv", tuple(f"tables/{name}.csv" for name in FRAMES), "tables for a spreadsheet", "compared.csv_tables"),
    Form(
        "parquet",
        tuple(f"tables/{name}.parquet" for name in FRAMES),
        "tables for a notebook",
        "compared.parquet_tables",
        extra="parquet",
        packages=("pyarrow",),
    ),
    Form("pdf", ("comparison.pdf",), "the page on paper, with its data inside", "compared.pdf", "pdf", ("weasyprint",)),
)
DEFAULT = ("html", "json", "md")


class ComparisonMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """What a form is made from: the comparison, its page, the bytes of its document, and these as a page carries them
    (empty where they are too many).
    """

    comparison: Comparison
    page: ComparisonPage
    document: bytes
    carried: str


def compared_files(names: tuple[str, ...], material: ComparisonMaterial) -> Mapping[str, bytes]:
    """The files of the forms of these names; raises what :func:`~analyzer.report.forms.catalogue.chosen` does."""
    from analyzer.report.forms.catalogue import chosen

    return {name: content for form in chosen(names or DEFAULT, FORMS) for name, content in form.write(material).items()}
