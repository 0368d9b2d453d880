"""What correlation wrote in version 1 of the schema, as version 2 has it: its sentences are told as they are."""

from __future__ import annotations

from analyzer.store.document import Document, Json, tables, with_episodes

_PATHS = ("before", "during", "after")


def told_by_name(document: Document) -> Document:
    """Doubts, notes, what shows an instant and why none is shown have names where version 1 has sentences."""
    clocks = [clock | {"note": _as_told(clock.get("note"))} for clock in tables(document.get("clocks"))]
    return with_episodes(document, _with_names) | {"clocks": [*clocks]}


def _with_names(measured: Document) -> Document:
    episode = measured.get("episode")
    if not isinstance(episode, dict):
        return measured
    doubts = episode.get("doubts")
    named: Document = {
        "doubts": [_as_told(doubt) for doubt in doubts] if isinstance(doubts, list) else [],
        "note": _sentence(episode.get("note")),
        "claims": [_with_statement(claim) for claim in tables(episode.get("claims"))],
        "instants": [_with_name(instant) for instant in tables(episode.get("instants"))],
    }
    paths: Document = {key: _path(episode.get(key)) for key in _PATHS}
    return measured | {"episode": episode | named | paths}


def _with_name(instant: Document) -> Document:
    rest = {key: value for key, value in instant.items() if key not in ("how", "why")}
    if "why" in instant:
        return rest | {"reason": "as-told", "told": instant["why"]}
    return rest | {"how": _as_told(instant.get("how"))}


def _with_statement(claim: Document) -> Document:
    rest = {key: value for key, value in claim.items() if key != "sentence"}
    return rest | {"statement": {"name": "as-told", "told": claim.get("sentence")}}


def _path(path: Json) -> Json:
    return path | {"note": _sentence(path.get("note")) or ""} if isinstance(path, dict) else path


def _as_told(sentence: Json) -> Json:
    """A value that has a name, and this sentence; nothing for an empty one."""
    return {"name": "as-told", "told": sentence} if sentence else None


def _sentence(sentence: Json) -> Json:
    """The sentence in the place of a name."""
    return {"type": "as-told", "told": sentence} if sentence else None
