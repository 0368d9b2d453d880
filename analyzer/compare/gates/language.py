"""The language of gates, by a grammar that is read from left to right with one word of foresight:

    either  = both { "or" both }
    both    = one { "and" one }
    one     = "not" one | "(" either ")" | asks
    asks    = [ kind "." ] [ figure "." ] measure [ sign limit ]
    sign    = ">" | ">=" | "<" | "<="
    limit   = a number, with a unit (ms, s, min) where a duration is asked for

`kind` is a kind of episode, `figure` a stage or headline figure, in quotes where it is no single word; `measure` is one
of worse, better, p, runs and step. Without a limit, `worse` and `better` ask whether they are so at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeGuard, get_args

from analyzer.compare.runs.figures import NAMES
from analyzer.errors import UsageError
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.gates import Asks, Every, Gate, Measure, Not, Sign, Some

UNITS = {"ms": MILLISECOND, "s": SECOND, "min": 60 * SECOND}
LONGEST = 1_000
"""Characters of an expression."""
DEEPEST = 20
"""Brackets and nots within one another."""
_DURATIONS = ("worse", "better")
_WORD = re.compile(
    r"""\s*(?:
        (?P<number>\d{1,9}(?:\.\d{1,9})?)(?P<unit>[a-z]+|\s+(?:ms|s|min)\b)?
      | (?P<name>[A-Za-z][A-Za-z-]*|"[^"]*")
      | (?P<sign>>=|<=|>|<|\(|\)|\.)
    )""",
    re.VERBOSE,
)


class _Word(NamedTuple):
    """A word, a number with its unit, or a sign; where in the expression it begins."""

    text: str
    at: int
    number: str = ""
    unit: str = ""


class _Reading:
    """The words that are left, and the expression for what is said of it."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.words = _words(expression)
        self.place = 0
        self.depth = 0

    @property
    def next(self) -> str:
        return self.words[self.place].text if self.place < len(self.words) else ""

    def take(self) -> _Word:
        if self.place == len(self.words):
            raise _wrong(self.expression, len(self.expression), "more")
        self.place += 1
        return self.words[self.place - 1]

    def whole(self) -> Gate:
        found = self.either()
        if self.place < len(self.words):
            raise self.wrong("and, or, or the end")
        return found

    def either(self) -> Gate:
        return self._joined("or", self.both, Some)

    def both(self) -> Gate:
        return self._joined("and", self.one, Every)

    def _joined(self, word: str, part: Callable[[], Gate], join: Callable[[tuple[Gate, ...]], Gate]) -> Gate:
        parts = [part()]
        while self.next == word:
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else join(tuple(parts))

    def one(self) -> Gate:
        if self.next not in ("not", "("):
            return self.asks()
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong(f"at most {DEEPEST} brackets and nots within one another")
        if self.take().text == "not":
            found: Gate = Not(self.one())
        else:
            found = self.either()
            self.expect(")")
        self.depth -= 1
        return found

    def asks(self) -> Gate:
        names = [self.take()]
        while self.next == ".":
            self.take()
            names.append(self.take())
        kind, figure = self.scope(names[:-1])
        measure = names[-1].text
        if not _is_measure(measure):
            raise _wrong(self.expression, names[-1].at, f"one of {', '.join(get_args(Measure))}")
        sign, limit = self.limit(measure)
        return Asks(measure=measure, sign=sign, limit=limit, kind=kind, figure=figure)

    def scope(self, names: Sequence[_Word]) -> tuple[EpisodeKind | None, str | None]:
        kind: EpisodeKind | None = None
        figure: str | None = None
        for place, word in enumerate(names):
            name = word.text.strip('"')
            if place == 0 and _is_kind(name):
                kind = name
            elif name in NAMES and figure is None:
                figure = name
            else:
                raise _wrong(self.expression, word.at, f"a kind ({', '.join(_KINDS)}) or a stage ({', '.join(NAMES)})")
        return kind, figure

    def limit(self, measure: Measure) -> tuple[Sign, float]:
        """The sign and the limit, ns or a number; what is asked where there is none."""
        sign = self.next
        if measure == "step" or not _is_sign(sign):
            if measure in ("p", "runs"):
                raise self.wrong(f"{measure} with > or < and a number")
            return ">", 0
        self.take()
        word = self.take()
        unit = UNITS.get(word.unit)
        if not word.number or (unit is None if measure in _DURATIONS else word.unit != ""):
            what = "a duration such as 2s or 250ms" if measure in _DURATIONS else "a number"
            raise _wrong(self.expression, word.at, what)
        return sign, float(Decimal(word.number) * (unit or 1))

    def expect(self, text: str) -> None:
        if self.next != text:
            raise self.wrong(text)
        self.take()

    def wrong(self, expected: str) -> UsageError:
        at = self.words[self.place].at if self.place < len(self.words) else len(self.expression)
        return _wrong(self.expression, at, expected)


def gate(expression: str) -> Gate:
    """What an expression asks; :class:`~analyzer.errors.UsageError` where it is none."""
    if len(expression) > LONGEST:
        raise UsageError(f"--fail-on: has more than {LONGEST} characters; ask less, or give it several times")
    return _Reading(expression).whole()


def _words(expression: str) -> list[_Word]:
    words, at = [], 0
    text = expression.rstrip()
    while at < len(text):
        found = _WORD.match(text, at)
        if not found:
            raise _wrong(expression, at, "a name, a number, > or <")
        begin = at + len(found[0]) - len(found[0].lstrip())
        words.append(_Word(found[0].strip(), begin, found["number"] or "", (found["unit"] or "").strip()))
        at = found.end()
    return words


_KINDS: tuple[EpisodeKind, ...] = get_args(EpisodeKind)


def _is_kind(name: str) -> TypeGuard[EpisodeKind]:
    return name in _KINDS


def _is_measure(name: str) -> TypeGuard[Measure]:
    return name in get_args(Measure)


def _is_sign(text: str) -> TypeGuard[Sign]:
    return text in get_args(Sign)


def _wrong(expression: str, at: int, expected: str) -> UsageError:
    found = f"at {expression[at:].strip()!r}" if expression[at:].strip() else "at its end"
    return UsageError(f"--fail-on {expression!r}: {found}: expected {expected}")
