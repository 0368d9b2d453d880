"""A change of a route that two commands may have made: none of them is taken for the one that did.

The host's kernel logs a change once, within a second of the command that made it, and not who gave that. Where no log
of the kernel has it, two commands at one time leave it as open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.lines.orders import CARRIED_OUT_WITHIN, Order, follows, orders
from analyzer.correlate.logs.lines.reconcile import Checked
from analyzer.correlate.logs.state.by_hand import failed_or_injected
from analyzer.correlate.logs.state.retry import NO_RESULT
from analyzer.correlate.observation import BY_EITHER, BY_HAND, BY_OTHERS, Observation
from analyzer.model.episode import Claim, Statement, StatementName
from analyzer.model.event import RouteAction, RouteChanged, RouteCommand
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, HowName, InstantName
from analyzer.model.over_time.intervals import Intervals, intervals
from analyzer.model.over_time.stretches import Stretch
from analyzer.model.source import Origin

CHANGES: tuple[InstantName, ...] = ("fault", "repaired")
BY_COMMAND: frozenset[HowName] = frozenset(
    {
        "typed",
        "command-to-result",
        "genesis-logged",
        "kernel-logged-order",
        "kernel-logged-session",
        "kernel-logged-once",
    }
)
OF_ONE: frozenset[StatementName] = frozenset({"typed-by-hand", "typed-for-nothing", "repaired-twice"})
"""What says of one command that it made the change, or that two did."""

OF_A_REPAIR = (BY_HAND, BY_OTHERS, NO_RESULT)
"""What is open of a repair, and not of a change that may have been none."""
NEAR = 2 * SECOND  # commands further apart are of no one change
Command = tuple[Entry, Order]
"""A command, by its line or that of its result, and when it ran."""
_Change = tuple[int, InstantName]
"""Of which observation, and which of its instants."""


def with_either(observations: Sequence[Observation], lines: Checked, clocks: Clocks) -> list[Observation]:
    """Each, without one command as that which changed its route where another may have done so."""
    entries = [replace(one, at=_likeliest(one.stamp or one.event.at, clocks)) for one in lines.entries]
    given = _Given.of([(entries[order.index], order) for order in orders(entries)])
    made: dict[Origin, set[_Change]] = {}
    for number, one in enumerate(observations):
        for name in CHANGES:
            for origin in one.points[name].origins if name in one.points else ():
                made.setdefault(origin, set()).add((number, name))
    return [_told(one, number, given, made) for number, one in enumerate(observations)]


_Alike = tuple[str, RouteAction]
"""The host of commands, by its key, and what they do."""


class _Given(msgspec.Struct, frozen=True):
    """The commands by their lines, and those of each host and action in order of time."""

    by_line: Mapping[Origin, Command]
    in_time: Mapping[_Alike, Intervals[Command]]

    @staticmethod
    def of(commands: Iterable[Command]) -> _Given:
        alike: dict[_Alike, list[Command]] = {}
        for command in sorted(commands, key=lambda one: one[1].least):
            alike.setdefault(_alike(command), []).append(command)
        every = (command for some in alike.values() for command in some)
        return _Given(
            MappingProxyType({entry.event.origin: (entry, order) for entry, order in every}),
            MappingProxyType({key: intervals(some, _while) for key, some in alike.items()}),
        )

    def near(self, command: Command) -> Iterable[Command]:
        """Those of the same host and action that ran at about the time of one."""
        entry, order = command
        first, last = min(order.least, entry.at.least) - NEAR, max(order.most, entry.at.most) + NEAR
        return self.in_time[_alike(command)].overlapping(first, last)


def _alike(command: Command) -> _Alike:
    entry, order = command
    return entry.host.key if entry.host is not None else "", order.action


def _while(command: Command) -> Stretch:
    """When it ran, ns."""
    return command[1].least, command[1].most


def _likeliest(stamp: Instant, clocks: Clocks) -> Instant:
    """A stamp in the middle of where its clock may be: a clock that is open makes no command a rival."""
    middle, half = clocks.place(stamp).middle, (stamp.most - stamp.least + 1) // 2
    return Instant(clocks.reference, middle - half, middle + half)


def _told(one: Observation, number: int, given: _Given, made: Mapping[Origin, set[_Change]]) -> Observation:
    for name in CHANGES:
        point = one.points.get(name)
        if point is None or point.how.name not in BY_COMMAND:
            continue
        mine = [given.by_line[origin] for origin in point.origins if origin in given.by_line]
        by = next((each for each in mine if each[0].exact), mine[0] if mine else None)
        if by is None:
            continue
        this = {(number, name)}
        near = (each for each in given.near(by) if _is_rival(each, by))
        rivals = [entry for entry, _ in near if made.get(entry.event.origin, this) <= this]
        if rivals and any(map(_is_typed, (by[0], *rivals))):
            one = _by_either(one, name, [by[0], *rivals])
    return one


def _is_rival(other: Command, made: Command) -> bool:
    """Whether another command on the host, of which its kernel logged no change, may have made this one."""
    (entry, order), (known, asked) = other, made
    if entry.exact or entry.event.origin == known.event.origin:
        return False
    if not _one_gateway(entry, known) or _is_one_session(entry, known):
        return False
    if not known.exact:
        one_clock = entry.event.at.clock == known.event.at.clock
        return _at_once(entry, known) if one_clock else order.least <= asked.most and asked.least <= order.most
    logged = known.stamp or known.event.at
    if entry.event.at.clock == logged.clock:
        return follows(logged, entry.event.at)
    return order.least <= known.at.most and known.at.least <= order.most


def _is_one_session(one: Entry, other: Entry) -> bool:
    """Whether two commands were typed in one session, so by one person: or they are one that two logs have."""
    sessions = [getattr(entry.event.detail, "session", "") for entry in (one, other)]
    return bool(sessions[0]) and sessions[0] == sessions[1]


def _at_once(one: Entry, other: Entry) -> bool:
    """Whether two commands ran at one time, by their own clock: each takes up to a second."""
    first, second = one.event.at, other.event.at
    return first.least <= second.most + CARRIED_OUT_WITHIN and second.least <= first.most + CARRIED_OUT_WITHIN


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
    if one.kind == "cvm-failure" and not {"fault", "detected", "decided"} & one.points.keys() and not _is_stopped(one):
        return _of_either(one)
    doubts = tuple(doubt for doubt in one.doubts if doubt not in (BY_HAND, BY_OTHERS))
    return replace(one, doubts=doubts, by_hand=False).doubted(BY_EITHER)


def _is_stopped(one: Observation) -> bool:
    """Whether a line has that the CVM's VM was stopped, or reset."""
    return any(claim.statement.name in ("vm-stopped", "vm-reset") for claim in one.claims)


def _of_either(one: Observation) -> Observation:
    """A route that Genesis may have added for a failure, or a person without one: no line has that the CVM failed."""
    added, doubts = one.points["repaired"], tuple(doubt for doubt in one.doubts if doubt not in OF_A_REPAIR)
    one = replace(one, doubts=doubts, by_hand=False)
    return failed_or_injected(one.without("repaired").at("fault", added))


def _statement(entry: Entry) -> Statement:
    detail = entry.event.detail
    action = detail.action if isinstance(detail, RouteCommand | RouteChanged) else None
    login = getattr(detail, "login", None)
    if _is_typed(entry):
        return Statement("typed-by-either", by=getattr(detail, "user", None) or "", action=action)
    if entry.on_host and login is not None:
        return Statement("session-by-either", of=login, action=action)
    return Statement("ordered-by-either", action=action)
