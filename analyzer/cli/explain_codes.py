"""`autopath explain CODE`: the catalogue of findings on the terminal, one entry or a line each."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterator

import click

from analyzer.errors import UsageError

ALL = "codes"
NARROWEST, WIDEST = 40, 100
NEAREST = 3
_CODE = re.compile(r"ap-?(\d{1,5})", re.IGNORECASE)


def is_code(name: str) -> bool:
    """Whether an argument is a finding's code, or asks for all of them; a path such as ./AP101 never is."""
    return name.lower() == ALL or _CODE.fullmatch(name) is not None


def show_code(name: str) -> None:
    """Print what the catalogue says of a code; UsageError with the nearest ones where it has none of that name."""
    click.echo("\n".join(_list() if name.lower() == ALL else _entry(name)))


def _list() -> Iterator[str]:
    from analyzer.judge.codes import catalogue

    for code, entry in catalogue().items():
        yield _wrapped(entry.title, f"{code}  {entry.severity:<9}", " " * 16)


def _entry(name: str) -> Iterator[str]:
    from analyzer.judge.codes import catalogue

    code = _known(name)
    entry = catalogue()[code]
    yield _wrapped(entry.title, f"{code} {entry.severity}: ", "")
    parts = (
        ("What it means", entry.meaning),
        ("Why it matters", entry.why),
        ("What to do", entry.advice),
        ("What shows it", entry.evidence),
        ("When it is not raised", entry.silent),
    )
    for heading, text in parts:
        yield f"\n{heading}"
        yield _wrapped(text, "  ", "  ")


def _known(name: str) -> str:
    """The code as the catalogue has it."""
    from analyzer.judge.codes import catalogue

    match = _CODE.fullmatch(name)
    number = int(match[1]) if match else 0
    code = f"AP{number:03d}"
    if code in catalogue():
        return code
    near = sorted(catalogue(), key=lambda each: (abs(int(each[2:]) - number), each))[:NEAREST]
    raise UsageError(
        f"{name}: no finding has this code; the nearest are {', '.join(sorted(near))}, and `autopath explain {ALL}` "
        f"lists all (for a file of this name, give ./{name})"
    )


def _wrapped(text: str, first: str, rest: str) -> str:
    width = max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
