"""A run's tables as CSV, a file each: for spreadsheets, and for whatever reads no Parquet.

Text that a spreadsheet would take for a formula begins with an apostrophe (also behind a semicolon, where some split
cells), and what ends a line or can't be seen is written out. A text too long for a cell is cut, and says so. Times are
integers of ns, and ISO 8601 in UTC where a frame has datetimes. References: RFC 4180; OWASP, CSV Injection.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from analyzer.report.forms.material import Material
from analyzer.report.frames import FRAMES
from analyzer.report.words import more_characters, visible

if TYPE_CHECKING:
    from pandas import DataFrame, Series, Timestamp

LONGEST = 32_000
"""UTF-16 code units of a text; Excel takes 32,767 in a cell, and would lose the rest."""
_FORMULA = re.compile(r"(\A\s*|;\s*)(?=[=+\-@＝＋－＠])")  # the wide ones are signs to a spreadsheet too


def write(material: Material) -> dict[str, bytes]:
    """`tables/episodes.csv` and the others: UTF-8, with a line of headings, each text in quotes."""
    return {f"tables/{name}.csv": csv_of(made(material.run)) for name, made in FRAMES.items()}


def csv_of(frame: DataFrame) -> bytes:
    """A table: UTF-8, with a line of headings, each text in quotes."""
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
    return _fitting(_FORMULA.sub(r"\1'", visible(text).replace("\n", "\\n").replace("\t", "\\t")))


def _fitting(cell: str) -> str:
    units = cell.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return cell
    kept = units[: 2 * LONGEST].decode("utf-16-le", "ignore")
    return kept + more_characters(len(cell) - len(kept))


def _iso(at: Timestamp) -> str:
    return at.isoformat().replace("+00:00", "Z")
