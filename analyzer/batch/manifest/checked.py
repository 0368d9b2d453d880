"""What a test of a manifest says, checked: its keys, their values, and its name, which is that of its folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple, TypeGuard

from analyzer.errors import ConfigurationError
from analyzer.user_file import shown

TEXTS = (
    "title", "ticket", "cluster", "operator", "zone", "log_timezone", "expectations", "inventory", "storage_address",
    "host_private_address", "cvm_management_address",
)  # fmt: skip
LISTS = ("evidence", "clock", "rules")
NUMBERS = {"log_year": range(1970, 2201), "nfs_port": range(1, 65536)}
"""What is a number, and which ones it may be."""
SHARED = (*TEXTS, "clock", "rules", *NUMBERS, "labels")
"""What all tests of a manifest may have in common."""
KEYS = ("name", "evidence", *SHARED)
MOST_TESTS = 100_000
LONGEST_NAME = 100
_NAME = re.compile(r"[\w+@-][\w.+@-]*")
_OURS = re.compile(r"batch(-\d+-of-\d+)?\.json", re.IGNORECASE)
_EXPECTED = "expected a text without line breaks and control characters that is not empty"
_MOST_TOLD = 5
"""Unknown keys of a table that are named."""

Value = str | int | tuple[str, ...]


class Row(NamedTuple):
    """A test: its line (0: it has none), its name, its evidence, the texts, lists and numbers that it is given by key,
    and its labels.
    """

    line: int
    name: str
    evidence: tuple[str, ...]
    given: Mapping[str, Value]
    labels: Mapping[str, str]


class Fault(NamedTuple):
    """What is wrong, at which line (0: unknown)."""

    line: int
    says: str


class Rows(NamedTuple):
    """The tests of a manifest, and a sentence for each fault."""

    rows: tuple[Row, ...]
    faults: tuple[str, ...]


def without_faults(read: Iterable[Row | Fault], name: str) -> Rows:
    """The tests, and the faults, which two of one name are too."""
    rows: dict[str, Row] = {}
    faults: list[str] = []
    for each in read:
        if len(rows) + len(faults) >= MOST_TESTS:
            raise ConfigurationError(f"{name}: has more than {MOST_TESTS:,} tests; make several manifests of it")
        if isinstance(each, Fault):
            faults.append(f"{name}{f' line {each.line}' if each.line else ''}: {each.says}")
            continue
        first = rows.setdefault(_folded(each.name), each)
        if first is not each:
            where = f" line {each.line}" if each.line else ""
            other = f" (line {first.line})" if first.line else f" ({first.name})"
            faults.append(f"{name}{where}: there is a test {each.name!r} already{other}; give each its own name")
    return Rows(tuple(rows.values()), tuple(faults))


def row_of(line: int, table: Mapping[str, object], shared: Mapping[str, Value], labels: Mapping[str, str]) -> Row:
    """The test of a table; :class:`ValueError` says what is wrong with it."""
    given = checked(table, KEYS)
    name, evidence = table.get("name"), given.pop("evidence", ())
    if not isinstance(name, str):
        raise ValueError("a test without a name; give it one, such as name = 'cvm-failure-1'")  # noqa: TRY004 - a fault
    check_name(name)
    if not isinstance(evidence, tuple) or not evidence:
        raise ValueError(f"test {name!r} has no evidence; name files or folders, such as evidence = ['span.pcap']")
    return Row(line, name, evidence, {**shared, **given}, {**labels, **labels_of(table)})


def checked(table: Mapping[str, object], keys: tuple[str, ...]) -> dict[str, Value]:
    """The values of a table's keys but for its name and labels; :class:`ValueError` for an unknown key or a wrong
    value.
    """
    return dict(_checked(table, keys))


def _checked(table: Mapping[str, object], keys: tuple[str, ...]) -> Iterator[tuple[str, Value]]:
    if unknown := [key for key in table if key not in keys]:
        raise ValueError(_unknown(unknown, keys))
    for key, value in table.items():
        if key in TEXTS:
            if not is_text(value):
                raise ValueError(f"{key} is {shown(value)}; {_EXPECTED}")
            yield key, value
        elif key in NUMBERS:
            may = NUMBERS[key]
            if not isinstance(value, int) or isinstance(value, bool) or value not in may:
                raise ValueError(f"{key} is {shown(value)}; expected a whole number from {may[0]} to {may[-1]}")
            yield key, value
        elif key in LISTS:
            texts = [value] if isinstance(value, str) else value
            if not isinstance(texts, list) or not all(map(is_text, texts)):
                raise ValueError(f"{key} is {shown(value)}; expected a text or a list of texts, none of them empty")
            yield key, tuple(texts)


def _unknown(unknown: Sequence[str], keys: tuple[str, ...]) -> str:
    """What is said of keys that there are not."""
    near = {key: get_close_matches(key, keys, 1) for key in unknown[:_MOST_TOLD]}
    said = [f"unknown key {shown(key)}{''.join(f'; did you mean {one!r}?' for one in near[key])}" for key in near]
    if len(unknown) > _MOST_TOLD:
        said.append(f"and {len(unknown) - _MOST_TOLD:,} more")
    return "; ".join((*said, *(() if all(near.values()) else (f"there are {', '.join(keys)}",))))


def labels_of(table: Mapping[str, object]) -> dict[str, str]:
    """Its labels; :class:`ValueError` where they are no table of texts."""
    value = table.get("labels", {})
    if not isinstance(value, dict) or not all(map(is_text, (*value, *value.values()))):
        raise ValueError(f"labels is {shown(value)}; expected a table of texts, such as labels = {{ round = '1' }}")
    return value


def check_name(name: str) -> None:
    """:class:`ValueError` for a name that had better not be that of a folder."""
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or _OURS.fullmatch(name):
        raise ValueError(
            f"name is {name[:LONGEST_NAME]!r}; it is a folder's name too: at most {LONGEST_NAME} letters, digits and "
            "_ + @ - ., no . at the beginning"
        )


def is_text(value: object) -> TypeGuard[str]:
    """Whether it is a text that is not empty, and that fits into a line."""
    return isinstance(value, str) and bool(value.strip()) and not any(unicodedata.category(c) == "Cc" for c in value)


def _folded(name: str) -> str:
    """The name as a file system may see it that knows no capital letters."""
    return unicodedata.normalize("NFC", name).casefold()
