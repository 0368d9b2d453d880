"""What judging tells by name, in words: how a figure lies to what was expected of it, and what would decide."""

from __future__ import annotations

from analyzer.model.episode import Episode, JudgedBy, Judgement, Wanted
from analyzer.report.notes import ONE_CLOCK, reason_words
from analyzer.report.words import duration

_WANTED: dict[Wanted, str] = {
    "before-fault": "a capture or log that covers the time before the fault,",
    "capture-of-fault": "a capture that covers the fault",
    "vmk1-capture": "a capture of vmk1 on the host",
    "host-logs": "the host's shell.log, auth.log and vmkernel.log",
    "note": "a note of when it was made (with --clock for how far the note's clock is off: unsaid, up to 10 min)",
    "note-offset": "--clock for how far the clock of your note is off, which is taken as up to 10 min",
    "leaders-genesis": "genesis.out of the CVM that led Genesis",
    "vmkernel-log": "the host's vmkernel.log (it logs route changes)",
    "millisecond-genesis": "genesis.out with millisecond stamps",
    "denser-capture": "a capture with less time between the host's calls",
    "datastore-log": "the host's vobd.log or vmkernel.log, up to a line beyond the episode's end",
    "whole-capture": "a capture of the host's storage traffic (vmk1 and the public network), from before the fault on",
    "leaders-checks": "genesis.out of the CVM that led Genesis, which tells what its checks found",
}

_SAID: dict[JudgedBy, str] = {
    "no-expectation": "there is no expectation for a {kind}",
    "not-bounded": "the evidence does not bound {figure}",
    "not-bounded-above": "how long storage was away is not in the evidence{at_least}",
    "author-unknown": "within the {bound} if Genesis put the route right, and nothing to judge if a person did:"
    " which of these is not in the evidence",
    "within-expectation": "the whole span is within the expectation",
    "straddles-expectation": "the span straddles the expectation, and is within the {bound}: acceptable for sure",
    "within-bound": "beyond the expectation, but within the {bound}: {healthy}",
    "beyond-bound": "the whole span is beyond the expectation and the {bound}",
    "straddles": "the span straddles {straddled}",
    "datastore-lost": "the host's own log says that it lost its datastore, whatever the span",
    "datastore-unwatched": "ESXi may have declared All Paths Down in so long an outage, and no log of the host that"
    " covers the episode says whether it did",
    "log-contradicts": "the logs have storage away{at_least}, and the host's own log, which covers that, has no All"
    " Paths Down",
    "no-cause": "nothing in the evidence names the cause: someone must look at it",
}


def judgement_words(of: Judgement, episode: Episode) -> str:
    """How a figure lies to what was expected of it."""
    if of.reason == "not-applicable":
        return reason_words(of.missing, episode) if of.missing is not None else ""
    said = _said(of, episode)
    return f"{said}, {ONE_CLOCK}" if of.one_clock else said


def _said(of: Judgement, episode: Episode) -> str:
    detection = of.metric == "detection"
    at_least = f" ({duration(of.measured)})" if of.measured is not None else ""
    return _SAID[of.reason].format(
        kind=episode.kind,
        figure="the latency" if detection else f"how long storage was away{at_least}",
        at_least=at_least,
        bound=bound_name(of.metric),
        healthy="a healthy cluster does this" if detection else "the host's log covers it, without All Paths Down",
        straddled=" and ".join(_straddled(of)),
    )


def bound_name(metric: str) -> str:
    """What the bound of a metric is called."""
    return "polling bound" if metric == "detection" else "bound of All Paths Down"


def _straddled(of: Judgement) -> list[str]:
    limit = (of.expected or 0) + of.tolerance
    borders = (("the expectation", limit), (f"the {bound_name(of.metric)}", max(of.bound or 0, limit)))
    return [name for name, at in borders if of.measured is not None and of.measured.least <= at < of.measured.most]


def decides_words(of: Judgement) -> str:
    """Which evidence would decide: all of these, of each any; empty where it is decided."""
    return "; ".join(wanted_words(any_of) for any_of in of.decides)


def wanted_words(any_of: tuple[Wanted, ...]) -> str:
    """Evidence of which any would decide."""
    return " or ".join(_WANTED[one] for one in any_of)
