"""Hosts and CVMs by the names that an inventory gives them, wherever an address stands in a sentence.

In a sentence a name has no marks of code and nothing invisible, and where it stands nothing is replaced once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from analyzer.model.run import Run
from analyzer.report.words import visible

QUOTING = frozenset({"AP101", "AP301", "AP302", "AP501"})
"""Findings whose sentences quote a line behind their first colon."""


class Parties:
    """The names of a run's hosts and CVMs, by address."""

    def __init__(self, run: Run) -> None:
        named = [*((host.address, host.name) for host in run.hosts), *((cvm.address, cvm.name) for cvm in run.cvms)]
        self._names = {address: name for address, name in named if address and name and name != address}
        self._said = {address: f"{_in_a_sentence(name)} ({address})" for address, name in self._names.items()}
        self._found = _pattern(self._said)

    def name(self, address: str) -> str:
        """The name alone; the address where there is none."""
        return self._names.get(address, address)

    def known(self, address: str) -> str | None:
        """The name that an inventory gives; None where it gives none."""
        return self._names.get(address)

    def party(self, address: str) -> str:
        """The name with the address: `esx-a (192.168.1.24)`."""
        return self._said.get(address, address)

    def text(self, text: str) -> str:
        """A sentence with the name before each address that has one and does not stand behind its name already."""
        return self._found.sub(self._with_name, text) if self._found is not None else text

    def finding(self, code: str, sentence: str) -> str:
        """The same of a finding's sentence, whose quoted lines stay as they are."""
        told, colon, quoted = sentence.partition(": ")
        return self.text(told) + colon + quoted if code in QUOTING and colon else self.text(sentence)

    def _with_name(self, match: re.Match[str]) -> str:
        return self.party(match[0])


def _in_a_sentence(name: str) -> str:
    return visible(name.replace("`", "")).strip() or "-"


def _pattern(said: Mapping[str, str]) -> re.Pattern[str] | None:
    """A name with its address, which stays, or an address alone."""
    if not said:
        return None
    named = [one.removesuffix(")") for one in said.values()]
    whole, alone = ("|".join(map(re.escape, _longest_first(each))) for each in (named, said))
    return re.compile(rf"(?:{whole}|(?<![\w.:/])(?:{alone}))(?![\w:/]|\.\d)")


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: (-len(text), text))
