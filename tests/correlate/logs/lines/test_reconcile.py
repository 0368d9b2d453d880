"""What each check saw, by what it led to."""

from __future__ import annotations

import pytest

from analyzer.correlate.logs.lines import reconcile
from analyzer.correlate.logs.lines.entry import Entry, apart
from analyzer.correlate.logs.lines.reconcile import quiet_hosts, reconciled
from analyzer.model.event import Detail, Forwarding, StargateStates, TaskCreated
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, Genesis
from tests.correlate.logs.made import EVERYBODY, MEMBER, entry, read

ABSENT = Forwarding("absent", HOST, None, CVM)
UP = StargateStates(up=(CVM, PEER, REMOTE))
OTHER = "192.168.1.25"


def lines(*told: tuple[int, Detail]) -> list[Entry]:
    return [entry(ms, detail, number=number) for number, (ms, detail) in enumerate(told)]


def test_a_finding_that_led_to_a_repair_is_kept_apart_from_one_that_did_not() -> None:
    checked = reconciled(
        lines((0, ABSENT), (100, TaskCreated("add", HOST, REMOTE)), (30_000, ABSENT), (60_000, UP)), EVERYBODY
    )

    assert checked.acted_on == {Origin("genesis.out", 0)}
    assert checked.not_acted_on == {Origin("genesis.out", 2)}


def test_a_finding_at_the_end_of_the_log_may_still_lead_to_something() -> None:
    assert reconciled(lines((0, UP), (30_000, ABSENT)), EVERYBODY).not_acted_on == frozenset()


def test_a_decision_that_nothing_precedes_and_nothing_follows_is_none() -> None:
    task = TaskCreated("add", HOST, REMOTE)

    assert [one.event.detail for one in reconciled(lines((0, task), (60_000, UP)), EVERYBODY).entries] == [UP]
    assert len(reconciled(lines((0, task), (10_000, UP)), EVERYBODY).entries) == 2


def test_words_that_never_led_to_anything_lead_to_nothing_at_the_end_either() -> None:
    log = Genesis()
    for ms in (0, 30_000, 60_000, 90_000):
        log.tell(ms, UP)
        log.tell(ms, ABSENT, text="2026-01-01 00:00:00 INFO forwarding 17 is needed")

    checked, _, _ = read(log)

    assert len(checked.not_acted_on) == 4


def test_a_host_is_quiet_when_a_check_neither_says_nor_does_anything_about_it() -> None:
    log = Genesis()
    log.tell(0, UP)
    log.correct(100)
    log.correct(100, host=OTHER, cvm=PEER)
    log.tell(30_000, UP)
    log.correct(30_100, host=OTHER, cvm=PEER)
    log.all_up(60_000)
    checked, topology, _ = read(log)
    states = [i for i, one in enumerate(checked.entries) if isinstance(one.event.detail, StargateStates)]

    quiet = [quiet_hosts(checked, index, topology) for index in states]

    assert [[host.address for host in hosts] for hosts in quiet] == [[], [HOST], []]


def test_nobody_is_quiet_where_the_log_ends_or_a_line_may_be_of_any_host() -> None:
    nameless = Forwarding("correct", None, addresses=("192.168.1.77",))
    end = reconciled(lines((0, UP)), EVERYBODY)
    unsure = reconciled(lines((0, UP), (100, nameless), (60_000, UP)), EVERYBODY)
    sure = reconciled(lines((0, UP), (60_000, UP)), EVERYBODY)

    assert (quiet_hosts(end, 0, EVERYBODY), quiet_hosts(unsure, 0, EVERYBODY)) == ((), ())
    assert quiet_hosts(sure, 0, EVERYBODY) == (MEMBER,)


def test_what_follows_is_read_once_however_many_checks_run_into_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failover each nine seconds, for hours: every check's lines go on with those of the next one."""
    told: list[tuple[int, Detail]] = []
    for ms in range(0, 9_000_000, 9_000):
        told += [(ms, UP), (ms + 1000, ABSENT), (ms + 2000, TaskCreated("add", HOST, REMOTE))]
    looked = []

    def looking(one: Entry, other: Entry) -> int:
        looked.append(one)
        return apart(one, other)

    monkeypatch.setattr(reconcile, "apart", looking)

    checked = reconciled(lines(*told), EVERYBODY)
    quiet = [quiet_hosts(checked, index, EVERYBODY) for index in range(0, len(told), 3)]

    assert not any(quiet)
    assert len(looked) < 10 * len(told)


def test_lines_without_end_are_no_check_that_finds_a_host_right() -> None:
    few = lines((0, UP), *[(100, UP)] * 400, (60_000, UP))
    many = lines((0, UP), *[(100, UP)] * 600, (60_000, UP))

    assert quiet_hosts(reconciled(few, EVERYBODY), 0, EVERYBODY) == (MEMBER,)
    assert quiet_hosts(reconciled(many, EVERYBODY), 0, EVERYBODY) == ()


@pytest.mark.parametrize(
    ("said", "goes_on", "quiet"),
    [
        pytest.param((), True, [], id="it ended before the first"),
        pytest.param((HOST,), True, [], id="after the first"),
        pytest.param((OTHER,), True, [HOST], id="it had come to the last"),
        pytest.param((OTHER,), False, [], id="its log ends, and another goes on"),
    ],
)
def test_a_check_that_ended_before_it_came_to_a_host_did_not_find_it_right(
    said: tuple[str, ...], goes_on: bool, quiet: list[str]
) -> None:
    log, next_one = Genesis(), Genesis(source="genesis-b.out", clock="cvm:b")
    for ms, hosts in ((0, (HOST, OTHER)), (30_000, said)):
        log.tell(ms, UP)
        for place, host in enumerate(hosts):
            log.correct(ms + 100 + place, host=host, cvm=PEER if host == OTHER else CVM)
    (log if goes_on else next_one).all_up(60_000)
    checked, topology, _ = read(log, next_one)
    last = [i for i, one in enumerate(checked.entries) if isinstance(one.event.detail, StargateStates)][1]

    assert [host.address for host in quiet_hosts(checked, last, topology)] == quiet
