"""What measuring and judging tell by name, in words; `told` has what correlation tells."""

from __future__ import annotations

from analyzer.model.episode import Episode, Judgement, Wanted
from analyzer.model.measurement import KnownMeasurement, MissingInstant, MissingMeasurement, Note, Reason
from analyzer.report.told import unseen_words

_NOTES: dict[Note, str] = {
    "no-pause": "no pause beyond the usual",
    "calls-outstanding": "calls were outstanding",
    "far-beyond-usual": "the silence is far beyond the usual gap between replies",
    "idle-or-stalled": "idle or stalled: no call was seen outstanding",
    "other-path-unseen": "at most: the host's other path is not in the capture",
    "not-over": "not over when the capture ends",
    "not-repaired": "not repaired when the capture ends",
}

_REASONS: dict[Reason, str] = {
    "no-capture": "only a capture shows NFS replies",
    "fault-unknown": "the fault's instant is not known",
    "fault-not-covered": "the capture does not cover the fault",
    "coverage-unknown": "whether the capture covers the fault is not known",
    "path-before-unseen": "the path before the fault is not in the capture",
    "path-after-unseen": "the path after the fault is not in the capture",
    "served-meanwhile": "the captures have replies while the path was dead: they are of another clock, or another host",
    "moves-once": "service moves once in this kind of fault",
    "by-hand": "a person put the route right before Genesis did anything",
    "still-served": "its own CVM served the host until Genesis forwarded it",
    "right-since-failure": "the host's own CVM failed before Genesis acted, so that the route is right since",
    "nothing-to-detect": "nothing is to be detected in a stall without a cause",
}

_WANTED: dict[Wanted, str] = {
    "before-fault": "a capture or log that covers the time before the fault,",
    "capture-of-fault": "a capture that covers the fault",
    "vmk1-capture": "a capture of vmk1 on the host",
    "host-logs": "the host's shell.log and vmkernel.log",
    "note": "a note of when it was made (with --clock for how far the note's clock is off: unsaid, up to 10 min)",
    "note-offset": "--clock for how far the clock of your note is off, which is taken as up to 10 min",
    "leaders-genesis": "genesis.out of the CVM that led Genesis",
    "vmkernel-log": "the host's vmkernel.log (it logs route changes)",
    "millisecond-genesis": "genesis.out with millisecond stamps",
    "denser-capture": "a capture with less time between the host's calls",
}


def note_words(measurement: KnownMeasurement) -> str:
    """What qualifies a figure; empty where nothing does."""
    match measurement.note:
        case None:
            return ""
        case "several-silences":
            return f"which of {measurement.silences} silences the fault began is not known"
        case "bounded-by-later":
            return f"bounded from above by `{measurement.bound}`: no log line of the detection"
        case "as-told":
            return measurement.told
        case named:
            return _NOTES[named]


def reason_words(missing: MissingMeasurement, episode: Episode) -> str:
    """Why a figure of the episode can't be had."""
    match missing.reason:
        case "instant-missing":
            absent = next((one for one in episode.instants if one.name == missing.instant), None)
            return (
                f"`{missing.instant}` is missing: {unseen_words(absent) if isinstance(absent, MissingInstant) else ''}"
            )
        case "as-told":
            return missing.told
        case named:
            return _REASONS[named]


def judgement_words(of: Judgement, episode: Episode) -> str:
    """How a figure lies to what was expected of it."""
    match of.reason:
        case "no-expectation":
            return f"there is no expectation for a {episode.kind}"
        case "not-applicable":
            return reason_words(of.missing, episode) if of.missing is not None else ""
        case "not-bounded":
            return "the evidence does not bound the latency"
        case "within-expectation":
            return "the whole span is within the expectation"
        case "within-bound":
            return "beyond the expectation, but within the polling bound: a healthy cluster does this"
        case "beyond-bound":
            return "the whole span is beyond the expectation and the polling bound"
        case "straddles":
            return f"the span straddles {' and '.join(_straddled(of))}"


def _straddled(of: Judgement) -> list[str]:
    limit = (of.expected or 0) + of.tolerance
    borders = (("the expectation", limit), ("the polling bound", max(of.bound or 0, limit)))
    return [name for name, at in borders if of.measured is not None and of.measured.least <= at < of.measured.most]


def decides_words(of: Judgement) -> str:
    """Which evidence would decide: all of these, of each any; empty where it is decided."""
    return "; ".join(" or ".join(_WANTED[one] for one in any_of) for any_of in of.decides)
