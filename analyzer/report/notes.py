"""What measuring tells by name, in words; `told` has what correlation tells, `judged` what judging does."""

from __future__ import annotations

from analyzer.model.episode import Episode
from analyzer.model.measurement import KnownMeasurement, MissingInstant, MissingMeasurement, Note, Reason
from analyzer.report.told import unseen_words

ONE_CLOCK = "if both captures share one clock"
UNTIL_LAST_FRAME = "if the CVM served its host until its last frame"

_NOTES: dict[Note, str] = {
    "no-pause": "no longer than the usual pause",
    "calls-outstanding": "requests were waiting",
    "far-beyond-usual": "far more than the usual pause between replies",
    "idle-or-stalled": "idle or interrupted: no request was seen waiting",
    "other-path-unseen": "at most: the host's other path is not in the capture",
    "host-unheard": "at most: for minutes the host asks for storage in no capture, as if a capture's clock was set",
    "not-over": "not over when the capture ends",
    "not-repaired": "not repaired when the capture ends",
}

_REASONS: dict[Reason, str] = {
    "no-capture": "only a capture shows NFS replies",
    "fault-unknown": "the time of the fault is not known",
    "fault-not-covered": "the capture does not cover the fault",
    "coverage-unknown": "it is not known whether the capture covers the fault",
    "path-before-unseen": "the path before the fault is not in the capture",
    "path-after-unseen": "the path after the fault is not in the capture",
    "served-meanwhile": "the captures have replies while there was no path: they are from another clock, or another"
    " host",
    "moves-once": "in this kind of fault storage traffic moves only once",
    "by-hand": "a person corrected the route before anybody else did",
    "by-others": "somebody other than Genesis corrected the route before Genesis reacted",
    "still-served": "the host was served by its own CVM until Genesis redirected it",
    "out-of-order": "the evidence puts its end before its begin, which can't be: a clock or a source is wrong",
    "right-since-failure": "the host's own CVM failed before Genesis reacted, which made the route correct",
    "forwarded-ahead": "the host was redirected before its CVM stopped: there was nothing to detect",
    "nothing-to-detect": "in an interruption without a known cause there is nothing to detect",
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
            return f"it is not known which of {measurement.silences} interruptions the fault began"
        case "bounded-by-later":
            return f"at most until `{measurement.bound}`: no log line shows the detection"
        case "if-genesis":
            return f"at most until `{measurement.bound}`, if Genesis did that: no log shows who did"
        case "as-told":
            return measurement.told
        case named:
            return _NOTES[named]


def reason_words(missing: MissingMeasurement, episode: Episode) -> str:
    """Why a figure of the episode can't be had."""
    match missing.reason:
        case "instant-missing":
            absent = next((one for one in episode.instants if one.name == missing.instant), None)
            why = unseen_words(absent) if isinstance(absent, MissingInstant) else ""
            return f"the time of `{missing.instant}` is not known: {why}"
        case "as-told":
            return missing.told
        case named:
            return _REASONS[named]
