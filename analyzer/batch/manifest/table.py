"""A manifest as a table: CSV with a head, a row a test; several paths in a cell stand with `;` between them.

A label is a column of its own, `label.NAME`. The separator is the comma, or the semicolon where the head has no comma.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from analyzer.batch.manifest.checked import KEYS, LISTS, NUMBERS, Fault, Row, row_of
from analyzer.errors import ConfigurationError
from analyzer.user_file import shown

_LABEL = "label."
_BETWEEN = ";"
_NUMBER = re.compile(r"[0-9]{1,9}")
_COLUMNS = tuple(key for key in KEYS if key != "labels")


def rows_of_csv(name: str, text: str) -> Iterator[Row | Fault]:
    """Each test, or what is wrong with it; :class:`~analyzer.errors.ConfigurationError` for a wrong head, or none."""
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if "," in head else ";", strict=True)
    columns: list[str] | None = None
    found = False
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _head(name, [cell.strip() for cell in cells])
                continue
            found = True
            yield _row(reader.line_num, columns, cells)
    except csv.Error as error:
        raise ConfigurationError(f"{name} line {reader.line_num}: is no CSV ({error}); correct that line") from error
    if not found:
        raise ConfigurationError(f"{name}: has no test; expected a head (name, evidence, …) and a row for each test")


def _head(name: str, columns: list[str]) -> list[str]:
    for column, times in Counter(columns).items():
        if column not in _COLUMNS and not (column.startswith(_LABEL) and column != _LABEL):
            raise ConfigurationError(
                f"{name} line 1: unknown column {shown(column)}; there are {', '.join(_COLUMNS)}, label.NAME"
            )
        if times > 1:
            raise ConfigurationError(f"{name} line 1: has the column {shown(column)} twice; keep one")
    return columns


def _row(line: int, columns: list[str], cells: list[str]) -> Row | Fault:
    if len(cells) > len(columns):
        return Fault(line, f"has {len(cells)} cells where the head has {len(columns)}; quote cells that hold commas")
    told = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    try:
        return row_of(line, dict(_values(told)), {}, {})
    except ValueError as error:
        return Fault(line, str(error))


def _values(told: Mapping[str, str]) -> Iterator[tuple[str, object]]:
    labels = {key.removeprefix(_LABEL): text for key, text in told.items() if key.startswith(_LABEL)}
    if labels:
        yield "labels", labels
    for key, text in told.items():
        if key in LISTS:
            yield key, [part.strip() for part in text.split(_BETWEEN) if part.strip()]
        elif key in NUMBERS:
            yield key, int(text) if _NUMBER.fullmatch(text) else text
        elif not key.startswith(_LABEL):
            yield key, text
