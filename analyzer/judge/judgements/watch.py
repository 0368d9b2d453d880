"""What a host's own logs say of its datastore in each episode: lost, not lost, or nothing.

A loss is of the episode in whose time it lies. Where it may lie in that of several, it is of those that had begun and
were not over, whatever the doubt; else of the last that had begun; where not all had for sure, it is open whose it is.
All Paths Down is of none that began too late to have stopped the heartbeats before it, unless it is of no other, which
had begun for sure; it is open whether it is of a fault that stopped them too early. What began while the datastore was
lost already was not without a loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from analyzer.judge.datastores import Loss, OfHost, Sign
from analyzer.judge.dossier import Dossier, begin, end, known
from analyzer.judge.index import grouped
from analyzer.model.cluster import APD_EARLIEST, APD_LATEST
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import InstantName, KnownInstant
from analyzer.model.over_time.intervals import Intervals, timed
from analyzer.model.source import Origin

HEARTBEATS = 12 * SECOND  # from one to the next (NFS.HeartbeatFrequency): service may stop so long after the last good
REPAIRING = 5 * SECOND  # a host's own line of a repair and the order that it carries out are nearer than this
UNSEEN_FAULT = 40 * SECOND  # what is first known of a fault that is not may come so long after it

FOUND: tuple[InstantName, ...] = ("fault", "detected", "decided")

Watched = Literal["lost", "not-lost", "untied", "away", "unknown"]
"""`untied`: they have a loss then, of which nothing says whether it is of this datastore; `away`: a line has NFS away
then, and no log reaches over all of the episode to say that it was not lost.
"""


class Watch(msgspec.Struct, frozen=True):
    """What the logs say, and the lines that have the datastore lost, or perhaps lost or away."""

    said: Watched
    origins: tuple[Origin, ...] = ()


UNWATCHED = Watch("unknown")


class Window(msgspec.Struct, frozen=True):
    """The time of an episode, ns: it may begin at `least`, and may take service away from `away` on; it has begun at
    `begun`, service has stopped by `silent`, it is over at `ended`, and a loss in it is told by `most`, one that it
    began with by `due`; `returns`: a CVM does. `first` and `last` are its begin and its end by the stamps of one log,
    where one told them: they hold whatever the doubt of that log's clock.
    """

    episode: str
    least: int
    away: int
    begun: int
    silent: int
    ended: int
    due: int
    most: int
    returns: bool
    first: Instant | None
    last: Instant | None


def watches(dossier: Dossier) -> Mapping[str, Watch]:
    """What is said of each episode of a host that has a log of such lines, by the episode's id."""
    found: dict[str, Watch] = {}
    for host in dict.fromkeys(map(dossier.party, dossier.episodes)):
        logs = dossier.datastores.get(host)
        if logs is not None:
            found.update(_of_host(logs, tuple(_windows(dossier.of_host(host)))))
    return found


def lost_untold(dossier: Dossier) -> bool:
    """Whether a host lost its datastore at a time that is of no episode for sure: of none, or it is open of which."""
    for host, logs in dossier.datastores.items():
        windows = timed((window.least, window.most, window) for window in _windows(dossier.of_host(host)))
        surely, _ = _claimed(logs.losses.items, windows)
        told = {loss.origin for losses in surely.values() for loss in losses}
        if any(loss.origin not in told for loss in logs.losses.items):
            return True
    return False


def signs_untold(dossier: Dossier) -> Iterator[tuple[str, tuple[Sign, ...]]]:
    """The hosts that logged, in no episode, a loss of what nothing ties to a datastore, or an NFS that was away, and
    these lines.
    """
    for host, logs in dossier.datastores.items():
        windows = timed((window.least, window.most, window) for window in _windows(dossier.of_host(host)))
        signs = (one for one in logs.signs.items if not windows.any_overlapping(one.at.least, one.at.most))
        if lines := tuple(signs):
            yield host, lines


def _of_host(logs: OfHost, windows: Sequence[Window]) -> Iterator[tuple[str, Watch]]:
    each = timed((window.least, window.most, window) for window in windows)
    surely, perhaps = _claimed(logs.losses.items, each)
    for window in windows:
        if window.episode in surely:
            lines = sorted(surely[window.episode], key=lambda loss: (loss.at.least, loss.origin))
            yield window.episode, Watch("lost", tuple(loss.origin for loss in lines))
        elif window.episode in perhaps:
            yield window.episode, UNWATCHED
        else:
            yield window.episode, _without_loss(logs, window)


def _without_loss(logs: OfHost, window: Window) -> Watch:
    """What logs say that have no loss of an episode."""
    signs = tuple(logs.signs.overlapping(window.least, window.most))
    untied = tuple(sign.origin for sign in signs if sign.lost)
    if untied:
        return Watch("untied", untied)
    if logs.covers(window.least, window.due):
        return Watch("not-lost")
    return Watch("away", tuple(sign.origin for sign in signs)) if signs else UNWATCHED


def _claimed(losses: Sequence[Loss], windows: Intervals[Window]) -> tuple[dict[str, list[Loss]], frozenset[str]]:
    """The losses of each episode, and the episodes that may have some."""
    surely: list[tuple[str, Loss]] = []
    perhaps: list[str] = []
    for loss in losses:
        near = windows.overlapping(loss.at.least, loss.at.most)
        claiming = _without_returns([window for window in near if not _is_beside(window, loss)], loss)
        owning = [window for window in _owning(_in_time(claiming, loss), loss) if not _is_too_late(window, loss)]
        surely += [(window.episode, loss) for window in owning]
        perhaps += [one.episode for one in claiming if one not in owning and (not owning or one.begun <= loss.at.least)]
        lasting = windows.overlapping(loss.at.least, loss.until)
        perhaps += [one.episode for one in lasting if loss.at.least < one.begun <= loss.until]
    return grouped(surely), frozenset(perhaps)


def _without_returns(claiming: Sequence[Window], loss: Loss) -> Sequence[Window]:
    """Without CVMs that return, where others may have the loss: they take no service away until the path moves."""
    others = [one for one in claiming if not one.returns or one.away <= loss.at.most]
    return others or claiming


def _in_time(claiming: Sequence[Window], loss: Loss) -> Sequence[Window]:
    """Without those that began after the heartbeats had stopped for All Paths Down; else those that had begun by it."""
    if not loss.begins:
        return claiming
    before = [one for one in claiming if not _is_later(one, loss)]
    return before or [one for one in claiming if one.begun <= loss.at.least]


def _is_later(window: Window, loss: Loss) -> bool:
    """Whether an episode began after the heartbeats had stopped for a loss, as placed or by the log that has both."""
    placed, stamped = loss.at.most - APD_EARLIEST + HEARTBEATS, loss.stamp.most - APD_EARLIEST + HEARTBEATS
    first = window.first if window.first is not None and window.first.clock == loss.stamp.clock else None
    return placed < window.away or (first is not None and stamped < first.least)


def _is_too_late(window: Window, loss: Loss) -> bool:
    """Whether a heartbeat was answered after service had stopped: it was back, or stopped anew."""
    return loss.begins and window.silent < loss.at.least - APD_LATEST


def _owning(claiming: Sequence[Window], loss: Loss) -> Sequence[Window]:
    """Of the episodes in whose time a loss may lie, those whose it is: the only one; those that were not over; else the
    one that began last, where all had begun.
    """
    if len(claiming) == 1:
        return claiming if claiming[0].least <= loss.at.least and loss.at.most <= claiming[0].most else ()
    begun = [one for one in claiming if one.begun <= loss.at.least and loss.at.most <= one.most]
    lasting = [one for one in begun if loss.at.most <= one.ended]
    if lasting or len(begun) < len(claiming):
        return lasting
    return sorted(begun, key=lambda one: one.begun)[-1:]


def _is_beside(window: Window, loss: Loss) -> bool:
    """Whether the log that has the loss has the episode's begin after it, or its end long before it."""
    first, last, clock = window.first, window.last, loss.stamp.clock
    before = first is not None and first.clock == clock and loss.stamp.most < first.least
    after = last is not None and last.clock == clock and last.most + APD_LATEST < loss.stamp.least
    return before or after


def _windows(episodes: Sequence[Episode]) -> Iterator[Window]:
    """The time of each of a host's episodes, which come in order: until service was back, or until a loss would have
    been told.
    """
    for place, one in enumerate(episodes):
        told = known(one)
        least, ended = begin(one), end(one)
        if "fault" not in told:
            before = [end(other) for other in episodes[max(place - 1, 0) : place] if end(other) < least]
            least = max([least - UNSEEN_FAULT, *before])
        if "restored" in told:
            most = ended = told["restored"].at.most
        else:  # what is not known to be over may go on in the next
            most = ended + APD_LATEST
        silent = _silent(one, ended)
        returns = one.kind == "cvm-recovery"
        begins = _given_back(told) if returns else told.get("fault")
        yield Window(
            episode=one.id,
            least=least,
            away=_away(one, least),
            begun=min(_begun(one), most),
            silent=silent,
            ended=ended,
            due=ended if "restored" in told else max(ended, silent + APD_LATEST),
            most=most,
            returns=returns,
            first=_first_stamp(begins, told),
            last=_last_stamp(one),
        )


def _first_stamp(begins: KnownInstant | None, told: Mapping[InstantName, KnownInstant]) -> Instant | None:
    """When an episode began by the stamps of the log that stamped its repair: as a line of it says, else before that by
    no more than both are apart on the clock of the log that has the rest. As any log says, where none stamped both.
    """
    repaired = told.get("repaired")
    if begins is None or repaired is None or repaired.stamp is None or repaired.at.clock != begins.at.clock:
        return begins.stamp if begins is not None else None
    if begins.stamp is not None and begins.stamp.clock == repaired.stamp.clock:
        return begins.stamp
    took = max(0, repaired.at.least - begins.at.least) + REPAIRING
    return Instant(repaired.stamp.clock, repaired.stamp.least - took, repaired.stamp.most)


def _given_back(told: Mapping[InstantName, KnownInstant]) -> KnownInstant | None:
    """When a path was given back: a CVM that returns takes no service away until then."""
    return told.get("terminated") or told.get("repaired")


def _away(episode: Episode, least: int) -> int:
    """When storage may be away at the earliest, of an episode that begins at `least`, ns."""
    if episode.kind != "cvm-recovery":
        return least
    moved = _given_back(known(episode))
    return moved.at.least if moved is not None else end(episode)


def _begun(episode: Episode) -> int:
    """When it has begun to take service away for sure, ns."""
    told = known(episode)
    if episode.kind == "cvm-recovery":
        moved = _given_back(told)
        return moved.at.most if moved is not None else end(episode)
    return told["fault"].at.most if "fault" in told else begin(episode)


def _silent(episode: Episode, ended: int) -> int:
    """By when service has stopped, ns: by the fault where nothing tells until when; else by the episode's end at the
    latest, as it may go on until the repair.
    """
    told = known(episode)
    dead = episode.kind in ("cvm-failure", "route-deletion") or episode.gateway_valid is False
    if episode.note == "still-served" or not dead or "restored" in told:
        return ended
    return min((told[name].at.most for name in FOUND if name in told), default=ended)


def _last_stamp(episode: Episode) -> Instant | None:
    """The stamp of the repair, where that is the last that is known of an episode."""
    told = known(episode)
    if "repaired" not in told or {"restored", "connected", "reset", "recovered"} & told.keys():
        return None
    return told["repaired"].stamp
