"""A manifest in TOML: keys that all tests share, and a `[[test]]` for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import cast

from analyzer.batch.manifest.checked import SHARED, Fault, Row, checked, labels_of, row_of
from analyzer.errors import ConfigurationError
from analyzer.user_file import toml_table

_TEST = "test"
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*test[ \t]*\]\]", re.MULTILINE)


def rows_of_toml(name: str, text: str) -> Iterator[Row | Fault]:
    """Each test, or what is wrong with it; :class:`~analyzer.errors.ConfigurationError` where it is no TOML or has no
    test.
    """
    try:
        table = toml_table(text)
    except ValueError as error:
        raise ConfigurationError(f"{name}: is no TOML ({error}); correct that line") from error
    tests = table.pop(_TEST, None)
    if not isinstance(tests, list) or not tests or not all(isinstance(test, dict) for test in tests):
        raise ConfigurationError(f"{name}: has no [[test]]; expected one for each test, with its name and evidence")
    try:
        shared, labels = checked(table, SHARED), labels_of(table)
    except ValueError as error:
        raise ConfigurationError(f"{name}: {error}") from error
    lines = _lines(text, len(tests))
    for line, test in zip(lines, cast("list[Mapping[str, object]]", tests), strict=True):
        try:
            yield row_of(line, test, shared, labels)
        except ValueError as error:
            yield Fault(line, str(error))


def _lines(text: str, tests: int) -> list[int]:
    """The line of each `[[test]]`; 0 where they can't be told apart, as inline tables."""
    lines, at, line = [], 0, 1
    for header in _HEADER.finditer(text):
        line += text.count("\n", at, header.start())
        at = header.start()
        lines.append(line)
    return lines if len(lines) == tests else [0] * tests
