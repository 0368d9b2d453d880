"""Hosts and CVMs by the names that an inventory gives them, wherever an address stands in a sentence."""

from __future__ import annotations

import re

from analyzer.model.run import Run

QUOTING = frozenset({"AP101", "AP301", "AP302", "AP501"})
"""Findings whose sentences quote a line behind their first colon."""


class Parties:
    """The names of a run's hosts and CVMs, by address."""

    def __init__(self, run: Run) -> None:
        named = [*((host.address, host.name) for host in run.hosts), *((cvm.address, cvm.name) for cvm in run.cvms)]
        self._names = {address: name for address, name in named if address and name and name != address}
        each = "|".join(re.escape(address) for address in sorted(self._names, key=len, reverse=True))
        self._addresses = re.compile(rf"(?<![\w.:/])(?:{each})(?![\w:/]|\.\d)") if each else None

    def name(self, address: str) -> str:
        """The name alone; the address where there is none."""
        return self._names.get(address, address)

    def known(self, address: str) -> str | None:
        """The name that an inventory gives; None where it gives none."""
        return self._names.get(address)

    def party(self, address: str) -> str:
        """The name with the address: `esx-a (192.168.1.24)`."""
        return f"{self._names[address]} ({address})" if address in self._names else address

    def text(self, text: str) -> str:
        """A sentence with the name before each address that has one and does not stand behind its name already."""
        return self._addresses.sub(self._with_name, text) if self._addresses is not None else text

    def finding(self, code: str, sentence: str) -> str:
        """The same of a finding's sentence, whose quoted lines stay as they are."""
        told, colon, quoted = sentence.partition(": ")
        return self.text(told) + colon + quoted if code in QUOTING and colon else self.text(sentence)

    def _with_name(self, match: re.Match[str]) -> str:
        address = match[0]
        behind = match.string.endswith(f"{self._names[address]} (", 0, match.start())
        return address if behind else self.party(address)
