"""Which tests a batch has: from a manifest (TOML or CSV), or from a folder with a folder for each."""

from __future__ import annotations

from pathlib import Path

from analyzer.batch.manifest.checked import Row, Rows, without_faults
from analyzer.batch.manifest.folders import rows_of_folder
from analyzer.batch.manifest.table import rows_of_csv
from analyzer.batch.manifest.toml import rows_of_toml
from analyzer.errors import ConfigurationError
from analyzer.user_file import content_of

__all__ = ["LARGEST", "Row", "Rows", "read_manifest", "rows_of_folder"]
LARGEST = {rows_of_csv: 16 << 20, rows_of_toml: 8 << 20}
"""Bytes of a manifest at most: TOML needs three times the memory."""


def read_manifest(path: Path) -> Rows:
    """The tests of a manifest; a name that ends in `.csv` tells a table, any other TOML. Its folder is where they lie.

    :class:`~analyzer.errors.ConfigurationError` where it can't be read at all; what is wrong with single tests is told
    in :attr:`Rows.faults`.
    """
    if path.is_dir():
        raise ConfigurationError(f"{path}: is a folder; where it has a folder for each test, give it with --each")
    rows_of = rows_of_csv if path.suffix.lower() == ".csv" else rows_of_toml
    try:
        text = content_of(path, LARGEST[rows_of]).decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(
            f"{path}: can't be read ({error.strerror}); expected a manifest of tests (TOML or CSV)"
        ) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            f"{path} line {line}: byte {error.start} is not UTF-8; save the manifest as UTF-8"
        ) from error
    return without_faults(rows_of(str(path), text), str(path))
