"""Nothing in the correlator is written to outside the function that made it: every class is frozen, its fields are of
types that nobody can change, and no function writes to what it was given or what it took from that.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.project.writes import written

CORRELATE = ROOT / "analyzer" / "correlate"
MODULES = sorted(CORRELATE.rglob("*.py"))
CHANGEABLE = {
    "list",
    "dict",
    "set",
    "Counter",
    "defaultdict",
    "deque",
    "MutableMapping",
    "MutableSequence",
    "MutableSet",
}
FROZEN_BASES = {"NamedTuple", "Protocol", "Enum", "TypedDict"}


def test_there_is_something_to_hold() -> None:
    assert len(MODULES) > 40


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(CORRELATE).as_posix())
def test_nothing_is_written_to_outside_the_function_that_made_it(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert [*thawed(tree), *changeable(tree), *written(tree)] == []


def thawed(tree: ast.Module) -> Iterator[str]:
    """Classes that are neither frozen nor of a kind that always is."""
    for node in classes(tree):
        if not any(is_frozen(one) for one in (*node.decorator_list, *node.bases)) and not any(
            word.arg == "frozen" and ast.unparse(word.value) == "True" for word in node.keywords
        ):
            yield f"line {node.lineno}: class {node.name} is not frozen"


def is_frozen(what: ast.expr) -> bool:
    """Whether a decorator or a base makes a class frozen."""
    match what:
        case ast.Call(func=func, keywords=words) if ast.unparse(func).rpartition(".")[2] == "dataclass":
            return any(word.arg == "frozen" and ast.unparse(word.value) == "True" for word in words)
        case _:
            return ast.unparse(what).rpartition(".")[2] in FROZEN_BASES


def changeable(tree: ast.Module) -> Iterator[str]:
    """Fields, and values that stand outside functions, of types that can be changed."""
    for body, where in ((tree.body, "the module"), *((node.body, node.name) for node in classes(tree))):
        for field in body:
            match field:
                case ast.AnnAssign(target=target, annotation=annotation):
                    names = {each.id for each in ast.walk(annotation) if isinstance(each, ast.Name)}
                    if names & CHANGEABLE:
                        yield f"line {field.lineno}: {ast.unparse(target)} of {where} can be changed"
                case _:
                    continue


def classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


@pytest.mark.parametrize(
    ("text", "well"),
    [
        ("@dataclass(frozen=True, slots=True)\nclass A:\n    a: Mapping[str, tuple[int, ...]]", True),
        ("class A(NamedTuple):\n    a: int", True),
        ("class A(Struct, frozen=True):\n    a: int", True),
        ("@dataclass\nclass A:\n    a: int", False),
        ("@dataclass(slots=True)\nclass A:\n    a: int", False),
        ("@dataclass(frozen=False)\nclass A:\n    a: int", False),
        ("@dataclasses.dataclass\nclass A:\n    a: int", False),
        ("class A:\n    pass", False),
        ("class A(NamedTuple):\n    a: list[int]", False),
        ("class A(NamedTuple):\n    a: Mapping[str, set[int]]", False),
        ("A: dict[str, int] = {}", False),
        ("A: Mapping[str, int] = {}", True),
    ],
)
def test_what_can_be_changed_is_found(text: str, well: bool) -> None:
    tree = ast.parse(text)

    assert ([*thawed(tree), *changeable(tree)] == []) == well
