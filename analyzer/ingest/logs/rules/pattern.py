"""A regular expression of a rules file that is compiled when it is first tried: most never are in one run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache


class Pattern:
    """Case-insensitive; `text` is the expression with all words filled in."""

    __slots__ = ("_compiled", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._compiled: re.Pattern[str] | None = None

    def compiled(self) -> re.Pattern[str]:
        """The expression itself; raises what :func:`re.compile` raises when it is wrong."""
        if self._compiled is None:
            self._compiled = _compile(self.text)
        return self._compiled

    def search(self, text: str) -> re.Match[str] | None:
        """As of a compiled expression."""
        return self.compiled().search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As of a compiled expression."""
        return self.compiled().finditer(text)


@cache
def _compile(text: str) -> re.Pattern[str]:
    """Rules share many expressions."""
    return re.compile(text, re.IGNORECASE)
