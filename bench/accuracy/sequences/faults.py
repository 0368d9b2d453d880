"""Faults drawn by a seed: one to six of any kind that a scenario knows, of any host, 0.2 s to 3 minutes apart."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import get_args

from msgspec.structs import replace

from analyzer.lab.simulate import Fault
from analyzer.lab.simulate.scenario.action import GIVEN, LASTING, Action
from analyzer.lab.simulate.scenario.scenario import NOBODY

MOST = 6
OFTEN: dict[Action, int] = {
    "cvm-power-off": 5,
    "cvm-power-on": 4,
    "cvm-hang": 3,
    "stargate-restart": 4,
    "nfs-hang": 3,
    "route-add": 7,
    "route-delete": 3,
}
"""How often beside the others, which count once: what failovers are made of."""
REBOOT = 4
ACTIONS: tuple[Action, ...] = get_args(Action)
LENGTHS = ((2, 12), (8, 25), (20, 75))  # s: shorter than a check, about one, a failover
GAPS = ((Decimal("0.2"), 5), (2, 40), (20, 180))  # s: a double fault, one in the failover, one after it
FIRST = (14, 44)  # s after the captures begin: any phase of the checks
EARLIER = Fault(do="cvm-power-off", before_capture=True)


def drawn_faults(random: Random, nodes: int, leader: int) -> tuple[Fault, ...]:
    """What is tried; what would change nothing when its time has come is left out later."""
    on = random.randint(1, nodes)
    found = [replace(EARLIER, on=on)] if random.random() < 0.1 else []
    at = _between(random, *FIRST)
    for _ in range(min(random.choice((1, 1, 2, 2, 3, 4, 5, 6)), MOST - len(found))):
        if random.random() < 0.25:
            on = random.randint(1, nodes)
        for fault in _mishap(random, nodes, on, leader):
            found.append(replace(fault, at=at))
            at += _between(random, *random.choice(GAPS))
    del found[MOST:]
    if len(found) > 1 and random.random() < 0.1:
        found[-1] = replace(found[-1], at=None, after=_between(random, 0, 40))
    return tuple(found)


def _mishap(random: Random, nodes: int, on: int, leader: int) -> Iterator[Fault]:
    """One fault; a reboot is two."""
    action = random.choices((*ACTIONS, None), [*(OFTEN.get(one, 1) for one in ACTIONS), REBOOT])[0]
    if action is None:
        yield Fault(do="cvm-power-off", on=on)
        yield Fault(do="cvm-power-on", on=on)
        return
    fault = Fault(do=action, on=leader if action == "genesis-restart" else on)
    if action in LASTING:
        fault = replace(fault, seconds=_between(random, *random.choice(LENGTHS)))
    if action in GIVEN:
        fault = replace(fault, gateway=_gateway(random, nodes, on))
    if action == "route-delete" and random.random() < 0.1:
        fault = replace(fault, gateway=_gateway(random, nodes, on))
    if action == "route-add" and random.random() < 0.1:
        fault = replace(fault, beside_genesis=_between(random, -1, 1))
    elif action in ("route-add", "route-delete") and random.random() < 0.15:
        fault = replace(fault, in_vain=True)
    yield fault


def _gateway(random: Random, nodes: int, on: int) -> int | str:
    """Another node's CVM, or nobody."""
    others: list[int | str] = [number for number in range(1, nodes + 1) if number != on]
    return random.choice((*others, *others, NOBODY))


def _between(random: Random, least: Decimal | int, most: int) -> Decimal:
    """Tenths of a second."""
    return Decimal(random.randint(int(least * 10), most * 10)) / 10
