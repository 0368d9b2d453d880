"""Texts that nearly match an expression: what stands before each of its repetitions, and what that repeats, very often.

Made from the expression as `re` parses it; each kind of character that two neighbouring repetitions may share is tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from re import _constants as kinds  # type: ignore[attr-defined]  # nothing public tells how an expression is parsed
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

ALPHABET = "a1 .-_:/,='\"\t\n([<{x0A|@"
MANY = 8
"""A repetition of so many at most costs no more than that."""
_REPEATS = frozenset(
    getattr(kinds, name) for name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") if hasattr(kinds, name)
)
_CATEGORIES = {
    kinds.CATEGORY_DIGIT: r"\d", kinds.CATEGORY_NOT_DIGIT: r"\D", kinds.CATEGORY_SPACE: r"\s",
    kinds.CATEGORY_NOT_SPACE: r"\S", kinds.CATEGORY_WORD: r"\w", kinds.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip
_END = "\0"

Text = Callable[[int], str]
"""A text of about so many characters."""
_Kind = Any
"""What a node is: a constant of `re._constants`."""
_Value = Any
"""What it holds, by its kind."""
_Node = tuple[_Kind, _Value]


def near_misses(pattern: re.Pattern[Any]) -> list[Text]:
    """Texts of any length that an expression nearly matches."""
    written = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    parsed = parser.parse(written, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    alphabet = dict.fromkeys((*ALPHABET, *_literals(parsed)))
    parts = {("", char) for char in alphabet}
    for char in alphabet:
        parts |= {(before, body) for before, body in _repeated(parsed, "", char) if body}
    return [text for before, body in sorted(parts) for text in _texts(before, body)]


def _texts(before: str, body: str) -> Iterator[Text]:
    yield lambda size: before + body * max(1, size // len(body)) + _END
    if before:
        yield lambda size: (before + body) * max(1, size // len(before + body)) + _END
        yield lambda size: before * (size // 2 // len(before)) + body * (size // 2 // len(body)) + _END


def _literals(nodes: Sequence[_Node]) -> Iterator[str]:
    for kind, value in nodes:
        if kind is kinds.LITERAL:
            yield chr(value)
        for inside in _inside(kind, value):
            yield from _literals(inside)


def _inside(kind: _Kind, value: _Value) -> list[Sequence[_Node]]:
    """The sequences within a node."""
    if kind in _REPEATS:
        return [value[2]]
    if kind is kinds.SUBPATTERN:
        return [value[3]]
    if kind is kinds.BRANCH:
        return list(value[1])
    if kind in (kinds.ASSERT, kinds.ASSERT_NOT):
        return [value[1]]
    if kind is getattr(kinds, "ATOMIC_GROUP", None):
        return [value]
    return []


def _repeated(nodes: Sequence[_Node], before: str, char: str) -> Iterator[tuple[str, str]]:
    """What stands before each repetition, and what that repeats, where `char` is taken wherever it fits."""
    for kind, value in nodes:
        if kind in _REPEATS and (value[1] is kinds.MAXREPEAT or value[1] > MANY):
            yield before, _sample(value[2], char)
        for inside in _inside(kind, value):
            yield from _repeated(inside, before, char)
        before += _sample([(kind, value)], char)


def _sample(nodes: Sequence[_Node], char: str) -> str:
    """A text that these nodes match, mostly."""
    return "".join(_of_node(kind, value, char) for kind, value in nodes)


def _of_node(kind: _Kind, value: _Value, char: str) -> str:
    if kind is kinds.LITERAL:
        return chr(value)
    if kind in (kinds.ANY, kinds.NOT_LITERAL, kinds.IN):
        return next((one for one in (char, *ALPHABET, *_members(kind, value)) if _fits(kind, value, one)), "~")
    if kind in _REPEATS:
        return _sample(value[2], char) * int(value[0])
    if kind is kinds.BRANCH:
        return _sample(value[1][0], char)
    if kind in (kinds.ASSERT, kinds.ASSERT_NOT):
        return ""
    return "".join(_sample(inside, char) for inside in _inside(kind, value))


def _members(kind: _Kind, value: _Value) -> Iterator[str]:
    """Some characters of a class, as it is written."""
    for one, what in value if kind is kinds.IN else ():
        if one in (kinds.LITERAL, kinds.RANGE):
            yield chr(what if one is kinds.LITERAL else what[0])


def _fits(kind: _Kind, value: _Value, char: str) -> bool:
    """Whether a class of characters holds one."""
    if kind is kinds.ANY:
        return char != "\n"
    if kind is kinds.NOT_LITERAL:
        return bool(ord(char) != value)
    negated: bool = value[0][0] is kinds.NEGATE
    return negated != any(_is_in(one, what, char) for one, what in value[negated:])


def _is_in(kind: _Kind, value: _Value, char: str) -> bool:
    if kind is kinds.LITERAL:
        return bool(ord(char) == value)
    if kind is kinds.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    return bool(kind is kinds.CATEGORY and re.match(_CATEGORIES.get(value, r"(?!)"), char))
