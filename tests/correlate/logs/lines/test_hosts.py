"""Which host a line is about, and which gateway it means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.correlate.logs.lines.hosts import gateway_in, host_of
from analyzer.correlate.topology.topology import Member
from analyzer.model.event import Detail, Forwarding, HaStarted, StargateStates, TaskCreated
from tests.correlate.builder import CVM, HOST, REMOTE
from tests.correlate.logs.made import EVERYBODY, MEMBER

OTHER = Member("192.168.1.25")
TWO = replace(EVERYBODY, hosts=(MEMBER, OTHER))


@pytest.mark.parametrize(
    ("detail", "host"),
    [
        (Forwarding("absent", OTHER.address), OTHER),
        (Forwarding("absent", None, addresses=(CVM, HOST)), MEMBER),
        (Forwarding("absent", None, addresses=(HOST, "192.168.1.25")), MEMBER),
        (Forwarding("absent", None), None),
        (StargateStates(up=(CVM,)), None),
        (HaStarted(None), None),
    ],
    ids=["named", "among its addresses", "the first", "nobody of two", "Stargates", "a start"],
)
def test_the_host_of_a_line(detail: Detail, host: Member | None) -> None:
    assert host_of(detail, TWO) == host


@pytest.mark.parametrize(("named", "meant"), [(frozenset({HOST}), MEMBER), (frozenset(), None)], ids=["named", "never"])
def test_the_only_host_is_meant_where_other_lines_name_it(named: frozenset[str], meant: Member | None) -> None:
    assert host_of(TaskCreated("add", None, REMOTE), replace(EVERYBODY, named=named)) == meant


def test_a_machine_that_is_not_known_to_be_a_host_is_not_taken_for_the_only_one() -> None:
    assert host_of(Forwarding("absent", None, addresses=("192.168.1.77",)), EVERYBODY) is None


@pytest.mark.parametrize(
    ("gateway", "addresses", "meant"),
    [(REMOTE, (), REMOTE), (None, (HOST, CVM, REMOTE), REMOTE), (None, (HOST, CVM), None)],
    ids=["named", "the address of a third", "nobody"],
)
def test_the_gateway_of_a_line(gateway: str | None, addresses: tuple[str, ...], meant: str | None) -> None:
    assert gateway_in(TaskCreated("add", HOST, gateway, addresses), MEMBER) == meant


def test_the_cvm_and_the_gateway_of_a_line_are_no_other_hosts() -> None:
    line = Forwarding("illegal", None, "192.168.1.77", "192.168.1.78", addresses=("192.168.1.77", "192.168.1.78"))

    assert host_of(line, replace(EVERYBODY, named=frozenset({HOST}))) == MEMBER
