"""Every regular expression of `analyzer`: what its modules hold, what stands in their functions, and the rules."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import msgspec

import analyzer
from analyzer.ingest.logs import load_rules
from analyzer.ingest.logs.rules.pattern import Pattern
from analyzer.ingest.logs.text.window import window

OURS = ("analyzer.lab", "analyzer.__main__", "analyzer.cli.lab", "analyzer.cli.simulat")
"""What reads nothing that others wrote."""
AT_ONE_PLACE = frozenset(("match", "fullmatch"))
_FUNCTIONS = frozenset(("compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"))


WINDOWED = ("analyzer.ingest.logs.rules", "analyzer.ingest.logs.meaning", "analyzer.ingest.logs.snapshots")
"""What sees messages through `analyzer.ingest.logs.text.window` alone."""
WHOLE = "analyzer.ingest.logs.meaning.typed"
"""What sees all of a line: a typed command may be long."""
OF_PROGRAMS = (
    "analyzer.ingest.capture.dissect._PACKET",
    "analyzer.report.forms.paper.compact._STATE",
    "analyzer.report.html._REMARKS",
)
"""What sees nothing but what tshark or WeasyPrint writes, or our own stylesheet."""


class Found(NamedTuple):
    """An expression, where it stands, and whether it is tried at the beginning of a text alone."""

    where: str
    compiled: re.Pattern[Any]
    at_one_place: bool

    @property
    def has_longest(self) -> bool:
        """Whether it never sees more than the longest message."""
        return self.where.startswith(WINDOWED) and not self.where.startswith(WHOLE)

    def text(self, text: str) -> str:
        """A text as the expression comes to see it."""
        return window(text) if self.has_longest else text


def found() -> list[Found]:
    """All of them, each once, in order of where they stand."""
    every: dict[tuple[str | bytes, int, bool], Found] = {}
    for one in (*_of_modules(), *_of_rules()):
        if one.where in OF_PROGRAMS:
            continue
        every.setdefault((one.compiled.pattern, one.compiled.flags, one.at_one_place), one)
    return sorted(every.values(), key=lambda one: (one.where, str(one.compiled.pattern)))


def _of_modules() -> Iterator[Found]:
    for info in pkgutil.walk_packages(analyzer.__path__, "analyzer."):
        if info.name.startswith(OURS) or info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        tree = ast.parse(Path(module.__file__ or "").read_text())
        used = _used(tree)
        for name, value in vars(module).items():
            for compiled in _patterns(value):
                yield Found(f"{info.name}.{name}", compiled, used.get(name, frozenset(("search",))) <= AT_ONE_PLACE)
        yield from _written(tree, module)


def _used(tree: ast.AST) -> Mapping[str, frozenset[str]]:
    """By name: the methods that a module calls of what it holds by this name."""
    used: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _FUNCTIONS:
            used.setdefault(node.value.id, set()).add(node.attr)
    return {name: frozenset(methods) for name, methods in used.items()}


def _written(tree: ast.AST, module: ModuleType) -> Iterator[Found]:
    """The expressions that stand as text in calls of `re`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name("re"), attr=function),
                args=[ast.Constant(str() | bytes() as text), *_],
            ) if function in _FUNCTIONS - {"compile"}:
                yield Found(f"{module.__name__}:{node.lineno}", re.compile(text), function in AT_ONE_PLACE)
            case _:
                pass


def _of_rules() -> Iterator[Found]:
    for pattern in _patterns(load_rules(())):
        yield Found("analyzer.ingest.logs.rules", pattern, at_one_place=False)


def _patterns(value: object, depth: int = 8) -> Iterator[re.Pattern[Any]]:
    """The expressions in a value, and in what it holds."""
    match value:
        case re.Pattern():
            yield value
        case Pattern():
            yield value.compiled()
        case tuple() | list() | frozenset() | set() if depth:
            for one in value:
                yield from _patterns(one, depth - 1)
        case Mapping() if depth:
            for one in value.values():
                yield from _patterns(one, depth - 1)
        case msgspec.Struct() if depth:
            for field in value.__struct_fields__:
                yield from _patterns(getattr(value, field), depth - 1)
        case _:
            pass
