"""A run's tables as CSV, a file each: for spreadsheets, and for whatever reads no Parquet.

Text that a spreadsheet would take for a formula begins with an apostrophe (also behind a semicolon, where some split
cells), and what ends a line or can't be seen is written out. Times are integers of ns, and ISO 8601 in UTC where a
frame has datetimes. References: RFC 4180; OWASP, CSV Injection.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from analyzer.report.forms.material import Material
from analyzer.report.frames import FRAMES
from analyzer.report.words import visible

if TYPE_CHECKING:
    from pandas import DataFrame, Series, Timestamp

_FORMULA = re.compile(r"(\A\s*|;\s*)(?=[=+\-@＝＋－＠])")  # the wide ones are signs to a spreadsheet too


def write(material: Material) -> dict[str, bytes]:
    """`tables/episodes.csv` and the others: UTF-8, with a line of headings, each text in quotes."""
    return {f"tables/{name}.csv": _csv(made(material.run)) for name, made in FRAMES.items()}


def _csv(frame: DataFrame) -> bytes:
    cells = frame.select_dtypes(exclude="timedelta").apply(_as_text)  # its ns are there
    return cells.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC).encode()


def _as_text(column: Series[str]) -> Series[str]:
    """Text and datetimes as they are written; numbers stay."""
    if column.dtype == "string":
        return column.map(_harmless, na_action="ignore")
    if column.dtype.kind == "M":
        return column.map(_iso, na_action="ignore").astype("string")
    return column


def _harmless(text: str) -> str:
    return _FORMULA.sub(r"\1'", visible(text).replace("\n", "\\n").replace("\t", "\\t"))


def _iso(at: Timestamp) -> str:
    return at.isoformat().replace("+00:00", "Z")
