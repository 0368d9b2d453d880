"""Observations as episodes: in order, each instant known or missing with a reason, claims in order of time."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.merge.episodes import build_episodes, host_name, times_of, with_recovered
from analyzer.correlate.observation import BY_OTHERS, Observation
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.episode import Episode, EpisodeKind, Statement
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.measurement import INSTANTS, Absence, InstantName, MissingInstant
from analyzer.model.source import Origin
from tests.acceptance.brought import RETRY, Brought, brought, kernel, route
from tests.correlate import scenes
from tests.correlate.builder import HOST, LOCAL, OUTSIDE, VMK0, VMK1, Capture, Genesis, evidence, ns
from tests.correlate.made import observation
from tests.correlate.merge.made import settled
from tests.correlate.viewed import first_view
from tests.correlate.wire.shown import traffic_of

LOG = Genesis()
LOG.all_up(0)


def built(*observations: Observation, traffic: Traffic | None = None, log: bool = True) -> tuple[Episode, ...]:
    """The episodes of these, with or without a genesis.out."""
    return build_episodes(observations, evidence(*[LOG] * log), traffic, {}, Clocks("capture"))


def missing(episode: Episode) -> dict[InstantName, Absence]:
    return {one.name: one.absence for one in episode.instants if isinstance(one, MissingInstant)}


def around(made: Observation) -> Observation:
    """The observation while the healthy captures ran."""
    return replace(made, start=ns(10_000), end=ns(20_000))


def test_episodes_are_numbered_in_order_of_their_beginning() -> None:
    later, first = observation("cvm-recovery", span=(50, 60)), observation("cvm-failure", span=(0, 10))

    assert [(one.id, one.kind) for one in built(later, first)] == [("E1", "cvm-failure"), ("E2", "cvm-recovery")]


def test_evidence_that_begins_early_is_no_early_fault() -> None:
    slow = observation("route-injection", span=(0, 60), fault=(40, 41))
    quick = observation("cvm-failure", span=(10, 30), fault=(10, 11))

    assert [one.kind for one in built(slow, quick)] == ["cvm-failure", "route-injection"]


@pytest.mark.parametrize("first", ["esx-k", "esx-m"])
def test_hosts_whose_clocks_nothing_compares_are_in_the_order_that_they_tell(first: str, tmp_path: Path) -> None:
    second = "esx-m" if first == "esx-k" else "esx-k"
    files = {
        f"{host}.log": [kernel(f"08:0{minute}:00.000", RETRY), kernel(f"08:0{minute}:20.000", route("add"))]
        for host, minute in ((first, 2), (second, 3))
    }
    named = {name: [line.replace("In(182)", name[:5]) for line in lines] for name, lines in files.items()}
    run = brought(tmp_path, Brought(named))

    assert run is not None
    assert [one.episode.host for one in run.episodes] == [first, second]


def test_every_instant_is_known_or_missing() -> None:
    (episode,) = built(observation(fault=(0, 1), detected=(5, 6)))

    assert tuple(one.name for one in episode.instants) == INSTANTS
    assert {"fault", "detected"} == set(INSTANTS) - missing(episode).keys()


@pytest.mark.parametrize(
    ("kind", "valid", "absence"),
    [
        ("cvm-failure", None, "not-applicable"),
        ("route-deletion", None, "not-applicable"),
        ("route-injection", False, "not-applicable"),
        ("route-injection", True, "not-observed"),
        ("cvm-recovery", None, "not-observed"),
    ],
)
def test_a_connection_is_ended_only_where_there_is_one(kind: str, valid: bool | None, absence: Absence) -> None:
    made = replace(observation(), kind=kind, gateway_valid=valid)

    (episode,) = built(made)

    assert missing(episode)["terminated"] == absence


def test_in_a_stall_nothing_is_decided_or_repaired() -> None:
    (episode,) = built(around(observation("unexplained")), traffic=traffic_of(*scenes.healthy()))

    found = missing(episode)
    assert {found[name] for name in ("check", "detected", "decided", "terminated", "repaired", "reset")} == {
        "not-applicable"
    }
    assert found["restored"] == "not-observed"


def test_what_only_a_log_tells_is_not_in_evidence_without_one() -> None:
    (without,) = built(observation(), log=False)
    (with_log,) = built(observation())

    assert [missing(one)["detected"] for one in (without, with_log)] == ["not-in-evidence", "not-observed"]


def test_what_only_a_capture_shows_is_not_in_evidence_without_one_of_that_time() -> None:
    traffic = traffic_of(*scenes.healthy())
    (without,) = built(around(observation()))
    (beside,) = built(replace(observation(), start=ns(-90_000), end=ns(-80_000)), traffic=traffic)
    (there,) = built(around(observation()), traffic=traffic)

    assert [missing(one)["restored"] for one in (without, beside, there)] == [
        "not-in-evidence",
        "not-in-evidence",
        "not-observed",
    ]


def test_where_the_same_connection_went_on_none_was_made() -> None:
    (episode,) = built(around(observation(restored=(15, 16))), traffic=traffic_of(*scenes.healthy()))

    assert (missing(episode)["connected"], missing(episode)["reset"]) == ("not-applicable", "not-applicable")


def test_claims_are_told_once_and_in_order_of_time() -> None:
    first, second = Origin("a", 1), Origin("a", 2)
    then, before = Statement("last-frame"), Statement("last-reply")
    made = observation().claimed(then, [second]).claimed(before, [first]).claimed(then, [second])

    (episode,) = build_episodes([made], evidence(LOG), None, {first: 1, second: 2}, Clocks("capture"))

    assert [claim.statement for claim in episode.claims] == [before, then]


def test_what_a_person_put_right_is_by_hand_whatever_genesis_had_decided() -> None:
    alone, decided = (replace(made, by_hand=True) for made in (observation(), observation(decided=(1, 2))))

    assert [one.by_hand for one in built(alone, decided)] == [True, True]


def test_what_somebody_put_right_whom_no_line_names_is_not_by_hand() -> None:
    (episode,) = built(replace(observation(), by_hand=True, doubts=(BY_OTHERS,)))

    assert (episode.by_hand, episode.by_others) == (False, True)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        (Member(HOST, frozenset({VMK0})), HOST),
        (Member(None, frozenset({VMK1, VMK0})), min(VMK0, VMK1)),
        (Member(None, name="esx-a.lab"), "esx-a.lab"),
        (Member(None, name="log:case/esxi"), None),
        (None, None),
    ],
    ids=["address", "lowest MAC", "name", "its log's clock", "nobody"],
)
def test_a_host_is_named_by(host: Member | None, name: str | None) -> None:
    assert host_name(observation(host=host)) == name


def test_an_origin_is_of_its_own_time_less_what_its_clock_is_ahead() -> None:
    capture, log = Capture(), Genesis()
    capture.speaks(VMK0, None, 1_000, 3_000)
    capture.calls(LOCAL, 2_000, 2_500)
    line = log.tell(5_000, LOG.events[0].detail)

    every = {Origin(source, number) for source in (capture.source, log.source) for number in range(100)}

    when = times_of(evidence(capture, log), {log.clock: 2 * SECOND}, every)

    assert times_of(evidence(capture, log), {}, {line}).keys() == {line}, "only of what is asked for"
    assert when[line] == ns(3_000) + log.doubt // 2
    assert sorted((at - ns(0)) // MILLISECOND for at in when.values()) == [1_000, 2_000, 2_500, 3_000, 3_499]


def test_recovered_is_when_replies_are_back_at_their_rate() -> None:
    span, vmk1 = scenes.failure()
    vmk1.counts(LOCAL, [(0, 37_000, 2)])
    span.counts(OUTSIDE, [(64_000, 70_000, 1), (70_000, 90_000, 2)])
    timeline, view = first_view(span, vmk1)
    host = view.topology.host_of_mac(VMK0)
    at = (ns(37_000) // SECOND, ns(64_000) // SECOND)
    made = observation(host=host, fault=(at[0], at[0]), restored=(at[1], at[1]))

    (found,) = with_recovered([made], settled(view, timeline))

    assert 69_000 <= (found.points["recovered"].at.least - ns(0)) // MILLISECOND <= 70_100


def test_without_captures_nobody_knows_when_it_recovered() -> None:
    timeline, view = first_view(LOG)
    made = observation(fault=(0, 1), restored=(5, 6))

    assert with_recovered([made], settled(view, timeline)) == (made,)


def test_of_a_fault_that_is_not_over_nothing_recovered() -> None:
    timeline, view = first_view(*scenes.failure())
    made = observation(host=view.topology.host_of_mac(VMK0), fault=(0, 1))

    assert with_recovered([made], settled(view, timeline)) == (made,)


@pytest.mark.parametrize("kind", ["cvm-recovery", "route-deletion"])
def test_what_leaves_a_remote_path_comes_after_the_failure_that_led_there(kind: EpisodeKind) -> None:
    failed = observation("cvm-failure", "logs", span=(40, 45), repaired=(44, 45))
    left = observation(kind, "logs", span=(20, 90), fault=(20, 80), repaired=(88, 90))
    other = observation("cvm-failure", "logs", span=(92, 95), repaired=(94, 95))

    assert [one.kind for one in built(other, left, failed)] == ["cvm-failure", kind, "cvm-failure"]
