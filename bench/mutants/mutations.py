"""All small changes of a module, each known by what it does and where, so that lines that move don't rename it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.mutants.operators import returned, variants


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change: `before` in the function `scope` of a module becomes `after`; `nth` tells equal ones apart."""

    module: str
    scope: str
    operator: str
    before: str
    after: str
    nth: int
    lines: tuple[int, ...]
    place: int

    @property
    def name(self) -> str:
        """What names the change in the page and in the reasons."""
        again = f" ({self.nth + 1})" if self.nth else ""
        return f"{self.module}::{self.scope}: {self.before} → {self.after}{again}"


@dataclass(frozen=True, slots=True)
class _Site:
    """Where a node hangs: in a field of its parent, at a place of a list; within a statement of a function."""

    parent: ast.AST
    field: str
    at: int | None
    statement: ast.stmt | ast.match_case
    scope: tuple[str, ...]
    returns: ast.expr | None

    def put(self, node: ast.AST) -> None:
        """Let `node` hang there."""
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


UNREAD = {"annotation", "returns", "decorator_list", "bases"}
CONTEXT = 40  # so many characters beside a change are shown
SILENT = (ast.Import, ast.ImportFrom, ast.Raise, ast.Assert, ast.Global, ast.Nonlocal)


def mutations(path: Path, module: str) -> list[Mutation]:
    """All of the module at `path`, in the order of its text."""
    tree = ast.parse(path.read_text("utf-8"))
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for place, (site, node, operator, variant) in enumerate(_changes(tree)):
        before = _shown(site.statement)
        site.put(ast.fix_missing_locations(ast.copy_location(variant, node)))
        after = _shown(variant if node is site.statement else site.statement)
        site.put(node)
        before, after = _trimmed(before, after)
        key = (*site.scope, before, after)
        lines = tuple(range(*_lines(site.statement)))
        found.append(
            Mutation(module, ".".join(site.scope) or "module", operator, before, after, seen[key], lines, place)
        )
        seen[key] += 1
    return found


def mutated(source: str, place: int) -> ast.Module:
    """The module with the change that `mutations` gives as the `place`th."""
    tree = ast.parse(source)
    for index, (site, node, _, variant) in enumerate(_changes(tree)):
        if index == place:
            site.put(ast.copy_location(variant, node))
            return ast.fix_missing_locations(tree)
    raise LookupError(place)


def _changes(tree: ast.Module) -> Iterator[tuple[_Site, ast.AST, str, ast.AST]]:
    for site, node in _sites(tree, None, (), None):
        more = returned(node, site.returns) if isinstance(node, ast.Return) else iter(())
        for operator, variant in (*variants(node), *more):
            yield site, node, operator, variant


def _sites(
    parent: ast.AST, statement: ast.stmt | ast.match_case | None, scope: tuple[str, ...], returns: ast.expr | None
) -> Iterator[tuple[_Site, ast.AST]]:
    """Every node that a test could miss a change of: no annotation, import, docstring or sentence of an error."""
    for field, value in ast.iter_fields(parent):
        if field in UNREAD or (isinstance(parent, ast.ClassDef) and field == "keywords"):
            continue
        for at, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(node, ast.AST) or isinstance(node, SILENT) or _is_of_types(node, scope):
                continue
            within = node if isinstance(node, ast.stmt | ast.match_case) else statement
            if within is None:
                continue
            yield _Site(parent, field, at, within, scope, returns), node
            inner, gives = scope, returns
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                inner = (*scope, node.name)
                gives = node.returns if isinstance(node, ast.FunctionDef) else None
            yield from _sites(node, within, inner, gives)


def _is_of_types(node: ast.AST, scope: tuple[str, ...]) -> bool:
    """Whether a node only names types, or checks them, which mypy holds; or is a number too large to be exact."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(value=ast.BinOp(op=ast.BitOr()) | ast.Subscript()):
            return not scope
        case ast.Call(func=ast.Name(id="TypeVar" | "assert_never" | "cast" | "isinstance")):
            return True
        case ast.BinOp(op=ast.Pow()):
            return True
        case _:
            return False


def _shown(statement: ast.AST) -> str:
    """A statement's first line, where it holds others."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        bare = ast.unparse(statement).splitlines()
        return next(line for line in bare if not line.startswith("@"))
    return ast.unparse(statement).strip().splitlines()[0]


def _trimmed(before: str, after: str) -> tuple[str, str]:
    """Both texts without most of what is the same in them."""
    head = _common(before, after)
    tail = min(_common(before[::-1], after[::-1]), min(len(before), len(after)) - head)
    start = max(head - CONTEXT, 0)
    start = before.rfind(" ", 0, start + 1) + 1
    cut = max(tail - CONTEXT, 0)

    def part(text: str) -> str:
        return f"{'…' if start else ''}{text[start : len(text) - cut]}{'…' if cut else ''}"

    return part(before), part(after)


def _common(one: str, other: str) -> int:
    """How many characters at the begin are the same in both."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _lines(statement: ast.stmt | ast.match_case) -> tuple[int, int]:
    """From a statement's first line to the one after its last, without the statements that it holds."""
    first = statement.pattern.lineno if isinstance(statement, ast.match_case) else statement.lineno
    body: list[ast.stmt] | None = getattr(statement, "body", None)
    if body:
        return first, max(body[0].lineno, first + 1)
    if isinstance(statement, ast.Match):
        return first, first + 1
    end = statement.end_lineno if isinstance(statement, ast.stmt) else None
    return first, (end or first) + 1
