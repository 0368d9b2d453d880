"""Every test holds something whatever it finds: no test passes over an empty loop, or by doing nothing.

A statement holds when it is an `assert`, expects an error or calls a function of the tests that holds; a loop, and an
`assert all(…)` over one, does when it goes over what is written down (a tuple, a list, a constant, a range) or assumed
to be there, a branch when both ways do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

EXPECTING = ("pytest.raises", "pytest.warns")
ASSERTING = ("pytest.fail", "jsonschema.validate", "validate")

Name = tuple[str, str]  # of a module, and of a function in it


@cache
def trees() -> dict[str, ast.Module]:
    """The parsed modules of the tests, by name."""
    paths = {path.relative_to(ROOT): path for path in (ROOT / "tests").rglob("*.py")}
    return {module_of(path): ast.parse(file.read_text("utf-8")) for path, file in paths.items()}


def module_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


@cache
def meant(module: str) -> dict[str, Name]:
    """What a function's name in a module stands for: its own, one that is imported, `builder.only` of a module."""
    names: dict[str, Name] = {}
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "tests":
            for each in node.names:
                names[each.asname or each.name] = (node.module, each.name)
                within = f"{node.module}.{each.name}"
                for function in functions(within) if within in trees() else ():
                    names[f"{each.asname or each.name}.{function.name}"] = (within, function.name)
    return names | {function.name: (module, function.name) for function in functions(module)}


def functions(module: str) -> Iterator[ast.FunctionDef]:
    for node in trees()[module].body:
        match node:
            case ast.FunctionDef():
                yield node
            case ast.ClassDef(body=body):
                yield from (each for each in body if isinstance(each, ast.FunctionDef))
            case _:
                continue


@cache
def holding() -> frozenset[Name]:
    """The functions of the tests that hold something whenever they are called."""
    found: frozenset[Name] = frozenset()
    while True:
        more = {
            (module, function.name)
            for module in trees()
            for function in functions(module)
            if holds(function.body, module, found)
        }
        if more <= found:
            return found
        found |= more


def holds(body: Sequence[ast.stmt], module: str, known: frozenset[Name]) -> bool:
    """Whether a body does, where Hypothesis draws anew until what is assumed is so."""
    assumed = {argument for statement in body if (argument := assumption(statement))}
    return any(
        one_holds(statement, module, known)
        or (
            isinstance(statement, ast.For)
            and ast.unparse(statement.iter) in assumed
            and holds(statement.body, module, known)
        )
        for statement in body
    )


def assumption(statement: ast.stmt) -> str:
    """What `assume(…)` asks for, as it is written; empty of another statement."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="assume"), args=[argument])):
            return ast.unparse(argument)
        case _:
            return ""


def one_holds(statement: ast.stmt, module: str, known: frozenset[Name]) -> bool:
    match statement:
        case ast.Assert(test=ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp(generators=[each, *_])])):
            return calls(each.iter, module, known) or written_down(each.iter)
        case ast.Assert():
            return True
        case ast.With(items=items, body=body):
            expects = any(ast.unparse(item.context_expr).startswith(EXPECTING) for item in items)
            return expects or holds(body, module, known)
        case ast.Try(body=body, finalbody=final):
            return holds((*body, *final), module, known)
        case ast.If(body=body, orelse=other):
            return holds(body, module, known) and holds(other, module, known)
        case ast.For(iter=over, body=body):
            return calls(over, module, known) or (written_down(over) and holds(body, module, known))
        case ast.While() | ast.FunctionDef() | ast.ClassDef():
            return False
        case ast.Match(cases=cases):
            return all(holds(case.body, module, known) for case in cases)
        case _:
            return calls(statement, module, known)


def calls(node: ast.AST, module: str, known: frozenset[Name]) -> bool:
    """Whether something in it calls a function that holds."""
    called = {ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
    return any(name in ASSERTING or name.endswith(".validate") or meant(module).get(name) in known for name in called)


def written_down(over: ast.expr) -> bool:
    match over:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return bool(elements)
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)):
            return name.isupper() or name == "range"
        case _:
            return False


def idle(module: str, known: frozenset[Name]) -> list[str]:
    """The tests of a module that may hold nothing."""
    return [
        function.name
        for function in functions(module)
        if function.name.startswith("test_") and not holds(function.body, module, known)
    ]


def test_every_test_holds_something() -> None:
    known = holding()

    assert known
    assert {module: found for module in trees() if (found := idle(module, known))} == {}


@pytest.mark.parametrize(
    ("body", "well"),
    [
        ("assert found()", True),
        ("for one in found(): assert one", False),
        ("for one in ONES: assert one", True),
        ("assert all(one for one in found())", False),
        ("assert all(one for one in ONES)", True),
        ("for one in (1, 2): assert one", True),
        ("if found(): assert True", False),
        ("found()", False),
        ("assume(found)\nfor one in found: assert one", True),
        ("with pytest.raises(ValueError): found()", True),
        ("with opened() as file: assert file", True),
        ("return", False),
    ],
)
def test_a_loop_that_may_be_empty_holds_nothing(body: str, well: bool) -> None:
    assert holds(ast.parse(body).body, "tests.conftest", frozenset()) == well
