"""What a host's own logs say of its datastore in each episode: lost, not lost, or nothing.

A loss is of the episode in whose time it lies. Where it may lie in that of several, it is of those in which it lies
whatever the doubt of their begin; where it does so in none, it is open of which it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from analyzer.judge.datastores import Loss, OfHost
from analyzer.judge.dossier import Dossier, begin, end, known
from analyzer.judge.index import grouped
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND
from analyzer.model.over_time.intervals import Intervals, timed
from analyzer.model.source import Origin

APD_EARLIEST, APD_LATEST = 36 * SECOND, 51 * SECOND
"""All Paths Down is declared so long after the last NFS heartbeat that was answered (inferred from ESXi's defaults)."""
UNSEEN_FAULT = 40 * SECOND  # what is first known of a fault that is not may come so long after it

Watched = Literal["lost", "not-lost", "unknown"]


class Watch(msgspec.Struct, frozen=True):
    """What the logs say, and the lines that have the datastore lost."""

    said: Watched
    origins: tuple[Origin, ...] = ()


UNWATCHED = Watch("unknown")


class Window(msgspec.Struct, frozen=True):
    """The time of an episode, ns: it may begin at `least`, has begun at `begun`, and a loss in it is told by `most`."""

    episode: str
    least: int
    begun: int
    most: int


def watches(dossier: Dossier) -> Mapping[str, Watch]:
    """What is said of each episode of a host that has a log of such lines, by the episode's id."""
    found: dict[str, Watch] = {}
    for host in dict.fromkeys(one.host for one in dossier.episodes if one.host is not None):
        logs = dossier.datastores.get(dossier.address(host))
        if logs is not None:
            found.update(_of_host(logs, tuple(_windows(dossier.of_host(host)))))
    return found


def _of_host(logs: OfHost, windows: Sequence[Window]) -> Iterator[tuple[str, Watch]]:
    each = timed((window.least, window.most, window) for window in windows)
    surely, perhaps = _claimed(logs.losses.items, each)
    for window in windows:
        if window.episode in surely:
            lines = sorted(surely[window.episode], key=lambda loss: (loss.at.least, loss.origin))
            yield window.episode, Watch("lost", tuple(loss.origin for loss in lines))
        else:
            watched = window.episode not in perhaps and logs.covers(window.least, window.most)
            yield window.episode, Watch("not-lost") if watched else UNWATCHED


def _claimed(losses: Sequence[Loss], windows: Intervals[Window]) -> tuple[dict[str, list[Loss]], frozenset[str]]:
    """The losses of each episode, and the episodes that may have some."""
    surely: list[tuple[str, Loss]] = []
    perhaps: list[str] = []
    for loss in losses:
        claiming = tuple(windows.overlapping(loss.at.least, loss.at.most))
        within = [one for one in claiming if _holds(one, loss, one.least if len(claiming) == 1 else one.begun)]
        surely += [(one.episode, loss) for one in within]
        perhaps += [one.episode for one in claiming if not within]
    return grouped(surely), frozenset(perhaps)


def _holds(window: Window, loss: Loss, since: int) -> bool:
    return since <= loss.at.least and loss.at.most <= window.most


def _windows(episodes: Sequence[Episode]) -> Iterator[Window]:
    """The time of each of a host's episodes, which come in order: until service was back, or until a loss would have
    been told; within it none ends before its fault, and none begins after its end.
    """
    for place, one in enumerate(episodes):
        told = known(one)
        least, most = begin(one), end(one)
        if "fault" not in told:
            before = [end(other) for other in episodes[max(place - 1, 0) : place] if end(other) < least]
            least = max([least - UNSEEN_FAULT, *before])
        if "restored" in told:
            most = told["restored"].at.most
        else:
            after = [begin(other) for other in episodes[place + 1 : place + 2] if begin(other) > most]
            most = min([most + APD_LATEST, *after])
        yield Window(one.id, least, min(_begun(one), most), most)


def _begun(episode: Episode) -> int:
    """When storage may be away for sure: a CVM that returns takes no service away until the path is given back."""
    told = known(episode)
    if episode.kind == "cvm-recovery":
        moved = told.get("terminated") or told.get("repaired")
        return moved.at.least if moved is not None else end(episode)
    return told["fault"].at.most if "fault" in told else begin(episode)
