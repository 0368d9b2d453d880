"""A copy of the package in which the sentences of some rooms are other ones.

A sentence is a string, or a piece of an f-string, with two words in it that no documentation, pattern or format is.
Each gets words of its own, so that two that were alike are so no more: what compares or searches them is found out.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

_WORD = re.compile(r"[A-Za-z]{2,}")
_TWO_WORDS = re.compile(r"[A-Za-z]{2,}[^A-Za-z]* [^A-Za-z]*[A-Za-z]{2,}")
_FIELD = re.compile(r"(\{[^{}]*\}|%[a-zA-Z])")
_PATTERNS = frozenset({"compile", "match", "fullmatch", "search", "sub", "split", "finditer", "findall"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """Where one stands, and its words."""

    path: str
    line: int
    words: str


def sentences(package: Path, room: str) -> list[Sentence]:
    """The sentences that a room (`measure`, `correlate/logs`, `report/notes.py`) makes."""
    found = []
    for path in _modules(package, room):
        tree = ast.parse(path.read_text("utf-8"))
        name = str(path.relative_to(package))
        found += [Sentence(name, node.lineno, str(node.value)) for node in _sentences(tree)]
    return found


def reworded(package: Path, rooms: Collection[str], into: Path, spared: Collection[str] = ()) -> int:
    """Copy the package into the folder `into`, with the sentences of these rooms reworded; how many they were.

    `spared` are strings that look like sentences and are none: what is read, and not said.
    """
    copy = into / package.name
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    number = 0
    for path in sorted({path for room in rooms for path in _modules(copy, room)}):
        tree = ast.parse(path.read_text("utf-8"))
        wanted = [node for node in _sentences(tree) if node.value not in spared]
        for number, node in enumerate(wanted, number + 1):  # noqa: B020 - goes on counting from file to file
            node.value = other_words(str(node.value), number)
        if wanted:
            path.write_text(ast.unparse(tree) + "\n", "utf-8")
    return number


def other_words(sentence: str, number: int) -> str:
    """The same with each word replaced by one made of the number; fields to be filled stay."""
    word = "".join("bdfghjklmn"[int(digit)] for digit in str(number)) + "zz"
    return "".join(part if _FIELD.fullmatch(part) else _WORD.sub(word, part) for part in _FIELD.split(sentence))


def _modules(package: Path, room: str) -> list[Path]:
    place = package / room
    found = [place] if place.is_file() else sorted(place.rglob("*.py"))
    if not found:
        raise FileNotFoundError(f"{place}: there is no such room")
    return found


def _sentences(tree: ast.Module) -> Iterator[ast.Constant]:
    spared = {id(node) for each in ast.walk(tree) for node in _no_sentences(each)}
    for node in (node for node in ast.walk(tree) if id(node) not in spared):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _TWO_WORDS.search(node.value):
            yield node


def _no_sentences(node: ast.AST) -> Iterator[ast.AST]:
    """The strings below a node that are documentation, a pattern, an annotation or a format."""
    match node:
        case ast.Expr(value=ast.Constant() as documentation):
            yield documentation
        case ast.FormattedValue(format_spec=ast.JoinedStr() as spec):
            yield from ast.walk(spec)
        case ast.Call(func=ast.Attribute(attr=name)) if name in _PATTERNS:
            yield from ast.walk(node)
        case ast.Subscript(value=ast.Name(id="Literal")):
            yield from ast.walk(node)
        case _:
            return
