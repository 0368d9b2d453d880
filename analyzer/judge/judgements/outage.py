"""How long storage was away against what a host bears: by captures, by logs where none shows replies, by both.

Where a host's own log has its datastore lost in the episode, that decides, whatever the captures measure. Where nothing
shows replies, such a log that covers the episode limits the outage. One that covers only some of it says as much as
none, and there is nothing to judge, unless a line of it has the storage away: then it is open until when that was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from analyzer.judge.dossier import Dossier, known
from analyzer.judge.judgements.limits import Limits, applying, as_judged, clocks_contradict, held, reason_of
from analyzer.judge.judgements.retries import away_by_retries
from analyzer.judge.judgements.watch import UNWATCHED, Watch
from analyzer.model.cluster import APD_EARLIEST, APD_LATEST
from analyzer.model.episode import Episode, JudgedBy, Judgement, Measured, Wanted
from analyzer.model.event import VmPower
from analyzer.model.instant import UNBOUNDED, Instant, Span
from analyzer.model.measurement import InstantName, KnownInstant, KnownMeasurement, Measurement
from analyzer.model.told import Doubt

METRIC, AT_REPAIR = "outage", "outage-at-repair"
NOT_REPAIRED = Doubt("not-repaired")  # the log ends while storage may be away: that is no good end
BEGINS: tuple[InstantName, ...] = ("fault", "detected", "decided")


def judge_outages(one: Measured, dossier: Dossier, said: Watch = UNWATCHED) -> Iterator[Judgement]:
    """Hold the silence at the fault, and a second one at the repair where there is one, against the expectation; `said`
    is what the host's logs say of its datastore.
    """
    wanted = applying(dossier.expectations, one.episode.kind, METRIC)
    if wanted is None:
        return
    limits = Limits(wanted, wanted.bound if wanted.bound is not None else APD_LATEST)
    first, second = _figure(one, METRIC), _figure(one, AT_REPAIR)
    yield _held_if(first, _judged(METRIC, first, one.episode, limits, said, dossier))
    if isinstance(second, KnownMeasurement):
        yield _held_if(second, _at_repair(second, limits, said))


def _held_if(figure: Measurement | None, judgement: Judgement) -> Judgement:
    """The judgement, with what its figure takes for granted; the lines that a host wrote need none of that."""
    joined = isinstance(figure, KnownMeasurement) and figure.one_clock and judgement.reason != "datastore-lost"
    return replace(judgement, one_clock=True) if joined else judgement


def _figure(one: Measured, metric: str) -> Measurement | None:
    return next((each for each in one.measurements if each.metric == metric), None)


def _judged(
    metric: str, figure: Measurement | None, episode: Episode, limits: Limits, said: Watch, dossier: Dossier
) -> Judgement:
    if isinstance(figure, KnownMeasurement) and said.said != "lost" and clocks_contradict(episode, dossier.found):
        return replace(held(metric, figure.span, "clocks-contradict", limits), decides=(("clock-offset",),))
    away = _away(episode, dossier)
    if isinstance(figure, KnownMeasurement) and _is_denied(figure, episode, away):
        return _unbounded(metric, None, limits)
    if isinstance(figure, KnownMeasurement):
        span, by_logs = as_judged(_as_told(figure, away), limits, one_clock=figure.one_clock), False
    else:
        retried = away_by_retries(episode, dossier) if said.said in ("not-lost", "away") else 0
        span, by_logs = Span(max(away, retried), UNBOUNDED), True
    if said.said == "lost":
        told = span if span.bounded or span.least else None
        return replace(held(metric, told, "datastore-lost", limits), origins=said.origins)
    if said.said == "not-lost" and span.least <= APD_LATEST < span.most:
        span, by_logs = Span(span.least, APD_LATEST), False
    if by_logs:
        judgement = _from_below(metric, span, limits, said)
        open_end = judgement.reason == "not-bounded-above" and NOT_REPAIRED in episode.doubts
        return _unbounded(metric, judgement.measured, limits) if open_end else judgement
    return _weighed(metric, span, limits, said)


def _at_repair(figure: KnownMeasurement, limits: Limits, said: Watch) -> Judgement:
    span = as_judged(_as_told(figure, 0), limits, one_clock=figure.one_clock)
    return _weighed(AT_REPAIR, span, limits, UNWATCHED if said.said == "lost" else said)


def _as_told(figure: KnownMeasurement, away: int) -> Span:
    """The silence as an outage: what may be idleness is at most that; what may have gone on elsewhere did not while
    `away` (ns), by the logs, nobody served.
    """
    span = figure.span
    if figure.note == "idle-or-stalled":
        return Span(0, span.most)
    if figure.note == "other-path-unseen" and span.least < away <= span.most:
        return Span(away, span.most)
    return span


def _is_denied(figure: KnownMeasurement, episode: Episode, away: int) -> bool:
    """Whether captures have a host served while its route led to nobody: the replies are not known to be its own."""
    return episode.kind == "route-injection" and figure.span.most < away


def _away(episode: Episode, dossier: Dossier) -> int:
    """How long storage was away at least by the instants alone, ns: where Genesis found that the path did not serve, or
    the host had powered off its CVM, until it was changed. What a person did tells nothing of whether it served.
    """
    told = known(episode)
    ordered: tuple[InstantName, ...] = ("detected",) if episode.kind == "cvm-failure" else ("detected", "decided")
    shown = set(ordered) & told.keys() or _was_off(told, dossier)  # a CVM can serve until it stops for maintenance
    if "repaired" not in told or not shown or not _is_dead(episode):
        return 0
    begins = [told[name].at for name in BEGINS if name in told]
    least = max([0, *((told["repaired"].at - at).least for at in begins)])
    given_back = _given_back(episode, told, dossier)
    if given_back is not None:
        least = min(least, max(0, (told["repaired"].at - given_back).least))
    first = min((at.most for at in begins), default=0)
    checks = dossier.checks_of(dossier.address(episode.cvm or "")).well
    back = episode.kind == "cvm-failure" and any(
        first < found.at < told["repaired"].at.least for found in checks.overlapping(first, told["repaired"].at.least)
    )
    return 0 if back else least


def _given_back(episode: Episode, told: Mapping[InstantName, KnownInstant], dossier: Dossier) -> Instant | None:
    """When the host was given back to a CVM that had failed again: another one served it until then."""
    if episode.kind != "cvm-failure" or episode.host is None or "fault" not in told:
        return None
    backs = [known(one) for one in dossier.of_host(episode.host) if one.kind == "cvm-recovery"]
    moved = [back["repaired"].at for back in backs if "repaired" in back]
    since, until = told["fault"].at.least, told["repaired"].at.least
    return max((at for at in moved if since < at.most <= until), key=lambda at: at.most, default=None)


def _was_off(told: Mapping[InstantName, KnownInstant], dossier: Dossier) -> bool:
    """Whether the fault is that a host powered off its CVM, and it was off until the repair."""
    if "fault" not in told or "repaired" not in told or told["fault"].how.name != "vm-stopped":
        return False
    hosts = {dossier.wrote.get(origin.source) for origin in told["fault"].origins}
    back = [event for event, power in dossier.of(VmPower) if power.state in ("starting", "on", "reset")]
    placed = [dossier.placed(event.at) for event in back if dossier.wrote.get(event.origin.source) in hosts]
    first, last = told["fault"].at.least, told["repaired"].at.most
    return not any(at is None or (first <= at.most and at.least <= last) for at in placed)


def _is_dead(episode: Episode) -> bool:
    """Whether nobody served the host between the fault and the repair."""
    match episode.kind:
        case "cvm-failure":
            return episode.note != "still-served"
        case "route-deletion":
            return True
        case "route-injection":
            exchanged = episode.during.kind == "remote"  # for one to a CVM that served
            return episode.during.kind == "dead" or (episode.gateway_valid is False and not exchanged)
        case "cvm-recovery" | "unexplained":
            return False


def _from_below(metric: str, span: Span, limits: Limits, said: Watch) -> Judgement:
    """The judgement where only logs tell that it was away so long, and nothing until when."""
    if span.least > limits.late:
        contradicted = said.said == "not-lost"
        judgement = held(metric, span, "log-contradicts" if contradicted else "beyond-bound", limits)
        return replace(judgement, decides=(("whole-capture",),)) if contradicted else judgement
    told = span if span.least else None
    if said.said in ("away", "untied"):
        reason: JudgedBy = "storage-away" if said.said == "away" else "datastore-untied"
        return replace(
            held(metric, told, reason, limits), origins=said.origins, decides=(_shows_loss(said, "whole-capture"),)
        )
    if limits.wanted.own:
        return _unbounded(metric, told, limits)
    return replace(held(metric, told, "not-bounded-above", limits), decides=(("whole-capture", "datastore-log"),))


def _unbounded(metric: str, span: Span | None, limits: Limits) -> Judgement:
    return replace(held(metric, span, "not-bounded", limits), decides=(("whole-capture", "datastore-log"),))


def _weighed(metric: str, span: Span, limits: Limits, said: Watch) -> Judgement:
    """The judgement of a bounded span: what is long enough for a loss is late only where a log shows that none was."""
    reason: JudgedBy = reason_of(span, limits)
    late = reason in ("within-bound", "straddles-expectation")
    if late and span.most > APD_EARLIEST and said.said != "not-lost":
        reason = "datastore-untied" if said.said == "untied" else "datastore-unwatched"
    judgement = held(metric, span, reason, limits)
    if reason == "datastore-untied":
        judgement = replace(judgement, origins=said.origins)
    if reason in ("datastore-unwatched", "datastore-untied"):
        return replace(judgement, decides=(_shows_loss(said),))
    return replace(judgement, decides=(_shows_loss(said, "whole-capture"),)) if reason == "straddles" else judgement


def _shows_loss(said: Watch, *others: Wanted) -> tuple[Wanted, ...]:
    """What would show whether the host lost its datastore, or any of the `others`."""
    return (*others, "nfs-list" if said.said == "untied" else "datastore-log")
