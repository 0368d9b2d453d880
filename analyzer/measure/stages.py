"""The waterfall: the stages between an episode's instants, which add up; and the detection latency that is judged."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.measure.instants import between, known, span
from analyzer.model.episode import Episode
from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.measurement import (
    JOINED,
    InstantName,
    KnownMeasurement,
    Measurement,
    MissingInstant,
    MissingMeasurement,
    Note,
    Reason,
    UnseenReason,
)

STAGES: tuple[tuple[str, InstantName, InstantName], ...] = (
    ("wait", "fault", "check"),
    ("detect", "check", "detected"),
    ("decide", "detected", "decided"),
    ("repair", "decided", "repaired"),
    ("reconnect", "repaired", "connected"),
    ("resume", "connected", "restored"),
    ("recover", "restored", "recovered"),
)
NOT_BY_REPAIR: frozenset[UnseenReason | None] = frozenset({"genesis-silent", "no-author", "no-exchange"})
"""Why Genesis' part in a repair is not known, so that the repair bounds nothing of it."""
DETECTION: dict[str, InstantName] = {
    "cvm-failure": "detected",
    "route-injection": "repaired",
    "route-deletion": "repaired",
    "cvm-recovery": "repaired",
}


def stages(episode: Episode) -> tuple[Measurement, ...]:
    """Every stage; neighbours whose common instant is missing are joined (`wait + detect`), so the sum holds."""
    if episode.kind not in DETECTION:  # nothing was decided or repaired: the stall is one stage
        return (between(episode, "stall", "fault", "restored"), between(episode, "recover", "restored", "recovered"))
    found: list[Measurement] = []
    names: list[str] = []
    start: InstantName | None = None
    for name, begin, end in STAGES:
        start = start or begin
        names.append(name)
        if known(episode, start) is None:
            found.append(between(episode, name, begin, end))
            names, start = [], None
        elif known(episode, end) is not None:
            found.append(between(episode, JOINED.join(names), start, end))
            names, start = [], None
    if names and start is not None:
        absent = between(episode, JOINED.join(names), start, STAGES[-1][2])
        found.append(absent)
    return tuple(found)


def detection(episode: Episode, covered: tuple[int, int] | None) -> Measurement:
    """Fault → detected for a CVM failure, fault → repaired for routes changed by hand (as the published test counts).

    Without the log, the first wire effect of the repair bounds a CVM failure's detection from above; a fault that is
    not repaired when the captures end (`covered`, ns) took at least so long.
    """
    metric = "detection"
    why = _nothing_due(episode)
    if why is not None:
        return MissingMeasurement(metric, "not-applicable", why)
    end = DETECTION.get(episode.kind)
    if end is None:
        return MissingMeasurement(metric, "not-applicable", "nothing-to-detect")
    if _unseen(episode, "detected") == "no-author" and end == "detected":
        return _if_genesis(episode)
    if _unseen(episode, "detected") in NOT_BY_REPAIR:  # Genesis' own log or its exchanges, which are there, say nothing
        return between(episode, metric, "fault", "detected")
    if end == "detected" and known(episode, "detected") is None:
        fault, decided = known(episode, "fault"), known(episode, "decided")
        bound = decided or known(episode, "repaired")
        if fault is None or bound is None:
            return between(episode, metric, "fault", "detected")
        latest = span(fault, bound)
        if latest is None:
            return between(episode, metric, "fault", bound.name)
        origins = tuple(dict.fromkeys((*fault.origins, *bound.origins)))
        note: Note = "if-genesis" if bound.how.name == "typed-or-ordered" else "bounded-by-later"
        return KnownMeasurement(metric, Span(0, latest.most), origins, note, bound=bound.name)
    fault = known(episode, "fault")
    if end == "repaired" and known(episode, "repaired") is None and _still_broken(episode) and fault and covered:
        least = max(0, covered[1] - fault.at.most)
        return KnownMeasurement(metric, Span(least, UNBOUNDED), fault.origins, "not-repaired")
    measured = between(episode, metric, "fault", end)
    repaired = known(episode, "repaired") if end == "repaired" else None
    if isinstance(measured, KnownMeasurement) and repaired is not None and repaired.how.name == "typed-or-ordered":
        return replace(measured, note="if-genesis", bound="repaired")
    return measured


def _nothing_due(episode: Episode) -> Reason | None:
    """Why Genesis had nothing to detect, or did not come to it."""
    if (episode.by_hand or episode.by_others) and not _was_found(episode):
        return "by-hand" if episode.by_hand else "by-others"
    if episode.note == "still-served":
        return "still-served"
    if _is_ahead(episode):
        return "forwarded-ahead"
    return "right-since-failure" if _unseen(episode, "repaired") == "right-since-failure" else None


def _is_ahead(episode: Episode) -> bool:
    """Whether a host was forwarded before its CVM stopped."""
    fault, repaired = known(episode, "fault"), known(episode, "repaired")
    if fault is not None and repaired is not None and repaired.at.most < fault.at.least:
        return episode.kind == "cvm-failure"
    return _unseen(episode, "detected") == "forwarded-ahead"


def _if_genesis(episode: Episode) -> Measurement:
    """How soon a failure was detected at most, if it is Genesis that put the route right: only its host tells of it."""
    fault, repaired = known(episode, "fault"), known(episode, "repaired")
    if fault is None or repaired is None:
        return between(episode, "detection", "fault", "detected")
    latest = span(fault, repaired)
    if latest is None:
        return between(episode, "detection", "fault", "repaired")
    origins = tuple(dict.fromkeys((*fault.origins, *repaired.origins)))
    return KnownMeasurement("detection", Span(0, latest.most), origins, "if-genesis", bound="repaired")


def _was_found(episode: Episode) -> bool:
    """Whether Genesis had found a failed CVM before a person put the route right: that is what is counted."""
    fault, found, repaired = (known(episode, name) for name in ("fault", "detected", "repaired"))
    after = found is not None and (fault is None or found.at.most >= fault.at.least)
    before = found is not None and (repaired is None or found.at.most <= repaired.at.least)
    return after and before and DETECTION.get(episode.kind) == "detected"


def _unseen(episode: Episode, name: InstantName) -> UnseenReason | None:
    """Why an instant is not known; None where it is."""
    missing = (one for one in episode.instants if isinstance(one, MissingInstant))
    return next((one.reason for one in missing if one.name == name), None)


def _still_broken(episode: Episode) -> bool:
    """Whether the path was still wrong where the capture ends."""
    return episode.after.kind in ("dead", "unknown") and episode.during.kind != "unknown"
