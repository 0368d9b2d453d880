"""What judging tells by name, in words: how a figure lies to what was expected of it, and what would decide."""

from __future__ import annotations

from analyzer.model.episode import Episode, JudgedBy, Judgement, MeasuredEpisode, Wanted
from analyzer.model.measurement import KnownMeasurement
from analyzer.report.notes import ONE_CLOCK, reason_words
from analyzer.report.words import duration, exact

_WANTED: dict[Wanted, str] = {
    "before-fault": "a capture or log that covers the time before the fault",
    "capture-of-fault": "a capture that covers the fault",
    "vmk1-capture": "a capture of vmk1 on the host",
    "host-logs": "the host's shell.log, auth.log and vmkernel.log",
    "cvm-inventory": "an inventory that names the CVMs (--inventory)",
    "note": "a manual note of when it was done (with --clock for how far the note's clock is off: without it, up to"
    " 10 min are assumed)",
    "note-offset": "--clock for how far the clock of your note is off (now assumed: up to 10 min)",
    "clock-offset": "--clock for how far the clock of each source is off, as these contradict each other",
    "leaders-genesis": "genesis.out of the CVM that led Genesis",
    "vmkernel-log": "the host's vmkernel.log (it logs route changes)",
    "millisecond-genesis": "genesis.out with millisecond stamps",
    "denser-capture": "a capture of a test with more storage traffic (less time between the host's calls)",
    "datastore-log": "the host's vobd.log or vmkernel.log up to a time after the episode",
    "whole-capture": "a capture of the host's storage traffic (vmk1 and public network) that begins before the fault",
    "nfs-list": "the host's list of NFS datastores (esxcli storage nfs list) where it has one datastore, or its"
    " vmkernel.log from when that was mounted: these say whose the identifier is",
    "leaders-checks": "genesis.out of the CVM that led Genesis, which says what its checks found",
}

_SAID: dict[JudgedBy, str] = {
    "no-expectation": "there is no expectation for a {kind}",
    "not-bounded": "the evidence does not limit {figure}",
    "not-bounded-above": "the evidence does not show how long storage was away{at_least}",
    "author-unknown": "within {bound} if Genesis corrected the route, and nothing to judge if a person did: the"
    " evidence does not show which",
    "within-expectation": "within the {limit} even at the upper end of the uncertainty",
    "straddles-expectation": "the measured range contains the {limit}, and is within {bound}: acceptable in any case",
    "within-bound": "slower than expected, but within {bound}: {normal}",
    "beyond-bound": "{slower} than {bound} even at the lower end of the uncertainty",
    "straddles": "the measured range contains {straddled}",
    "datastore-lost": "the host's own log says that it lost its datastore: that counts, whatever the measured time is",
    "datastore-unwatched": "ESXi may have declared All Paths Down (APD){in_outage}, and no log of the host covers the"
    " whole episode to show whether it did",
    "datastore-untied": "the host's own log has All Paths Down (APD) in that time, and nothing shows whether that was"
    " this datastore",
    "storage-away": "the host's own log says that it waited for its storage, and nothing shows how long{at_least}",
    "log-contradicts": "the logs say that storage was away{at_least}, but the host's own log, which covers that time,"
    " has"
    " no All Paths Down (APD)",
    "clocks-contradict": "the captures are only taken to share one clock, and the logs contradict them: what lies"
    " between them is not known",
    "no-cause": "nothing in the evidence shows the cause: someone must look at it",
}


def judgement_words(of: Judgement, episode: Episode, *, assumed: bool = True) -> str:
    """How a figure compares with what was expected of it; what it takes for granted is said where `assumed`."""
    if of.reason == "not-applicable":
        return reason_words(of.missing, episode) if of.missing is not None else ""
    said = _said(of, episode)
    return f"{said} ({ONE_CLOCK})" if of.one_clock and assumed else said


def _said(of: Judgement, episode: Episode) -> str:
    detection = of.metric == "detection"
    at_least = f" ({duration(of.measured)})" if of.measured is not None else ""
    return _SAID[of.reason].format(
        kind=episode.kind,
        figure="how late Genesis may have reacted" if detection else f"how long storage was away{at_least}",
        at_least=at_least,
        in_outage=" in an outage of this length" if of.measured is not None and of.measured.bounded else at_least,
        limit=limit_words(of),
        bound=bound_words(of),
        normal="normal" if detection else "the host's log covers it, and has no All Paths Down (APD)",
        slower="slower" if detection else "longer",
        straddled=" and ".join(_straddled(of)),
    )


def is_usual(of: Judgement) -> bool:
    """Whether what is expected is no wish of a user's, but what is usual: how long an outage may last without APD."""
    return of.metric.startswith("outage") and not of.own


def limit_words(of: Judgement) -> str:
    """What is expected of a figure as a sentence names it, so that it is not taken for the bound: `expected limit of
    23 s`, `usual limit of 36 s`, with its tolerance.
    """
    said = f"{'usual' if is_usual(of) else 'expected'} limit of {exact(of.expected or 0)}"
    return f"{said} and its tolerance of {exact(of.tolerance)}" if of.tolerance else said


def bound_name(of: Judgement) -> str:
    """What the bound of a figure is called."""
    if of.own_bound:
        return "your bound"
    return "polling bound" if of.metric == "detection" else "APD start at the latest"


def bound_words(of: Judgement) -> str:
    """The bound of a figure as a sentence names it: `the check interval of 30 s plus 10 s`."""
    if of.bound is None:
        return "the bound"
    if of.own_bound:
        return f"your bound of {exact(of.bound)}"
    if of.metric != "detection":
        return f"the {exact(of.bound)} at which ESXi declares All Paths Down (APD) at the latest"
    if of.period is None:
        return f"the polling bound of {exact(of.bound)}"
    return f"the check interval of {exact(of.period)} plus {exact(of.bound - of.period)}"


def _straddled(of: Judgement) -> list[str]:
    limit = (of.expected or 0) + of.tolerance
    borders = ((f"the {limit_words(of)}", limit), (bound_words(of), max(of.bound or 0, limit)))
    return [name for name, at in borders if of.measured is not None and of.measured.least <= at < of.measured.most]


def measured_words(measured: MeasuredEpisode, judgement: Judgement) -> str:
    """The span that was judged; where there is none, why there is no measurement."""
    figure = next((one for one in measured.measurements if one.metric == judgement.metric), None)
    if isinstance(figure, KnownMeasurement) and figure.note == "no-pause" and judgement.measured is not None:
        return "no interruption"
    if judgement.measured is not None:
        return duration(judgement.measured)
    if judgement.reason == "no-cause":
        return "cause not known"
    return "–" if figure is None or isinstance(figure, KnownMeasurement) else figure.absence.replace("-", " ")


def decides_words(of: Judgement) -> str:
    """Which evidence would decide: all of these, of each any; empty where it is decided."""
    return "; ".join(wanted_words(any_of) for any_of in of.decides)


def wanted_words(any_of: tuple[Wanted, ...]) -> str:
    """Evidence of which any would decide."""
    return ", or ".join(_WANTED[one] for one in any_of)
