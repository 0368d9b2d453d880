"""The SSH exchanges by which Genesis reads a host's routes and changes them, and the log lines that tell of each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from statistics import median_low

import msgspec
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.correlate.clocks.ambiguity import FEWEST_PAIRS, doubtful, rivalled
from analyzer.correlate.clocks.intersection import ONE_OFFSET, Estimate, Numbered, Pairing, agree, pairing, reach
from analyzer.correlate.timing import ONE_CHECK, PRIOR, SAME_CHECK, SSH_LAG, SSH_SLACK
from analyzer.correlate.topology.in_captures import COMMAND_FRAMES
from analyzer.correlate.topology.topology import is_address, is_private
from analyzer.model.event import (
    Event,
    Forwarding,
    HaStarted,
    HealthyChecks,
    RouteChanged,
    RouteCommand,
    SshTraffic,
    each_of,
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Span
from analyzer.model.source import Origin

LONGER = 150  # per cent of the shortest exchange
CUT_WITHIN = SECOND // 2  # an exchange this near to the capture's edge may go on beyond it
LONGEST = 60 * SECOND  # an exchange that runs a command is over within this
MOST_PAIRS = 200_000  # lines times exchanges; beyond that, lines are thinned, as more say nothing more
FEWEST_LINES = 200  # so many are paired all the same
FEWEST_ALL = 2  # so many lines that all fit a clock as it stands are no chance
AS_IT_STANDS = Span(-PRIOR, PRIOR)
SHORTEST_STEP = SECOND // 2  # what a check says of a host again is nearer than this


class Burst(msgspec.Struct, frozen=True, gc=False):
    """An SSH exchange by which `client` ran a command on `server`.

    `clean`: it is whole, and no other segment, such as a keep-alive, runs into it.
    """

    server: str
    first: int
    last: int
    origin: Origin
    clean: bool = True
    client: str = ""


def ssh_bursts(evidence: Evidence) -> list[Burst]:
    """The SSH exchanges with enough segments to have run a command, in time order.

    Those with the fewest segments have no keep-alive in them, where they do not last longer than others and the capture
    neither begins nor ends within them; the files of a ring buffer are one capture.
    """
    seen = _seen(evidence)
    runs = []
    for event in _in_whole(evidence.of(SshTraffic)):
        if isinstance(event.detail, SshTraffic) and event.detail.run.count >= COMMAND_FRAMES:
            first, last = seen[event.origin.source]
            whole = event.at.least - first > CUT_WITHIN and last - event.detail.run.last.most > CUT_WITHIN
            runs.append((event.at.least, event.detail, event.origin, whole))
    fewest = min((detail.run.count for _, detail, _, whole in runs if whole), default=0)
    alike = [detail.run.last.most - first for first, detail, _, whole in runs if whole and detail.run.count == fewest]
    longest = min(alike, default=0) * LONGER // 100
    return sorted(
        (
            Burst(
                detail.server,
                first,
                detail.run.last.most,
                origin,
                whole and detail.run.count == fewest and detail.run.last.most - first <= longest,
                detail.client,
            )
            for first, detail, origin, whole in runs
        ),
        key=lambda burst: burst.first,
    )


def _in_whole(events: Iterable[Event]) -> Iterator[Event]:
    """The runs, with what a client says to a result that a busy host gave late as the end of the exchange before it:
    together they have the segments that most exchanges have, so that it is no keep-alive.
    """
    runs = [(event, event.detail) for event in events if isinstance(event.detail, SshTraffic)]
    counts = Counter(detail.run.count for _, detail in runs if detail.run.count >= COMMAND_FRAMES)
    usual = max(counts, key=lambda count: (counts[count], count), default=0)
    runs.sort(key=lambda run: (run[0].origin.source, run[1].client, run[1].server, run[0].at.least))
    for place, (event, detail) in enumerate(runs):
        after = runs[place + 1] if place + 1 < len(runs) else None
        if after is not None and after[0].origin.source == event.origin.source and _ends(detail, after, usual):
            whole = replace(after[1].run, count=usual)
            yield replace(event, detail=replace(detail, run=whole))
        else:
            yield event


def _ends(detail: SshTraffic, after: tuple[Event, SshTraffic], usual: int) -> bool:
    """Whether the run `after` one is its end."""
    event, last = after
    same = (detail.client, detail.server) == (last.client, last.server)
    part = last.run.count < COMMAND_FRAMES <= detail.run.count and detail.run.count + last.run.count == usual
    return same and part and 0 < event.at.least - detail.run.last.most <= SAME_CHECK


def _seen(evidence: Evidence) -> dict[str, tuple[int, int]]:
    """From when to when each capture goes, ns, by the names of its files."""
    seen = {one.name: (one.first.least, one.last.most) for one in evidence.sources if one.first and one.last}
    for ring in evidence.rings:
        parts = [seen[name] for name in ring if name in seen]
        seen |= dict.fromkeys(ring, (min((a for a, _ in parts), default=0), max((b for _, b in parts), default=0)))
    return seen


def exchanges_of(
    bursts: Sequence[Burst], cvm: str | None, settings: Settings, others: Collection[str] = ()
) -> list[Burst]:
    """Those that the CVM ran, by its public address or by the internal switch.

    When it is not known which it is, those of CVMs that have no log of their own, which `others` have; or all.
    """
    if cvm is None:
        return [burst for burst in bursts if burst.client not in others] or list(bursts)
    return [burst for burst in bursts if burst.client == cvm or is_private(burst.client, settings)]


def by_ssh(events: Sequence[Event], bursts: Sequence[Burst], within: Span | None) -> Estimate | None:
    """The offset that the lines and the SSH exchanges they tell of agree on; None with fewer than three such lines.

    Without a prior (`within`), the clock may be off by a time zone.
    """
    marks: dict[str, list[tuple[int, Burst]]] = {}
    for mark, burst in enumerate(bursts):
        marks.setdefault(burst.server, []).append((mark, burst))
    windows = _most_telling([(i, w) for i, event in enumerate(events) if (w := _window_of(event))], events, len(bursts))
    together = _commands_with_results(events)
    pairs: list[Pairing] = []
    lines: dict[int, tuple[Numbered, str]] = {}
    for index, window in windows:
        line = (index, events[index].at.least, events[index].at.most)
        if window.host is not None:
            lines[index] = line, window.host
        candidates = marks.get(window.host, ()) if window.host is not None else list(enumerate(bursts))
        other = together.get(index)
        for mark, burst in _near(candidates, line, within):
            fitting = pairing(line, (mark, *window.of(burst)), within)
            pairs += fitting if other is None else _as_both(fitting, events[other], burst)
    estimate = agree(pairs, reach(event.at for event in events if _window_of(event) is not None))
    if estimate is None or estimate.lines < FEWEST_PAIRS:
        return None
    period = _period(events)
    numbered = {server: [(mark, one.first, one.last) for mark, one in mine] for server, mine in marks.items()}
    found = rivalled(estimate, pairs, lines, numbered, period=period, zone=within is None)
    if within is not None and len(found.alternatives) == 1:
        all_lines = [(index, events[index].at.least, events[index].at.most) for index, _ in windows]
        found = _or_as_it_stands(found, pairs, all_lines, bursts)
    nameless = not lines and len(marks) > 1  # of hosts that are asked one after the other, each line may be of any
    if nameless or (period is not None and period <= 2 * ONE_OFFSET):
        return doubtful(found)
    return replace(found, other=_other(found, pairs, events)) if len(found.alternatives) == 1 else found


def _or_as_it_stands(
    found: Estimate, pairs: Sequence[Pairing], lines: Sequence[Numbered], bursts: Sequence[Burst]
) -> Estimate:
    """The estimate, with the clock as it stands as an alternative, where that is far from it and all lines that are of
    the captures' time fit that too: more lines fit by chance where more of them are moved into that time.
    """
    if found.offset.meet(AS_IT_STANDS) is not None or not bursts:
        return found
    first, last = bursts[0].first - PRIOR, max(burst.last for burst in bursts) + PRIOR
    inside = {line for line, least, most in lines if first <= most and least <= last}
    near = [pair for pair in pairs if pair.offset.meet(AS_IT_STANDS) is not None]
    again = agree(near, 0) if len(inside) >= FEWEST_ALL and inside <= {pair.line for pair in near} else None
    if again is None or again.offset.meet(AS_IT_STANDS) is None:
        return found
    return replace(found, offset=again.offset, alternatives=(again.offset, *found.alternatives))


def told_of(
    events: Sequence[Event], bursts: Sequence[Burst], offset: Span
) -> tuple[frozenset[Origin], frozenset[Origin]]:
    """The lines that tell of an exchange where their clock is off by `offset`, and the exchanges that lines tell of."""
    marks: dict[str, list[tuple[int, Burst]]] = {}
    for mark, burst in enumerate(bursts):
        marks.setdefault(burst.server, []).append((mark, burst))
    lines: set[Origin] = set()
    told: set[Origin] = set()
    for event in events:
        window = _window_of(event)
        if window is None or window.host is None:
            continue
        line = (0, event.at.least, event.at.most)
        for mark, burst in _near(marks.get(window.host, ()), line, offset):
            if pairing(line, (mark, *window.of(burst)), offset):
                lines.add(event.origin)
                told.add(burst.origin)
    return frozenset(lines), frozenset(told)


def _commands_with_results(events: Sequence[Event]) -> dict[int, int]:
    """The places of each command and of the line on its result, either way: both are of one exchange."""
    found: dict[int, int] = {}
    open_commands: dict[str | None, int] = {}
    for place, event in enumerate(events):
        detail = event.detail
        if isinstance(detail, RouteCommand) and detail.actor == "genesis":
            open_commands[detail.host] = place
        elif isinstance(detail, RouteChanged):
            command = open_commands.pop(detail.host, None)
            if command is not None and event.at.least - events[command].at.most <= ONE_CHECK:
                found |= {command: place, place: command}
    return found


def _as_both(pairs: Sequence[Pairing], other: Event, burst: Burst) -> list[Pairing]:
    """Pairs of a line and an exchange, as far as the other line on it can be of the same one."""
    window = _window_of(other)
    if window is None:
        return list(pairs)
    least, most = window.of(burst)
    allowed = Span(other.at.least - most, other.at.most - least)
    met = ((pair, pair.offset.meet(allowed)) for pair in pairs)
    return [replace(pair, offset=span) for pair, span in met if span is not None]


def _near(marks: Sequence[tuple[int, Burst]], line: Numbered, within: Span | None) -> Sequence[tuple[int, Burst]]:
    """The exchanges, in order of time, that a line may be of if its clock is off by no more than `within`."""
    if within is None:
        return marks
    first = bisect_left(marks, line[1] - within.most - LONGEST, key=lambda item: item[1].first)
    last = bisect_right(marks, line[2] - within.least + LONGEST, key=lambda item: item[1].first)
    return marks[first:last]


def _most_telling(
    windows: Sequence[tuple[int, _Window]], events: Sequence[Event], bursts: int
) -> Sequence[tuple[int, _Window]]:
    """The lines that are paired: all, but of very many those that are no check which found all well, and as many of
    these, all over the log, as keep the pairs within bounds. A check is like the others; what was changed is not.
    """
    most = max(FEWEST_LINES, MOST_PAIRS // max(bursts, 1))
    if len(windows) <= most:
        return windows
    alike = [_is_usual(events[index]) for index, _ in windows]
    rare = [window for window, usual in zip(windows, alike, strict=True) if not usual]
    usual = [window for window, usual in zip(windows, alike, strict=True) if usual]
    kept = [*_thinned(rare, most), *_thinned(usual, max(FEWEST_LINES, most - len(rare)))]
    return sorted(kept, key=lambda item: item[0])


def _is_usual(event: Event) -> bool:
    return isinstance(event.detail, Forwarding) and event.detail.state == "correct"


def _thinned(windows: Sequence[tuple[int, _Window]], most: int) -> list[tuple[int, _Window]]:
    """So many at most, from all parts."""
    count = len(windows)
    return list(windows) if count <= most else [windows[place * count // most] for place in range(most)]


def _other(estimate: Estimate, pairs: Sequence[Pairing], events: Sequence[Event]) -> Span | None:
    """The offset on which the lines of some checks agree that have no exchange at `estimate`'s, with exchanges that no
    other line has: when they are all before those that agree on that, or all after, the clock was set between.
    """
    agreeing = [pair for pair in pairs if pair.offset.meet(estimate.offset) is not None]
    lines, marks = {pair.line for pair in agreeing}, {pair.mark for pair in agreeing}
    rest = [pair for pair in pairs if pair.line not in lines and pair.mark not in marks]
    again = agree(rest, 0)
    if again is None or again.lines < FEWEST_PAIRS or len(again.alternatives) > 1:
        return None
    others = {pair.line for pair in rest if pair.offset.meet(again.offset) is not None}
    theirs, ours = ([events[line] for line in some] for some in (others, lines))
    apart = _all_earlier(theirs, ours) or _all_earlier(ours, theirs)
    return again.offset if apart and reach(event.at for event in theirs) > ONE_CHECK else None


def _all_earlier(some: Sequence[Event], others: Sequence[Event]) -> bool:
    """Whether all lines stand before all others, in one file, whatever their stamps say."""
    one_file = len({event.origin.source for event in (*some, *others)}) == 1
    last, first = (max(event.origin.number for event in some), min(event.origin.number for event in others))
    return one_file and last < first


def _period(events: Sequence[Event]) -> int | None:
    """The time between checks, ns: as the log says of itself, else between what it says of a host in each."""
    steps: list[int] = []
    last: dict[str | None, int] = {}
    for event in events:
        if isinstance(event.detail, HaStarted) and event.detail.period:
            return event.detail.period
        if isinstance(event.detail, HealthyChecks):  # the distances of each host's lines are those of the checks
            for line in event.detail.lines:
                if isinstance(line, Forwarding):
                    steps += each_of(event.detail.steps)
                    last.pop(line.host, None)
        if isinstance(event.detail, Forwarding):
            before = last.get(event.detail.host)
            if before is not None and event.at.least - before >= SHORTEST_STEP:
                steps.append(event.at.least - before)
            last[event.detail.host] = event.at.least
    return median_low(steps) if steps else None


class _Window(msgspec.Struct, frozen=True):
    """When a line is written, seen from the SSH exchange that it tells of: after it (or just before, for a command)."""

    host: str | None
    before: bool

    def of(self, burst: Burst) -> tuple[int, int]:
        """The window around `burst`, ns."""
        if self.before:
            return burst.first - SSH_LAG, burst.first + SSH_SLACK if burst.clean else burst.last
        return burst.last - SSH_SLACK if burst.clean else burst.first, burst.last + SSH_LAG


def _window_of(event: Event) -> _Window | None:
    """How a line lies to an SSH exchange, or None when it tells of none."""
    match event.detail:
        case Forwarding(host=host) | RouteChanged(host=host, by_kernel=False):
            return _Window(_address(host), before=False)
        case RouteCommand(host=host, actor="genesis"):
            return _Window(_address(host), before=True)
        case _:
            return None


def _address(host: str | None) -> str | None:
    """Of a host that a line calls by a name it is not known which it is on the wire."""
    return host if host is not None and is_address(host) else None
