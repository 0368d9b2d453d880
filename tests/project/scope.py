"""A function's names, and whether what they stand for is its own or shared with others.

A value is *shared* when a function was given it, or took it from something that is: a parameter, an attribute, what
stands outside the function, what a cached function gives, and an item of any of these. A copy (`list(…)`, `{**…}`) is
its own, though what it holds may be shared.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
TAKING = {"get", "setdefault", "pop", "popitem", "popleft", "values", "items", "keys", "__getitem__"}
ITEMS_OF = {"list", "tuple", "sorted", "reversed", "enumerate", "zip", "set", "frozenset", "filter", "dict", "iter"}
ITEMS_OF |= {"chain", "islice", "pairwise"}
ONE_OF = {"next", "min", "max", "cast"}
UNCHANGING = ("int", "float", "str", "bool", "bytes", "Span", "Instant", "tuple[", "frozenset[")


@dataclass(frozen=True)
class ItemOf:
    """What a name stands for that is taken out of something."""

    of: ast.expr


Binding = tuple[str, int, ast.expr | ItemOf | None]  # a name, the line, and what it stands for; None: of its own


@dataclass(frozen=True)
class Scope:
    """One function without those in it: its nodes, what it is given, and what each of its names may stand for."""

    name: str
    nodes: tuple[ast.stmt | ast.expr, ...]
    given: dict[str, str]  # parameter → its annotation
    stands_for: dict[str, list[tuple[int, ast.expr | ItemOf | None]]]  # with the line; None: something of its own
    cached: set[str]

    @staticmethod
    def of(function: Function, cached: set[str]) -> Scope:
        arguments = function.args
        given = {
            one.arg: ast.unparse(one.annotation) if one.annotation else ""
            for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        }
        nodes = tuple(_within(function))
        names: dict[str, list[tuple[int, ast.expr | ItemOf | None]]] = {}
        for starred in (arguments.vararg, arguments.kwarg):
            if starred is not None:
                names.setdefault(starred.arg, []).append((function.lineno, None))
        for node in nodes:
            for name, line, value in _bindings(node):
                names.setdefault(name, []).append((line, value))
        return Scope(getattr(function, "name", "lambda"), nodes, given, names, cached)

    def shared(self, value: ast.expr | ItemOf | None, line: int = 2**31, seen: frozenset[str] = frozenset()) -> bool:
        """Whether others may have it too, as it stands before `line`."""
        match value:
            case ast.Name(id=name):
                return self._name_shared(name, line, seen)
            case ast.Attribute():
                return True
            case ItemOf(of=holder) | ast.Subscript(value=holder):
                return self._holds_shared(holder, line, seen)
            case ast.Starred(value=one) | ast.NamedExpr(value=one):
                return self.shared(one, line, seen)
            case ast.BoolOp(values=values):
                return any(self.shared(one, line, seen) for one in values)
            case ast.IfExp(body=body, orelse=other):
                return self.shared(body, line, seen) or self.shared(other, line, seen)
            case ast.Call():
                return self._given_by_call(value, line, seen)
            case _:
                return False

    def _given_by_call(self, call: ast.Call, line: int, seen: frozenset[str]) -> bool:
        """Whether what a call gives may be shared: an item of what is, or what a function has kept."""
        match call:
            case ast.Call(func=ast.Attribute(value=holder, attr=method)) if method in TAKING:
                return self._holds_shared(holder, line, seen)
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in ONE_OF:
                return any(self.shared(one, line, seen) or self._holds_shared(one, line, seen) for one in arguments)
            case ast.Call(func=ast.Name(id=name)):
                return name in self.cached
            case _:
                return False

    def _name_shared(self, name: str, line: int, seen: frozenset[str]) -> bool:
        if name in seen:
            return name in self.given
        bound = self.stands_for.get(name, [])
        if not bound or (name in self.given and all(at >= line for at, _ in bound)):
            return True  # it stands outside, or is still what was given
        return any(self.shared(value, line, seen | {name}) for _, value in bound)

    def _holds_shared(self, holder: ast.expr, line: int, seen: frozenset[str]) -> bool:
        """Whether an item of it may be shared."""
        match holder:
            case ast.Name(id=name) if name in seen:
                return name in self.given
            case ast.Name(id=name) if name in self.stands_for:
                bound, within = [value for _, value in self.stands_for[name] if value is not None], seen | {name}
                return any(self._holds_shared(_taken(value), line, within) for value in bound)
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
                return any(self.shared(one, line, seen) for one in elements)
            case ast.Dict(keys=keys, values=values):
                return any(
                    self.shared(value, line, seen) if key else self._holds_shared(value, line, seen)
                    for key, value in zip(keys, values, strict=True)
                )
            case ast.ListComp(elt=one) | ast.SetComp(elt=one) | ast.GeneratorExp(elt=one) | ast.DictComp(value=one):
                return self.shared(one, line, seen)
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in ITEMS_OF:
                return any(self._holds_shared(one, line, seen) for one in arguments)
            case ast.BinOp(left=left, right=right):
                return self._holds_shared(left, line, seen) or self._holds_shared(right, line, seen)
            case ast.Call(func=ast.Attribute(value=inner, attr=method)) if method in TAKING:
                return self._holds_shared(inner, line, seen)
            case _:
                return self.shared(holder, line, seen)

    def changes_in_place(self, name: str, line: int) -> bool:
        """Whether `name |= …` may change what others have: a parameter's annotation may say that it can't."""
        if name in self.given and self.given[name].startswith(UNCHANGING):
            return False
        return self._name_shared(name, line, frozenset())


def _taken(value: ast.expr | ItemOf) -> ast.expr:
    """What holds what a name stands for, as far as that may be shared."""
    return value.of if isinstance(value, ItemOf) else value


def _within(function: Function) -> Iterator[ast.stmt | ast.expr]:
    """The statements and expressions of a function, but for what is in the functions within it."""
    waiting: list[ast.AST] = list(function.body) if isinstance(function.body, list) else [function.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt | ast.expr):
            yield node
        if not isinstance(node, Function):
            waiting += ast.iter_child_nodes(node)


def _bindings(node: ast.AST) -> Iterator[Binding]:
    """The names that a node binds: where, and to what."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _bound(target, value, node.lineno)
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield from _bound(target, value, node.lineno)
        case ast.For(target=target, iter=over):
            yield from _bound(target, ItemOf(over), node.lineno)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            for each in node.generators:
                yield from _bound(each.target, ItemOf(each.iter), node.lineno)
        case ast.Match(subject=subject, cases=cases):
            for pattern in (each for case in cases for each in ast.walk(case.pattern)):
                if name := getattr(pattern, "name", None) or getattr(pattern, "rest", None):
                    yield name, node.lineno, ItemOf(subject)
        case _:
            yield from ((name, node.lineno, None) for name in _made(node) if isinstance(node, ast.stmt))


def _made(node: ast.AST) -> Iterator[str]:
    """The names of what a statement makes."""
    match node:
        case ast.With(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from (each.id for each in ast.walk(item.optional_vars) if isinstance(each, ast.Name))
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Try(handlers=handlers):
            yield from (each.name for each in handlers if each.name)
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (each.asname or each.name for each in names)
        case _:
            pass


def _bound(target: ast.expr, value: ast.expr | ItemOf | None, line: int) -> Iterator[Binding]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, line, value
        case ast.Starred(value=one), _:
            yield from _bound(one, None, line)
        case (ast.Tuple(elts=ones), ast.Tuple(elts=others)) if len(ones) == len(others):
            for one, other in zip(ones, others, strict=True):
                yield from _bound(one, other, line)
        case ast.Tuple(elts=ones) | ast.List(elts=ones), _:
            for one in ones:
                yield from _bound(one, value if value is None or isinstance(value, ItemOf) else ItemOf(value), line)
        case _:
            pass
