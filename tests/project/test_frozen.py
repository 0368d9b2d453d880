"""Nothing in the correlator is written to outside the function that made it: every class is frozen, no function sets an
attribute, and none changes what it was given.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

CORRELATE = ROOT / "analyzer" / "correlate"
MODULES = sorted(CORRELATE.rglob("*.py"))
CHANGING = {"append", "extend", "insert", "remove", "pop", "popitem", "clear", "sort", "reverse", "add", "discard"}
CHANGING |= {"update", "setdefault", "difference_update", "intersection_update", "appendleft", "popleft"}


def test_there_is_something_to_hold() -> None:
    assert len(MODULES) > 40


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(CORRELATE).as_posix())
def test_nothing_is_written_to_outside_the_function_that_made_it(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert [*_thawed(tree), *_set_attributes(tree), *_changed_parameters(tree)] == []


def _thawed(tree: ast.Module) -> Iterator[str]:
    """Dataclasses that are not frozen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for decorator in node.decorator_list:
                call = decorator if isinstance(decorator, ast.Call) else ast.Call(decorator, [], [])
                is_dataclass = isinstance(call.func, ast.Name) and call.func.id == "dataclass"
                if is_dataclass and not any(word.arg == "frozen" for word in call.keywords):
                    yield f"line {node.lineno}: class {node.name} is not frozen"


def _set_attributes(tree: ast.Module) -> Iterator[str]:
    """Writing to an attribute, to an item of one, or by a changing call on one; but in `__init__` to self's own."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name != "__init__":
            for target in _written(function):
                if isinstance(_holder(target), ast.Attribute):
                    yield f"line {target.lineno}: {ast.unparse(target)} is written to"


def _changed_parameters(tree: ast.Module) -> Iterator[str]:
    """What a function was given, and changes: an item of it, or by a changing call."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            arguments = function.args
            given = {one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            own = {one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
            for target in _written(function):
                holder = _holder(target)
                if isinstance(holder, ast.Name) and holder.id in given - own:
                    yield f"line {target.lineno}: {holder.id} was given to {function.name}, which changes it"


def _written(function: ast.FunctionDef) -> Iterator[ast.expr]:
    return (target for node in ast.walk(function) for target in _targets(node))


def _holder(target: ast.expr) -> ast.expr:
    """What holds the item that is written to."""
    while isinstance(target, ast.Subscript):
        target = target.value
    return target


def _targets(node: ast.AST) -> list[ast.expr]:
    """What a statement writes to: targets of assignments and deletions, and what a changing method is called on."""
    match node:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return [part for target in targets for part in _parts(target)]
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            return [target]
        case ast.Call(func=ast.Attribute(attr=method, value=value)) if method in CHANGING:
            return [value]
        case _:
            return []


def _parts(target: ast.expr) -> list[ast.expr]:
    return [part for item in target.elts for part in _parts(item)] if isinstance(target, ast.Tuple) else [target]
