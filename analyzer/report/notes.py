"""What measuring tells by name, in words; `told` has what correlation tells, `judged` what judging does."""

from __future__ import annotations

from analyzer.model.episode import Episode
from analyzer.model.measurement import KnownMeasurement, MissingInstant, MissingMeasurement, Note, Reason
from analyzer.report.told import unseen_words

ONE_CLOCK = "if both captures share one clock"

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
    "by-others": "somebody else than Genesis put the route right before it did anything",
    "still-served": "its own CVM served the host until Genesis forwarded it",
    "right-since-failure": "the host's own CVM failed before Genesis acted, so that the route is right since",
    "nothing-to-detect": "nothing is to be detected in a stall without a cause",
}


def note_words(measurement: KnownMeasurement) -> str:
    """What qualifies a figure; empty where nothing does."""
    return "; ".join(filter(None, (noted(measurement), ONE_CLOCK if measurement.one_clock else "")))


def noted(measurement: KnownMeasurement) -> str:
    """What the note says; empty where there is none."""
    match measurement.note:
        case None:
            return ""
        case "several-silences":
            return f"which of {measurement.silences} silences the fault began is not known"
        case "bounded-by-later":
            return f"bounded from above by `{measurement.bound}`: no log line of the detection"
        case "if-genesis":
            return f"bounded from above by `{measurement.bound}`, if Genesis did that: who did is in no log"
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
