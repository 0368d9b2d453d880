"""Which forms there are, what each is called and needs, and how those that are asked for are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.report.forms.compared.catalogue import ComparisonMaterial
    from analyzer.report.forms.material import Material


class Form(NamedTuple):
    """A form: its word for `--write`, its files, and what it is in some words.

    `module` is where its `write` is, below this package. `extra` is the extra of this package that it needs (empty:
    none), which installs `packages` (as they are imported). `of_evidence`: it shows more of the evidence than a run
    holds, so it can only be written where that is at hand; `takes_evidence`: it has more where it is.
    """

    name: str
    files: tuple[str, ...]
    says: str
    module: str
    extra: str = ""
    packages: tuple[str, ...] = ()
    of_evidence: bool = False
    takes_evidence: bool = False

    @property
    def lacking(self) -> tuple[str, ...]:
        """The packages of its extra that are not installed."""
        return tuple(package for package in self.packages if find_spec(package) is None)

    def write(self, material: Material | ComparisonMaterial) -> Mapping[str, bytes]:
        """Its files by name; :class:`UsageError` where it needs evidence, and there is none."""
        if self.of_evidence and getattr(material, "frames", None) is None:
            raise UsageError(
                f"--write {self.name}: shows frames of the captures, which a run does not hold; "
                f"write it where they are: `autopath analyze EVIDENCE --write {self.name}`"
            )
        files: Mapping[str, bytes] = import_module(f"analyzer.report.forms.{self.module}").write(material)
        return files


Lost = Callable[[Form, Exception], None]
"""Told of a form that could not be written, and why."""
TABLES = ("episodes", "judgements", "measurements", "stages", "phases", "events", "findings", "clocks", "series")
FORMS = (
    Form("html", ("report.html",), "the report, one page", "page"),
    Form("json", ("run.json",), "all that was found", "document"),
    Form("md", ("report.md",), "the report as Markdown", "whole"),
    Form("summary", ("summary.md", "summary.txt"), "at most 4,000 characters", "summary"),
    Form("junit", ("junit.xml",), "a test case a judgement", "junit"),
    Form("metrics", ("metrics.prom",), "OpenMetrics text, for Prometheus", "metrics"),
    Form("csv", tuple(f"tables/{name}.csv" for name in TABLES), "tables for a spreadsheet", "csv_tables"),
    Form(
        "parquet",
        tuple(f"tables/{name}.parquet" for name in TABLES),
        "tables for a notebook",
        "parquet_tables",
        extra="parquet",
        packages=("pyarrow",),
    ),
    Form("pdf", ("report.pdf",), "the report on paper, with the run inside", "pdf", "pdf", ("weasyprint",)),
    Form("pcapng", ("evidence.pcapng", "evidence.lua"), "the frames that matter", "frames", of_evidence=True),
    Form("bundle", ("bundle.zip",), "most of these in one file", "bundle", takes_evidence=True),
)
DEFAULT = ("html", "json", "md")
"""What is written where nobody asks for a form."""


def chosen(names: Iterable[str], forms: Sequence[Form] = FORMS) -> tuple[Form, ...]:
    """The forms of these names or files (or several in one, with commas), each once, in the order of `forms`.

    :class:`UsageError` where none is named, there is no such form, or an extra is missing.
    """
    asked = {word for name in names for part in name.split(",") if (word := part.strip())}
    known = [form.name for form in forms]
    if not asked:
        raise UsageError(f"--write: names no form; there are {', '.join(known)}")
    for name in sorted(asked.difference(known, *(form.files for form in forms))):
        near = get_close_matches(name, known, 1)
        raise UsageError(
            f"--write {name}: no such form{f', did you mean {near[0]}?' if near else ''}; there are {', '.join(known)}"
        )
    found = tuple(form for form in forms if asked.intersection((form.name, *form.files)))
    for form in found:
        if form.lacking:
            raise UsageError(
                f"--write {form.name}: needs {', '.join(form.lacking)}, which is not installed: "
                f"pip install 'autopath-analyzer[{form.extra}]'"
            )
    return found


def written(forms: Iterable[Form], material: Material, lost: Lost | None = None) -> dict[str, bytes]:
    """The files of the forms by name, in the order of the forms. A form that can't be written, by a fault of ours or of
    what it needs, is told to `lost`, and the others are written; without that its error is raised.
    """
    files: dict[str, bytes] = {}
    for form in forms:
        try:
            files |= form.write(material)
        except Exception as error:
            if lost is None or isinstance(error, UsageError):
                raise
            lost(form, error)
    return files


DEFAULT_FORMS = chosen(DEFAULT)
