"""The time in which a loss is of an episode."""

from __future__ import annotations

import msgspec
import pytest

from analyzer.judge import Dossier
from analyzer.judge.judgements.watch import UNWATCHED, Watched, _last_stamp, lost_untold, watches
from analyzer.model.episode import Episode, EpisodeKind
from analyzer.model.event import HostStorage
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, InstantName, KnownInstant
from analyzer.model.source import Origin
from tests.judge.health.scene import dossier, event, source
from tests.report import builder

OURS = "5a6ec2b7-1d3f9a40"


def an_episode(
    host: str | None = builder.HOST, *, kind: EpisodeKind = "cvm-failure", doubt: int = 0, **at: int
) -> Episode:
    """An episode with these instants, s; its fault may be `doubt` s later."""
    instants = tuple(
        KnownInstant(
            one.name,
            Instant("capture", at[one.name] * SECOND, (at[one.name] + doubt * (one.name == "fault")) * SECOND),
            (),
            How("typed"),
        )
        for one in builder.episode().episode.instants
        if one.name in at
    )
    return msgspec.structs.replace(builder.episode(kind).episode, instants=instants, host=host)


def the_dossier(*episodes: Episode, lost: int | None = None, doubt: int = 0, back: int | None = None) -> Dossier:
    """With a log of 0 to 1000 s, which has the datastore lost at `lost` s, and back at `back` s."""
    events = [event(HostStorage("server-back", "192.168.5.2", "ctr", OURS), at=1, origin=Origin("vobd.log", 1))]
    if lost is not None:
        told = event(HostStorage("apd-start", None, OURS, OURS), at=lost, origin=Origin("vobd.log", lost))
        at = Instant("capture", lost * SECOND, (lost + doubt) * SECOND)
        events.append(msgspec.structs.replace(told, at=at))
    if back is not None:
        events.append(event(HostStorage("apd-exit", None, OURS, OURS), at=back, origin=Origin("vobd.log", back)))
    logs = (source("vobd.log", kind="vobd", span=(0, 1000), host=builder.HOST),)
    each = tuple(msgspec.structs.replace(one, id=f"E{number}") for number, one in enumerate(episodes, 1))
    return dossier(events=tuple(events), sources=logs, episodes=each)


def said(*episodes: Episode, lost: int | None = None, doubt: int = 0, back: int | None = None) -> list[Watched]:
    """What is said of each."""
    what = the_dossier(*episodes, lost=lost, doubt=doubt, back=back)
    found = watches(what)
    return [found.get(one.id, UNWATCHED).said for one in what.episodes]


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
        (UNRESTORED, 151, "lost"),
        (UNRESTORED, 152, "unknown"),
        (UNRESTORED, 171, "unknown"),
        (UNRESTORED, 172, "not-lost"),
        (an_episode(kind="route-injection", fault=100, repaired=120), 171, "lost"),
        (UNSEEN_FAULT, 124, "lost"),
        (UNSEEN_FAULT, 100, "unknown"),
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
    assert said(UNRESTORED, an_episode(fault=150, restored=220), lost=190) == ["not-lost", "lost"]


def test_all_paths_down_is_of_the_fault_that_stopped_the_heartbeats_and_not_of_one_just_before_it() -> None:
    """It is declared 36 s after the last heartbeat at the earliest, and the next was due within 12 s of that."""
    assert said(UNRESTORED, an_episode(fault=126, restored=200), lost=149) == ["lost", "unknown"]
    assert said(UNRESTORED, an_episode(fault=125, restored=200), lost=149) == ["unknown", "lost"]


def test_what_begins_while_the_datastore_is_lost_already_is_not_without_a_loss() -> None:
    later = an_episode(fault=160, restored=200)

    assert said(UNRESTORED, later, lost=149, back=159) == ["lost", "not-lost"]
    assert said(UNRESTORED, later, lost=149, back=160) == ["lost", "unknown"]
    assert said(an_episode(fault=140, doubt=30, restored=200), lost=110, back=150) == ["not-lost"]


def test_a_path_that_was_given_back_just_before_all_paths_down_did_not_bring_it() -> None:
    moved = an_episode(kind="cvm-recovery", fault=110, terminated=140, repaired=140)

    assert said(UNRESTORED, moved, lost=145) == ["lost", "unknown"]


def test_a_loss_in_the_episode_before_is_not_of_the_next() -> None:
    assert said(an_episode(fault=80, restored=120), UNSEEN_FAULT, lost=115) == ["lost", "not-lost"]


RETURNED = an_episode(kind="cvm-recovery", fault=90, doubt=100, terminated=200, repaired=201, restored=202)


def test_a_loss_before_the_path_was_given_back_is_of_the_failure_and_not_of_the_return() -> None:
    assert said(WHOLE, RETURNED, lost=125) == ["lost", "not-lost"]
    assert said(WHOLE, RETURNED, lost=201) == ["not-lost", "lost"]


def test_a_loss_soon_after_a_repair_is_of_the_failure_though_its_cvm_may_return_by_then() -> None:
    assert said(UNRESTORED, RETURNED, lost=150) == ["lost", "not-lost"]


def test_a_loss_in_the_time_of_one_episode_is_of_that_whatever_its_doubt() -> None:
    assert said(an_episode(fault=90, doubt=100, restored=202), lost=125) == ["lost"]


def test_a_loss_that_may_lie_before_a_fault_which_came_too_late_for_it_is_open() -> None:
    assert said(an_episode(fault=90, doubt=100, restored=202), lost=113) == ["unknown"]
    assert said(an_episode(fault=90, doubt=100, restored=202), lost=114) == ["lost"]


def test_a_loss_before_the_path_was_given_back_is_of_no_return() -> None:
    assert said(RETURNED, lost=125) == ["unknown"]


def test_a_loss_long_before_the_repair_by_the_stamps_of_the_hosts_log_is_not_of_it() -> None:
    """The fault, by another log, was 20 s before the repair: what the host's own log has before that is older."""
    wide = an_episode(fault=100, repaired=120)
    apart = tuple(
        msgspec.structs.replace(
            one,
            at=Instant("capture", one.at.least - 600 * SECOND, one.at.most + 600 * SECOND),
            stamp=Instant("capture", 400 * SECOND, 400 * SECOND) if one.name == "repaired" else None,
        )
        for one in wide.instants
        if isinstance(one, KnownInstant)
    )
    wide = msgspec.structs.replace(wide, instants=apart)

    assert said(wide, lost=398) == ["unknown"], (
        "the heartbeats had stopped by 374 s, and the fault was at 375 at the earliest"
    )
    assert said(wide, lost=399) == ["lost"]


def test_a_loss_that_may_be_of_two_that_had_perhaps_not_begun_is_open() -> None:
    one, other = (an_episode(fault=100 + late, doubt=60, restored=200) for late in (0, 5))

    assert said(one, other, lost=140) == ["unknown", "unknown"]


def test_a_loss_after_the_end_of_one_is_of_the_next_that_had_begun() -> None:
    ended, failed = UNRESTORED, an_episode(fault=110, doubt=20, repaired=150)

    assert said(ended, failed, lost=165) == ["unknown", "lost"], "what was not seen to be restored may go on"


def test_stamps_of_one_log_hold_whatever_the_doubt_of_its_clock() -> None:
    """On the reference clock both are within minutes; by the host's own, the loss came long after the repair."""
    doubt = 600
    at: dict[InstantName, int] = {"fault": 100, "repaired": 120}
    wide = msgspec.structs.replace(
        UNRESTORED,
        instants=tuple(
            KnownInstant(
                name,
                Instant("capture", (s - doubt) * SECOND, (s + doubt) * SECOND),
                (),
                How("typed"),
                Instant("capture", s * SECOND, s * SECOND),
            )
            for name, s in at.items()
        ),
    )

    assert said(wide, lost=160) == ["lost"]
    assert said(wide, lost=172) != ["lost"]
    assert said(wide, lost=99) != ["lost"]


def test_a_loss_in_two_that_overlap_is_of_both() -> None:
    assert said(an_episode(fault=100, restored=180), an_episode(fault=120, restored=170), lost=150) == ["lost", "lost"]


@pytest.mark.parametrize(("lost", "untold"), [(None, False), (125, False), (140, True)])
def test_a_loss_of_no_episode_is_untold(lost: int | None, *, untold: bool) -> None:
    assert lost_untold(the_dossier(WHOLE, lost=lost)) is untold
    assert lost_untold(the_dossier(lost=lost)) is (lost is not None)


def test_a_loss_of_which_it_is_open_whose_it_is_is_untold() -> None:
    one, other = (an_episode(fault=100 + late, doubt=60, restored=200) for late in (0, 5))

    assert lost_untold(the_dossier(one, other, lost=140))
    assert lost_untold(the_dossier(WHOLE, lost=129, doubt=2)), "it may be of none"


@pytest.mark.parametrize("later", [(), ("reset",), ("connected",), ("restored",), ("recovered",)], ids="".join)
def test_the_stamp_of_a_repair_counts_where_nothing_later_is_known(later: tuple[str, ...]) -> None:
    stamp = Instant("esxi", 5, 5)
    at = {"fault": 0, "repaired": 10, **dict.fromkeys(later, 11)}
    one = an_episode(builder.HOST, kind="cvm-failure", doubt=0, **at)
    stamped = tuple(
        msgspec.structs.replace(each, stamp=stamp) if each.name == "repaired" else each
        for each in one.instants
        if isinstance(each, KnownInstant)
    )

    assert _last_stamp(msgspec.structs.replace(one, instants=stamped)) == (None if later else stamp)
