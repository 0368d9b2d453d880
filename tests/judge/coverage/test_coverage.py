"""A run without an episode says that nothing failed over only where each host would have been seen all the while."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.judge import Dossier, answer, coverage_of
from analyzer.judge.coverage import LISTED, _steady
from analyzer.measure import watched
from analyzer.model.event import Forwarding, HostBooted, StargateStates
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.coverage import Coverage, Lack, Service, Silence
from analyzer.pipeline import analyze
from tests.correlate.builder import CVM, HOST, LOCAL, PEER, REMOTE, VMK0, Capture, Genesis, HostLog, _Teller, ns
from tests.judge.health.scene import correlated
from tests.report import builder

OTHER = "192.168.1.25"


def of(*tellers: _Teller) -> Coverage:
    dossier = correlated(*tellers)
    return coverage_of(dossier, watched(dossier.found), (), ())


def names(coverage: Coverage) -> list[tuple[str, str]]:
    return [(lack.name, lack.of) for lack in coverage.lacks]


def served(first: int = 0, last: int = 120_000) -> Capture:
    capture = Capture("vmk1.pcap")
    capture.serves(LOCAL, first, last)
    return capture


def public(*addresses: tuple[str, str]) -> Capture:
    """A capture of the public network, on which hosts are heard."""
    capture = Capture("span.pcap")
    for mac, address in addresses:
        capture.speaks(mac, address, 0, 120_000)
        capture.ssh(100, 200, server=address)
    return capture


def checks(*, until: int = 120, hosts: tuple[tuple[str, str], ...] = ((HOST, CVM),)) -> Genesis:
    log = Genesis()
    for second in range(2, until, 30):
        log.tell(second * 1000, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
        for host, cvm in hosts:
            log.correct(second * 1000, host=host, cvm=cvm)
    return log


def test_replies_and_calls_cover_a_host() -> None:
    coverage = of(served())

    assert coverage.is_whole
    assert answer((), coverage).verdict == "NOT-JUDGED"
    assert [(one.by, one.first, one.last) for host in coverage.hosts for one in host.seen] == [
        ("replies", ns(1), ns(119_999))
    ]
    assert coverage.time is not None
    assert [at // SECOND for at in coverage.time] == [ns(0) // SECOND, ns(120_000) // SECOND]
    assert coverage.steady


@pytest.mark.parametrize("apart", [0, 1], ids=["all stamps are one", "a microsecond apart"])
def test_stamps_that_do_not_go_on_show_no_silence(tmp_path: Path, samples: Path, apart: int) -> None:
    """A tool that sets all stamps leaves calls and replies, and no time in which one could be missing."""
    data = bytearray((samples / "healthy" / "vmk1.pcap").read_bytes())
    at, number = 24, 0
    while at < len(data):
        size = int.from_bytes(data[at + 8 : at + 12], "little")
        data[at : at + 8] = (1_790_000_000).to_bytes(4, "little") + (number * apart % 999).to_bytes(4, "little")
        at, number = at + 16 + size, number + 1
    (tmp_path / "vmk1.pcap").write_bytes(data)

    run = analyze([tmp_path], Settings(hash="none"))

    assert (run.verdict, run.episodes) == ("UNDECIDED", ())
    assert "one-moment" in [lack.name for lack in run.coverage.lacks]


def test_checks_cover_all_hosts() -> None:
    coverage = of(checks(hosts=((HOST, CVM), (OTHER, PEER))))

    assert coverage.is_whole
    assert {(host.host, one.by) for host in coverage.hosts for one in host.seen} == {
        (HOST, "checks"),
        (OTHER, "checks"),
    }


def test_checks_that_name_no_host_cover_those_that_there_are() -> None:
    log = Genesis()
    for second in range(2, 120, 30):
        log.tell(second * 1000, StargateStates(up=(CVM, PEER), all_of="up"))

    coverage = of(log)

    assert [host.host for host in coverage.hosts] == [None]
    assert coverage.is_whole


def test_what_is_listed_of_a_host_has_a_bound_and_the_rest_is_counted() -> None:
    log = Genesis()
    for second in range(0, (LISTED + 7) * 600, 600):
        for later in (0, 30):
            log.tell((second + later) * 1000, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
            log.correct((second + later) * 1000)

    (host,) = of(log).hosts

    assert (len(host.seen), host.unlisted) == (LISTED, 7)


def test_one_host_that_is_not_seen_is_enough_to_leave_it_open() -> None:
    coverage = of(checks(hosts=((HOST, CVM), (OTHER, PEER))), odd := Genesis("other.out"))
    odd.tell(2_000, Forwarding("unreadable", "192.168.1.23"))

    assert coverage.is_whole
    assert names(of(checks(hosts=((HOST, CVM), (OTHER, PEER))), odd))[0] == ("unseen", "192.168.1.23")


def test_a_capture_in_which_nobody_calls_leaves_it_open() -> None:
    coverage = of(public((VMK0, HOST)))

    assert answer((), coverage).verdict == "UNDECIDED"
    assert names(coverage)[0] in (("unseen", HOST), ("no-host", ""))


def test_the_checks_cover_what_a_capture_does_not() -> None:
    assert of(public((VMK0, HOST)), checks()).is_whole


def test_a_log_that_goes_on_without_checks_leaves_it_open() -> None:
    log = checks()
    log.started(400_000)

    coverage = of(log)

    (lack,) = coverage.lacks
    assert (lack.name, lack.of, lack.count) == ("unwatched", HOST, 1)
    assert lack.when is not None
    assert (lack.when[1] - lack.when[0]) // SECOND > 300


def test_a_gap_in_the_stamps_leaves_it_open_also_where_the_clock_may_have_been_set() -> None:
    log = checks()
    for second in range(242, 400, 30):
        log.tell(second * 1000, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
        log.correct(second * 1000)

    assert names(of(log)) == [("unwatched", HOST)]


def test_replies_cover_the_time_without_checks() -> None:
    log = checks()
    log.started(300_000)

    assert of(log, served(60_000, 300_000)).hosts[0].host == HOST
    assert [lack.name for lack in of(log, served(60_000, 300_000)).lacks] == []


def test_one_check_that_could_not_read_the_routes_is_not_passed_over() -> None:
    log = checks()
    log.tell(122_000, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
    log.tell(122_000, Forwarding("unreadable", HOST))
    log.tell(152_000, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
    log.correct(152_000)

    assert names(of(log)) == [("routes-unreadable", HOST)]


def test_what_could_not_be_read_is_named() -> None:
    log = checks()
    for second in range(122, 300, 30):
        log.tell(second * 1000, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
        log.tell(second * 1000, Forwarding("unreadable", HOST))

    assert names(of(log)) == [("routes-unreadable", HOST)]


def test_a_host_that_is_forwarded_all_along_did_not_stay_where_it_was() -> None:
    log = Genesis()
    for second in range(2, 120, 30):
        log.cvm_down(second * 1000)
        log.correct(second * 1000, REMOTE)

    coverage = of(log)

    assert ("forwarded", HOST) in names(coverage)
    assert answer((), coverage).verdict == "UNDECIDED"


def test_signs_that_no_episode_tells_leave_a_run_with_others_open() -> None:
    coverage = of(served(0, 60_000), late := Capture("later.pcap"))
    late.serves(LOCAL, 100_000, 160_000)
    signs = of(served(0, 60_000), late)

    assert coverage.untold == ()
    assert [lack.name for lack in signs.untold] == ["silence"]
    assert answer((builder.episode(verdict="MET"),), signs).verdict == "UNDECIDED"
    assert answer((builder.episode(verdict="MISSED"),), signs).verdict == "MISSED"
    assert answer((builder.episode(verdict="MET"),), Coverage(lacks=(Lack("unseen", HOST),))).verdict == "MET"


@pytest.mark.parametrize(("silence", "slowest", "steady"), [(13, 5, True), (14, 1, False), (1, 6, False), (0, 0, True)])
def test_nothing_stalled_is_said_of_what_answered_in_time(silence: int, slowest: int, steady: bool) -> None:
    dossier = correlated(served())
    (shown,) = watched(dossier.found)
    service = Service(
        calls=9, replies=9, silence=Silence(0, silence * SECOND, ()), slowest=Span(slowest * SECOND, slowest * SECOND)
    )

    coverage = coverage_of(dossier, (replace(shown, service=service),), (), ())

    assert (coverage.steady is not None) is steady


def test_without_any_host_or_check_nothing_is_said() -> None:
    dossier = correlated(Capture("span.pcap"))

    coverage = coverage_of(Dossier(dossier.found), (), (), ())

    assert names(coverage)[0] == ("no-host", "")


def test_a_port_that_may_be_of_several_hosts_vouches_for_none_of_them() -> None:
    """Genesis commanded one host again and another once: the one port inside is not that of the first for sure."""
    span = Capture("span.pcap")
    for ms in (1_000, 40_000):
        span.ssh(ms, ms + 250)
    span.ssh(2_000, 2_250, server=OTHER)

    coverage = of(span, served())

    assert names(coverage) == [("unseen", HOST), ("unseen", OTHER)]
    assert answer((), coverage).acceptable == "unknown"


def test_a_host_elsewhere_at_another_time_than_its_episodes_leaves_the_run_open() -> None:
    elsewhere = Coverage(lacks=(Lack("elsewhere", HOST),))

    assert answer((builder.episode(verdict="MET"),), elsewhere).verdict == "UNDECIDED"
    assert answer((builder.episode(verdict="MET"),), Coverage(lacks=(Lack("forwarded", HOST),))).verdict == "MET"


@pytest.mark.parametrize(("before", "after", "whole"), [(1, 1, True), (60, 1, False), (1, 60, False)])
def test_replies_cover_a_time_whose_edges_they_come_near(before: int, after: int, *, whole: bool) -> None:
    (host,) = of(served()).hosts
    (seen,) = host.seen
    time = seen.first - before * SECOND, seen.last + after * SECOND

    assert _steady([host], time) == (time if whole else (seen.first, seen.last))


@pytest.mark.parametrize(
    ("hosts", "what"),
    [
        pytest.param(((OTHER, PEER),), [CVM], id="its host is not in the log"),
        pytest.param(((OTHER, PEER), (HOST, CVM)), [], id="its host is"),
    ],
)
def test_a_cvm_that_was_down_and_whose_host_is_not_looked_at_leaves_it_open(
    hosts: tuple[tuple[str, str], ...], what: list[str]
) -> None:
    log = checks(hosts=hosts)
    log.cvm_down(92_000)

    assert [one.what for one in of(log).lacks if one.name == "down-unhosted"] == what


def test_a_host_whose_own_cvm_is_not_known_may_be_that_ones() -> None:
    log = checks(hosts=((OTHER, PEER), ("192.168.1.23", REMOTE)))
    log.cvm_down(92_000)

    assert "down-unhosted" in {one.name for one in of(log).lacks}
    assert "down-unhosted" not in {one.name for one in of(log, served()).lacks}


def test_a_host_that_booted_since_the_last_check_of_it_leaves_it_open() -> None:
    log = HostLog("vobd.log", "vobd")
    log.tell(200_000, HostBooted())

    assert ("host-booted", HOST) in names(of(checks(), log))
