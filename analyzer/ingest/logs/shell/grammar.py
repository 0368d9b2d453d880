"""The grammar of a shell's line: commands, what joins them, pipelines, groups, loops and choices.

References: POSIX.1-2017, Shell Command Language, 2.9 Shell Commands and 2.10 Shell Grammar.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from analyzer.ingest.logs.shell.words import Token, tokens

_OUT_OF_PLACE = frozenset(["case", "select", "esac", "do", "done", "then", "elif", "else", "fi", "}"])
"""What is not followed, and what ends a command that was not begun."""
_JOINTS = (";", "&", "&&", "||")


class Simple(msgspec.Struct, frozen=True):
    """A command and its arguments, as they were typed."""

    words: tuple[str, ...]


class Pipeline(msgspec.Struct, frozen=True):
    """Commands that run at once, or one alone; `negated`: behind `!`, which turns whether it succeeds about."""

    parts: tuple[Node, ...]
    negated: bool = False


class Listed(msgspec.Struct, frozen=True):
    """Commands one after the other, each with the operator that stands behind it: `;`, `&`, `&&` or `||`."""

    parts: tuple[tuple[Node, str], ...]


class Loop(msgspec.Struct, frozen=True):
    """`for name in values`, or `while` a `condition` holds, or `until` it does."""

    body: Listed
    name: str = ""
    values: tuple[str, ...] = ()
    condition: Listed | None = None
    until: bool = False


class Choice(msgspec.Struct, frozen=True):
    """An `if`: of `branches` one may run. The condition of an `elif` stands among them, before its own branch."""

    condition: Listed
    branches: tuple[Listed, ...]


class Function(msgspec.Struct, frozen=True):
    """What a function's `name` stands for from then on: its `body` runs when it is called."""

    name: str
    body: Node


class Unfinished(msgspec.Struct, frozen=True):
    """What a line begins and does not end, or what is no command: whether any of `begun` runs is not known."""

    begun: tuple[Node, ...]


Node = Simple | Pipeline | Listed | Loop | Choice | Function | Unfinished


class _EndError(Exception):
    """The line ends within a command, or goes on as no command can."""


def parsed(line: str) -> Listed | Unfinished | None:
    """The tree of a line; None where it holds nothing, or ends within a quote."""
    found = tokens(line)
    if not found:
        return None
    try:
        parser = _Parser(found)
        tree = parser.listed(())
    except (_EndError, RecursionError):
        return _by_operators(found)
    return tree if parser.at_end else _by_operators(found)


def _by_operators(found: Sequence[Token]) -> Unfinished:
    """The commands between the operators of a line that can't be parsed."""
    commands: list[list[str]] = [[]]
    for token in found:
        if token.kind == "operator" or token.text in ("do", "then", "else", "{"):
            commands.append([])
        else:
            commands[-1].append(token.text)
    return Unfinished(tuple(Simple(tuple(words)) for words in commands if words))


class _Parser:
    """Goes through the tokens of a line once."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = found
        self._place = 0

    @property
    def at_end(self) -> bool:
        """Whether all of the line was taken."""
        return self._place >= len(self._tokens)

    def listed(self, until: Collection[str]) -> Listed:
        """Commands up to one of the words `until`, which is taken; without any, up to `)`, `;;` or the line's end."""
        parts: list[tuple[Node, str]] = []
        while True:
            if self._word in until and until:
                self._place += 1
                return Listed(tuple(parts))
            if self.at_end or self._operator in (")", ";;"):
                if until:
                    raise _EndError
                return Listed(tuple(parts))
            node = self._pipeline()
            joint = self._operator if self._operator in _JOINTS else ";"
            self._place += self._operator in _JOINTS
            parts.append((node, joint))

    @property
    def _word(self) -> str:
        """The word that comes next, or nothing."""
        return "" if self.at_end or self._tokens[self._place].kind != "word" else self._tokens[self._place].text

    @property
    def _operator(self) -> str:
        """The operator that comes next, or nothing."""
        return "" if self.at_end or self._tokens[self._place].kind != "operator" else self._tokens[self._place].text

    def _next(self) -> str:
        """Take the word that comes next."""
        word = self._word
        if not word:
            raise _EndError
        self._place += 1
        return word

    def _expect(self, text: str) -> None:
        if text not in (self._word, self._operator):
            raise _EndError
        self._place += 1

    def _pipeline(self) -> Node:
        negated = self._word == "!"
        self._place += negated
        parts = [self._command()]
        while self._operator == "|":
            self._place += 1
            parts.append(self._command())
        return Pipeline(tuple(parts), negated) if negated or len(parts) > 1 else parts[0]

    def _command(self) -> Node:
        if self._operator == "(":
            self._place += 1
            inside = self.listed(())
            self._expect(")")
            return inside
        match self._word:
            case "{":
                self._place += 1
                return self.listed(("}",))
            case "for":
                return self._for()
            case "while" | "until" as word:
                self._place += 1
                condition = self.listed(("do",))
                return Loop(self.listed(("done",)), condition=condition, until=word == "until")
            case "if":
                self._place += 1
                return self._if()
            case "function":
                self._place += 1
                name = self._next()
                return self._function(name) if self._operator == "(" else Function(name, self._command())
            case word if word in _OUT_OF_PLACE:
                raise _EndError
            case _:
                return self._simple()

    def _for(self) -> Loop:
        self._place += 1
        name, values = self._next(), list[str]()
        if self._word == "in":
            self._place += 1
            while self._word:
                values.append(self._next())
        while self._operator == ";":
            self._place += 1
        self._expect("do")
        return Loop(self.listed(("done",)), name=name, values=tuple(values))

    def _if(self) -> Choice:
        condition, branches = self.listed(("then",)), list[Listed]()
        while True:
            branches.append(self._branch())
            last = self._tokens[self._place - 1].text
            if last == "fi":
                return Choice(condition, tuple(branches))
            if last == "elif":
                branches.append(self.listed(("then",)))

    def _branch(self) -> Listed:
        return self.listed(("elif", "else", "fi"))

    def _simple(self) -> Node:
        words = [self._next()]
        while self._word:
            words.append(self._next())
        return self._function(words[-1]) if self._operator == "(" else Simple(tuple(words))

    def _function(self, name: str) -> Function:
        self._place += 1
        self._expect(")")
        return Function(name, self._command())
