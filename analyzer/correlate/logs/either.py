"""A change of a route that two commands may have made: none of them is taken for the one that did.

The host's kernel logs a change once, within a second of the command that made it, and not who gave that. Where no log
of the kernel has it, two commands at one time leave it as open.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.lines.orders import Order, orders
from analyzer.correlate.logs.lines.reconcile import Checked
from analyzer.correlate.observation import BY_EITHER, BY_HAND, BY_OTHERS, Observation
from analyzer.model.episode import Claim, Statement, StatementName
from analyzer.model.event import RouteChanged, RouteCommand
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, HowName, InstantName
from analyzer.model.source import Origin

CHANGES: tuple[InstantName, ...] = ("fault", "repaired")
BY_COMMAND: frozenset[HowName] = frozenset(
    {"typed", "command-to-result", "genesis-logged", "kernel-logged-order", "kernel-logged-once"}
)
OF_ONE: frozenset[StatementName] = frozenset({"typed-by-hand", "repaired-twice"})
"""What says of one command that it made the change, or that two did."""

Given = tuple[Entry, Order]
"""A command, by its line or that of its result, and when it ran."""


def with_either(observations: Sequence[Observation], lines: Checked, clocks: Clocks) -> list[Observation]:
    """Each, without one command as that which changed its route where another may have done so."""
    entries = [replace(one, at=_likeliest(one.stamp or one.event.at, clocks)) for one in lines.entries]
    given = [(entries[order.index], order) for order in orders(entries)]
    return [_told(one, given, _elsewhere(one, observations)) for one in observations]


def _likeliest(stamp: Instant, clocks: Clocks) -> Instant:
    """A stamp in the middle of where its clock may be: a clock that is open makes no command a rival."""
    middle, half = clocks.place(stamp).middle, (stamp.most - stamp.least + 1) // 2
    return Instant(clocks.reference, middle - half, middle + half)


def _elsewhere(one: Observation, observations: Sequence[Observation]) -> frozenset[Origin]:
    """The lines of the changes that the other faults are made of."""
    points = (
        other.points[name] for other in observations if other is not one for name in CHANGES & other.points.keys()
    )
    return frozenset(origin for point in points for origin in point.origins)


def _told(one: Observation, given: Sequence[Given], elsewhere: frozenset[Origin]) -> Observation:
    for name in CHANGES:
        point = one.points.get(name)
        if point is None or point.how.name not in BY_COMMAND:
            continue
        others = elsewhere | {o for n in CHANGES if n != name and n in one.points for o in one.points[n].origins}
        mine = [each for each in given if each[0].event.origin in point.origins]
        made = next((each for each in mine if each[0].exact), mine[0] if mine else None)
        if made is None:
            continue
        rivals = [each for each in given if _is_rival(each, made) and each[0].event.origin not in others]
        if rivals and any(_is_typed(entry) for entry, _ in (made, *rivals)):
            one = _by_either(one, name, [entry for entry, _ in (made, *rivals)])
    return one


def _is_rival(other: Given, made: Given) -> bool:
    """Whether another command, of which the host's kernel logged no change, may have made this one."""
    (entry, order), (known, asked) = other, made
    if entry.exact or entry.event.origin == known.event.origin or order.action != asked.action:
        return False
    if entry.host != known.host or not _one_gateway(entry, known):
        return False
    if not known.exact:
        one_clock = entry.event.at.clock == known.event.at.clock
        return _overlap(entry, known) if one_clock else order.least <= asked.most and asked.least <= order.most
    logged = known.stamp or known.event.at
    if entry.event.at.clock == logged.clock:
        return entry.event.at.least <= logged.most and logged.least <= entry.event.at.most + SECOND
    return order.least <= known.at.most and known.at.least <= order.most


def _overlap(one: Entry, other: Entry) -> bool:
    return one.event.at.meet(other.event.at) is not None


def _one_gateway(one: Entry, other: Entry) -> bool:
    """Whether two commands may be of a route by the same gateway."""
    gateways = {getattr(entry.event.detail, "gateway", None) for entry in (one, other)}
    return None in gateways or len(gateways) == 1


def _is_typed(entry: Entry) -> bool:
    return isinstance(entry.event.detail, RouteCommand) and entry.event.detail.actor == "person"


def _by_either(one: Observation, name: InstantName, commands: Sequence[Entry]) -> Observation:
    """With each of the commands told as one that may have made the change."""
    point = one.points[name]
    told = {entry.event.origin for entry in commands}
    kernel = tuple(origin for entry in commands if entry.exact for origin in entry.proof)
    claims = [claim for claim in one.claims if claim.statement.name not in OF_ONE or told.isdisjoint(claim.origins)]
    claims += [Claim(_statement(entry), (entry.event.origin, *kernel)) for entry in commands]
    origins = tuple(dict.fromkeys((*point.origins, *told)))
    typed = all(_is_typed(entry) for entry in commands)
    how = How("typed-by-either", by_hand=point.how.by_hand) if typed else How("typed-or-ordered")
    one = replace(one, claims=tuple(claims)).at(name, replace(point, origins=origins, how=how))
    if typed or name != "repaired":
        return one
    doubts = tuple(doubt for doubt in one.doubts if doubt not in (BY_HAND, BY_OTHERS))
    return replace(one, doubts=doubts, by_hand=False).doubted(BY_EITHER)


def _statement(entry: Entry) -> Statement:
    detail = entry.event.detail
    action = detail.action if isinstance(detail, RouteCommand | RouteChanged) else None
    if _is_typed(entry):
        return Statement("typed-by-either", by=getattr(detail, "user", None) or "", action=action)
    return Statement("ordered-by-either", action=action)
