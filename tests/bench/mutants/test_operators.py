"""What may stand in the place of a piece of code."""

from __future__ import annotations

import ast

import pytest

from bench.mutants.operators import returned, variants


@pytest.mark.parametrize(
    ("code", "others"),
    [
        ("a < b", {"a >= b", "a <= b"}),
        ("a == b", {"a != b"}),
        ("a < b <= c", {"a >= b <= c", "a <= b <= c", "a < b > c", "a < b < c"}),
        ("a in (b, c)", {"a not in (b, c)", "a in (c,)", "a in (b,)"}),
        ("a and b", {"a or b", "a", "b"}),
        ("a or b or c", {"a and b and c", "b or c", "a or c", "a or b"}),
        ("not a", {"a"}),
        ("-a", {"a"}),
        ("a + b", {"a - b"}),
        ("a // b", {"a * b"}),
        ("5", {"6", "4"}),
        ("True", {"False"}),
        ("'restored'", {"'repaired'"}),
        ("'any other word'", set()),
        ("min", {"max"}),
        ("one.least", {"one.most"}),
        ("f(a, key=b, strict=True)", {"f(a, strict=True)"}),
        ("a if b else c", {"c if b else a"}),
        ("{a, b}", {"{b}", "{a}"}),
        ("f(a)", set()),
    ],
)
def test_an_expression(code: str, others: set[str]) -> None:
    found = [ast.unparse(ast.fix_missing_locations(other)) for _, other in variants(ast.parse(code, mode="eval").body)]

    assert set(found) == others
    assert len(found) == len(others)


@pytest.mark.parametrize(
    ("code", "others"),
    [
        ("continue", {"break"}),
        ("break", {"continue"}),
        ("found.append(a)", {"pass"}),
        ("count += 1", {"pass"}),
        ("yield a", {"pass"}),
        ("if a:\n    return", {"if False:\n    return", "if not a:\n    return"}),
        ("if a < b:\n    return", {"if False:\n    return"}),
        ("if a:\n    b = c", {"if not a:\n    b = c"}),
        ("while a:\n    b()", {"while not a:\n    b()"}),
        ("a = b", set()),
    ],
)
def test_a_statement(code: str, others: set[str]) -> None:
    found = [ast.unparse(ast.fix_missing_locations(other)) for _, other in variants(ast.parse(code).body[0])]

    assert set(found) == others
    assert len(found) == len(others)


def test_a_filter_of_a_comprehension_is_dropped() -> None:
    comprehension = ast.parse("[a for a in b if c if d]", mode="eval").body
    assert isinstance(comprehension, ast.ListComp)

    found = [ast.unparse(other).strip() for _, other in variants(comprehension.generators[0])]

    assert found == ["for a in b if d", "for a in b if c"]


@pytest.mark.parametrize(
    ("annotation", "value", "others"),
    [
        ("int | None", "a", ["return None"]),
        ("int | None", "None", []),
        ("tuple[int, ...]", "a", ["return ()"]),
        ("tuple[int, ...]", "()", []),
        ("dict[str, int]", "a", ["return {}"]),
        ("bool", "f(a)", ["return not f(a)"]),
        ("bool", "a < b", []),
        ("int", "a", []),
    ],
)
def test_what_is_returned_fits_the_annotation(annotation: str, value: str, others: list[str]) -> None:
    node = ast.parse(f"return {value}").body[0]
    assert isinstance(node, ast.Return)

    found = [ast.unparse(other) for _, other in returned(node, ast.parse(annotation, mode="eval").body)]

    assert found == others
