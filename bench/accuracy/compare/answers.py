"""An answer "acceptable: yes" beside what is true, by the contract's words alone.

It is wrong where Genesis took longer than the bound over an episode of which the run tells; where a host was without
storage beyond the bound and its own log, or captures of both sides, cover that; and where an episode is not told at all
that lies in a stretch in which the run itself says that it would have been seen. A route that somebody deletes and at
once adds again by a living CVM is exchanged, which is no episode.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import SECOND
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from bench.accuracy.compare.definitions import OUTAGE_BOUND
from bench.accuracy.compare.sight import Sight
from bench.accuracy.compare.verdicts import OF_HOSTS, SLACK, is_beyond_bound
from bench.accuracy.expected import Given, is_full, is_stall

Pair = tuple[TrueEpisode, MeasuredEpisode]
AT_ONCE = SECOND  # two commands of one line, or of one hand, follow each other so soon


def wrong_yes(
    truth: Truth, run: Run, given: Given, sight: Sight, pairs: Sequence[Pair], near: Collection[TrueEpisode], last: int
) -> tuple[str, ...]:
    """Why an acceptable "yes" is wrong, each in a sentence; `near` are the episodes beside which any is told, `last`
    (true time, ns) is when the evidence ends.
    """
    if run.acceptable != "yes":
        return ()
    late = [true for true, _ in pairs if is_beyond_bound(true, run, truth, given, last)]
    return (
        *(f"acceptable, and Genesis took longer than the bound: {one.kind} of {one.host}" for one in late),
        *(f"acceptable, and {one.host} lost its datastore: {one.kind}" for one in _lost(truth, run, given, sight)),
        *(f"acceptable, and not told: {one.kind} of {one.host}" for one in _untold(truth, run, sight, near)),
    )


def _lost(truth: Truth, run: Run, given: Given, sight: Sight) -> Iterator[TrueEpisode]:
    """The episodes whose outage is beyond the bound, where what covers it is given."""
    for true in truth.episodes:
        if true.outage is not None and true.outage > OUTAGE_BOUND + SLACK:
            logs = {one.file for one in given.files if one.what in OF_HOSTS and one.of == true.host}
            logged = _is_logged(true, run, logs, sight) and not _was_down(true, truth)
            if is_full(true, given) or logged:
                yield true


def _was_down(true: TrueEpisode, truth: Truth) -> bool:
    """Whether the host itself was down in it: a host that boots logs nothing of what it had no part in."""
    end = true.instants.fault.least + (true.outage or 0)
    reboots = [one.at for one in truth.events if one.name == "host-reboot" and one.detail.get("host") == true.host]
    return any(true.instants.fault.least <= at <= end for at in reboots)


def _is_logged(true: TrueEpisode, run: Run, logs: Collection[str], sight: Sight) -> bool:
    """Whether one of these logs begins before the fault, and ends after All Paths Down was due."""
    for source in run.sources:
        if source.name in logs and source.first is not None and source.last is not None:
            fault = true.instants.fault
            begin, due = (sight.dials.reads(source.clock, at) for at in (fault.least, fault.most + OUTAGE_BOUND))
            if source.first.most <= begin and due <= source.last.least:
                return True
    return False


def _untold(truth: Truth, run: Run, sight: Sight, near: Collection[TrueEpisode]) -> Iterator[TrueEpisode]:
    """The episodes beside which none is told, all of which lies in a stretch that the run calls seen."""
    for true in truth.episodes:
        until = true.instants.restored or true.instants.repaired
        is_none = is_exchange(true) or (true.kind == "unexplained" and not is_stall(true))
        if true in near or until is None or is_none:
            continue
        placed = [sight.placed(at) for at in (true.instants.fault.least, until)]
        ways = ("replies", "checks") if true.instants.detected is not None else ("replies",)
        seen = [one for host in run.coverage.hosts if host.host == true.host for one in host.seen if one.by in ways]
        if any(one.first <= min(placed) and max(placed) <= one.last for one in seen):
            yield true


def is_exchange(true: TrueEpisode) -> bool:
    """Whether a person deleted a valid route and put another one in its place at once."""
    repaired = true.instants.repaired
    if true.kind != "route-deletion" or repaired is None or true.repaired_by != "person":
        return False
    return true.after.kind == "remote" and repaired - true.instants.fault.least <= AT_ONCE
