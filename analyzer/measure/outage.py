"""How long a host had no NFS reply: from the last before the fault's effect to the first one after, on any path."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.measure.index import Gap, HostTraffic
from analyzer.measure.instants import known
from analyzer.model.cluster import APD_EARLIEST
from analyzer.model.episode import Episode
from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED, Span
from analyzer.model.measurement import KnownInstant, KnownMeasurement, Measurement, MissingMeasurement, Note
from analyzer.model.traffic import Operation

AT_FAULT = 2 * SECOND  # the effect of a fault on replies shows within this
BESIDE = 60 * SECOND  # a fault that may have been so long before the captures and after them may be anywhere
STOPS_WITHIN = 5 * SECOND  # a client sends no new call this long after one that nobody acknowledged
UNHEARD = (
    120 * SECOND
)  # a client that waits asks again sooner: TCP within 64 s (RFC 6298, 2.5), a datastore within 12 s
IN_FLIGHT = 100 * MILLISECOND  # replies that were on their way when the route changed come within this
RUN_PAUSE = 500 * MILLISECOND  # replies nearer than this are one run (ingest): a gap within a run is not an outage


def outage(episode: Episode, traffic: HostTraffic, covered: tuple[int, int] | None) -> Measurement:
    """The silence at the fault; when service never paused, the span says what it was at most."""
    metric = "outage"
    fault = known(episode, "fault")
    if covered is None:
        return MissingMeasurement(metric, "not-in-evidence", "no-capture")
    until = fault
    if episode.kind == "cvm-recovery" or episode.note == "still-served":  # service ends with the path that has it
        fault, until = known(episode, "terminated") or known(episode, "repaired"), known(episode, "repaired")
    if fault is None or until is None:
        return MissingMeasurement(metric, "not-observed", "fault-unknown")
    begun = _begun_before(metric, episode, traffic) if traffic.runs and traffic.first >= fault.at.least else None
    if not traffic.runs or fault.at.most < covered[0] or fault.at.least > covered[1]:
        return begun or MissingMeasurement(metric, "not-in-evidence", "fault-not-covered")
    if fault.at.least < covered[0] - BESIDE and until.at.most > covered[1] + BESIDE:
        return MissingMeasurement(metric, "not-in-evidence", "coverage-unknown")
    if traffic.first >= fault.at.least:
        if (found := _found_in(episode, traffic)) is not None:
            return _of_gap(metric, [found], traffic, known(episode, "restored"))
        return begun or MissingMeasurement(metric, "not-in-evidence", "path-before-unseen")
    return _at_fault(metric, episode, (fault, until), traffic, covered)


def _at_fault(
    metric: str,
    episode: Episode,
    fault_and_end: tuple[KnownInstant, KnownInstant],
    traffic: HostTraffic,
    covered: tuple[int, int],
) -> Measurement:
    """The silence at a fault of which the captures have the replies before it."""
    fault, until = fault_and_end
    restored, repaired = known(episode, "restored"), known(episode, "repaired")
    if not traffic.whole and fault is not until and traffic.last.last <= until.at.most + RUN_PAUSE:
        return MissingMeasurement(metric, "not-in-evidence", "path-after-unseen")  # the backup path's last replies
    near = traffic.gaps_within(fault.at.least, until.at.most + AT_FAULT)
    at_fault = [gap for gap in near if restored is None or not _is_after(gap, restored)]  # a later one is of another
    at_fault = [gap for gap in at_fault if not _is_later(gap, episode, fault)]
    if not at_fault or traffic.last.last < fault.at.most:
        if _denied(episode, fault, repaired, traffic):
            return MissingMeasurement(metric, "not-observed", "served-meanwhile")
        if repaired is not None and _answered_unseen(repaired, traffic):
            seen = traffic.whole or episode.before.kind == "local"  # else it may have been served until then
            least = max(0, repaired.at.least - traffic.last.last) if seen else 0
            return KnownMeasurement(metric, Span(least, UNBOUNDED), (traffic.last.last_origin,), "other-path-unseen")
        return _no_gap(metric, traffic, (fault.at.most, covered[1]), at_fault)
    longer = [gap for gap in at_fault if gap.length > RUN_PAUSE]
    if len(longer) > 1:
        return _of_several(metric, longer, whole=traffic.whole)
    return _of_gap(metric, at_fault, traffic, restored, elsewhere=episode.during.kind == "remote")


def _is_after(gap: Gap, restored: KnownInstant) -> bool:
    """Whether a silence begins once the host is served again, as with that very reply."""
    return gap.start >= restored.at.most or (
        gap.origins[0] in restored.origins and gap.origins[-1] not in restored.origins
    )


def _begun_before(metric: str, episode: Episode, traffic: HostTraffic) -> Measurement | None:
    """The silence of a fault that the captures have from amid it to the first reply of all, through which an operation
    waited: it was that long at least. What is too short for All Paths Down tells nothing of how long it was.
    """
    restored = known(episode, "restored")
    if episode.kind == "cvm-recovery" or restored is None:
        return None
    if not restored.at.least <= traffic.first <= restored.at.most:
        return None
    begun = traffic.operations_within(0, traffic.first - APD_EARLIEST)
    waited = next((one for one in begun if any(call.reply is not None for call in one)), None)
    if waited is None:
        return None
    beside = max((run.beside for run in traffic.runs if run.first == traffic.first), default=0)
    least = max(0, traffic.first - waited[0].first_call.most - beside)
    return KnownMeasurement(
        metric, Span(least, UNBOUNDED), (waited[0].first_origin, *restored.origins), "calls-outstanding"
    )


def _found_in(episode: Episode, traffic: HostTraffic) -> Gap | None:
    """The one silence until the new path serves, in which Genesis found that the CVM did not: of a fault that may have
    been before the captures, which have the host served after they began.
    """
    detected, restored = known(episode, "detected"), known(episode, "restored")
    if episode.kind != "cvm-failure" or detected is None or restored is None or not traffic.whole:
        return None
    until = [gap for gap in traffic.gaps_within(traffic.first, restored.at.least) if gap.length > RUN_PAUSE]
    met = [gap for gap in until if gap.start < detected.at.least < gap.end]
    return met[0] if len(until) == len(met) == 1 else None


def _is_later(gap: Gap, episode: Episode, fault: KnownInstant) -> bool:
    """Whether a silence of an injected route begins when that already served: with the end of the connection, or of
    another cause.
    """
    if episode.kind != "route-injection" or gap.start <= fault.at.most:
        return False
    ended = known(episode, "terminated")
    served = episode.during.kind == "remote" and gap.start > fault.at.most + IN_FLIGHT
    return served or (ended is not None and ended.at.least <= gap.end)


def switch_back(episode: Episode, traffic: HostTraffic, covered: tuple[int, int] | None) -> Measurement:
    """The second silence of an injected route: when it is deleted, service moves back."""
    metric = "outage-at-repair"
    repaired, restored = known(episode, "repaired"), known(episode, "restored")
    if episode.kind != "route-injection" or episode.during.kind != "remote":
        return MissingMeasurement(metric, "not-applicable", "moves-once")
    if covered is None or repaired is None or restored is None:
        return MissingMeasurement(metric, "not-in-evidence", "no-capture")
    near = traffic.gaps_within(repaired.at.least, restored.at.most)
    if not near:
        return KnownMeasurement(metric, Span(0, RUN_PAUSE), restored.origins, "no-pause")
    return _of_gap(metric, near, traffic, restored)


def _denied(episode: Episode, fault: KnownInstant, repaired: KnownInstant | None, traffic: HostTraffic) -> bool:
    """Whether replies went on though the path was dead for long: these are of another host, or on another clock."""
    if episode.during.kind != "dead" or repaired is None:
        return False
    return repaired.at.least - fault.at.most > AT_FAULT and traffic.last.last >= repaired.at.least


def _answered_unseen(repaired: KnownInstant, traffic: HostTraffic) -> bool:
    """Whether the host goes on with new calls after the repair, and no capture has a reply: it is served somewhere."""
    if traffic.last.last >= repaired.at.least:
        return False
    calls = [call.first_call.least for call in traffic.calls_within(repaired.at.most, UNBOUNDED)]
    return bool(calls) and calls[-1] - calls[0] > STOPS_WITHIN


def _of_gap(
    metric: str, near: Sequence[Gap], traffic: HostTraffic, restored: KnownInstant | None, *, elsewhere: bool = False
) -> Measurement:
    """The longest silence of `near`; not less than that where a call waited through all of it, or nothing is hidden.
    Of a host that was `elsewhere` meanwhile, a call that waited at its own CVM shows nothing of the others.

    One that is no longer than the usual pauses is at most that: without a call outstanding it may be idleness. Where
    the capture may lack earlier replies than the one that ended it (`restored` is in doubt), it may have been shorter.
    """
    gap = max(near, key=lambda item: item.length)
    note = _note(gap, traffic)
    if gap.length <= RUN_PAUSE and not _outstanding(gap, traffic):
        return KnownMeasurement(metric, Span(0, gap.span.most), gap.origins, note)
    if gap.length <= RUN_PAUSE:
        return KnownMeasurement(metric, _ended_by(restored, gap), gap.origins, note)
    waited, until = _waited(gap, traffic), traffic.captured_until(gap.origins[0].source, gap.end)
    if (
        until < gap.end
        and not (waited or _was_sent_again(gap, traffic))
        and gap.origins[-1].source != gap.origins[0].source
    ):
        return KnownMeasurement(
            metric, Span(max(0, until - gap.start), gap.span.most), gap.origins, "other-path-unseen"
        )
    if traffic.whole or (waited and not elsewhere):
        span, unheard = _ended_by(restored, gap), traffic.unheard(gap, UNHEARD)
        shorter = Span(max(0, span.least - unheard), span.most)
        return KnownMeasurement(metric, shorter, gap.origins, "host-unheard" if unheard else note)
    return KnownMeasurement(metric, Span(0, gap.span.most), gap.origins, "other-path-unseen")


def _ended_by(restored: KnownInstant | None, gap: Gap) -> Span:
    """How long a silence was that the first reply ended, which may have come as early as `restored` says."""
    if restored is None or not restored.at.least < gap.end <= restored.at.most:
        return gap.span
    early = gap.end - max(restored.at.least, gap.start)
    return Span(max(0, gap.span.least - early), gap.span.most)


def _of_several(metric: str, gaps: Sequence[Gap], *, whole: bool) -> Measurement:
    """Where several silences lie within the fault's doubt, or just after it, nothing tells which of them it began."""
    least, most = min(gap.span.least for gap in gaps), max(gap.span.most for gap in gaps)
    origins = tuple(dict.fromkeys(origin for gap in gaps for origin in gap.origins))
    span = Span(least if whole else 0, most)
    return KnownMeasurement(metric, span, origins, "several-silences", silences=len(gaps))


def _no_gap(metric: str, traffic: HostTraffic, fault_and_end: tuple[int, int], before: Sequence[Gap]) -> Measurement:
    """No silence at the fault that ends: replies went on, or there were none any more from `last` on; the silences
    `before` that may be of the fault as well.
    """
    fault, end = fault_and_end
    last = traffic.last
    if last.last >= fault:
        return KnownMeasurement(metric, Span(0, RUN_PAUSE), (), "no-pause")
    if not traffic.whole:
        return MissingMeasurement(metric, "not-in-evidence", "path-after-unseen")
    silent = max(0, traffic.captured_until(last.last_origin.source, end) - last.last)
    least = min(silent, *(gap.length for gap in before)) if before else silent
    return KnownMeasurement(metric, Span(least, UNBOUNDED), (last.last_origin,), "not-over")


def _waited(gap: Gap, traffic: HostTraffic) -> bool:
    """Whether a call waited for its reply, which came, in all of a silence but its first second."""
    calls = traffic.calls_within(gap.start - SECOND, min(gap.start + SECOND, gap.end))
    return any(_unanswered(call, gap) and call.reply is not None for call in calls)


def _was_sent_again(gap: Gap, traffic: HostTraffic) -> bool:
    """Whether an operation that was called as a silence began was answered as it ended, by whatever connection."""
    begun = traffic.operations_within(gap.start - SECOND, min(gap.start + SECOND, gap.end))
    replies = ([call.reply.least for call in calls if call.reply is not None] for calls in begun)
    return any(min(some) >= gap.end for some in replies if some)


def _outstanding(gap: Gap, traffic: HostTraffic) -> bool:
    """Whether a call was sent in a short silence, or just before it, and answered after it: then it was no idleness."""
    calls = traffic.calls_within(gap.start - RUN_PAUSE, gap.end - gap.length // 2)
    return any(_unanswered(call, gap) for call in calls)


def _unanswered(op: Operation, gap: Gap) -> bool:
    return op.reply is None or op.reply.least >= gap.end


def _note(gap: Gap, traffic: HostTraffic) -> Note:
    """Outage, or only idleness: a call was outstanding, or the silence is far beyond the usual."""
    if gap.length <= RUN_PAUSE:
        return "no-pause"
    latest = gap.end - min(SECOND, gap.length // 2)
    if any(_unanswered(call, gap) for call in traffic.calls_within(gap.start - SECOND, latest)):
        return "calls-outstanding"
    if gap.length > 4 * max(traffic.usual(gap), RUN_PAUSE):
        return "far-beyond-usual"
    return "idle-or-stalled"
