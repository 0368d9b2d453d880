"""What an episode's timeline shows: its window, paths over time, replies per second of its host, events of its logs."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.event import Event, HealthyChecks, Mark, TcpControl
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.path import Path
from analyzer.model.source import Source
from analyzer.report import words
from analyzer.report.drawing.flags import Flag
from analyzer.report.drawing.lanes import Stretch, Tick
from analyzer.report.drawing.timeline import Timeline, draw
from analyzer.report.names import PATH_KINDS, path_words
from analyzer.report.view.healthy import healthy_words
from analyzer.report.view.moments import bounded, known, window
from analyzer.report.view.pictures.replies import latencies, rates, whole
from analyzer.report.view.pictures.timetable import Timetable

Lane = Literal["genesis", "esxi", "tcp-control", "marks"]
LANES: dict[Lane, str] = {
    "genesis": "Genesis log",
    "esxi": "ESXi logs",
    "tcp-control": "TCP control",
    "marks": "manual notes",
}
"""The lanes of events, from the top down, and what stands beside each."""


def timeline(timetable: Timetable, measured: MeasuredEpisode, prefix: str) -> Markup | None:
    """The drawing; None when no instant of the episode is known."""
    within = window(measured)
    if within is None:
        return None
    start, end = within
    instants = known(measured)
    flags = tuple(Flag(i.name, i.at.least, bounded(i.at), _after(i.at, zero(measured))) for i in instants.values())
    shown = Timeline(
        start=start,
        end=end,
        zero=zero(measured),
        since_fault="fault" in instants,
        label=f"Timeline. {'; '.join(f'{flag.name} {flag.time}' for flag in flags)}.",
        flags=flags,
        paths=_paths(measured, start, end),
        rates=rates(timetable, measured, within),
        latencies=latencies(measured.chart, within),
        ticks=_ticks(timetable, measured, within),
        whole=whole(timetable, measured, within),
    )
    return draw(shown, prefix)


def zero(measured: MeasuredEpisode) -> int:
    """The middle of the fault, ns, or of the first instant that is known."""
    instants = known(measured)
    first = instants.get("fault") or min(instants.values(), key=lambda i: i.at.middle)
    return (first.at.least + bounded(first.at)) // 2


def origin(measured: MeasuredEpisode) -> str:
    """What `zero` is, in words."""
    fault = known(measured).get("fault")
    if fault is None:
        return "the first time that is known"
    return "middle of the fault's possible range" if bounded(fault.at) - fault.at.least > SECOND else "the fault"


def _after(at: Instant, start: int) -> str:
    """The middle of an instant after the fault, to a tenth of a second, or finer where it is known better."""
    middle = (at.least + bounded(at)) // 2 - start
    step = 100 * MILLISECOND if bounded(at) - at.least > 20 * MILLISECOND else MILLISECOND * 10
    return f"{'+' if middle >= step else ''}{words.amount((middle + step // 2) // step * step, step)}"


def _paths(measured: MeasuredEpisode, start: int, end: int) -> tuple[Stretch, ...]:
    """Before, during and after. From one to the next at the fault and at the first effect of the repair (else the
    repair); where such an instant is in doubt by more than a second, the stretch of the doubt is drawn as unknown.
    """
    episode, instants = measured.episode, known(measured)
    leaves = instants["fault"].at if "fault" in instants else Instant("none", zero(measured), zero(measured))
    returns = next((instants[n].at for n in ("restored", "connected", "repaired") if n in instants), None)
    borders = (*_border(leaves), *(_border(returns) if returns else (end, end)))
    edges = [start, *(min(max(edge, start), end) for edge in borders), end]
    before, during, after = episode.before, episode.during, episode.after
    paths = (_as_is(before), _either(before, during), _as_is(during), _either(during, after), _as_is(after))
    found: list[Stretch] = []
    for until, path in zip(edges[1:], paths, strict=True):
        reached = found[-1].end if found else start
        if found and (found[-1].kind, found[-1].label) == path:
            found[-1] = Stretch(found[-1].start, max(until, reached), *path)
        elif until > reached:
            found.append(Stretch(reached, until, *path))
    return tuple(found)


def _as_is(path: Path) -> tuple[str, str]:
    """The kind and the words of a path's stretch."""
    return path.kind, path_words(path)


def _either(one: Path, other: Path) -> tuple[str, str]:
    """The same for a time in which the host had the one or the other."""
    return _as_is(one) if one == other else ("unknown", f"{PATH_KINDS[one.kind]} or {PATH_KINDS[other.kind]}")


def _border(at: Instant) -> tuple[int, int]:
    """The ends of an instant's doubt; its middle twice where it is known well."""
    middle = (at.least + bounded(at)) // 2
    return (at.least, bounded(at)) if bounded(at) - at.least > SECOND else (middle, middle)


def _ticks(
    timetable: Timetable, measured: MeasuredEpisode, within: tuple[int, int]
) -> tuple[tuple[str, tuple[Tick, ...]], ...]:
    # Every host has the private address, so it tells no host from another: better a tick too many.
    host = measured.episode.host
    hosts = frozenset((host, timetable.private_address)) if host else frozenset[str]()
    found: dict[Lane, list[Tick]] = {lane: [] for lane in LANES}
    for at, event in timetable.events_within(*within):
        lane = _lane(event, timetable.sources.get(event.origin.source), hosts)
        if lane is not None:
            found[lane].append(Tick(at, _wording(event)))
    return tuple((LANES[lane], tuple(ticks)) for lane, ticks in found.items() if ticks)


def _lane(event: Event, source: Source | None, hosts: frozenset[str]) -> Lane | None:
    match event.detail:
        case Mark():
            return "marks"
        case TcpControl(ends=ends):
            return "tcp-control" if not hosts or hosts & {ends.src, ends.dst} else None
        case _:
            return _lane_of_log(source) if source is not None else None


def _lane_of_log(source: Source) -> Lane | None:
    if source.kind == "genesis":
        return "genesis"
    return "esxi" if source.log is not None and source.log.machine == "esxi" else None


def _wording(event: Event) -> str:
    if isinstance(event.detail, HealthyChecks):
        return healthy_words(event.at, event.detail)
    if event.text:
        return event.text
    match event.detail:
        case TcpControl(flags=flags, ends=ends):
            return f"{flags} {ends.src}:{ends.sport} → {ends.dst}:{ends.dport}"
        case detail:
            return str(type(detail).__struct_config__.tag)
