"""One run held against its truth: episodes by kind, host and time; every Span; verdicts; offsets; findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import get_args

from msgspec.structs import replace

from analyzer.cli.analyze import exit_status
from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.instant import SECOND
from analyzer.model.measurement import INSTANTS, KnownInstant
from analyzer.model.path import Path
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, Truth
from bench.accuracy.clocks import Dials, Reading, offset_rows
from bench.accuracy.compare.answers import Pair, wrong_yes
from bench.accuracy.compare.findings import unfounded
from bench.accuracy.compare.sight import Sight
from bench.accuracy.compare.spans import due, span_rows
from bench.accuracy.compare.unseen import as_captures_have_it, as_logs_have_it, is_return_begun
from bench.accuracy.compare.verdicts import verdict_rows
from bench.accuracy.expected import Given, is_full, is_full_of_all, is_inside, required
from bench.accuracy.rows import Labels, Row, ToldRow

MOVES = ("route-add", "route-delete")
NEAR = 30 * SECOND  # an episode that is told farther than a check period from the true one is another


def held_against(truth: Truth, run: Run, given: Given, log_timezone: str | None, labels: Labels) -> tuple[Reading, Row]:
    """The row of an analysis, and how it tells times on a reference clock that was set: that is for the program to
    choose, but once for all; and so is whether it understands the checks of a log in another voice.
    """
    as_read = dict.fromkeys((given.reworded, False))
    truths = [as_captures_have_it(as_logs_have_it(truth, replace(given, reworded=one)), given) for one in as_read]
    readings: tuple[Reading, ...] = get_args(Reading) if any(one.steps for one in truth.clocks) else ("as-shown",)
    found = []
    for reading, one in product(readings, truths):
        dials = Dials(one, log_timezone, given.device, reading)
        found.append((reading, _held_against(one, run, given, dials, labels)))
    return min(found, key=lambda one: one[1].weight)


def _held_against(truth: Truth, run: Run, given: Given, dials: Dials, labels: Labels) -> Row:
    sight = Sight(truth, run, dials)
    wanted = required(truth, run, given, dials)
    pairs, left = paired(truth, run, sight)
    missed = [one for one in wanted if all(one is not true for true, _ in pairs)]
    unsure = [one for one in left if is_vague(one, truth, sight) or is_return_begun(one, truth, given)]
    extra = [one for one in left if one not in unsure]
    watched = watch(truth, given)
    trues = {measured.episode.id: true for true, measured in pairs}
    row = Row(
        case=labels.case,
        scenario=labels.scenario,
        shape=labels.shape,
        impairment=labels.impairment,
        mix=labels.mix,
        required=len(wanted),
        missed=len(missed),
        told=tuple(
            told_row(trues.get(one.episode.id), one.episode, truth, given, vague=one in unsure) for one in run.episodes
        ),
        spans=tuple(span for true, measured in pairs for span in span_rows(true, measured, sight)),
        verdicts=tuple(
            replace(verdict, full=true is not None and is_full(true, given))
            for one in run.episodes
            for true in (trues.get(one.episode.id),)
            for verdict in verdict_rows(true, one, run, truth, given, watched[1])
        ),
        offsets=offset_rows(run, dials, watched),
        unfounded=unfounded(truth, run, given, dials),
        gap=frame_gap(run),
        all_clear=is_false_all_clear(truth, run, given, dials, missed),
        wrong_yes=wrong_yes(truth, run, given, sight, pairs, _near(truth, run, sight), watched[1]),
        answer=run.acceptable,
        full=is_full_of_all(truth, given),
        unexplained=any(one.kind == "unexplained" for one in truth.episodes),
    )
    return replace(row, faults=(*_of_missing(missed, extra), *_of_paths(pairs, truth, given), *_of_figures(row)))


def _of_missing(missed: list[TrueEpisode], extra: list[MeasuredEpisode]) -> Iterator[str]:
    """Sentences on episodes that are missing, or never were."""
    yield from (f"not told: {one.kind} of {one.host}" for one in missed)
    for one in (measured.episode for measured in extra):
        yield f"told and not true: {one.kind} of {one.host}, {one.confidence}"


def _of_paths(pairs: list[Pair], truth: Truth, given: Given) -> Iterator[str]:
    """Sentences on paths and gateways that are wrong."""
    yield from (
        f"{true.kind}: {flaw}" for true, measured in pairs for flaw in flawed(true, measured.episode, truth, given)
    )


def _of_figures(row: Row) -> Iterator[str]:
    """Sentences on Spans, verdicts, offsets and findings that are wrong."""
    for span in row.spans:
        if span.wrong:
            yield f"{span.kind}: {said(span.name, span.beside)}"
    for verdict in row.verdicts:
        if verdict.wrong:
            of = "" if verdict.metric == "detection" else f"the {verdict.metric} of "
            yield f"the verdict {verdict.verdict} on {of}{verdict.kind} is wrong"
    for offset in row.offsets:
        if not offset.holds:
            yield said(f"the offset of a clock of {offset.device} ({offset.basis})", offset.beside)
    yield from (f"a finding without cause: {code}" for code in row.unfounded)
    if row.all_clear:
        yield "exit status 0, and an episode that the evidence shows was not told"
    yield from row.wrong_yes


def _near(truth: Truth, run: Run, sight: Sight) -> list[TrueEpisode]:
    """The episodes beside which one of their host is told, of whatever kind."""
    return [
        true
        for true in truth.episodes
        if any(
            one.episode.host in names_of(truth, true.host) and distance(true, one, sight)[0] <= NEAR
            for one in run.episodes
        )
    ]


def is_false_all_clear(truth: Truth, run: Run, given: Given, dials: Dials, missed: list[TrueEpisode]) -> bool:
    """Whether all seems well, and is not. Of logs in another voice not all need be understood: but not nothing."""
    if exit_status(run, strict=False) != 0:
        return False
    shown = required(truth, run, replace(given, reworded=False), dials) if given.reworded else []
    return bool(missed) or (bool(shown) and not run.episodes)


def told_row(true: TrueEpisode | None, told: Episode, truth: Truth, given: Given, *, vague: bool) -> ToldRow:
    """An episode that was told, with the true one that it is, if it is one."""
    flaws = 0 if true is None else len(list(flawed(true, told, truth, given)))
    right = true is not None
    return ToldRow(kind=told.kind, confidence=told.confidence, right=right, vague=vague and not right, flaws=flaws)


def is_vague(measured: MeasuredEpisode, truth: Truth, sight: Sight) -> bool:
    """Whether it says `unexplained` of a host whose path did change then: no cause is named, and none wrongly. The path
    changes with the fault, and with each change of the route.
    """
    return measured.episode.kind == "unexplained" and any(
        measured.episode.host in names_of(truth, true.host)
        and (distance(true, measured, sight)[0] <= NEAR or _was_moved(true.host, measured, truth, sight))
        for true in truth.episodes
    )


def _was_moved(host: str, measured: MeasuredEpisode, truth: Truth, sight: Sight) -> bool:
    """Whether a host's route changed about when the first instant is that is told."""
    told = next((one.at for one in measured.episode.instants if isinstance(one, KnownInstant)), None)
    moves = (one.at for one in truth.events if one.name in MOVES and one.detail.get("host") == host)
    return told is not None and any(told.least - NEAR <= sight.placed(at) <= told.most + NEAR for at in moves)


def said(name: str, beside: int) -> str:
    """`restored does not hold the truth (beside it by 12 ms)`."""
    return f"{name} does not hold the truth (beside it by {-(-beside // 1_000_000)} ms)"


def paired(truth: Truth, run: Run, sight: Sight) -> tuple[list[Pair], list[MeasuredEpisode]]:
    """Each true episode with the told one of its kind and host, the nearest first, of several as near the one of which
    most other figures are the same; of those whose clock says little the one that stands nearest as it is; as many as
    there are pairs for; and those that are left.
    """
    near = sorted(
        (*distance(true, one, sight), beside_middle(true, one, sight), -alike(true, one, sight), number, place)
        for number, true in enumerate(truth.episodes)
        for place, one in enumerate(run.episodes)
        if is_alike(true, one.episode) and one.episode.host in names_of(truth, true.host)
    )
    near = [
        one
        for one in near
        if not one[0] or not _is_of_another(truth.episodes[one[-2]], run.episodes[one[-1]], truth, sight)
    ]
    may_be: dict[int, list[int]] = {}
    chosen: dict[int, int] = {}
    for far, _, _, _, number, place in near:
        if far <= NEAR:
            may_be.setdefault(number, []).append(place)
            if number not in chosen and place not in chosen.values():
                chosen[number] = place
    for number in sorted(may_be.keys() - chosen.keys()):
        chosen = with_room_for(number, chosen, may_be)
    pairs = [(truth.episodes[number], run.episodes[place]) for number, place in sorted(chosen.items())]
    return pairs, [one for place, one in enumerate(run.episodes) if place not in chosen.values()]


def _is_of_another(true: TrueEpisode, measured: MeasuredEpisode, truth: Truth, sight: Sight) -> bool:
    """Whether what is told without a cause holds the fault of another episode of its host: it is of that one."""
    if measured.episode.kind != "unexplained":
        return False
    others = (one for one in truth.episodes if one is not true and one.host == true.host)
    return any(distance(one, measured, sight) == (0, 0) for one in others)


def with_room_for(number: int, chosen: Mapping[int, int], may_be: Mapping[int, list[int]]) -> dict[int, int]:
    """`chosen` (true episodes with told ones) with one more, where that leaves each of the others one that it `may_be`:
    a told episode whose clock says little may be any of several, and another only one of these.
    """
    reached: dict[int, int] = {}  # each told episode with the true one that would take it
    waiting = [number]
    for true in waiting:
        for place in (each for each in may_be[true] if each not in reached):
            reached[place] = true
            held = next((one for one, its in chosen.items() if its == place), None)
            if held is None:
                return _moved_up(place, number, chosen, reached)
            waiting.append(held)
    return dict(chosen)


def _moved_up(place: int, number: int, chosen: Mapping[int, int], reached: Mapping[int, int]) -> dict[int, int]:
    """With each true episode on the way from the free `place` to `number` taking the told one that it reached."""
    taken = dict(chosen)
    while True:
        true = reached[place]
        left, taken[true] = taken.get(true), place
        if true == number or left is None:
            return taken
        place = left


def is_alike(true: TrueEpisode, told: Episode) -> bool:
    """Whether it is of the same kind; a stall of another path is another one, and so is a route of which it is open
    whether the own CVM had failed before it.
    """
    if told.kind == true.kind == "unexplained":
        routed = any(doubt.name == "failure-or-route" for doubt in told.doubts)
        return not routed and agrees(told.before, true.before, loose=False)
    return told.kind == true.kind


def is_wide(measured: MeasuredEpisode) -> bool:
    """Whether the told fault may be minutes away: of two that both hold the true one, the other means it."""
    told = next((i for i in measured.episode.instants if i.name == "fault" and isinstance(i, KnownInstant)), None)
    return told is None or told.at.doubt > 4 * NEAR


def beside_middle(true: TrueEpisode, measured: MeasuredEpisode, sight: Sight) -> int:
    """How near an instant that both have is to the middle of the told one, ns; 0 but for what is wide. One that shares
    no such instant is not told nearer than one of which the told instant is.
    """
    if not is_wide(measured):
        return 0
    told = {one.name: one for one in measured.episode.instants if isinstance(one, KnownInstant)}
    both = ((name, due(true, name)) for name in INSTANTS[1:] if name in told)  # a fault's span has a shape of its own
    return min((abs(told[name].at.middle - sight.span(at).least) for name, at in both if at is not None), default=NEAR)


def names_of(truth: Truth, address: str) -> set[str | None]:
    """A capture of an internal switch alone does not tell whose it is: then a MAC stands for the host, or nothing."""
    host = next(host for host in truth.hosts if host.address == address)
    return {host.address, host.vmk0_mac, host.vmk1_mac, None}


def distance(true: TrueEpisode, measured: MeasuredEpisode, sight: Sight) -> tuple[int, int]:
    """How far the told fault is from the true one (ns), beyond what the run takes for granted, and as it is told; where
    no fault is told, the first other instant that both have. Of what is told without a cause, and shares none, how far
    its first instant is from the true fault; else 0 where they have none.
    """
    told = {one.name: one for one in measured.episode.instants if isinstance(one, KnownInstant)}
    for name in INSTANTS:
        at = due(true, name)
        if at is not None and name in told:
            one = told[name]
            placed = sight.span(at)
            beside = max(0, one.at.least - placed.most, placed.least - one.at.most)
            return max(0, beside - sight.assumed(one.origins)), beside
    first = next((told[name] for name in INSTANTS if name in told), None)
    if first is None or measured.episode.kind != "unexplained":
        return 0, 0
    placed = sight.span(true.instants.fault)
    beside = max(0, first.at.least - placed.most, placed.least - first.at.most)
    return max(0, beside - sight.assumed(first.origins)), beside


def alike(true: TrueEpisode, measured: MeasuredEpisode, sight: Sight) -> int:
    """How many instants and durations of a told episode are those of the true one."""
    return sum(row.holds for row in span_rows(true, measured, sight))


def flawed(true: TrueEpisode, told: Episode, truth: Truth, given: Given) -> Iterator[str]:
    """Wrong gateways and paths. Only captures of both sides can tell that a living gateway never answers; and only one
    of the host's internal switch that its own CVM served it, which Genesis took for dead: else that is told as Genesis
    saw it. Of a route that was exchanged for another one before it was deleted, a check saw the second.
    """
    last = set(_deleted(true, truth)) - {true.gateway, None}
    gateways = {true.gateway, true.during.via, *last, None}  # one in the place of another will do
    if true.kind != "cvm-failure" and true.gateway and told.gateway not in gateways:
        yield f"gateway {told.gateway} is {true.gateway}"
    unseen = true.mistaken and not is_inside(true, given)
    for name, path, real in (
        ("before", told.before, true.before),
        ("during", told.during, true.during),
        ("after", told.after, true.after),
    ):
        if name == "during" and ((unseen and path.kind == "dead") or path.via in last):
            continue
        if name == "after" and true.instants.restored is None:
            continue  # the next fault came first
        exchanged = real.kind == path.kind == "remote" and path.via == true.gateway
        if not exchanged and not agrees(path, real, loose=name == "during" and true.gateway_valid is True):
            yield f"path {name} told {path.kind} via {path.via}, is {real.kind} via {real.via}"


def _deleted(true: TrueEpisode, truth: Truth) -> Iterator[str | None]:
    """The gateway of the change that put the path right."""
    for one in truth.events:
        if one.at == true.instants.repaired and one.detail.get("host") == true.host:
            yield one.detail.get("gateway")


def agrees(told: Path, real: Path, *, loose: bool) -> bool:
    """Not known is no flaw."""
    if told.kind == "unknown":
        return True
    kinds = ("dead", "remote") if loose else (real.kind,)
    return told.kind in kinds and (real.kind != "remote" or told.via in (real.via, None))


def watch(truth: Truth, given: Given) -> tuple[int, int]:
    """What the captures cover, or without captures the truth's story, ns."""
    times = [at for one in given.captures for at in (one.first, one.last) if at is not None]
    if not times:
        moments = [one.instants.fault.least for one in truth.episodes]
        moments += [at for one in truth.episodes for at in (one.instants.repaired, one.instants.restored) if at]
        times = moments or [max((clock.since for clock in truth.clocks), default=0)]
    return min(times), max(times)


def frame_gap(run: Run) -> int:
    """The mean time between the frames of the captures, ns; the densest capture's."""
    gaps: Sequence[int] = [
        (source.last.most - source.first.least) // max(1, source.records - 1)
        for source in run.sources
        if source.kind == "capture" and source.first and source.last and source.records
    ]
    return min(gaps, default=0)
