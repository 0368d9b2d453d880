"""What CVMs ran on a host beside the reading of each check."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.config import Settings
from analyzer.correlate.clocks.ssh_exchanges import Burst
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.commands import _is_cvm, commands_on, none_ran, ran_at
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin
from tests.correlate.builder import HOST, PEER, REMOTE

CVMS = Topology(Settings(), {}, cvms={PEER: Member(PEER)})
READS = (0, 30, 60, 90)


def burst(at: float, client: str = PEER) -> Burst:
    first = round(at * SECOND)
    return Burst(HOST, first, first + SECOND // 10, Origin("span.pcap", 1), client=client)


@pytest.mark.parametrize(
    ("extra", "found"),
    [
        pytest.param((), [], id="a check reads once a period"),
        pytest.param((33.0,), [33], id="what follows a reading is a command"),
        pytest.param((3.0, 33.0, 63.0), [3, 33, 63], id="also where each reading has one"),
    ],
)
def test_a_command_comes_sooner_than_the_next_reading(extra: tuple[float, ...], found: list[int]) -> None:
    every = sorted((burst(at) for at in (*READS, *extra)), key=lambda one: one.first)

    commands = commands_on(every, CVMS).beside.get(HOST)

    assert [one.first // SECOND for one in (commands.items if commands else ())] == found


def test_what_no_cvm_ran_is_somebody_elses() -> None:
    every = [*(burst(at) for at in READS), burst(93, "10.1.1.7")]

    assert not any(one.items for one in commands_on(every, CVMS).beside.values())


def test_it_ran_where_it_overlaps_the_instant() -> None:
    commands = commands_on([*(burst(at) for at in READS), burst(93)], CVMS)

    assert ran_at(commands, HOST, Instant("capture", 92 * SECOND, 94 * SECOND)) == burst(93)
    assert ran_at(commands, HOST, Instant("capture", 95 * SECOND, 96 * SECOND)) is None
    assert ran_at(commands, None, Instant("capture", 92 * SECOND, 94 * SECOND)) is None


@pytest.mark.parametrize(
    ("bursts", "known"),
    [
        pytest.param((burst(30), burst(60)), True, id="read before and after"),
        pytest.param((burst(30), burst(45), burst(60)), False, id="a command"),
        pytest.param((burst(60),), False, id="not read before"),
        pytest.param((burst(30),), False, id="not read after"),
        pytest.param((burst(30), burst(43.2), burst(60)), False, id="one ran, but for what clocks may be apart"),
        pytest.param((burst(30), burst(42), burst(60)), True, id="one ran before that"),
        pytest.param((burst(0), burst(60)), False, id="a check is missing"),
        pytest.param((burst(30), burst(60, REMOTE)), False, id="another leader reads"),
    ],
)
def test_no_command_ran_between_two_readings(bursts: tuple[Burst, ...], *, known: bool) -> None:
    cvms = Topology(Settings(), {}, cvms={PEER: Member(PEER), REMOTE: Member(REMOTE)})

    assert none_ran(commands_on(bursts, cvms), HOST, Instant("capture", 44 * SECOND, 46 * SECOND)) is known


@pytest.mark.parametrize(("doubt", "known"), [(0, True), (2 * SECOND, False)])
def test_captures_whose_clocks_were_measured_may_be_apart_by_the_doubt_of_that(doubt: int, *, known: bool) -> None:
    bursts = (burst(30), burst(42), burst(60))
    cvms = Topology(Settings(), {}, cvms={PEER: Member(PEER)})

    assert none_ran(commands_on(bursts, cvms, doubt), HOST, Instant("capture", 44 * SECOND, 46 * SECOND)) is known


def test_who_is_no_cvm_is_none_though_another_that_captures_show_is_one() -> None:
    """By its MAC, which begins as the CVMs' own do."""
    owners = {"00:0c:29:00:00:01": (REMOTE,), "00:25:90:00:00:02": ("10.1.1.7",)}
    topology = replace(CVMS, owners=owners, cvms={PEER: Member(PEER, frozenset({"00:0c:29:00:00:09"}))})

    assert [_is_cvm(address, topology) for address in (PEER, REMOTE, "10.1.1.7")] == [True, True, False]
