"""The words that name nobody: those of the program's own texts, rules and sentences.

Whatever stands in a log beside them may be a name, however ordinary it looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

ROOMS = ("judge", "report", "model", "correlate", "measure", "ingest")
"""The rooms whose files are read: not the lab's, whose clusters have names."""
_SUFFIXES = (".py", ".toml")
_WORD = re.compile(r"\b[A-Za-z]+(?:[A-Z][a-z]+)+\b|[A-Za-z][a-z]+(?:['’][a-z]+)?|[A-Z]{2,}s?\b")
_COMPOUND = re.compile(r"(?<![\w.@/\-])[A-Za-z]{2,}(?:[._\-][A-Za-z]{2,}|[._][A-Za-z]+_?[a-z]+\d*)+(?![\w@/\-])")
ALWAYS = frozenset(
    {"a", "i", "z", "am", "pm", "utc", "gmt", "mainthread", "info", "warning", "error", "debug", "v3", "v4"}
)


@cache
def vocabulary() -> frozenset[str]:
    """The words, in lower case."""
    words = set(ALWAYS)
    for text in _texts():
        words.update(word.lower() for word in _WORD.findall(text))
        words.update(word.lower() for word in _COMPOUND.findall(text))
    return frozenset(words)


def is_known(word: str) -> bool:
    """Whether a word is one of these, in any case."""
    return word.lower() in vocabulary()


def _texts() -> Iterator[str]:
    for room in ROOMS:
        yield from (file.read_text("utf-8") for file in _files(resources.files("analyzer").joinpath(room)))


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _files(entry)
        elif entry.name.endswith(_SUFFIXES):
            yield entry
