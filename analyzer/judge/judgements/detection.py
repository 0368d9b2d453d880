"""The detection latency against what is expected of it; its bound is the check period and what processing takes."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.judge.dossier import Dossier, known
from analyzer.judge.judgements.limits import Limits, applying, clocks_contradict, held, reason_of
from analyzer.model.episode import Episode, Judgement, Measured, Wanted
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import InstantName, KnownInstant, KnownMeasurement, Measurement, MissingMeasurement
from analyzer.model.source import Source
from analyzer.model.told import Doubt

METRIC = "detection"
TYPED = ("route-injection", "route-deletion")  # what a person made, and may have put right
WHICH_FIRST = Doubt("failure-unlogged")
OF_EITHER = Doubt("by-either")
OF_PEOPLE = {"shell", "auth"}
"""The logs in which stands what people do at a host: what they type there, and what they run over SSH."""
WHOLE_LOGS: tuple[tuple[Wanted, ...], ...] = (("leaders-genesis", "host-logs"),)
WHOSE_SESSION: tuple[tuple[Wanted, ...], ...] = (("leaders-genesis", "cvm-inventory"),)
"""Where the route changed in a session of an address that is not known to be a CVM's."""
KERNEL_LOG: tuple[tuple[Wanted, ...], ...] = (("vmkernel-log",),)
POLLING_PERIOD = 30 * SECOND  # Genesis' HA check period where the log does not show it: 30 s is known of AOS


def judge_detection(one: Measured, dossier: Dossier) -> Judgement | None:
    """Hold an episode's detection latency against the expectation of its kind; None where there is none."""
    episode = one.episode
    wanted = applying(dossier.expectations, episode.kind, METRIC)
    if wanted is None:
        return None
    measured = next((m for m in one.measurements if m.metric == METRIC), None)
    if isinstance(measured, MissingMeasurement) and measured.absence == "not-applicable":
        return Judgement(
            verdict="NOT-JUDGED",
            metric=METRIC,
            reason="not-applicable",
            measured=None,
            expected=wanted.expected,
            tolerance=wanted.tolerance,
            expectation_source=wanted.source,
            missing=measured,
        )
    period = _period(dossier)
    polled = period + dossier.settings.processing_allowance
    limits = Limits(wanted, wanted.bound if wanted.bound is not None else polled)
    return replace(_held(measured, episode, limits, dossier), period=period if wanted.bound is None else None)


def _held(measured: Measurement | None, episode: Episode, limits: Limits, dossier: Dossier) -> Judgement:
    if not isinstance(measured, KnownMeasurement) or _may_have_been_none(episode):
        return replace(held(METRIC, None, "not-bounded", limits), decides=_decides(measured, episode, dossier))
    if clocks_contradict(episode, dossier.found):
        return replace(held(METRIC, measured.span, "clocks-contradict", limits), decides=(("clock-offset",),))
    if measured.note == "if-genesis" or _is_of_nobody(episode, dossier):
        return _whoever_did(measured, episode, limits, dossier)
    judgement = held(METRIC, measured.span, reason_of(measured.span, limits), limits)
    decides = _decides(measured, episode, dossier) if judgement.verdict == "UNDECIDED" else ()
    return replace(judgement, one_clock=measured.one_clock, decides=decides)


def _may_have_been_none(episode: Episode) -> bool:
    """Whether the own CVM may have served while Genesis had it for dead, so that there was nothing to find; or somebody
    added a route, and nothing tells whether that CVM had failed by then.
    """
    told = known(episode)
    failed = episode.kind == "cvm-failure" and "detected" in told
    served = episode.during.note == "may-serve"
    by_checks = "fault" in told and told["fault"].how.name == "right-to-wrong"
    return failed and (served or (by_checks and WHICH_FIRST in episode.doubts))


def _whoever_did(measured: KnownMeasurement, episode: Episode, limits: Limits, dossier: Dossier) -> Judgement:
    """The judgement where nothing tells who put the route right. Within the bound it is acceptable if Genesis did, and
    nothing to judge if a person did: it is never MET, and no doubt either. Beyond it, it is open which of these it is.
    """
    within = measured.span.most <= limits.late
    judgement = held(METRIC, measured.span if within else None, "author-unknown" if within else "not-bounded", limits)
    of_session = any(claim.statement.name == "session-from" for claim in episode.claims)
    decides = WHOSE_SESSION if of_session else WHOLE_LOGS
    if OF_EITHER in episode.doubts:  # the logs of both are there
        decides = () if "vmkernel" in dossier.given else KERNEL_LOG
    return replace(judgement, one_clock=within and measured.one_clock, decides=decides)


def _is_of_nobody(episode: Episode, dossier: Dossier) -> bool:
    """Whether nothing tells that Genesis put a route right: it was done in a session of an address that no log says to
    be a CVM's, or the host's kernel alone has that it changed, and what people do there is not all in the evidence.
    """
    told = known(episode)
    if episode.kind not in TYPED or {"detected", "decided"} & told.keys() or "repaired" not in told:
        return False
    repaired = told["repaired"]
    if repaired.how.name != "kernel-logged":
        return False
    if any(
        claim.statement.name == "session-from" and {*claim.origins} & {*repaired.origins} for claim in episode.claims
    ):
        return True
    hosts = {dossier.wrote.get(origin.source) for origin in repaired.origins}
    logs = [source for source in dossier.evidence.sources if dossier.wrote.get(source.name) in hosts]
    return not {one.kind for one in logs if _tells_of(one, repaired, dossier)} >= OF_PEOPLE


def _tells_of(source: Source, repaired: KnownInstant, dossier: Dossier) -> bool:
    """Whether a log would have what a person did at a host then: all of its lines are there, not only those that were
    searched for, and it begins before that.
    """
    begun = dossier.placed(source.first) if source.first is not None else None
    return source.name not in dossier.incomplete and begun is not None and begun.least <= repaired.at.most


def _period(dossier: Dossier) -> int:
    """The HA check period, ns: the longest that it may be as measured."""
    period = dossier.found.check_period
    return period.most if period else POLLING_PERIOD


def _decides(measured: Measurement | None, episode: Episode, dossier: Dossier) -> tuple[tuple[Wanted, ...], ...]:
    """Which evidence would narrow the instants that leave the doubt; what is given is not asked for again."""
    told = known(episode)
    if isinstance(measured, MissingMeasurement) and measured.reason == "out-of-order":
        return (("clock-offset",),)
    end: InstantName = "detected" if episode.kind == "cvm-failure" else "repaired"
    wanted: list[tuple[Wanted, ...]] = []
    if "fault" not in told:
        wanted.append(("before-fault", "note"))
    elif told["fault"].at.doubt > SECOND:
        wanted.append(_of_fault(episode, told["fault"].at, dossier))
    if end not in told:
        wanted.append(("leaders-genesis",))
    elif told[end].at.doubt > SECOND // 10:
        kernel = end == "repaired" and "vmkernel" not in dossier.given
        wanted.append(("vmkernel-log" if kernel else "millisecond-genesis",))
    return tuple(wanted) or (("denser-capture",),)


def _of_fault(episode: Episode, fault: Instant, dossier: Dossier) -> tuple[Wanted, ...]:
    """What would narrow the fault's instant: any of these."""
    covered, given = dossier.found.covered, dossier.given
    seen = covered is not None and covered[0] <= fault.most and fault.least <= covered[1]
    capture: Wanted = "vmk1-capture" if seen else "capture-of-fault"
    note: Wanted = "note-offset" if "marks" in given else "note"
    by_hand = episode.kind != "cvm-failure" and not {"shell", "vmkernel"} <= given
    return (capture, "host-logs", note) if by_hand else (capture, note)
