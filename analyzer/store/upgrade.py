"""Older documents of a run, as one of today would have it: a function for each step from a version to the next.

A step takes the whole document and gives another one; each part of it is a function that changes one key. What an old
document tells in words only, it goes on telling: nothing is read out of a sentence but the sentences named here.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.model.run import SCHEMA_VERSION
from analyzer.store.answers import answered, every_judgement
from analyzer.store.correlated import told_by_name
from analyzer.store.document import Document, Part, tables
from analyzer.store.figures import judgements_by_name, notes_by_name, series_as_runs

_LOGS: Mapping[str, Document] = {
    "genesis": {"machine": "cvm", "title": "Genesis log"},
    "vmkernel": {"machine": "esxi", "title": "ESXi vmkernel log"},
    "vobd": {"machine": "esxi", "title": "ESXi vobd log"},
    "shell": {"machine": "esxi", "title": "ESXi shell log"},
    "auth": {"machine": "esxi", "title": "ESXi auth log"},
    "hostd": {"machine": "esxi", "title": "ESXi hostd log"},
}
"""The logs that there were in version 1, by the kind of their sources."""
_NOT_EVIDENCE = "not evidence: passed over"


def upgraded(document: Document, version: int) -> Document:
    """A document of schema `version` (at least 1) as one of :data:`~analyzer.model.run.SCHEMA_VERSION`."""
    for step in range(version, SCHEMA_VERSION):
        for part in _PARTS[step]:
            document = part(document)
    return document | {"schema_version": SCHEMA_VERSION}


def is_known(version: int) -> bool:
    """Whether documents of that version can be read."""
    return version == SCHEMA_VERSION or version in _PARTS


def _skipped_by_name(document: Document) -> Document:
    """What was skipped has a reason with a name, where version 1 has a sentence; of the run and of each source."""
    sources = [_with_reasons(source) for source in tables(document.get("sources"))]
    return _with_reasons(document) | {"sources": [*sources]}


def _logs_with_machines(document: Document) -> Document:
    """A source that is a log says whose, where version 1 has its kind only."""
    sources = [_with_log(source) for source in tables(document.get("sources"))]
    return document | {"sources": [*sources]}


def _with_log(source: Document) -> Document:
    log = _LOGS.get(str(source.get("kind")))
    return source | {"log": log} if log else source


def _with_reasons(holder: Document) -> Document:
    skipped = [_named(one) for one in tables(holder.get("skipped"))]
    return holder | {"skipped": [*skipped]} if "skipped" in holder else holder


def _named(skipped: Document) -> Document:
    why = skipped.get("why")
    reason: Document = {"name": "as-told", "detail": why}
    if why == _NOT_EVIDENCE:
        reason = {"name": "further-not-evidence" if skipped.get("where") == "files" else "not-evidence"}
    return {key: value for key, value in skipped.items() if key != "why"} | {"reason": reason}


def _with_about(document: Document) -> Document:
    """What the run is about is in no document before version 4."""
    return document | {"about": {}}


_PARTS: Mapping[int, tuple[Part, ...]] = {
    1: (_skipped_by_name, _logs_with_machines, series_as_runs, notes_by_name, judgements_by_name, told_by_name),
    2: (every_judgement, answered),
    3: (_with_about,),
}
"""By the version that they begin with: what takes a document to the next one, part after part."""
