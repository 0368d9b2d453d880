"""The SSH exchanges by which Genesis reads a host's routes and changes them, and the log lines that tell of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analyzer.correlate.voting import Ballot, Pairing, elect, pairing
from analyzer.model.event import Event, Forwarding, RouteChanged, RouteCommand, SshTraffic
from analyzer.model.instant import MILLISECOND, Span
from analyzer.model.source import Origin

COMMAND_FRAMES = 3  # an exchange that runs a command has three segments of the client at least; a keep-alive has one
SSH_LAG = 600 * MILLISECOND  # a line and the SSH exchange that it tells of are this near at most
SSH_SLACK = 20 * MILLISECOND
FEWEST_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Burst:
    """An SSH exchange that ran a command on a host; `clean`: no other segment, such as a keep-alive, runs into it."""

    server: str
    first: int
    last: int
    origin: Origin
    clean: bool = True


def ssh_bursts(events: Iterable[Event]) -> list[Burst]:
    """The SSH exchanges with enough segments to have run a command, in time order."""
    runs = [
        (event.at.least, event.detail, event.origin)
        for event in events
        if isinstance(event.detail, SshTraffic) and event.detail.run.count >= COMMAND_FRAMES
    ]
    fewest = min((detail.run.count for _, detail, _ in runs), default=0)
    return sorted(
        (
            Burst(detail.server, first, detail.run.last.most, origin, clean=detail.run.count == fewest)
            for first, detail, origin in runs
        ),
        key=lambda burst: burst.first,
    )


def by_ssh(events: Sequence[Event], bursts: Sequence[Burst], within: Span | None) -> Ballot | None:
    """The offset that the lines and the SSH exchanges they tell of agree on; None with fewer than three such lines."""
    pairs: list[Pairing] = []
    for index, event in enumerate(events):
        window = _window_of(event)
        if window is None:
            continue
        for mark, burst in enumerate(bursts):
            if window.host not in (None, burst.server):
                continue
            pairs += pairing((index, event.at.least, event.at.most), (mark, *window.of(burst)), within)
    ballot = elect(pairs)
    return ballot if ballot is not None and ballot.lines >= FEWEST_PAIRS else None


@dataclass(frozen=True, slots=True)
class _Window:
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
            return _Window(host, before=False)
        case RouteCommand(host=host, actor="genesis"):
            return _Window(host, before=True)
        case _:
            return None
