"""An episode in a few plain sentences: what happened, how soon it was noticed, how long storage was away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec.structs import replace

from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.instant import UNBOUNDED
from analyzer.model.measurement import HowName, KnownInstant, KnownMeasurement, Measurement
from analyzer.model.path import Path
from analyzer.report import words
from analyzer.report.local import local_words
from analyzer.report.names import host_words, path_words
from analyzer.report.notes import ONE_CLOCK, noted, reason_words
from analyzer.report.told import episode_note_words

Named = Callable[[str], str]
StallOrMove = Literal["interruption", "change of path", "interruption or change of path"]

_ANSWERS = {
    "route-injection": "the route was noticed and deleted",
    "route-deletion": "its absence was noticed and the route added again",
    "cvm-recovery": "traffic returned to the local CVM",
}
_DONE = {
    "route-injection": "the route was deleted",
    "route-deletion": "the route was added again",
    "cvm-recovery": "traffic returned to the local CVM",
}
"""The same where no line shows that Genesis noticed it."""
BY_GENESIS: frozenset[HowName] = frozenset(
    {"check-that-found", "check-that-found-alive", "first-check", "found-illegal", "found-absent", "found-wrong"}
)
"""What shows an instant, where that is a line of Genesis' own log."""


def story(measured: MeasuredEpisode, named: Named = str, zone: str | None = None) -> str:
    """What happened, in two to five sentences; `named` gives an address the name that an inventory knows, `zone`
    the local time that stands beside UTC.
    """
    episode = measured.episode
    outage = find(measured.measurements, "outage")
    # For what is unexplained the note says the same of the silence as its measurement; who served on was noticed.
    told = episode.note == "still-served" or (episode.kind == "unexplained" and isinstance(outage, KnownMeasurement))
    note = "" if told else episode_note_words(episode.note)
    sentences = (
        _opening(measured, named, zone),
        _noticed(measured),
        _away(measured),
        _ending(episode, named),
        note,
    )
    return " ".join(sentence(s) for s in sentences if s)


def in_a_sentence(measured: MeasuredEpisode, named: Named = str, zone: str | None = None) -> str:
    """What happened, how soon Genesis reacted and how long storage was away, in one sentence."""
    noticed, away = _noticed(measured), _away(measured, assumed=False)
    joined = "; " if ";" in noticed else " and "
    after = noticed if away.startswith("the evidence") else joined.join(filter(None, (noticed, away)))
    return sentence("; ".join(filter(None, (_opening(measured, named, zone), after))))


def _opening(measured: MeasuredEpisode, named: Named, zone: str | None) -> str:
    episode = measured.episode
    when, host = _when(episode, zone), host_words(episode.host and named(episode.host))
    cvm = f"CVM {named(episode.cvm)}" if episode.cvm else "the local CVM"
    via = f" via {named(episode.gateway)}" if episode.gateway else ""
    match episode.kind:
        case "cvm-failure" if episode.note == "still-served":
            return f"Genesis reported {cvm}, which serves {host}, as down {when}"
        case "cvm-failure":
            return f"{cvm}, which serves {host}, failed {when}"
        case "route-injection":
            return f"a route to the storage address{via} was added on {host} {when}, {_gateway(episode.gateway_valid)}"
        case "route-deletion":
            return f"the route to the storage address{via} was deleted on {host} {when}, while it was needed"
        case "cvm-recovery":
            returned = "" if episode.after.kind == "unknown" else f" and {host} returned to it"
            return f"{cvm} came back {when}{returned}"
        case "unexplained" if measured.is_named:
            serving = f"CVM {named(episode.before.via)}" if episode.before.via else cvm
            return f"{serving}, which serves {host}, did not serve it {when}, and did again before any failover"
        case "unexplained" if stopped := _stopped(episode):
            return f"the VM of {cvm}, which serves {host}, was {stopped} {when}; nothing shows when it served again"
        case "unexplained":
            return f"the storage traffic of {host} {_moved(episode)} {when}; no known kind of failover explains it"


def _stopped(episode: Episode) -> str:
    """What its host did to the CVM's VM, where that is all that is known of an interruption."""
    names = {claim.statement.name for claim in episode.claims}
    if stalled_or_moved(episode) != "interruption":
        return ""
    return "reset" if "vm-reset" in names else "powered off" if "vm-stopped" in names else ""


def stalled_or_moved(episode: Episode) -> StallOrMove:
    """What happened to the storage traffic where no kind explains it: an interruption, another path, or either."""
    before, after = episode.before, episode.after
    if "unknown" in (before.kind, after.kind) or episode.confidence == "low":
        return "interruption or change of path"
    return "interruption" if (before.kind, before.via) == (after.kind, after.via) else "change of path"


def _moved(episode: Episode) -> str:
    match stalled_or_moved(episode):
        case "interruption":
            return "was interrupted"
        case "change of path":
            return f"moved from {path_words(episode.before)} to {path_words(episode.after)}"
        case "interruption or change of path":
            return "was interrupted or moved"


def _gateway(valid: bool | None) -> str:
    match valid:
        case True:
            return "and its gateway is a CVM that serves storage"
        case False:
            return "and its gateway does not answer"
        case None:
            return "and nothing is known of its gateway"


def _when(episode: Episode, zone: str | None) -> str:
    fault = next((i for i in episode.instants if i.name == "fault"), None)
    if isinstance(fault, KnownInstant):
        written = words.moment(fault.at)
        stamped, doubt, bound = written.partition(" ±")
        local = local_words(fault.at, zone)
        beside = f" ({local})" if local else ""
        return f"{'' if stamped.startswith(('between', 'after')) else 'at '}{stamped} UTC{doubt}{bound}{beside}"
    return "at a time that is not in the evidence"


def _noticed(measured: MeasuredEpisode) -> str:
    detection, kind = find(measured.measurements, "detection"), measured.episode.kind
    if measured.episode.by_hand and not isinstance(detection, KnownMeasurement):
        return "a person corrected the route before anybody else did"
    if measured.episode.by_others and not isinstance(detection, KnownMeasurement):
        return "somebody other than Genesis corrected the route before Genesis reacted; no log says who"
    if measured.episode.note == "still-served":
        return "its own CVM served it until Genesis redirected it"
    if detection is None or kind == "unexplained":
        return ""
    if not isinstance(detection, KnownMeasurement):
        wanted = "how soon it was noticed" if kind == "cvm-failure" else "how soon anybody reacted"
        return "" if detection.absence == "not-applicable" else f"{wanted} is not in the evidence"
    answer = _answer(measured.episode)
    took = words.duration(detection.span)
    if detection.note == "if-genesis":
        return f"the route was correct again after {took}; no log shows who corrected it"
    if detection.span.most == UNBOUNDED:
        return f"when the evidence ends, {took} later, nobody had reacted"
    return f"it took {took} until {answer}" if took.startswith("between") else f"{answer} after {took}"


def _answer(episode: Episode) -> str:
    """What ended the detection; Genesis is named only where its own log shows what it noticed."""
    detected = next((one for one in episode.instants if one.name == "detected"), None)
    if isinstance(detected, KnownInstant) and detected.how.name in BY_GENESIS:
        return _ANSWERS.get(episode.kind, "Genesis noticed it")
    return _DONE.get(episode.kind, "it was noticed")


def _away(measured: MeasuredEpisode, *, assumed: bool = True) -> str:
    """How long storage was away, within the limits that the logs give it too: those by which it was judged."""
    outage, judged = find(measured.measurements, "outage"), measured.judged("outage")
    limits = judged.measured if judged is not None else None
    if outage is None or limits is None:
        return silence(outage, measured.episode, assumed=assumed)
    if isinstance(outage, KnownMeasurement):
        known = outage.note == "no-pause" or (limits.least, limits.most) == (outage.span.least, outage.span.most)
        by_logs = replace(outage, span=limits, note="as-told", told="the host's own log limits it")
        return silence(outage if known else by_logs, measured.episode, assumed=assumed)
    took = f"{words.duration(limits)}, as the logs show it"
    if limits.most >= words.OPEN:
        return f"the evidence does not show how long storage was away ({took})"
    return f"storage was away for {took}"


def silence(outage: Measurement | None, episode: Episode, *, assumed: bool = True) -> str:
    """How long storage was away, in a sentence without its stop; empty where that does not apply. What it takes for
    granted is said where `assumed`.
    """
    if outage is None:
        return ""
    if not isinstance(outage, KnownMeasurement):
        if outage.absence == "not-applicable":
            return ""
        stalled = episode.kind == "unexplained" and stalled_or_moved(episode) == "interruption"
        unknown = "how long storage was away" if stalled else "whether storage was interrupted"
        return f"the evidence does not show {unknown}: {reason_words(outage, episode)}"
    took = words.duration(outage.span)
    held = f" ({ONE_CLOCK})" if outage.one_clock and assumed else ""
    if outage.note == "no-pause":
        return f"storage was not interrupted (the longest pause between NFS replies: {took}, which is usual){held}"
    return f"storage was away for {took}{_goes_on(outage)}{held}".replace("for between", "for something between")


def _goes_on(outage: KnownMeasurement) -> str:
    """What qualifies the silence, as the sentence goes on after its length."""
    match outage.note:
        case None | "no-pause":
            return ""
        case "calls-outstanding":
            return " while requests were waiting"
        case "other-path-unseen":
            return " (the host's other path is not in the capture)"
        case "host-unheard":
            return " at most (for minutes the host asks for storage in no capture, as if a capture's clock was set)"
        case "not-over":
            return ", and still was when the capture ends"
        case "far-beyond-usual":
            return ", far more than the usual pause between replies"
        case "idle-or-stalled":
            return "; no request was seen waiting, so the host may have been idle"
        case "several-silences" | "not-repaired" | "bounded-by-later" | "if-genesis" | "as-told":
            return f" ({noted(outage)})"


def _ending(episode: Episode, named: Named) -> str:
    if episode.after.kind == "unknown":
        return "the evidence does not show how the host reached its storage afterwards"
    return f"afterwards the host {_reached(episode.after, named)}"


def _reached(path: Path, named: Named) -> str:
    """How the host reaches its storage, as the end of a sentence about it."""
    match path.kind:
        case "local":
            return "reached its storage through its own CVM (local path)"
        case "remote":
            via = f"CVM {named(path.via)}" if path.via else "another CVM"
            return f"reached its storage through {via} (remote path)"
        case "dead" | "unknown":
            return "got no reply from its storage"


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
