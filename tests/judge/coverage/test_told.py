"""Signs of a change of a host's path, and the episodes that tell of them or don't."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.judge.coverage.told import Told, _is_change
from analyzer.judge.findings import run_findings
from analyzer.judge.judged import judge
from analyzer.measure import measure, watched
from analyzer.model.event import Forwarding, HostBooted, NfsTerminate, RouteChanged, TaskCreated, VmPower
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.coverage import Silence, Watched
from analyzer.model.source import Origin
from tests.correlate import scenes
from tests.correlate.builder import HOST, REMOTE, Genesis, HostLog, _Teller, ns
from tests.judge.health.scene import correlated

FRAMES = (Origin("vmk1.pcap", 1), Origin("vmk1.pcap", 2))


def of(*tellers: _Teller) -> Told:
    dossier = correlated(*tellers)
    return Told(dossier, judge(measure(dossier.found), dossier), run_findings(dossier))


def silent(first: int, last: int, *, waiting: bool = False) -> Watched:
    """A host without replies in this time, ms."""
    return Watched(host=HOST, silences=(Silence(ns(first), ns(last), FRAMES, waiting=waiting),))


def test_the_silence_of_an_episode_is_told_by_it() -> None:
    tellers = scenes.failure(died=37_000, served=64_000)
    dossier = correlated(*tellers)
    shown = next(one for one in watched(dossier.found) if one.silences)

    assert list(of(*tellers).silences(shown, ())) == []


def test_another_silence_is_not() -> None:
    told = of(*scenes.failure(died=37_000, served=64_000))

    (lack,) = told.silences(silent(100_000, 140_000), ())

    assert (lack.name, lack.of, lack.when) == ("silence", HOST, (ns(100_000), ns(140_000)))
    assert lack.origins == FRAMES


def test_a_host_that_the_checks_found_well_may_have_been_idle_unless_a_call_waited() -> None:
    told, right = of(*scenes.healthy()), ((ns(0), ns(200_000)),)

    assert list(told.silences(silent(100_000, 140_000), right)) == []
    assert len(list(told.silences(silent(100_000, 140_000, waiting=True), right))) == 1
    assert len(list(told.silences(silent(100_000, 140_000), ((ns(0), ns(120_000)),)))) == 1


def test_a_move_outside_of_episodes_is_not_told() -> None:
    told = of(*scenes.failure(died=37_000, served=64_000))
    moves = ((ns(37_000), ns(64_000)), (ns(100_000), ns(101_000)))

    found = list(told.moves(Watched(host=HOST, moves=moves)))

    assert [(lack.name, lack.when) for lack in found] == [("moved", moves[1])]


def test_lines_of_a_change_that_fit_no_episode_are_told_as_one() -> None:
    log = Genesis()
    for second in range(2, 180, 30):
        log.all_up(second * 1000)
    log.tell(175_000, Forwarding("illegal", HOST, REMOTE))

    dossier = correlated(log)
    told = Told(dossier, (), ())

    (lack,) = told.changes(HOST)
    assert (lack.name, lack.count) == ("untold-change", 1)
    assert list(told.changes(None)) != []
    assert list(told.changes("192.168.1.25")) == []


def switched_off(ms: int, state: Literal["off", "on"] = "off") -> HostLog:
    """The host's word on its CVM's power."""
    log = HostLog("hostd.log", "hostd")
    log.tell(ms, VmPower(state))
    return log


def checks(*, until: int = 200_000) -> Genesis:
    log = Genesis()
    for ms in range(2_000, until, 30_000):
        log.all_up(ms)
        log.correct(ms + 100)
    return log


def test_a_cvm_that_was_switched_off_while_its_host_was_at_it_is_told_by_no_check() -> None:
    """The checks say that all is well: one of them is wrong, or of another time."""
    told = Told(correlated(checks(), switched_off(75_000)), (), ())

    (lack,) = told.stops(HOST)
    assert (lack.name, lack.of, lack.count) == ("cvm-stopped", HOST, 1)
    assert list(told.stops("192.168.1.25")) == []
    assert list(Told(correlated(checks(), switched_off(75_000, "on")), (), ()).stops(HOST)) == []


@pytest.mark.parametrize("ms", [37_000, 80_000], ids=["the failure itself", "its host is elsewhere"])
def test_a_cvm_that_was_switched_off_is_told_by_its_failure(ms: int) -> None:
    assert list(of(*scenes.failure(died=37_000, served=64_000), switched_off(ms)).stops(HOST)) == []


def booted(ms: int) -> HostLog:
    """The host's word that it is up again."""
    log = HostLog("vobd.log", "vobd")
    log.tell(ms, HostBooted())
    return log


@pytest.mark.parametrize(
    ("ms", "lacks"),
    [
        pytest.param(-5_000, 0, id="before all evidence"),
        pytest.param(100_000, 1, id="within it"),
        pytest.param(260_000, 1, id="so soon after it that it may have gone down in it"),
        pytest.param(600_000, 0, id="long after it"),
    ],
)
def test_a_host_that_booted_was_down_before(ms: int, lacks: int) -> None:
    told, time = Told(correlated(checks(), booted(ms)), (), ()), (ns(0), ns(200_000))

    found = list(told.boots(HOST, (), time))

    assert [(lack.name, lack.of, lack.count) for lack in found] == [("host-booted", HOST, 1)] * lacks
    assert list(told.boots("192.168.1.25", (), time)) == []


def test_a_host_that_is_served_as_it_may_have_booted_did_so_at_another_time() -> None:
    """A log of which only about what time it is of is known."""
    told, time = Told(correlated(checks(), booted(100_000)), (), ()), (ns(0), ns(200_000))

    assert list(told.boots(HOST, (time,), time)) == []
    assert len(list(told.boots(HOST, ((ns(0), ns(60_000)),), time))) == 1


@pytest.mark.parametrize(("ms", "lacks"), [(50_000, 0), (150_000, 1)], ids=["in its time", "long after it"])
def test_a_boot_in_an_episode_is_told_by_it(ms: int, lacks: int) -> None:
    told = of(*scenes.failure(died=37_000, served=64_000), booted(ms))

    assert len(list(told.boots(HOST, (), (ns(0), ns(200_000))))) == lacks


def test_the_lines_of_an_episode_are_told_by_it() -> None:
    log = Genesis()
    for ms in (2_000, 32_000):
        log.all_up(ms)
    log.cvm_down(60_000)
    log.absent(60_000)
    log.repairs(61_000, "add", REMOTE)

    assert list(of(*scenes.failure(died=37_000, served=64_000), log).changes(HOST)) == []


def test_an_episode_is_told_with_the_check_around_it() -> None:
    told = of(*scenes.failure(died=37_000, served=64_000))
    ((first, last),) = told.stretches(HOST)

    assert first <= ns(37_000) - 4 * SECOND
    assert last >= ns(64_000) + 5 * SECOND - MILLISECOND
    assert told.stretches("192.168.1.25") == ()


def test_what_genesis_did_is_a_change_and_what_it_tried_in_vain_is_none() -> None:
    assert _is_change(NfsTerminate("sent", HOST, REMOTE))
    assert _is_change(TaskCreated("add", HOST, REMOTE))
    assert [_is_change(RouteChanged("add", HOST, REMOTE, done=done)) for done in (True, False)] == [True, False]


def test_a_host_elsewhere_of_which_its_episodes_do_not_tell() -> None:
    told = of(*scenes.failure(died=37_000, served=64_000))  # from then on it is elsewhere, by that episode

    assert list(told.elsewhere(HOST, [(ns(64_000), ns(90_000))], [(ns(80_000), ns(80_000))])) == []
    (lack,) = told.elsewhere(HOST, [(ns(2_000), ns(12_000))], [])
    assert (lack.name, lack.of, lack.when) == ("elsewhere", HOST, (ns(2_000), ns(12_000)))
    (lack,) = told.elsewhere(HOST, [], [(ns(8_000), ns(9_000))])
    assert lack.when == (ns(8_000), ns(9_000))
    assert list(told.elsewhere("192.168.1.25", [(ns(2_000), ns(12_000))], [])) == [], "no episode is of that host"


def test_a_check_at_no_certain_time_shows_a_host_elsewhere_in_no_other_time_than_an_episodes() -> None:
    told = of(*scenes.failure(died=37_000, served=64_000))

    assert list(told.elsewhere(HOST, [], [(ns(8_000), ns(50_000))])) == []


def test_a_silence_is_told_by_the_episode_in_whose_time_it_is_or_whose_frames_it_has() -> None:
    tellers = scenes.failure(died=37_000, served=64_000)
    (shown,) = [one for one in watched(correlated(*tellers).found) if one.silences]
    (measured,) = shown.silences
    told = of(*tellers)
    elsewhere = replace(shown, silences=(replace(measured, first=ns(100_000), last=ns(140_000)),))

    assert list(told.silences(silent(40_000, 60_000), ())) == []
    assert list(told.silences(elsewhere, ())) == []
    assert len(list(told.silences(silent(100_000, 140_000), ()))) == 1


def to_the_end(first: int) -> Watched:
    """A host without a reply from then on, ms."""
    return Watched(host=HOST, silences=(Silence(ns(first), ns(150_000), FRAMES[:1]),))


def test_a_silence_to_the_end_is_told_by_an_episode_that_took_the_host_from_the_path_that_is_seen() -> None:
    failed, returned = of(*scenes.failure(died=37_000, served=64_000)), of(*scenes.recovery(failback=80_000))

    assert list(failed.silences(to_the_end(50_000), ())) == []
    assert list(returned.silences(to_the_end(81_000), ())) == []


def test_a_silence_to_the_end_just_after_a_remote_cvm_served_is_another() -> None:
    told = of(*scenes.failure(died=37_000, served=64_000))

    assert [lack.name for lack in told.silences(to_the_end(67_000), ())] == ["silence"]
