"""An episode in a few plain sentences: what happened, how soon it was noticed, how long storage was away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.instant import UNBOUNDED
from analyzer.model.measurement import KnownInstant, KnownMeasurement, Measurement
from analyzer.report import words
from analyzer.report.names import host_words, path_words
from analyzer.report.notes import ONE_CLOCK, noted, reason_words
from analyzer.report.told import episode_note_words

Named = Callable[[str], str]
StallOrMove = Literal["stall", "move", "stall or move"]

_ANSWERS = {
    "route-injection": "the route was found and deleted",
    "route-deletion": "its absence was found and the route added again",
    "cvm-recovery": "the path was given back",
}


_DONE = {"route-injection": "the route was deleted", "route-deletion": "the route was added again"}
"""The same where no line and no frame shows that anybody had found it."""


def story(measured: MeasuredEpisode, named: Named = str) -> str:
    """What happened, in two to five sentences; `named` gives an address the name that an inventory knows."""
    episode = measured.episode
    outage = find(measured.measurements, "outage")
    # For what is unexplained the note says the same of the silence as its measurement; who served on was noticed.
    told = episode.note == "still-served" or (episode.kind == "unexplained" and isinstance(outage, KnownMeasurement))
    note = "" if told else episode_note_words(episode.note)
    sentences = (_opening(episode, named), _noticed(measured), silence(outage, episode), _ending(episode), note)
    return " ".join(sentence(s) for s in sentences if s)


def _opening(episode: Episode, named: Named) -> str:
    when, host = _when(episode), host_words(episode.host and named(episode.host))
    cvm = f"CVM {named(episode.cvm)}" if episode.cvm else "the local CVM"
    via = f" via {named(episode.gateway)}" if episode.gateway else ""
    match episode.kind:
        case "cvm-failure" if episode.note == "still-served":
            return f"Genesis found {cvm}, which serves {host}, down {when}"
        case "cvm-failure":
            return f"{cvm}, which serves {host}, failed {when}"
        case "route-injection":
            return f"a route to the storage address{via} was added on {host} {when}, {_gateway(episode.gateway_valid)}"
        case "route-deletion":
            return f"the route to the storage address{via} was deleted on {host} {when}, while it was needed"
        case "cvm-recovery":
            returned = "" if episode.after.kind == "unknown" else f" and {host} returned to it"
            return f"{cvm} came back {when}{returned}"
        case "unexplained":
            return f"the storage traffic of {host} {_moved(episode)} {when}; no kind of failover explains it"


def stalled_or_moved(episode: Episode) -> StallOrMove:
    """What happened to the storage traffic where no kind explains it: `stall`, `move`, or which of them is unknown."""
    before, after = episode.before, episode.after
    if "unknown" in (before.kind, after.kind) or episode.confidence == "low":
        return "stall or move"
    return "stall" if (before.kind, before.via) == (after.kind, after.via) else "move"


def _moved(episode: Episode) -> str:
    match stalled_or_moved(episode):
        case "stall":
            return "stalled"
        case "move":
            return f"moved from {path_words(episode.before)} to {path_words(episode.after)}"
        case "stall or move":
            return "stalled or moved"


def _gateway(valid: bool | None) -> str:
    match valid:
        case True:
            return "to a CVM that serves it"
        case False:
            return "to a gateway that does not answer"
        case None:
            return "to a gateway of which nothing is known"


def _when(episode: Episode) -> str:
    fault = next((i for i in episode.instants if i.name == "fault"), None)
    if isinstance(fault, KnownInstant):
        written = words.moment(fault.at)
        stamped, doubt, bound = written.partition(" ±")
        return f"{'' if stamped.startswith(('between', 'after')) else 'at '}{stamped} UTC{doubt}{bound}"
    return "at a time that the evidence does not show"


def _noticed(measured: MeasuredEpisode) -> str:
    detection, kind = find(measured.measurements, "detection"), measured.episode.kind
    if measured.episode.by_hand and not isinstance(detection, KnownMeasurement):
        return "a person put the route right before Genesis did anything"
    if measured.episode.by_others and not isinstance(detection, KnownMeasurement):
        return "somebody else than Genesis put the route right before it did anything; by whom is in no log"
    if measured.episode.note == "still-served":
        return "its own CVM served it until Genesis forwarded it"
    if detection is None or kind == "unexplained":
        return ""
    if not isinstance(detection, KnownMeasurement):
        wanted = "how soon it was detected" if kind == "cvm-failure" else "how soon it was answered"
        return "" if detection.absence == "not-applicable" else f"{wanted} is not in the evidence"
    told = kind == "cvm-failure" or any(
        isinstance(one, KnownInstant) and one.name == "detected" for one in measured.episode.instants
    )
    answer = (_ANSWERS if told else _DONE).get(kind, "it was detected")
    took = words.duration(detection.span)
    if detection.note == "if-genesis":
        return f"the route was right after {took}; who put it right is in no log"
    if detection.span.most == UNBOUNDED:
        return f"where the evidence ends, {took} after it, nothing had answered it"
    return f"it took {took} until {answer}" if took.startswith("between") else f"{answer} after {took}"


def silence(outage: Measurement | None, episode: Episode) -> str:
    """How long NFS was away, in a sentence without its stop; empty where that does not apply."""
    if outage is None:
        return ""
    if not isinstance(outage, KnownMeasurement):
        why = reason_words(outage, episode)
        return (
            f"whether NFS was interrupted is not in the evidence: {why}" if outage.absence != "not-applicable" else ""
        )
    took = words.duration(outage.span)
    held = f", {ONE_CLOCK}" if outage.one_clock else ""
    if outage.note == "no-pause":
        return f"NFS was not interrupted beyond the usual pause between replies (the longest: {took}){held}"
    return f"NFS went without a reply for {took}{_goes_on(outage)}{held}".replace("for between", "between")


def _goes_on(outage: KnownMeasurement) -> str:
    """What qualifies the silence, as the sentence goes on after its length."""
    match outage.note:
        case None | "no-pause":
            return ""
        case "calls-outstanding":
            return ", with calls outstanding"
        case "other-path-unseen":
            return " (its other path is not in the capture)"
        case "not-over":
            return "; it was not over when the capture ends"
        case "far-beyond-usual":
            return ", far beyond the usual gap between replies"
        case "idle-or-stalled":
            return "; no call was seen outstanding, so it may have been idle"
        case "several-silences" | "not-repaired" | "bounded-by-later" | "if-genesis" | "as-told":
            return f" ({noted(outage)})"


def _ending(episode: Episode) -> str:
    if episode.after.kind == "unknown":
        return "how the host reached its storage afterwards is not in the evidence"
    return f"afterwards the host's path was {path_words(episode.after)}"


def find(measurements: tuple[Measurement, ...], metric: str) -> Measurement | None:
    """The measurement of that name."""
    return next((m for m in measurements if m.metric == metric), None)


def sentence(text: str) -> str:
    """`text` with a capital at its start and a full stop at its end."""
    text = text.strip()
    return stopped(text[:1].upper() + text[1:])


def stopped(text: str) -> str:
    """`text` with a full stop at its end, where it has none and is not empty."""
    text = text.strip()
    return text + ("" if not text or text.endswith((".", "!", "?")) else ".")
