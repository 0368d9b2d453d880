"""The Stargates as the checks see them."""

from __future__ import annotations

import pytest

from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.model.event import StargateStates
from tests.correlate.builder import CVM, PEER, REMOTE
from tests.correlate.logs.made import entry

EVERY = (CVM, PEER, REMOTE)


def after(*details: StargateStates) -> Stargates:
    stargates = Stargates()
    for number, detail in enumerate(details):
        stargates = stargates.after(entry(number * 30_000, detail, number=number), detail, EVERY)
    return stargates


def test_a_line_makes_new_ones_and_leaves_the_old_as_they_were() -> None:
    old = after(StargateStates(up=EVERY))
    detail = StargateStates(up=(PEER, REMOTE), down=(CVM,))

    new = old.after(entry(30_000, detail), detail, EVERY)

    assert (old.state[CVM], new.state[CVM]) == ("up", "down")
    assert (CVM, "down") not in old.seen
    assert new.seen[CVM, "up"] == old.seen[CVM, "up"]


def test_a_word_on_all_is_about_everybody_but_those_that_are_named_otherwise() -> None:
    found = after(StargateStates(initializing=(CVM,), all_of="alive"))

    assert dict(found.state) == {CVM: "initializing", PEER: "up", REMOTE: "up"}


@pytest.mark.parametrize(
    ("details", "state"),
    [
        ((StargateStates(up=EVERY),), "up"),
        ((StargateStates(up=(PEER,), down=(CVM,)),), None),
        ((StargateStates(up=(PEER,), initializing=(CVM,)),), None),
        ((), None),
    ],
    ids=["all up", "one down", "one initializing", "nothing said"],
)
def test_the_state_of_a_cvm_that_is_not_known(details: tuple[StargateStates, ...], state: str | None) -> None:
    assert after(*details).state_of(None) == state


def test_nobody_is_named_and_all_are_up() -> None:
    detail = StargateStates(all_of="up")

    assert Stargates().after(entry(0, detail), detail, ()).state_of(None) == "up"


def test_the_state_of_a_known_cvm_is_its_last() -> None:
    found = after(StargateStates(up=EVERY), StargateStates(down=(CVM,)), StargateStates(initializing=(CVM,)))

    assert (found.state_of(CVM), found.state_of(REMOTE), found.state_of("192.168.1.99")) == ("initializing", "up", None)


def test_the_first_of_the_checks_that_find_a_cvm_down_is_told_apart() -> None:
    down = StargateStates(up=(PEER, REMOTE), down=(CVM,))
    up = StargateStates(up=EVERY)

    again = after(up, down, down, up, down, down)
    back = after(up, down, down, up)

    assert [one.event.origin.number for one in (again.first_down(CVM), back.first_down(CVM)) if one] == [4, 2]
    assert after(up).first_down(CVM) is None
