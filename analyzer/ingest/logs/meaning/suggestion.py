"""A rule to begin with, for a line that no rule takes: its words as a pattern, and what lines with such words tell.

Whoever takes it over says what the line means: the suggestion goes by a few words, and may be wrong.
"""

from __future__ import annotations

import re

from analyzer.ingest.logs.meaning.roles import forms
from analyzer.ingest.logs.rules.rule import FIELDS, MUST_SET, VALUES, Vocabulary

_CHANGES = re.compile(r"[\d'\"]")  # what differs from line to line: numbers and names in quotes
_TOKEN = re.compile(r"[a-z_]{4,}")
_ACTION = "action"
_WORDS = 40  # a message's first words tell it from others
_STARGATE = re.compile(r"\bstargates?\b", re.IGNORECASE)
_KNOWN_BY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("route-command", ("command",)),
    ("task", ("task", "noun", "add")),
    ("task", ("task", "noun", "delete")),
    ("route-changed", ("noun", "done")),
)
"""The vocabulary's words that each event has in its lines, the first that fit."""


def suggested(module: str, message: str, family: str, vocabulary: Vocabulary) -> str:
    """A rules file in TOML with one rule that takes this message, and others that differ from it by numbers and
    quoted names only. Its comments name what else it could mean.
    """
    written = forms(message)[-1]
    event = _event_of(written, vocabulary)
    lines = [
        "# What lines like this one mean: check `event`, and what it says with `autopath explain FILE --rules THIS`.",
        f"# {_in_a_comment(message)}",
        "version = 1",
        f'family = "{family}"',
        f"tokens = [{_literal(_token_of(module, written))}]",
        "",
        "[[rule]]",
        'name = "my-rule"',
        *_event_lines(event),
        *([f"module = {_literal(f'^{re.escape(module)}$')}"] if module else []),
        f"all = [{_literal(_pattern_of(written))}]",
    ]
    return "\n".join(lines) + "\n"


def _event_of(written: str, vocabulary: Vocabulary) -> str:
    """What such words tell in most lines; `unclassified` where none is known."""
    for event, names in _KNOWN_BY:
        words = [vocabulary.word(name) for name in names]
        if all(word is not None and word.search(written) for word in words):
            return event
    states = (vocabulary.word("state_down"), vocabulary.word("state_up"))
    if _STARGATE.search(written) and any(word is not None and word.search(written) for word in states):
        return "stargates"
    return "unclassified"


def _event_lines(event: str) -> list[str]:
    others = [f"#   {name}" + (f": {given}" if (given := _given(name)) else "") for name in FIELDS if name != event]
    own = [f"# {given}"] if (given := _given(event)) else []
    return [
        f'event = "{event}"',
        *own,
        "# or one of these, and the rule has no effect without what it has to set:",
        *others,
    ]


def _given(event: str) -> str:
    """What a rule of an event has to set: always, or where the line's words do not tell it; empty where nothing."""
    field = MUST_SET.get(event)
    if field is not None:
        return f"set = {{ {field} = {_choice(event, field)} }}"
    if _ACTION in FIELDS[event]:
        return f"set = {{ {_ACTION} = {_choice(event, _ACTION)} }}, where the line's words do not tell which"
    return ""


def _choice(event: str, field: str) -> str:
    return " | ".join(f'"{value}"' for value in VALUES[event, field])


def _pattern_of(written: str) -> str:
    """The words as they stand; what has a digit or a quote in it is any word."""
    return r"\s+".join(re.escape(word) if _stays(word) else r"\S+" for word in written.split()[:_WORDS])


def _stays(word: str) -> bool:
    """Whether a word is in other such lines too, and can stand in a rules file."""
    return word.isprintable() and not _CHANGES.search(word)


def _token_of(module: str, written: str) -> str:
    """A word that is in each such line as it is written, case aside: the module, or the longest of the message."""
    if module:
        return module.lower()
    kept = " ".join(word for word in written.lower().split()[:_WORDS] if _stays(word))
    return max(_TOKEN.findall(kept), key=len, default="")


def _literal(text: str) -> str:
    return f"'''{text}'''"


def _in_a_comment(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)[:200]
