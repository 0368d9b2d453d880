"""The small changes: what may stand in the place of a node of the syntax tree, each with its operator's name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeVar

Variant = tuple[str, ast.AST]
_Node = TypeVar("_Node", bound=ast.AST)

NEGATED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
BOUNDARY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


def _both(*pairs: tuple[str, str]) -> dict[str, str]:
    return {one: other for pair in pairs for one, other in (pair, pair[::-1])}


FUNCTIONS = _both(("min", "max"), ("any", "all"), ("bisect_left", "bisect_right"))
ATTRIBUTES = _both(
    ("first", "last"),
    ("start", "end"),
    ("before", "after"),
    ("least", "most"),
    ("src", "dst"),
    ("source", "destination"),
    ("earlier", "later"),
)
NAMES = _both(("repaired", "restored"), ("detected", "decided"), ("local", "remote")) | {"fault": "detected"}
EMPTY = {"tuple": "()", "list": "[]", "Sequence": "()", "dict": "{}", "Mapping": "{}", "set": "set()"}
LEAVING = (ast.Return, ast.Continue, ast.Break, ast.Raise)


def variants(node: ast.AST) -> Iterator[Variant]:
    """What may stand in the place of `node`; of a `Return` there is more, see `returned`."""
    if isinstance(node, ast.stmt):
        yield from _statement(node)
    elif isinstance(node, ast.expr):
        yield from _logic(node)
        yield from _value(node)
    else:
        yield from _part(node)


def _logic(node: ast.expr) -> Iterator[Variant]:
    """Of what decides."""
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp(op=op, values=values):
            yield "and/or exchanged", ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for others in _without_one(values):
                yield "condition dropped", ast.BoolOp(op, others) if len(others) > 1 else others[0]
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield "sign or not dropped", operand
        case ast.IfExp(test, body, orelse):
            yield "branches exchanged", ast.IfExp(test, orelse, body)
        case _:
            return


def _value(node: ast.expr) -> Iterator[Variant]:
    """Of what gives a value."""
    match node:
        case ast.BinOp(left, op, right) if type(op) in ARITHMETIC:
            yield "arithmetic", ast.BinOp(left, ARITHMETIC[type(op)](), right)
        case ast.Constant(value=value):
            yield from _constant(value)
        case ast.Name(id=name) if name in FUNCTIONS:
            yield "function exchanged", ast.Name(FUNCTIONS[name], ast.Load())
        case ast.Attribute(value, attr, ast.Load()) if attr in ATTRIBUTES:
            yield "attribute exchanged", ast.Attribute(value, ATTRIBUTES[attr], ast.Load())
        case ast.Call():
            yield from _called(node)
        case ast.Set(elts=[_, _, *_] as elements):
            yield from (("element dropped", ast.Set(others)) for others in _without_one(elements))
        case _:
            return


def _part(node: ast.AST) -> Iterator[Variant]:
    """Of a comprehension's and a match's parts."""
    match node:
        case ast.comprehension(target, iterable, [_, *_] as conditions, is_async):
            for others in _without_one(conditions):
                yield "filter dropped", ast.comprehension(target, iterable, others, is_async)
        case ast.MatchOr(patterns=patterns):
            for kept in _without_one(patterns):
                yield "pattern dropped", ast.MatchOr(kept) if len(kept) > 1 else kept[0]
        case ast.match_case(pattern, ast.expr(), body):
            yield "guard dropped", ast.match_case(pattern, None, body)
        case _:
            return


def _without_one(nodes: Sequence[_Node]) -> Iterator[list[_Node]]:
    """All but the first, all but the second, …"""
    for place in range(len(nodes)):
        yield [*nodes[:place], *nodes[place + 1 :]]


def _compared(node: ast.Compare) -> Iterator[Variant]:
    for place, op in enumerate(node.ops):
        for name, table in (("comparison negated", NEGATED), ("boundary moved", BOUNDARY)):
            if type(op) in table:
                ops = [*node.ops[:place], table[type(op)](), *node.ops[place + 1 :]]
                yield name, ast.Compare(node.left, ops, node.comparators)
    match node:
        case ast.Compare(left, [ast.In() | ast.NotIn()] as ops, [ast.Tuple(elts=[_, _, *_] as elements)]):
            for others in _without_one(elements):
                yield "element dropped", ast.Compare(left, ops, [ast.Tuple(others, ast.Load())])
        case _:
            return


def _constant(value: object) -> Iterator[Variant]:
    match value:
        case bool():
            yield "constant", ast.Constant(not value)
        case int():
            yield "constant", ast.Constant(value + 1)
            yield "constant", ast.Constant(value - 1)
        case str() if value in NAMES:
            yield "name exchanged", ast.Constant(NAMES[value])
        case _:
            return


def _called(node: ast.Call) -> Iterator[Variant]:
    """Without each of its named arguments; `strict` only says what is so."""
    for dropped in node.keywords:
        if dropped.arg not in {None, "strict"}:
            kept = [keyword for keyword in node.keywords if keyword is not dropped]
            yield "argument dropped", ast.Call(node.func, node.args, kept)


def _statement(node: ast.stmt) -> Iterator[Variant]:
    match node:
        case ast.Continue():
            yield "continue/break", ast.Break()
        case ast.Break():
            yield "continue/break", ast.Continue()
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()) | ast.AugAssign():
            yield "statement dropped", ast.Pass()
        case ast.If(test, body, orelse):
            if isinstance(body[-1], LEAVING) and not orelse:
                yield "way out dropped", ast.If(ast.Constant(value=False), body, orelse)
            yield from (("condition negated", ast.If(other, body, orelse)) for other in _negated(test))
        case ast.While(test, body, orelse):
            yield from (("condition negated", ast.While(other, body, orelse)) for other in _negated(test))
        case _:
            return


def _negated(test: ast.expr) -> Iterator[ast.expr]:
    """The contrary of what no other operator changes."""
    if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), test)


def returned(node: ast.Return, annotation: ast.expr | None) -> Iterator[Variant]:
    """What a function that is annotated so may return as well: nothing, or the contrary."""
    if node.value is None or annotation is None or isinstance(node.value, ast.Constant):
        return
    said = ast.unparse(annotation)
    if said == "bool" and not isinstance(node.value, ast.Compare | ast.BoolOp | ast.UnaryOp):
        yield "returned", ast.Return(ast.UnaryOp(ast.Not(), node.value))
    elif said.endswith("| None"):
        yield "returned", ast.Return(ast.Constant(value=None))
    elif (empty := EMPTY.get(said.partition("[")[0])) is not None and ast.unparse(node.value) != empty:
        yield "returned", ast.Return(ast.parse(empty, mode="eval").body)
