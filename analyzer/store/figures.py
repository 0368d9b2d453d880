"""What measuring and judging wrote in version 1 of the schema, as version 2 has it."""

from __future__ import annotations

import re
from itertools import groupby

from analyzer.store.document import Document, Json, tables, with_episodes

# The sentences of version 1, by what version 2 calls them.
_NOTES = {
    "no pause beyond the usual": "no-pause",
    "calls were outstanding": "calls-outstanding",
    "the silence is far beyond the usual gap between replies": "far-beyond-usual",
    "idle or stalled: no call was seen outstanding": "idle-or-stalled",
    "at most: the host's other path is not in the capture": "other-path-unseen",
    "not over when the capture ends": "not-over",
    "not repaired when the capture ends": "not-repaired",
}
_REASONS = {
    "only a capture shows NFS replies": "no-capture",
    "the fault's instant is not known": "fault-unknown",
    "the capture does not cover the fault": "fault-not-covered",
    "whether the capture covers the fault is not known": "coverage-unknown",
    "the path before the fault is not in the capture": "path-before-unseen",
    "the path after the fault is not in the capture": "path-after-unseen",
    "service moves once in this kind of fault": "moves-once",
    "a person put the route right before Genesis did anything": "by-hand",
    "nothing is to be detected in a stall without a cause": "nothing-to-detect",
}
_WANTED = {
    "a capture or log that covers the time before the fault,": "before-fault",
    "a capture that covers the fault": "capture-of-fault",
    "a capture of vmk1 on the host": "vmk1-capture",
    "the host's shell.log and vmkernel.log": "host-logs",
    "a note of when it was made (with --clock for how far the note's clock is off: unsaid, up to 10 min)": "note",
    "--clock for how far the clock of your note is off, which is taken as up to 10 min": "note-offset",
    "genesis.out of the CVM that led Genesis": "leaders-genesis",
    "the host's vmkernel.log (it logs route changes)": "vmkernel-log",
    "genesis.out with millisecond stamps": "millisecond-genesis",
    "a capture with less time between the host's calls": "denser-capture",
}
_SEVERAL = re.compile(r"which of (\d+) silences the fault began is not known")
_BOUNDED = re.compile(r"bounded from above by `([a-z]+)`: no log line of the detection")
_MISSING = re.compile(r"`([a-z]+)` is missing: ")


def series_as_runs(document: Document) -> Document:
    """Replies over time: runs of bins that have some, where version 1 has every bin from the first to the last."""
    return document | {"series": [_as_runs(series) for series in tables(document.get("series"))]}


def _as_runs(series: Document) -> Document:
    start, width, replies = series.get("start"), series.get("width"), series.get("replies")
    runs: list[Json] = []
    if isinstance(start, int) and isinstance(width, int) and isinstance(replies, list):
        for some, bins in groupby(enumerate(replies), key=lambda one: bool(one[1])):
            numbers, counts = zip(*bins, strict=True)
            if some:
                runs.append({"start": start + numbers[0] * width, "replies": [*counts]})
    path = series.get("path")
    source, _, next_hop = path.partition(" → ") if isinstance(path, str) else ("", "", "")
    return {"host": series.get("host"), "source": source, "next_hop": next_hop, "width": width, "runs": runs}


def notes_by_name(document: Document) -> Document:
    """What qualifies a figure, and why there is none, has a name where version 1 has a sentence."""
    return with_episodes(document, _named_figures)


def _named_figures(episode: Document) -> Document:
    parts = {key: [_named(figure) for figure in tables(episode.get(key))] for key in ("stages", "measurements")}
    return episode | {key: [*figures] for key, figures in parts.items()}


def _named(figure: Document) -> Document:
    rest = {key: value for key, value in figure.items() if key not in ("note", "why")}
    note, why = figure.get("note"), figure.get("why")
    if isinstance(why, str):
        return rest | _reason(why)
    return rest | (_note(note) if isinstance(note, str) and note else {})


def _note(sentence: str) -> Document:
    if sentence in _NOTES:
        return {"note": _NOTES[sentence]}
    if silences := _SEVERAL.fullmatch(sentence):
        return {"note": "several-silences", "silences": int(silences[1])}
    if bound := _BOUNDED.fullmatch(sentence):
        return {"note": "bounded-by-later", "bound": bound[1]}
    return {"note": "as-told", "told": sentence}


def _reason(sentence: str) -> Document:
    if sentence in _REASONS:
        return {"reason": _REASONS[sentence]}
    if instant := _MISSING.match(sentence):
        return {"reason": "instant-missing", "instant": instant[1]}
    return {"reason": "as-told", "told": sentence}


def judgements_by_name(document: Document) -> Document:
    """How a verdict came about, and what would decide, have names where version 1 has sentences."""
    return with_episodes(document, _named_judgement)


def _named_judgement(episode: Document) -> Document:
    of = episode.get("judgement")
    if not isinstance(of, dict):
        return episode
    sentence, decides = of.get("sentence"), of.get("decides")
    rest = {key: value for key, value in of.items() if key not in ("sentence", "decides")}
    if of.get("verdict") == "NOT-JUDGED" and of.get("expected") is not None:
        missing = {"type": "absent", "metric": of.get("metric"), "absence": "not-applicable"}
        rest |= {"missing": missing | _reason(sentence if isinstance(sentence, str) else "")}
    wanted = [_alternatives(part) for part in decides.split("; ")] if isinstance(decides, str) else []
    return episode | {"judgement": rest | {"reason": _judged_by(of), "decides": [one for one in wanted if one]}}


def _judged_by(of: Document) -> str:
    match of.get("verdict"):
        case "MET":
            return "within-expectation"
        case "LATE":
            return "within-bound"
        case "MISSED":
            return "beyond-bound"
        case "UNDECIDED":
            return "straddles" if of.get("measured") else "not-bounded"
        case _:
            return "no-expectation" if of.get("expected") is None else "not-applicable"


def _alternatives(text: str) -> list[Json]:
    """The names of evidence of which any would decide; one that version 1 did not have ends them."""
    names: list[Json] = []
    while found := next((sentence for sentence in _WANTED if text.startswith(sentence)), None):
        names.append(_WANTED[found])
        text = text.removeprefix(found).removeprefix(" or ")
    return names
