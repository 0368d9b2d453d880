"""The lines of one route change by Genesis, and how they are made to agree."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.lines.repairs import Repair, agreed, repairs
from analyzer.model.event import Detail, Forwarding, RouteChanged, RouteCommand, StargateStates, TaskCreated
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, HOST, NOBODY, PEER, REMOTE, STORAGE
from tests.correlate.logs.made import EVERYBODY, entry

ABSENT = Forwarding("absent", HOST, None, CVM)
TASK = TaskCreated("add", HOST, REMOTE)
COMMAND = RouteCommand("add", "genesis", HOST, REMOTE, STORAGE)
RESULT = RouteChanged("add", HOST, REMOTE)


def lines(*told: tuple[int, Detail]) -> list[Entry]:
    return [entry(ms, detail, number=number) for number, (ms, detail) in enumerate(told)]


def agreement(*told: tuple[int, Detail]) -> list[Detail | None]:
    """What all lines say once the one repair among them is made to agree."""
    entries = lines(*told)
    (repair,) = repairs(entries, EVERYBODY)
    changed = agreed(repair, entries)
    result = [changed.get(i, old) for i, old in enumerate(entries)]
    return [one.event.detail if one is not None else None for one in result]


def test_a_repair_is_its_lines_and_what_the_check_found_before_them() -> None:
    entries = lines((0, StargateStates(down=(CVM,))), (0, ABSENT), (100, TASK), (2_000, COMMAND), (2_200, RESULT))

    assert repairs(entries, EVERYBODY) == (Repair(actions=(2, 3, 4), found=(1,)),)


def test_a_new_task_after_the_route_changed_is_another_repair() -> None:
    found = repairs(lines((0, TASK), (2_000, RESULT), (4_000, TASK)), EVERYBODY)

    assert [repair.actions for repair in found] == [(0, 1), (2,)]


@pytest.mark.parametrize("to", [STORAGE, None], ids=["by-syntax", "by-gateways"])
def test_a_route_that_is_exchanged_is_two_repairs(to: str | None) -> None:
    deletion = RouteCommand("delete", "genesis", HOST, NOBODY, to)
    addition = RouteCommand("add", "genesis", HOST, REMOTE, to)
    gone = RouteChanged("delete", HOST, NOBODY)

    found = repairs(lines((0, deletion), (300, gone), (3_000, addition), (3_200, RESULT)), EVERYBODY)

    assert [repair.actions for repair in found] == [(0, 1), (2, 3)]


def test_a_command_that_is_given_again_is_of_the_same_repair() -> None:
    (repair,) = repairs(lines((0, COMMAND), (5_000, COMMAND), (5_200, RESULT)), EVERYBODY)

    assert repair.actions == (0, 1, 2)


@pytest.mark.parametrize("to", [STORAGE, None], ids=["syntax", "words"])
def test_what_the_next_check_leads_to_is_another_repair_however_soon_it_comes(to: str | None) -> None:
    """Checks each 4 s: a CVM that is back is given its host 14 s after it was lost."""
    added = RouteCommand("add", "genesis", HOST, REMOTE, to)
    illegal, deleted = Forwarding("illegal", HOST, REMOTE, CVM), RouteCommand("delete", "genesis", HOST, REMOTE, to)
    entries = lines(
        (0, StargateStates(down=(CVM,))), (400, ABSENT), (2_000, added), (14_000, illegal), (16_000, deleted)
    )

    found = repairs(entries, EVERYBODY)

    assert found == (Repair(actions=(2,), found=(1,)), Repair(actions=(4,), found=(3,)))
    assert [agreed(one, entries) for one in found] == [{2: entries[2]}, {4: entries[4]}]


def test_a_result_that_a_line_on_the_path_comes_before_is_of_the_same_repair() -> None:
    (repair,) = repairs(lines((0, TASK), (2_000, COMMAND), (2_200, ABSENT), (2_300, RESULT)), EVERYBODY)

    assert repair.actions == (0, 1, 3)


@pytest.mark.parametrize(
    ("stargates", "found"),
    [
        (StargateStates(all_of="up"), ()),
        (StargateStates(up=(CVM,)), ()),
        (StargateStates(down=(PEER,)), ()),
        (StargateStates(up=(REMOTE,), down=(PEER,)), (1,)),
        (StargateStates(initializing=(CVM,)), ()),
        (StargateStates(down=(CVM,)), (1,)),
    ],
)
def test_a_check_that_found_all_well_did_not_lead_to_a_route(stargates: StargateStates, found: tuple[int, ...]) -> None:
    """As before an orderly stop, soon after a check."""
    right = Forwarding("correct", HOST, None, CVM)

    for late in (7_000, 10_050):
        (repair,) = repairs(lines((0, stargates), (100, right), (late, TASK)), EVERYBODY)

        assert repair.found == found


def test_what_a_check_found_long_before_led_to_nothing() -> None:
    (repair,) = repairs(lines((0, ABSENT), (20_000, TASK)), EVERYBODY)

    assert repair.found == ()


def test_what_a_person_typed_and_a_kernel_logged_is_no_repair_of_genesis() -> None:
    typed = RouteCommand("add", "person", HOST, REMOTE)
    logged = RouteChanged("add", HOST, REMOTE, by_kernel=True)

    assert repairs(lines((0, typed), (100, logged)), EVERYBODY) == ()


def test_the_syntax_of_a_command_shows_most_surely_what_was_done() -> None:
    wrong = TaskCreated("delete", HOST, None)

    found, task, command = agreement((0, Forwarding("illegal", HOST, None, CVM)), (100, wrong), (2_000, COMMAND))

    assert (task, command) == (TASK, COMMAND)
    assert isinstance(found, Forwarding)
    assert found.state == "absent"


def test_a_result_that_stands_before_the_command_is_a_task_and_only_one_counts() -> None:
    assert agreement((0, RESULT), (1_000, COMMAND), (1_200, RESULT), (1_300, RESULT)) == [TASK, COMMAND, RESULT, None]


def test_what_was_taken_for_a_task_after_the_command_is_its_result() -> None:
    assert agreement((0, TASK), (1_000, COMMAND), (1_200, TASK), (1_300, TASK)) == [TASK, COMMAND, RESULT, None]


def test_a_command_that_failed_keeps_its_own_action() -> None:
    failed = RouteChanged("delete", HOST, None, done=False)

    *_, last = agreement((0, COMMAND), (100, failed))

    assert isinstance(last, RouteChanged)
    assert (last.action, last.done) == ("delete", False)


def test_a_result_whose_command_the_log_does_not_have_is_a_result() -> None:
    line = entry(0, RouteChanged("add", HOST, REMOTE))

    assert agreed(Repair((0,), ()), [line]) == {0: line}


def test_what_says_after_the_command_that_it_is_done_is_its_result_however_it_is_worded() -> None:
    *_, last = agreement((0, TASK), (2_000, COMMAND), (2_200, TASK))

    assert last == RESULT


def test_what_a_check_found_keeps_its_gateway_where_the_command_names_none() -> None:
    finding = entry(0, Forwarding("correct", HOST, REMOTE), number=1)
    command = entry(1_000, RouteCommand("delete", "genesis", HOST, None), number=2)

    found = agreed(Repair((1,), (0,)), [finding, command])[0]

    assert found is not None
    assert found.event.detail == Forwarding("illegal", HOST, REMOTE)


def test_agreeing_writes_into_no_line() -> None:
    entries = lines((0, TaskCreated("delete", HOST, None)), (2_000, COMMAND))
    before = [one.event.detail for one in entries]
    (repair,) = repairs(entries, EVERYBODY)

    assert agreed(repair, entries)
    assert [one.event.detail for one in entries] == before


def by_another(line: Entry) -> Entry:
    """The same line in another leader's log, whose clock is not well known."""
    at = replace(line.event.at, clock="log:other")
    return replace(line, event=replace(line.event, at=at, origin=Origin("other/genesis.out", 1)))


def test_what_two_leaders_do_is_no_one_repair() -> None:
    first, second = lines((0, ABSENT), (100, COMMAND)), lines((9_000, RouteCommand("delete", "genesis", HOST, REMOTE)))

    found = repairs([*first, *map(by_another, second)], EVERYBODY)

    assert found == (Repair(actions=(1,), found=(0,)), Repair(actions=(2,), found=()))


def test_a_finding_of_another_leader_led_to_no_repair_of_this_one() -> None:
    found = repairs([by_another(lines((0, ABSENT))[0]), *lines((100, TASK), (2_000, COMMAND))], EVERYBODY)

    assert found == (Repair(actions=(1, 2), found=()),)
