"""The words and operators of a shell's line: quotes, comments and redirections as a POSIX shell reads them.

    esxcfg-route -d "$NET"; sleep 3 && esxcfg-route -l 2>&1 | grep 5.2  # and back

References: POSIX.1-2017, Shell Command Language, 2.3 Token Recognition and 2.6 Word Expansions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

_INSIDE = r"(?:[^()]|\((?:[^()]|\([^()]*\))*\))*"  # what stands in $(…), with parentheses in it
_PIECES = rf"""
      '[^']*'
    | "(?:[^"\\]|\\.)*"
    | \$\({_INSIDE}\) | `[^`]*` | \$\{{[^}}]{{0,500}}\}}
    | \\.
    | [^\s;|&()<>'"`\\]
"""
_TOKEN = re.compile(
    rf"""
      (?P<blank>\s+)
    | (?P<comment>\#.*)
    | (?P<redirection>\d*(?:&>>?|>>|>&|<<<|<<-?|<&|>\||<>|>|<)\d*-?)
    | (?P<operator>&&|\|\||;;|[;|&()])
    | (?P<word>(?:{_PIECES})+)
    """,
    re.VERBOSE | re.DOTALL,
)
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_EXPANDED = re.compile(rf"\$(?:\w+|\{{\w+\}}) | {_PIECES}", re.VERBOSE | re.DOTALL)
_COMMAND = re.compile(rf"\$\(({_INSIDE})\)|`([^`]*)`", re.DOTALL)
_HERE = re.compile(r"\d*<<-?")
_MOST_VARIABLES = 128  # in one word
_DUPLICATED = re.compile(r"\d*[<>]&(?:\d+|-)")  # `2>&1` has its target in it


class Token(msgspec.Struct, frozen=True):
    """A word as it was typed, or an operator between two."""

    kind: Literal["word", "operator"]
    text: str


def tokens(line: str) -> tuple[Token, ...] | None:
    """The tokens of a line, without comments and redirections; None where a quote or a parenthesis is left open: the
    shell then waits for more.
    """
    found: list[Token] = []
    place, redirected = 0, False
    while place < len(line):
        token = _TOKEN.match(line, place)
        if token is None:
            return None
        place = token.end()
        match token.lastgroup:
            case "redirection":
                redirected = _DUPLICATED.fullmatch(token[0]) is None
            case "word" if redirected:
                redirected = False
            case "word":
                found.append(Token("word", token[0]))
            case "operator":
                found.append(Token("operator", token[0]))
            case _:
                pass
    return tuple(found)


def delimiters(line: str) -> tuple[str, ...]:
    """The words that end the here-documents which a line begins, in order."""
    found: list[str] = []
    place, awaited = 0, False
    while place < len(line) and (token := _TOKEN.match(line, place)) is not None:
        place = token.end()
        if token.lastgroup == "redirection":
            awaited = _HERE.fullmatch(token[0]) is not None
        elif token.lastgroup == "word" and awaited:
            found.append(expanded(token[0], {}))
            awaited = False
    return tuple(found)


def expanded(word: str, variables: Mapping[str, str]) -> str:
    """A word without its quotes and with its variables replaced, but for those in single quotes; what is not known
    stays as it was typed, and where a word has very many, all of them.
    """
    known = variables if word.count("$") <= _MOST_VARIABLES else {}
    return "".join(_expanded(piece[0], known) for piece in _EXPANDED.finditer(word))


def _value(found: re.Match[str], variables: Mapping[str, str]) -> str:
    return variables.get(found[1] or found[2], found[0])


def _expanded(piece: str, variables: Mapping[str, str]) -> str:
    match piece[0]:
        case "$" if found := _VARIABLE.fullmatch(piece):
            return _value(found, variables)
        case "'":
            return piece[1:-1]
        case '"':
            within = _VARIABLE.sub(lambda found: _value(found, variables), piece[1:-1])
            return re.sub(r"\\([$`\"\\])", r"\1", within)
        case "\\":
            return piece[1:]
        case _:
            return piece


def substituted(word: str) -> tuple[str, ...]:
    """The command lines in a word, `$(…)` and backquotes, which run before its own command does."""
    outside = re.sub(r"'[^']*'", "", word)
    return tuple(match[1] if match[1] is not None else match[2] for match in _COMMAND.finditer(outside))
