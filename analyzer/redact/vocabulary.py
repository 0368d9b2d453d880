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
_OPTION = re.compile(r"(?<![\w\-])--([a-z]+(?:-[a-z]+)*)(?![\w\-])")
FURTHER = """
europe/berlin µs ipv4 ipv6
a i z am pm utc gmt v3 v4 mainthread info warning error debug
volumes transition opid ifname ifnamelen gwaddr dstaddr netmask 0xffffffff 0x0x0 ha-datacenter storageapdhandler
vmsvc.vm vimsvc.ha-eventmgr vm_state_on vm_state_off vm_state_powering_on vm_state_powering_off
vob.storage.apd.start vob.storage.apd.timeout vob.storage.apd.exit
esx.problem.storage.apd.start esx.problem.storage.apd.timeout esx.clear.storage.apd.exit
"""
"""Words of everybody's logs, and of what ESXi writes of storage, routes and the power of a VM."""

_CAPITALS = """
best bridge chance cross day field fields good green grey guard hand head hull key lane little lock long major mark page
pool post quick reader root short small speed still strong summer weeks will worth
"""
NAMES = frozenset({"ash", "berlin", "blake", "earth", "ed", "gil", "hera", "jan", "max", "tokyo", "zeus"})
"""Words of ours that are somebody's name as well."""
NAMES_IN_CAPITALS = frozenset(_CAPITALS.split())
"""Words of ours that are somebody's name as well where they begin with a capital: `Mark`, but `mark`."""


@cache
def vocabulary() -> frozenset[str]:
    """The words, in lower case."""
    words = set(FURTHER.split())
    for text in _texts():
        words.update(word.lower() for word in _WORD.findall(text))
        words.update(word.lower() for word in _COMPOUND.findall(text))
        words.update(_OPTION.findall(text))
    return frozenset(words - NAMES)


def is_known(word: str) -> bool:
    """Whether a word is one of these, in any case; a name in capitals is none."""
    lower = word.lower()
    return lower in vocabulary() and not (word[:1].isupper() and lower in NAMES_IN_CAPITALS)


def _texts() -> Iterator[str]:
    for room in ROOMS:
        for file in _files(resources.files("analyzer").joinpath(room)):
            yield file.read_text("utf-8").replace("\\.", ".")  # as a pattern has a dot


def _files(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _files(entry)
        elif entry.name.endswith(_SUFFIXES):
            yield entry
