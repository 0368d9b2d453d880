"""When the HA checks found a host's path right: line by line, as what a check could not read says nothing of a host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from analyzer.judge.dossier import Dossier
from analyzer.judge.ha_checks import SAME_CHECK
from analyzer.judge.index import grouped
from analyzer.model.event import Event, Forwarding, HaUnclassified, HealthyChecks, StargateStates, each_of
from analyzer.model.instant import Instant
from analyzer.model.over_time.stretches import Stretch

SLIP = 3_500_000_000  # a check's first line comes late by a dead CVM's probe and a whole-second stamp, ns
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
MISSED = 2  # periods without a check that are no gap: one is missed where Genesis restarts or a probe takes long

Line = StargateStates | Forwarding


class Check(msgspec.Struct, frozen=True):
    """What a check, or a row of them that found the same, said: its first and last line, ns on the reference clock,
    these being uncertain by `doubt`, and when they were stamped in its `source`.

    `of_host` is what it said of each host's forwarding, by its address; `of_any` what it said of one that it does not
    name; `down` are the CVMs whose Stargate it found down, where it tells of Stargates, and `ill` these with those
    whose Stargate was not initialised yet; `unread` are its lines that no rule takes.
    """

    first: int
    last: int
    doubt: int
    stamped: Stretch
    source: str
    of_host: Mapping[str, tuple[Forwarding, ...]]
    of_any: tuple[Forwarding, ...]
    down: frozenset[str] | None
    ill: frozenset[str]
    unread: tuple[str, ...] = ()

    def of(self, host: str | None) -> tuple[Forwarding, ...]:
        """What it said of a host's forwarding, or may have; None: of all."""
        named = (
            (line for lines in self.of_host.values() for line in lines) if host is None else self.of_host.get(host, ())
        )
        return (*named, *self.of_any)


def checks_in(dossier: Dossier) -> tuple[Check, ...]:
    """All checks in order of time, by the clock that each log's is placed on."""
    logs: dict[str, list[Event]] = {}
    for event in dossier.evidence.of(StargateStates | Forwarding | HealthyChecks | HaUnclassified):
        logs.setdefault(event.at.clock, []).append(event)
    found = [check for events in logs.values() for check in _in_log(events, dossier)]
    return tuple(sorted(found, key=lambda check: (check.first, check.last)))


def _in_log(events: Iterable[Event], dossier: Dossier) -> Iterator[Check]:
    together: list[Event] = []
    for event in sorted(events, key=lambda event: (event.at.middle, event.origin)):
        if together and event.at.least - together[-1].at.most > SAME_CHECK:
            yield from _together(together, dossier)
            together = []
        if isinstance(event.detail, HealthyChecks):
            yield from _row(event, event.detail, dossier)
        else:
            together.append(event)
    yield from _together(together, dossier)


def _row(event: Event, told: HealthyChecks, dossier: Dossier) -> Iterator[Check]:
    placed = dossier.placed(event.at)
    if placed is not None:
        when = placed.middle, placed.middle + sum(each_of(told.steps))
        yield _check((event, event), when, placed.doubt, told.lines, (), dossier)


def _together(events: Sequence[Event], dossier: Dossier) -> Iterator[Check]:
    said = [event for event in events if isinstance(event.detail, Line)]
    placed = [at for event in said if (at := dossier.placed(event.at)) is not None]
    lines = tuple(event.detail for event in said if isinstance(event.detail, Line))
    unread = tuple(event.detail.text for event in events if isinstance(event.detail, HaUnclassified))
    if placed and lines:
        when = placed[0].middle, placed[-1].middle
        yield _check((said[0], said[-1]), when, placed[0].doubt, lines, unread, dossier)


def _check(
    ends: tuple[Event, Event],
    when: Stretch,
    doubt: int,
    lines: Sequence[Line],
    unread: tuple[str, ...],
    dossier: Dossier,
) -> Check:
    forwarding = [line for line in lines if isinstance(line, Forwarding)]
    states = [line for line in lines if isinstance(line, StargateStates)]
    of_host = grouped((dossier.address(line.host), line) for line in forwarding if line.host)
    return Check(
        *when,
        doubt=doubt,
        stamped=(ends[0].at.middle, ends[1].at.middle + (when[1] - when[0] if ends[0] is ends[1] else 0)),
        source=ends[0].origin.source,
        of_host={host: tuple(each) for host, each in of_host.items()},
        of_any=tuple(line for line in forwarding if not line.host),
        down=frozenset(dossier.address(cvm) for line in states for cvm in line.down) if states else None,
        ill=frozenset(dossier.address(cvm) for line in states for cvm in (*line.down, *line.initializing)),
        unread=unread,
    )


class Word(msgspec.Struct, frozen=True):
    """What all checks said of a host: the stretches in which each found its path right, those that could not read its
    routes, those that tell of other hosts and not of it, and when some may have
    found it forwarded to another CVM.
    """

    right: tuple[Stretch, ...] = ()
    unreadable: tuple[Stretch, ...] = ()
    left_out: tuple[Stretch, ...] = ()
    forwarded: tuple[Stretch, ...] = ()


class Witness:
    """The checks, asked for one host after the other. `bridge` is what may lie between two of them, ns; `sources` are
    the logs that have some, and `logs` their time, from the first check on; in the `incomplete` ones lines are missing,
    so that a check may have found more than they have. `jumps` are where a log's stamps have a gap that its clock, if
    it was set, accounts for: that it was is not certain.
    """

    def __init__(self, dossier: Dossier) -> None:
        self.checks = checks_in(dossier)
        self.bridge = MISSED * dossier.period + SLIP
        begun = _begun(dossier)
        self.sources = frozenset(begun)
        self.incomplete = dossier.incomplete
        self.logs = tuple(_lasting(begun, dossier))
        self._cvms = {one.address for one in dossier.cvms}
        self.jumps = tuple(_jumps(self.checks, self.bridge))
        named = (line for check in self.checks for lines in check.of_host.values() for line in lines)
        self._hosts_named = any(line.state == "correct" for line in named)
        self._in_brief = tuple(map(self._brief, self.checks))

    def word(self, host: str | None, cvm: str | None, *, is_port: bool = False) -> Word:
        """What they said of a host, by its address and its own CVM's; None: of any. One that is known by its port alone
        (`is_port`) may be any that they name.
        """
        right: list[Stretch] = []
        unreadable: list[Stretch] = []
        left_out: list[Stretch] = []
        forwarded: list[Stretch] = []
        went_on = False
        for check, (plain, of_others, silent) in zip(self.checks, self._in_brief, strict=True):
            if plain and host is not None and host not in check.of_host:
                if of_others and not is_port:
                    left_out.append((check.first, check.last))
                is_right = silent and not (check.ill if cvm is None else cvm in check.ill)
                went_on = self._take(check, right, went_on=went_on) if is_right else False
                continue
            said = check.of(host)
            unread = self._is_unreadable(check, said, host)
            if unread:
                unreadable.append((check.first, check.last))
            if not is_port and self._leaves_out(check, host):
                left_out.append((check.first, check.last))
            if any(_is_forwarded(line, cvm) for line in said):
                forwarded.append((check.first - check.doubt, check.last + check.doubt))
            whole = not unread and check.source not in self.incomplete
            is_right = whole and self._is_right(check, said, host, cvm)
            went_on = self._take(check, right, went_on=went_on) if is_right else False
        return Word(tuple(right), tuple(unreadable), tuple(left_out), tuple(forwarded))

    def downs(self, cvm: str) -> Iterator[Stretch]:
        """When checks found Stargate down on a CVM, ns."""
        found = (check for check in self.checks if check.down is not None and cvm in check.down)
        return ((check.first - check.doubt, check.last + check.doubt) for check in found)

    def _brief(self, check: Check) -> tuple[bool, bool, bool]:
        """Of a check, once for all hosts that it does not name: whether it has no line that may be of any of these;
        whether it leaves them out; and whether their paths are right by it, where their own CVMs are well.
        """
        plain = not check.of_any and not check.unread
        silent = check.down is not None and not self._hosts_named and check.source not in self.incomplete
        return plain, self._hosts_named and bool(check.of_host), silent

    def _take(self, check: Check, right: list[Stretch], *, went_on: bool) -> bool:
        """Add a check that found the path right to the stretches in which each did; it may go on with the last."""
        if went_on and check.first - right[-1][1] <= self.bridge:
            right[-1] = right[-1][0], max(right[-1][1], check.last)
        else:
            right.append((check.first, check.last))
        return True

    def _is_unreadable(self, check: Check, said: Sequence[Forwarding], host: str | None) -> bool:
        """Whether it could not read the host's routes, or says something of the host, or of one that nothing names,
        that no rule takes.
        """
        if any(line.state == "unreadable" for line in said):
            return True
        if host is not None:
            return any(host in text for text in check.unread)
        return any(not {*_ADDRESS.findall(text)} <= self._cvms for text in check.unread)

    def _leaves_out(self, check: Check, host: str | None) -> bool:
        """Whether a check tells of other hosts and not of this one, where checks name those whose path is right."""
        return self._hosts_named and host is not None and bool(check.of_host) and not check.of(host)

    def _is_right(self, check: Check, said: Sequence[Forwarding], host: str | None, cvm: str | None) -> bool:
        """Whether it found the host's path right: in so many words, or where no check does so, as nothing was wrong."""
        if any(line.state in ("illegal", "absent") for line in said):
            return False
        if any(line.state in ("correct", "kept") and (line.host or host is None) for line in said):
            return True
        if check.down is None or (self._hosts_named and host is not None):
            return False
        return not (check.ill if cvm is None else check.ill & {cvm})


def _is_forwarded(line: Forwarding, cvm: str | None) -> bool:
    """Whether a line finds its host on its way to another CVM than its own."""
    own = line.cvm or cvm
    return line.state in ("correct", "kept") and line.gateway is not None and line.gateway != own


def _jumps(checks: Iterable[Check], bridge: int) -> Iterator[Stretch]:
    latest: dict[str, Check] = {}
    for check in checks:
        before = latest.get(check.source)
        if before is not None and check.stamped[0] - before.stamped[1] > bridge >= check.first - before.last:
            yield before.last, check.first
        latest[check.source] = check


def _begun(dossier: Dossier) -> dict[str, Instant]:
    """The first check's line of each source that has some."""
    found: dict[str, Instant] = {}
    for event in dossier.evidence.of(StargateStates | Forwarding | HealthyChecks):
        found.setdefault(event.origin.source, event.at)
    return found


def _lasting(begun: Mapping[str, Instant], dossier: Dossier) -> Iterator[Stretch]:
    """From its first check to its last record, each log's."""
    for source in dossier.evidence.sources:
        first, last = begun.get(source.name), source.last
        if first is None or last is None:
            continue
        placed, end = dossier.placed(first), dossier.placed(last)
        if placed is not None and end is not None and end.middle > placed.middle:
            yield placed.middle, end.middle
