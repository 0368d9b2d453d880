"""Uniting what the wire saw with what the logs told; contradictions; an effect never precedes its cause."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.correlate import matching
from analyzer.correlate.clocks import intersection
from analyzer.correlate.merge import unite
from analyzer.correlate.observation import Basis, Draft
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import InstantName
from analyzer.model.path import Path
from analyzer.model.source import Origin
from tests.correlate import builder, scenes
from tests.correlate.builder import CVM, HOST, REMOTE, Genesis, episodes, known, ms_of, only

A_HOST = Member(HOST)


def observation(
    kind: EpisodeKind = "cvm-failure",
    basis: Basis = "wire",
    *,
    span: tuple[int, int] = (0, 10),
    host: Member | None = A_HOST,
    **points: tuple[int, int],
) -> Draft:
    """An observation of some seconds, with instants in seconds."""
    made = Draft(kind, basis, host, "c", span[0] * SECOND, span[1] * SECOND)
    for name, (least, most) in points.items():
        at = Instant("c", least * SECOND, most * SECOND)
        made.mark(_name(name), at, [Origin(f"{basis}.file", 1)], f"{basis} shows it")
    return made


def _name(text: str) -> InstantName:
    return next(name for name in unite.CHAIN if name == text)


def test_observations_of_one_fault_match() -> None:
    seen, told = observation(), observation(basis="logs", span=(5, 20))

    assert matching.match([seen], [told]) == [(seen, told)]


def test_other_hosts_other_kinds_and_far_ones_do_not() -> None:
    seen = observation()
    others = [
        observation(basis="logs", host=Member("192.168.1.25")),
        observation("cvm-recovery", "logs"),
        observation(basis="logs", span=(60, 70)),
    ]

    assert matching.match([seen], others) == []


def test_each_is_matched_once_and_the_nearest_first() -> None:
    seen = [observation(span=(0, 10)), observation(span=(100, 110))]
    told = [observation(basis="logs", span=(103, 109)), observation(basis="logs", span=(4, 8))]

    assert matching.match(seen, told) == [(seen[0], told[1]), (seen[1], told[0])]


def adrift(made: Draft) -> Draft:
    """Told by a log that nothing places."""
    made.adrift = True
    return made


def test_a_log_adrift_is_joined_to_what_it_fits_as_it_stands_if_there_is_nothing_else() -> None:
    stall = observation("unexplained", span=(0, 14), fault=(0, 0), restored=(14, 14))
    seen = observation("unexplained", span=(30, 38), fault=(30, 31), restored=(38, 38))
    told = adrift(observation("route-injection", "logs", span=(2, 38), fault=(5, 35), repaired=(37, 38)))

    assert matching.match([seen], [told]) == [(seen, told)]
    assert matching.match([stall, seen], [told]) == []


def test_a_log_adrift_is_no_stall_far_away() -> None:
    stall = observation("unexplained", span=(0, 14), fault=(0, 0), restored=(14, 14))
    told = adrift(observation("route-injection", "logs", span=(30, 38), fault=(30, 35), repaired=(37, 38)))

    assert matching.match([stall], [told]) == []


def test_a_log_adrift_is_a_fault_of_its_kind_minutes_away() -> None:
    seen, told = (
        observation(span=(0, 14), fault=(0, 1)),
        adrift(observation(basis="logs", span=(130, 144), fault=(130, 131))),
    )

    assert matching.match([seen], [told]) == [(seen, told)]


def test_an_unexplained_silence_is_what_the_log_says_it_was() -> None:
    seen, told = observation("unexplained"), observation("route-deletion", "logs")

    ((one, other),) = matching.match([seen], [told])

    assert unite.unite(one, other).kind == "route-deletion"


def test_both_tell_an_instant_and_what_both_allow_stays() -> None:
    united = unite.unite(observation(fault=(2, 6)), observation(basis="logs", fault=(0, 4)))

    point = united.points["fault"]
    assert (point.at.least, point.at.most) == (2 * SECOND, 4 * SECOND)
    assert {origin.source for origin in point.origins} == {"wire.file", "logs.file"}
    assert united.confidence == "high"


def test_a_contradiction_is_a_doubt_and_not_an_average() -> None:
    united = unite.unite(observation(repaired=(2, 3)), observation(basis="logs", repaired=(7, 8)))

    assert united.points["repaired"].at == Instant("c", 2 * SECOND, 3 * SECOND)
    assert united.confidence != "high"
    assert any("contradict" in doubt for doubt in united.doubts)


def test_a_path_that_the_wire_saw_is_kept_and_named_by_the_log() -> None:
    seen, told = observation(), observation(basis="logs")
    seen.after = Path("remote", "00:0c:29:c0:01:28", HOST, "00:0c:29:c0:01:28")
    told.after = Path("remote", REMOTE)

    assert unite.unite(seen, told).after == Path("remote", REMOTE, HOST, "00:0c:29:c0:01:28")


def test_a_silence_of_which_nobody_knows_the_way_takes_the_logs_path() -> None:
    seen, told = observation(), observation(basis="logs")
    seen.after, told.after = Path("dead"), Path("remote", REMOTE)

    assert unite.unite(seen, told).after == Path("remote", REMOTE)


def test_a_gateway_that_the_wire_saw_dead_stays_dead() -> None:
    seen, told = observation("route-injection"), observation("route-injection", "logs")
    seen.during, told.during = Path("dead", REMOTE), Path("remote", REMOTE)

    assert unite.unite(seen, told).during == Path("dead", REMOTE)


def test_the_return_of_another_path_is_not_this_episodes_end() -> None:
    """vmk1 alone: silent from the failure to the failback, which the log tells as two episodes."""
    seen = observation("unexplained", restored=(200, 200))
    seen.after = Path("local")
    told = observation(basis="logs", repaired=(30, 31))
    told.after = Path("remote", REMOTE)

    united = unite.unite(seen, told)

    assert united.after == Path("remote", REMOTE)
    assert "restored" not in united.points


def test_an_effect_bounds_its_cause_and_a_cause_its_effect() -> None:
    made = observation(fault=(0, 50), detected=(20, 30), repaired=(10, 60), restored=(40, 40))

    unite.order(made)

    bounds = {name: (p.at.least // SECOND, p.at.most // SECOND) for name, p in made.points.items()}
    assert bounds == {"fault": (0, 30), "detected": (20, 30), "repaired": (20, 40), "restored": (40, 40)}
    assert not made.doubts


def test_an_effect_before_its_cause_is_a_doubt() -> None:
    made = observation(fault=(50, 51), restored=(40, 40))

    unite.order(made)

    assert any("precede" in doubt for doubt in made.doubts)
    assert made.confidence != "high"


spans = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(lambda pair: (min(pair), max(pair)))


@given(st.dictionaries(st.sampled_from(unite.CHAIN), spans, min_size=1))
def test_ordering_only_narrows(points: dict[InstantName, tuple[int, int]]) -> None:
    made = observation()
    for name, (least, most) in points.items():
        made.mark(name, Instant("c", least * SECOND, most * SECOND), [], "")

    unite.order(made)

    for name, (least, most) in points.items():
        at = made.points[name].at
        assert least * SECOND <= at.least <= at.most <= most * SECOND
    if not made.doubts:
        known_points = [made.points[name].at for name in unite.CHAIN if name in made.points]
        assert [at.least for at in known_points] == sorted(at.least for at in known_points)
        assert [at.most for at in known_points] == sorted(at.most for at in known_points)


def test_correction_is_bounded_by_a_command_that_precedes_its_frames() -> None:
    seen = observation(fault=(0, 1), repaired=(20, 22))
    told = observation(basis="logs", fault=(0, 40), detected=(30, 31), repaired=(33, 34))

    bound, count = matching.correction([(seen, told)])

    assert bound == intersection.drifting(Span(11 * SECOND, 14 * SECOND), told.end - told.start)
    assert count >= 2


def test_pairs_that_contradict_have_no_correction() -> None:
    pairs = [
        (observation(repaired=(20, 21)), observation(basis="logs", repaired=(30, 31))),
        (observation(repaired=(50, 51)), observation(basis="logs", repaired=(90, 91))),
    ]

    assert matching.correction(pairs)[0] is None


def test_a_doubtful_change_within_a_founded_episode_is_part_of_it() -> None:
    small = observation("unexplained", span=(3, 4))

    assert unite.absorbed(small, [small, observation(span=(0, 10))])
    assert not unite.absorbed(small, [small, observation(span=(50, 60))])
    assert not unite.absorbed(small, [small, observation(span=(0, 10), host=Member("192.168.1.25"))])


def test_capture_and_log_of_a_failure_are_one_episode_with_all_instants() -> None:
    log = Genesis()
    for ms in (2_000, 32_000):
        log.all_up(ms)
    log.cvm_down(60_000)
    log.absent(60_000)
    log.repairs(61_000, "add", REMOTE)

    episode = only(*scenes.failure(died=37_000, served=64_000), log)

    assert (episode.kind, episode.cvm, episode.confidence) == ("cvm-failure", CVM, "high")
    assert {"fault", "check", "detected", "decided", "repaired", "reset", "connected", "restored"} <= known(
        episode
    ).keys()
    assert ms_of(episode, "fault")[1] <= 37_510  # the capture's, which is narrower than the log's
    sources = {origin.source for claim in episode.claims for origin in claim.origins}
    assert {"span.pcap", "vmk1.pcap", "genesis.out"} <= sources


def test_claims_are_in_order_of_time() -> None:
    log = Genesis()
    log.all_up(2_000)
    log.cvm_down(60_000)
    log.absent(60_000)
    log.repairs(61_000, "add", REMOTE)

    claims = [claim.sentence for claim in only(*scenes.failure(), log).claims]

    found = next(i for i, sentence in enumerate(claims) if "needed and absent" in sentence)
    back = next(i for i, sentence in enumerate(claims) if "Service returned" in sentence)
    assert found < back


def test_episodes_are_numbered_in_order_of_their_fault() -> None:
    first, second = scenes.stall(stopped=10_000, back_at=20_000, end=75_000), scenes.both()
    vmk1 = first[1]
    vmk1.events = [event for event in vmk1.events if event.at.least < vmk1.at(20_000).least]
    vmk1.serves(builder.LOCAL, 20_000, 40_000)
    vmk1.calls(builder.LOCAL, 40_200, 60_000)
    vmk1.serves(builder.LOCAL, 60_000, 75_000)

    assert [episode.id for episode in episodes(first[0], vmk1, second[0])] == ["E1", "E2"]


def test_what_a_doubtful_wire_took_for_another_kind_does_not_move_the_fault() -> None:
    seen = observation("cvm-recovery", fault=(7, 8))
    seen.confidence, seen.before = "low", Path("remote", via=REMOTE)
    told = observation("route-injection", "logs", fault=(2, 3))
    told.before = Path("local")

    united = unite.unite(seen, told)

    assert united.points["fault"].at == Instant("c", 2 * SECOND, 3 * SECOND)
    assert united.before == Path("local")


def test_a_silence_of_the_remote_path_is_not_the_path_before_an_injection() -> None:
    """Span alone shows that the remote path falls silent; where the host was before and after, the log tells."""
    seen = observation("unexplained", span=(20, 90), fault=(20, 20), restored=(90, 90))
    seen.before = seen.after = Path("remote", via=REMOTE)
    told = observation("route-injection", "logs", span=(0, 25), fault=(0, 10), detected=(10, 10), repaired=(19, 21))
    told.before = told.after = Path("local")
    told.during = Path("remote", via=REMOTE)

    united = unite.unite(seen, told)

    assert [path.kind for path in (united.before, united.during, united.after)] == ["local", "remote", "local"]
    assert matching.correction([(seen, told)])[0] is not None  # its fault and its return are other ones


def test_a_stall_before_a_fault_is_no_part_of_it() -> None:
    stall = observation("unexplained", span=(0, 14))
    fault = observation("route-injection", "logs", span=(-20, 40), fault=(30, 31))

    assert not unite.absorbed(stall, [stall, fault])
    assert unite.absorbed(observation("unexplained", span=(32, 35)), [fault])
