"""A file of settings that a user names: read whole, within limits, and never from what has no end.

A device or a pipe may never end, or nobody may ever write to it; so only a regular file is read. TOML is parsed where
its keys have few parts: tomllib's memory grows with the square of these. JSON is read by msgspec.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tomllib
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

LARGEST = 1 << 20
"""Bytes of a file of settings at most."""
LONGEST_SHOWN = 100
"""Characters of a wrong value that a sentence says."""
MOST_PARTS = 32
"""Parts of a dotted key at most."""
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_PART = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DEEP_KEY = re.compile(rf"(?<![\w.-]){_PART}(?:[ \t]*\.[ \t]*{_PART}){{{MOST_PARTS}}}")


def content_of(path: Path, most: int = LARGEST) -> bytes:
    """The bytes of a regular file; :class:`OSError` where it can't be read, is none, or has more than `most`."""
    # a pipe would be waited for, also where it takes the file's place just now
    with open(os.open(path, os.O_RDONLY | _AT_ONCE), "rb") as file:  # noqa: PTH123
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most} bytes")
    return content


def toml_table(text: str, number: Callable[[str], object] = float) -> dict[str, object]:
    """What a TOML text holds; `number` makes its decimals. :class:`ValueError` says what is wrong, and where."""
    if deep := _DEEP_KEY.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        raise ValueError(f"a key of more than {MOST_PARTS} parts (at line {line})")
    try:
        return tomllib.loads(text, parse_float=number)
    except RecursionError as error:
        raise ValueError("its values stand in one another too deep") from error
    except ArithmeticError as error:
        raise ValueError("a number is too large") from error


def shown(value: object) -> str:
    """A value of TOML as a sentence has room for it: as a file has it, not as Python does."""
    try:
        text = _written(value)
    except ValueError:  # an integer of thousands of digits, which TOML may give in hex
        return "a number of thousands of digits"
    except RecursionError:
        return "a value in which others stand too deep"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _written(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case date() | time():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(_written, value))}]"
        case dict():
            return f"{{{', '.join(f'{key} = {_written(one)}' for key, one in value.items())}}}"
        case _:
            return repr(value)


def valid_keys(error: str, shape: type) -> tuple[str, ...]:
    """The keys of the table in which an unknown one stands, by msgspec's sentence; empty for another error."""
    if "unknown field" not in error:
        return ()
    import msgspec

    at = msgspec.inspect.type_info(shape)
    for key in re.findall(r"\.(\w+)|\[\d+\]", error.partition(" - at `$")[2]):
        if isinstance(at, msgspec.inspect.StructType):
            at = next(field.type for field in at.fields if field.encode_name == key)
        elif isinstance(at, msgspec.inspect.VarTupleType):
            at = at.item_type
    return tuple(field.encode_name for field in at.fields) if isinstance(at, msgspec.inspect.StructType) else ()


def wrong_json(*also: type[Exception]) -> tuple[type[Exception], ...]:
    """What `msgspec.json.decode` raises for bytes that are not what it was asked for; and what else is to be caught."""
    import msgspec

    return (msgspec.DecodeError, UnicodeDecodeError, RecursionError, *also)
