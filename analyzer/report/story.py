"""An episode in a few plain sentences: what happened, how soon it was noticed, how long storage was away."""

from __future__ import annotations

from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.measurement import KnownInstant, KnownMeasurement, Measurement
from analyzer.report import words
from analyzer.report.names import path_words


def story(measured: MeasuredEpisode) -> str:
    """What happened, in two to four sentences."""
    episode = measured.episode
    sentences = (_opening(episode), _noticed(measured), _outage(measured.measurements), _ending(episode), episode.note)
    return " ".join(sentence(s) for s in sentences if s)


def _opening(episode: Episode) -> str:
    when, host = _when(episode), f"host {episode.host}" if episode.host else "a host that the evidence does not name"
    cvm, via = (
        f"CVM {episode.cvm}" if episode.cvm else "the local CVM",
        f" via {episode.gateway}" if episode.gateway else "",
    )
    match episode.kind:
        case "cvm-failure":
            return f"{cvm}, which serves {host}, failed {when}"
        case "route-injection":
            return f"a route to the storage address{via} was added on {host} {when}, {_gateway(episode.gateway_valid)}"
        case "route-deletion":
            return f"the route to the storage address{via} was deleted on {host} {when}, while it was needed"
        case "cvm-recovery":
            return f"{cvm} came back {when} and {host} returned to it"
        case "unexplained":
            return f"the storage traffic of {host} stalled or moved {when}; no kind of failover explains it"


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
        return f"{written} UTC" if written.startswith("between") else f"at {written} UTC"
    return "at a time that the evidence does not show"


def _noticed(measured: MeasuredEpisode) -> str:
    detection = _find(measured.measurements, "detection")
    if not isinstance(detection, KnownMeasurement):
        return ""
    took = words.duration(detection.span)
    match measured.episode.kind:
        case "cvm-failure":
            return f"it was detected after {took}" if not took.startswith("between") else f"detection took {took}"
        case "route-injection":
            return f"until it was detected and the route deleted, it took {took}"
        case "route-deletion":
            return f"until it was detected and the route added again, it took {took}"
        case "cvm-recovery" | "unexplained":
            return ""


def _outage(measurements: tuple[Measurement, ...]) -> str:
    outage = _find(measurements, "outage")
    if not isinstance(outage, KnownMeasurement):
        return ""
    note = f" ({outage.note})" if outage.note else ""
    return f"NFS went without a reply for {words.duration(outage.span)}{note}".replace("for between", "between")


def _ending(episode: Episode) -> str:
    if episode.after.kind == "unknown":
        return "how the host reached its storage afterwards is not in the evidence"
    return f"afterwards the host's path was {path_words(episode.after)}"


def _find(measurements: tuple[Measurement, ...], metric: str) -> Measurement | None:
    return next((m for m in measurements if m.metric == metric), None)


def sentence(text: str) -> str:
    """`text` with a capital at its start and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
