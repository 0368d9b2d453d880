"""What a module's functions write to that they didn't make, found in its syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.project.scope import Function, Scope

CHANGING = {"append", "extend", "insert", "remove", "pop", "popitem", "clear", "sort", "reverse", "add", "discard"}
CHANGING |= {"update", "setdefault", "difference_update", "intersection_update", "symmetric_difference_update"}
CHANGING |= {"appendleft", "extendleft", "popleft", "rotate", "subtract", "move_to_end"}
CHANGING |= {"__setitem__", "__delitem__", "__setattr__", "__delattr__", "__ior__", "__iadd__"}
CHANGING_FIRST = {"setattr", "delattr", "heappush", "heappop", "heapify", "heapreplace", "insort", "insort_left"}
CHANGING_FIRST |= {"insort_right", "shuffle", "setitem", "delitem", "vars"}
IN_PLACE = (ast.BitOr, ast.BitAnd, ast.BitXor, ast.Add, ast.Sub, ast.Mult)  # `|=` changes a set, `+=` and `*=` a list


def written(tree: ast.Module) -> Iterator[str]:
    """Each place where a function writes to what it didn't make."""
    cached = {
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any("cache" in ast.unparse(decorator) for decorator in function.decorator_list)
    }
    for function in ast.walk(tree):
        if isinstance(function, Function):
            scope = Scope.of(function, cached)
            yield from (f"line {node.lineno}: {what}" for node in scope.nodes for what in _writes(node, scope))


def _writes(node: ast.AST, scope: Scope) -> Iterator[str]:
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()):
            if scope.name != "__init__" or ast.unparse(node.value) != "self":
                yield f"{ast.unparse(node)} is written to"
        case ast.Subscript(value=holder, ctx=ast.Store() | ast.Del()) if scope.shared(holder, node.lineno):
            yield f"an item of {ast.unparse(holder)} is written to"
        case ast.AugAssign(target=ast.Name(id=name), op=op) if isinstance(op, IN_PLACE):
            if scope.changes_in_place(name, node.lineno):
                yield f"{name} may be changed in place"
        case ast.Call():
            changed = _changed(node)
            if changed is not None and scope.shared(changed, node.lineno) and not _sets_own_field(node, scope):
                yield f"{ast.unparse(changed)} is changed: {ast.unparse(node)}"
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield f"{', '.join(names)} of another scope"
        case _:
            pass


def _changed(call: ast.Call) -> ast.expr | None:
    """What a call changes."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="object" | "list" | "dict" | "set"), attr=method)):
            return call.args[0] if call.args and method in CHANGING else None  # as in list.sort(given)
        case ast.Call(func=ast.Attribute(value=holder, attr=method)) if method in CHANGING:
            return holder
        case ast.Call(func=func, args=[changed, *_]) if ast.unparse(func).rpartition(".")[2] in CHANGING_FIRST:
            return changed
        case _:
            return None


def _sets_own_field(call: ast.Call, scope: Scope) -> bool:
    """`object.__setattr__(self, …)` where a frozen value is made."""
    return scope.name == "__post_init__" and ast.unparse(call).startswith("object.__setattr__(self, ")
