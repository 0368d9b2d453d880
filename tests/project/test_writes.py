"""What a function writes to that it didn't make is found; what it made, it may write to."""

from __future__ import annotations

import ast

import pytest

from tests.project.writes import written

SHARED = {
    "attribute": "def f(a):\n    a.b = 1",
    "attribute-of-own": "def f(self):\n    self.b = 1",
    "attribute-in-a-loop": "def f(a):\n    for a.b in c: pass",
    "attribute-deleted": "def f(a):\n    del a.b",
    "attribute-in-the-maker": "def __init__(self, a):\n    a.b = 1",
    "item": "def f(a):\n    a[1] = 2",
    "item-of-an-item": "def f(a):\n    a[1][2] = 3",
    "item-of-an-attribute": "def f(a):\n    a.b[1] = 2",
    "item-deleted": "def f(a):\n    del a[1]",
    "item-unpacked": "def f(a):\n    a[0], b = 1, 2",
    "call": "def f(a):\n    a.append(1)",
    "call-on-an-attribute": "def f(a):\n    a.b.append(1)",
    "call-on-what-was-got": "def f(a):\n    a.get(1).append(2)",
    "call-on-either": "def f(a, b):\n    (a or b).append(1)",
    "rarer-call": "def f(a):\n    a.symmetric_difference_update(b)",
    "unbound-call": "def f(a):\n    list.sort(a)",
    "function": "def f(a):\n    heapq.heappush(a, 1)",
    "setattr": "def f(a):\n    setattr(a, 'b', 1)",
    "object-setattr": "def f(self):\n    object.__setattr__(self, 'b', 1)",
    "object-setattr-of-another": "def __post_init__(self, a):\n    object.__setattr__(a, 'b', 1)",
    "in-place": "def f(a: set[int]):\n    a |= {1}",
    "in-place-by-another-name": "def f(a):\n    b = a.c\n    b += [1]",
    "alias": "def f(a):\n    b = a\n    b.sort()",
    "alias-of-an-attribute": "def f(a):\n    b = a.c\n    b.sort()",
    "alias-of-an-item": "def f(a):\n    b = a[0]\n    b.sort()",
    "alias-unpacked": "def f(a):\n    b, c = a\n    b.sort()",
    "alias-in-an-expression": "def f(a):\n    if b := a.c: b.sort()",
    "alias-of-either": "def f(a):\n    a = a or []\n    a.append(1)",
    "alias-in-a-loop": "def f(a):\n    for b in a: b.append(1)",
    "alias-in-a-sorted-loop": "def f(a):\n    for b in sorted(a): b.append(1)",
    "alias-in-a-numbered-loop": "def f(a):\n    for i, b in enumerate(a): b.append(1)",
    "alias-in-a-match": "def f(a):\n    match a:\n        case C(b): b.append(1)",
    "alias-in-a-comprehension": "def f(a):\n    return [b.append(1) for b in a]",
    "alias-in-a-copy": "def f(a):\n    b = list(a)\n    b[0].append(1)",
    "before-it-is-copied": "def f(a):\n    a.append(1)\n    a = list(a)",
    "default": "def f(a=[]):\n    a.append(1)",
    "outside": "A = {}\ndef f(b):\n    A[b] = 1",
    "outside-in-place": "A = set()\ndef f(b):\n    A.add(b)",
    "enclosing": "def f():\n    a = []\n    def g():\n        a.append(1)\n    g()",
    "in-a-lambda": "def f():\n    a = []\n    return lambda: a.append(1)",
    "global": "def f():\n    global a\n    a = 1",
    "nonlocal": "def f():\n    a = 1\n    def g():\n        nonlocal a\n        a = 2",
    "cached": "@cache\ndef g(): return []\ndef f():\n    g().append(1)",
    "cached-with-a-name": "@lru_cache(1)\ndef g(): return []\ndef f():\n    a = g()\n    a.append(1)",
}
OWN = {
    "local": "def f():\n    a = []\n    a.append(1)",
    "copy": "def f(a):\n    a = list(a)\n    a.append(1)\n    a[0] = 2",
    "sorted-copy": "def f(a):\n    b = sorted(a)\n    b.reverse()",
    "grown": "def f(a):\n    b = {}\n    for c in a:\n        b.setdefault(c, []).append(1)",
    "own-items": "def f(a):\n    b = {c: [] for c in a}\n    b[1].append(2)",
    "own-items-in-a-loop": "def f(a):\n    b = {c: [] for c in a}\n    for d in b.values(): d.append(1)",
    "own-unpacked": "def f():\n    a, b = [], {}\n    a.append(1)\n    b[1] = 2",
    "number": "def f(a: int):\n    a += 1",
    "tuple": "def f(a: tuple[int, ...]):\n    a += (1,)",
    "own-in-place": "def f(a):\n    b = set()\n    b |= a",
    "maker": "def __init__(self, a):\n    self.b = a",
    "frozen-maker": "def __post_init__(self):\n    object.__setattr__(self, 'b', 1)",
    "further-arguments": "def f(*a, **b):\n    b['c'] = 1",
}


@pytest.mark.parametrize("text", SHARED.values(), ids=SHARED)
def test_what_is_not_its_own_is_found(text: str) -> None:
    assert len([*written(ast.parse(text))]) == 1


@pytest.mark.parametrize("text", OWN.values(), ids=OWN)
def test_what_is_its_own_is_let_be(text: str) -> None:
    assert [*written(ast.parse(text))] == []
