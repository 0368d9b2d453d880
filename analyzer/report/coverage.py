"""What a run without an episode says, and on what that rests: from when to when, by what, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from analyzer.model.instant import MILLISECOND
from analyzer.model.over_time.coverage import Coverage, HostCoverage, Lack, LackName, Service, Sight
from analyzer.model.over_time.stretches import Stretch
from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.names import host_words
from analyzer.report.view.labels import Labels

SHOWN = 4  # names, stretches or lines of one kind
PAUSE = 500 * MILLISECOND  # replies nearer than this are told as one run


def nothing_told(coverage: Coverage) -> str:
    """A run without an episode in a sentence or two."""
    names = {lack.name for lack in coverage.lacks}
    if "broken-off" in names:
        return "UNDECIDED: a fault of autopath ended the analysis when the evidence was read; nothing was judged."
    if "unread-lines" in names:
        return "UNDECIDED: the logs have lines that may be about a failover, and autopath does not understand them."
    if {lack.name for lack in coverage.untold} == {"left-out"}:
        return "UNDECIDED: there is too much in this evidence for all of it to be told: a failover may be in the rest."
    if coverage.untold or "forwarded" in names:
        return "UNDECIDED: the evidence shows signs of a failover, but not what happened."
    if coverage.lacks:
        return "UNDECIDED: this evidence shows no failover, and it can't show that there was none."
    if not coverage.hosts:
        return "No episode was found; the evidence does not say what would have shown one."
    served = [host.service for host in coverage.hosts if host.service is not None]
    when = f", {_from_to(coverage.time)}" if coverage.time is not None else ""
    if not served:
        return (
            f"Nothing failed over, by the HA checks in the logs{when}; without NFS traffic, an interruption would not"
            " be seen."
        )
    if coverage.steady is None:
        unseen = "Where no NFS traffic was captured, an interruption would not be seen."
        return f"Nothing failed over{when}: {_served(served)}. {unseen}"
    if coverage.steady == coverage.time:
        return f"Nothing failed over and storage was not interrupted{when}: {_served(served)}."
    captured = f"storage was not interrupted {_from_to(coverage.steady)}: {_served(served)}"
    return f"Nothing failed over{when}, and {captured}. Outside of that time an interruption would not be seen."


def _served(services: Sequence[Service]) -> str:
    calls, unanswered = sum(one.calls for one in services), sum(one.unanswered for one in services)
    again = ", some only when they were sent again" if sum(one.replies for one in services) < calls else ""
    answered = f"{words.count(unanswered)} without an answer" if unanswered else f"each answered{again}"
    silence = max((one.silence.length for one in services if one.silence is not None), default=0)
    longest = words.exact(silence) if silence > PAUSE else f"at most {words.exact(PAUSE)}"
    slowest = max((one.slowest for one in services if one.slowest is not None), key=lambda one: one.least, default=None)
    said = f"{words.counted(calls, 'NFS call')} to the storage address, {answered}; longest pause between replies:"
    return f"{said} {longest}, slowest call: {words.duration(slowest)}" if slowest is not None else f"{said} {longest}"


def seen(hosts: Iterable[HostCoverage]) -> Iterator[str]:
    """When a failover of each of these hosts would have been seen, and by what."""
    for host in hosts:
        served = f" ({_served((host.service,))})" if host.service is not None else ""
        replies = _by("its NFS calls and their replies", host.seen, "replies") + served
        more = f"{host.unlisted:,} more times" if host.unlisted else ""
        told = "; ".join(filter(None, (replies, _by("HA checks", host.seen, "checks"), more))) or "at no time"
        yield f"A failover of {_host(host)} would have been seen {told}"


def _host(host: HostCoverage) -> str:
    return "any host of these checks" if host.host is None else host_words(host.host)


def _by(what: str, sights: Iterable[Sight], by: str) -> str:
    stretches = [_from_to((one.first, one.last)) for one in sights if one.by == by]
    return f"by {what} {_some(stretches, ' and ')}" if stretches else ""


def lacking(coverage: Coverage, labels: Labels) -> Iterator[str]:
    """What is missing, a sentence for each kind and time."""
    alike: dict[tuple[LackName, Stretch | None, str], list[Lack]] = {}
    for lack in coverage.lacks:
        alike.setdefault((lack.name, lack.when, lack.what), []).append(lack)
    for lacks in alike.values():
        yield _lack(lacks, labels)


def untold(run: Run, labels: Labels) -> Iterator[str]:
    """The signs of something that none of a run's episodes tells, a sentence for each: why it is no better than
    UNDECIDED. Nothing where there is no episode, as the run's own sentence says it then.
    """
    if run.episodes:
        yield from lacking(replace(run.coverage, lacks=run.coverage.untold), labels)


_SENTENCES: Mapping[LackName, str] = {
    "one-direction": "Only one direction is captured: the {what} of {hosts}, and none of its {other}.",
    "unseen": "For {hosts} the evidence has neither NFS calls and replies, nor an HA check that found its path"
    " correct.",
    "unwatched": "For {hosts} the evidence has neither replies nor HA checks {when}{more}.",
    "routes-unreadable": "The HA checks say nothing of {hosts} {when}: they could not read its routes.",
    "forwarded": "The storage traffic of {hosts} goes to another CVM; the evidence does not show when that began.",
    "elsewhere": "The storage traffic of {hosts} goes to another CVM {when}; nothing in the evidence shows why.",
    "silence": "No reply reached {hosts} for {length}, {when}; nothing in the evidence shows why.",
    "moved": "The calls of {hosts} used another path {when}; nothing in the evidence shows why.",
    "untold-change": "{lines} about a route change of {hosts} belong to no episode; the first: {first}.",
    "cvm-stopped": "By the own log of {hosts} its CVM was switched off or reset, and no episode tells of it: {lines},"
    " the first: {first}.",
    "host-booted": "By its own log, {hosts} booted, and no episode tells from when on it was down: {lines}, the first:"
    " {first}.",
    "untied-loss": "By its own log, {hosts} lost a datastore over NFS (All Paths Down), and nothing shows which:"
    " {lines}, the first: {first}. Its list of NFS datastores (esxcli storage nfs list) would show it.",
    "storage-away": "By its own log, an NFS datastore of {hosts} was away (I/O sent again, or a lock lost), and no"
    " episode tells of it: {lines}, the first: {first}.",
    "stargate-down": "HA checks found Stargate down on {what}, the own CVM of {hosts} ({checks}, {when}), and no"
    " episode tells what came of it.",
    "not-understood": "No HA check is understood in {sources}: `autopath explain` shows each line.",
    "no-checks": "No HA check is in {sources}: the CVM that leads Genesis writes them.",
    "not-read": "Not read, because the format or encoding is not known: {sources}.",
    "one-moment": "These show one moment only, not what was before or after it: {sources}.",
    "host-log": "A host's own logs show what changed on it, but can't show that nothing changed: {sources}.",
    "incomplete": "Lines are missing in these (they were searched for, or a piece is not there) that may tell of a"
    " failover: {sources}.",
    "cut-off": "The end is missing of {sources}, and nothing else shows what was there.",
    "left-out": "There is too much in {sources} for all of it to be told: what was left out may hold a failover.",
    "unread-lines": "{some} that may be about a failover can't be understood; the first: {first}.",
    "no-host": "This evidence shows no NFS traffic of a host with the storage address, and no HA check of one.",
    "down-unhosted": "HA checks found Stargate down on {what}, and the evidence has nothing of the host it serves.",
    "no-storage-traffic": "No capture has traffic of the storage address (a capture of the host's vmk1 would).",
    "broken-off": "A fault of the program ({what}) ended the analysis: what was read is told, and nothing was judged.",
    "other-servers": "The {calls} in the captures go to other servers, and none to the storage address.",
}
"""What a reader is told of each; the braces name what :func:`_lack` fills in."""


def _lack(lacks: Sequence[Lack], labels: Labels) -> str:
    one = lacks[0]
    origin = one.origins[0] if one.origins else None
    return _SENTENCES[one.name].format(
        hosts=_some([host_words(lack.of or None) for lack in lacks]),
        sources=_some([labels.source(lack.of) for lack in lacks]),
        what=one.what,
        other="replies" if one.what == "calls" else "calls",
        when=_from_to(one.when) if one.when is not None else "",
        length=words.exact(one.when[1] - one.when[0]) if one.when is not None else "",
        more=f" ({words.counted(one.count - 1, 'shorter gap')} besides)" if one.count > 1 else "",
        lines=words.counted(one.count, "line"),
        checks=words.counted(one.count, "check"),
        some="A line" if one.count == 1 else "Lines",  # a finding names the first of them only
        first=f"{labels.source(origin.source)}, {labels.place(origin)}" if origin is not None else "",
        calls=words.counted(one.count, "NFS call"),
    )


def _some(names: Sequence[str], between: str = ", ") -> str:
    """The first of them, and how many more."""
    more = len(names) - SHOWN
    return between.join(names[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _from_to(when: Stretch) -> str:
    first, last = words.stamp(when[0]), words.stamp(when[1])
    return f"from {first} to {last[11:] if last[:10] == first[:10] else last}"
