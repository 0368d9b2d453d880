"""What a host's own logs say of its datastore in an episode: lost, not lost, or nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Literal

import msgspec

from analyzer.judge.dossier import Dossier, begin, end, known
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin

APD_EARLIEST, APD_LATEST = 36 * SECOND, 51 * SECOND
"""All Paths Down is declared so long after the last NFS heartbeat that was answered (inferred from ESXi's defaults)."""
UNSEEN_FAULT = 40 * SECOND  # what is first known of a fault that is not may come so long after it

Watched = Literal["lost", "not-lost", "unknown"]


class Watch(msgspec.Struct, frozen=True):
    """What the logs say, and the lines that have the datastore lost."""

    said: Watched
    origins: tuple[Origin, ...] = ()


def watch(episode: Episode, dossier: Dossier) -> Watch:
    """Whether the host lost its datastore in the episode, as far as its logs cover that."""
    logs = dossier.datastores.get(dossier.address(episode.host)) if episode.host is not None else None
    if logs is None:
        return Watch("unknown")
    least, most = _window(episode, dossier)
    near = logs.lost(least, most)
    within = [loss for loss in near if least <= loss.at.least and loss.at.most <= most]
    if within:
        return Watch("lost", tuple(loss.origin for loss in within))
    return Watch("not-lost" if not near and logs.covers(least, most) else "unknown")


def _window(episode: Episode, dossier: Dossier) -> tuple[int, int]:
    """From the fault until service was back, or until a loss would have been told; within it no other episode of the
    host ends before its fault, or begins after its end.
    """
    told, each = known(episode), dossier.of_host(episode.host or "")
    least, most = begin(episode), end(episode)
    if "fault" not in told:
        before = each[: bisect_left(each, least, key=begin)][-1:]
        least = max([least - UNSEEN_FAULT, *(end(one) for one in before if end(one) < least)])
    if "restored" in told:
        return least, told["restored"].at.most
    after = bisect_right(each, most, key=begin)
    return least, min([most + APD_LATEST, *(begin(one) for one in each[after : after + 1])])
