"""The time in which a loss is of an episode."""

from __future__ import annotations

import msgspec
import pytest

from analyzer.judge.judgements.watch import Watched, watch
from analyzer.model.episode import Episode
from analyzer.model.event import HostStorage
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, KnownInstant
from analyzer.model.source import Origin
from tests.judge.health.scene import dossier, event, source
from tests.report import builder

OURS = "5a6ec2b7-1d3f9a40"


def an_episode(host: str | None = builder.HOST, **at: int) -> Episode:
    """An episode with these instants, s."""
    instants = tuple(
        KnownInstant(one.name, Instant("capture", at[one.name] * SECOND, at[one.name] * SECOND), (), How("typed"))
        for one in builder.episode().episode.instants
        if one.name in at
    )
    return msgspec.structs.replace(builder.episode().episode, instants=instants, host=host)


def said(*episodes: Episode, lost: int | None = None, doubt: int = 0) -> list[Watched]:
    """What the log of 0 to 1000 s says of each, where it has the datastore lost at `lost` s."""
    events = [event(HostStorage("server-back", "192.168.5.2", "ctr", OURS), at=1, origin=Origin("vobd.log", 1))]
    if lost is not None:
        told = event(HostStorage("apd-start", None, OURS, OURS), at=lost, origin=Origin("vobd.log", lost))
        at = Instant("capture", lost * SECOND, (lost + doubt) * SECOND)
        events.append(msgspec.structs.replace(told, at=at))
    logs = (source("vobd.log", kind="vobd", span=(0, 1000), host=builder.HOST),)
    found = dossier(events=tuple(events), sources=logs, episodes=episodes)
    return [watch(one, found).said for one in episodes]


WHOLE = an_episode(fault=100, repaired=120, restored=130)
UNRESTORED = an_episode(fault=100, repaired=120)
UNSEEN_FAULT = an_episode(detected=140, repaired=150)


@pytest.mark.parametrize(
    ("one", "lost", "expected"),
    [
        (WHOLE, 100, "lost"),
        (WHOLE, 130, "lost"),
        (WHOLE, 131, "not-lost"),
        (WHOLE, None, "not-lost"),
        (UNRESTORED, 171, "lost"),
        (UNRESTORED, 172, "not-lost"),
        (UNSEEN_FAULT, 100, "lost"),
        (UNSEEN_FAULT, 99, "not-lost"),
        (an_episode(None, fault=100, restored=130), 120, "unknown"),
        (an_episode("192.168.1.25", fault=100, restored=130), 120, "unknown"),
    ],
)
def test_a_loss_is_of_the_episode_in_which_it_lies(one: Episode, lost: int | None, expected: Watched) -> None:
    assert said(one, lost=lost) == [expected]


def test_a_loss_that_may_lie_beside_it_leaves_it_open() -> None:
    assert said(WHOLE, lost=129, doubt=2) == ["unknown"]


def test_a_loss_in_the_next_episode_is_not_of_the_one_before() -> None:
    assert said(UNRESTORED, an_episode(fault=150, restored=200), lost=160) == ["not-lost", "lost"]


def test_a_loss_in_the_episode_before_is_not_of_the_next() -> None:
    assert said(an_episode(fault=80, restored=120), UNSEEN_FAULT, lost=115) == ["lost", "not-lost"]
