"""What a test's evidence shows, in the order in which the analyzer sees it, by roles: `host1 local-cvm SYN`.

Two tests of one scenario went alike when they agree in this: who said what to whom, and what the log said,
though their addresses, clocks, timers and amounts of traffic differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from analyzer.config import Settings
from analyzer.ingest.collect import collect
from analyzer.model.event import (
    ArpTraffic,
    Ends,
    Event,
    Forwarding,
    NfsTerminate,
    RouteChanged,
    RouteCommand,
    StargateStates,
    StorageTraffic,
    TaskCreated,
    TcpControl,
)
from analyzer.model.truth import Truth

WIRE = ("span", "vmk1")
PRIVATE, STORAGE = "192.168.5.1", "192.168.5.2"
NOBODY = "nobody"


class Roles:
    """Roles by address and MAC: the hosts and CVMs in the truth's order, from 1."""

    def __init__(self, truth: Truth) -> None:
        self._macs = {
            mac: role
            for number, (host, cvm) in enumerate(zip(truth.hosts, truth.cvms, strict=True), 1)
            for mac, role in (
                (host.vmk0_mac, f"host{number}.vmk0"),
                (host.vmk1_mac, f"host{number}.vmk1"),
                (cvm.eth0_mac, f"cvm{number}.eth0"),
                (cvm.eth1_mac, f"cvm{number}.eth1"),
            )
        }
        self._addresses = {
            address: role
            for number, (host, cvm) in enumerate(zip(truth.hosts, truth.cvms, strict=True), 1)
            for address, role in ((host.address, f"host{number}"), (cvm.address, f"cvm{number}"))
        }

    def port(self, mac: str) -> str:
        return self._macs.get(mac, NOBODY)

    def name(self, address: str | None) -> str:
        if address is None or address in (PRIVATE, STORAGE):
            return {PRIVATE: "private", STORAGE: "storage", None: "-"}[address]
        return self._addresses.get(address, NOBODY)


def events_of(folder: Path, truth: Truth, kinds: Iterable[str]) -> tuple[Event, ...]:
    """The events of the evidence of these kinds, in order of time."""
    paths = [folder / one.file for one in truth.evidence if one.what in kinds]
    settings = Settings(log_timezone=truth.clocks[0].zone)
    return tuple(sorted(collect(paths, settings).events, key=lambda event: (event.at.least, event.origin.number)))


def wire_lines(folder: Path, truth: Truth) -> list[str]:
    """Each connection's beginning and end, the first call and reply by each way, and who asked by ARP for the other."""
    shown, since = _WireLines(Roles(truth)), _since(truth)
    events = (event for event in events_of(folder, truth, WIRE) if _end(event) >= since)
    return list(_once(line for event in events for line in shown.of(event)))


def connections(folder: Path, truth: Truth) -> list[str]:
    """The same without ARP."""
    arp = (" answers ", " announces ")
    return list(_once(line for line in wire_lines(folder, truth) if not any(word in line for word in arp)))


def unanswered_arp(folder: Path, truth: Truth) -> set[str]:
    """Whether a host or a CVM asked for whom by ARP, and never heard of him: how a dead machine shows.

    Which of the CVMs does is a matter of what it still believes to know.
    """
    roles, since = Roles(truth), _since(truth)
    asked, heard = set(), set()
    for event in events_of(folder, truth, WIRE):
        match event.detail:
            case ArpTraffic("request", mac, _, target) if _end(event) >= since:
                asked.add((roles.port(mac)[:-6], roles.name(target)))
            case ArpTraffic("reply" | "announcement", _, sender, _) if _end(event) >= since:
                heard.add(roles.name(sender))
            case _:
                pass
    return {f"{asker} asks for {target}" for asker, target in asked if target not in heard}


def log_lines(folder: Path, truth: Truth) -> list[str]:
    """What each check says of the Stargates and of the host that the fault is of, and what Genesis does."""
    roles, events = Roles(truth), events_of(folder, truth, ("genesis",))
    host = roles.name(truth.episodes[0].host if truth.episodes else truth.hosts[0].address)
    return list(_each_check_once(line for line in _log(events, roles) if line.startswith("stargates") or host in line))


def _since(truth: Truth) -> int:
    """When the first fault that the captures cover took effect."""
    return min((one.instants.fault.most for one in truth.episodes if one.covered), default=0)


def _end(event: Event) -> int:
    run = getattr(event.detail, "run", None)
    return event.at.least if run is None else int(run.last.least)


def _once(lines: Iterable[str]) -> Iterator[str]:
    last = None
    for one in lines:
        if one != last:
            yield one
        last = one


def _each_check_once(lines: Iterable[str]) -> Iterator[str]:
    """A check says what it found of the Stargates, then the rest: one that says what the last one said adds nothing."""
    last: list[str] = []
    check: list[str] = []
    for line in [*lines, "stargates"]:
        if line.startswith("stargates"):
            if check != last:
                yield from check
            last, check = check, []
        check.append(line)


class _WireLines:
    """Events as lines; repetitions of what was shown already, what keeps neighbours known, and a reply to a call that
    isn't here say nothing.
    """

    def __init__(self, roles: Roles) -> None:
        self._roles = roles
        self._arp: set[str] = set()
        self._seen: set[str] = set()
        self._called: set[tuple[str, int]] = set()

    def of(self, event: Event) -> Iterator[str]:
        roles = self._roles
        match event.detail:
            case TcpControl(flags, ends):
                self._seen.clear()
                yield f"{_way(roles, ends)} {flags}"
            case StorageTraffic(what, ends) if what in ("call", "reply"):
                if what == "call":
                    self._called.add((ends.src, ends.sport))
                elif (ends.dst, ends.dport) not in self._called:
                    return  # to a call of before the fault: whether one is under way then is chance
                line = f"{_way(roles, ends)} {what}"
                if line not in self._seen:
                    yield line
                self._seen.add(line)
            case ArpTraffic("announcement", mac, sender):
                yield from self._first(f"{roles.port(mac)} announces {roles.name(sender)}")
            case ArpTraffic("reply", mac, sender, target):
                if target in (PRIVATE, STORAGE):
                    yield from self._first(f"{roles.port(mac)} answers {roles.name(target)} for {roles.name(sender)}")
            case _:
                pass

    def _first(self, line: str) -> Iterator[str]:
        if line not in self._arp:
            yield line
        self._arp.add(line)


def _way(roles: Roles, ends: Ends) -> str:
    return f"{roles.port(ends.src_mac)} {roles.name(ends.src)} > {roles.port(ends.dst_mac)} {roles.name(ends.dst)}"


def _log(events: Iterable[Event], roles: Roles) -> Iterator[str]:
    name = roles.name
    for event in events:
        match event.detail:
            case StargateStates(_, initializing, down, all_of):
                yield f"stargates {all_of} {[*map(name, initializing)]} {[*map(name, down)]}"
            case Forwarding(state, host, gateway):
                yield f"forwarding of {name(host)} {state} {name(gateway)}"
            case TaskCreated(action, host, gateway):
                yield f"task to {action} {name(host)} {name(gateway)}"
            case RouteCommand(action, actor, host, gateway):
                yield f"{actor} runs {action} {name(host)} {name(gateway)}"
            case RouteChanged(action, host, gateway):
                yield f"changed {action} {name(host)} {name(gateway)}"
            case NfsTerminate(phase, host, cvm, connections):
                yield f"terminate {phase} {name(host)} {name(cvm)} {len(connections)}"
            case _:
                pass
