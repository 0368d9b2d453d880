"""The targets: one for each parser of bytes that somebody else may have written."""

from __future__ import annotations

from bench.fuzz.target import Target
from bench.fuzz.targets.archives import ARCHIVES
from bench.fuzz.targets.captures import CAPTURES
from bench.fuzz.targets.documents import DOCUMENTS
from bench.fuzz.targets.logs import LOGS
from bench.fuzz.targets.settings import SETTINGS

TARGETS: tuple[Target, ...] = (*CAPTURES, *LOGS, *SETTINGS, *ARCHIVES, *DOCUMENTS)


def named(name: str) -> Target:
    """The target of this name; KeyError where there is none."""
    return {target.name: target for target in TARGETS}[name]
