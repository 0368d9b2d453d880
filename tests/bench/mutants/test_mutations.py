"""The changes of a module: what is changed, what is not, and how a change is known."""

from __future__ import annotations

import ast
from pathlib import Path

from bench.mutants.mutations import Mutation, mutated, mutations

SOURCE = '''"""A module, 1."""

from __future__ import annotations

Alias = int | str
LIMIT = 5


class Values(Base, frozen=True):
    """Its 2."""

    size: int = 3

    @property(4)
    def large(self) -> "Literal[6]":
        """Whether it is > 7."""
        if self.size > LIMIT:
            return True
        raise ValueError(8)
'''


def of(text: str, folder: Path) -> list[Mutation]:
    path = folder / "module.py"
    path.write_text(text)
    return mutations(path, "module.py")


def test_code_is_changed_and_what_only_speaks_of_it_is_not(tmp_path: Path) -> None:
    found = of(SOURCE, tmp_path)

    assert [(one.scope, one.before, one.after) for one in found] == [
        ("module", "LIMIT = 5", "LIMIT = 6"),
        ("module", "LIMIT = 5", "LIMIT = 4"),
        ("Values", "size: int = 3", "size: int = 4"),
        ("Values", "size: int = 3", "size: int = 2"),
        ("Values.large", "if self.size > LIMIT:", "if False:"),
        ("Values.large", "if self.size > LIMIT:", "if self.size <= LIMIT:"),
        ("Values.large", "if self.size > LIMIT:", "if self.size >= LIMIT:"),
        ("Values.large", "return True", "return False"),
    ]


def test_each_can_be_made_and_is_the_only_difference(tmp_path: Path) -> None:
    found = of(SOURCE, tmp_path)
    plain = ast.unparse(ast.parse(SOURCE)).splitlines()

    for one in found:
        changed = ast.unparse(mutated(SOURCE, one.place)).splitlines()
        (differing,) = [(a.strip(), b.strip()) for a, b in zip(plain, changed, strict=True) if a != b]
        assert differing == (one.before, one.after)
    assert len(found) == 8


def test_a_change_keeps_its_name_when_lines_move(tmp_path: Path) -> None:
    moved = SOURCE.replace("LIMIT = 5", "MORE = a\n\n\nLIMIT = 5")

    assert [one.name for one in of(SOURCE, tmp_path)] == [one.name for one in of(moved, tmp_path)]


def test_equal_changes_of_one_function_are_told_apart(tmp_path: Path) -> None:
    found = of("def f(a):\n    if a < 0:\n        return\n    g()\n    if a < 0:\n        return\n", tmp_path)

    names = [one.name for one in found]
    assert len(names) == len(set(names))
    assert "module.py::f: if a < 0: → if a <= 0: (2)" in names


def test_a_long_line_is_shown_where_it_changes(tmp_path: Path) -> None:
    (one, _) = of(f"x = f({'some_name, ' * 20}5, {'some_name, ' * 20})\n", tmp_path)

    assert one.before == "…some_name, some_name, some_name, some_name, 5, some_name, some_name, some_name, some_…"
    assert one.after == one.before.replace("5", "6")


def test_its_lines_are_those_of_the_statement_without_what_it_holds(tmp_path: Path) -> None:
    found = of("def f(a):\n    if (\n        a < 0\n        and a\n    ):\n        return 1\n", tmp_path)

    assert {one.before.partition(" ")[0]: one.lines for one in found} == {"if": (2, 3, 4, 5), "return": (6,)}
