"""A genesis.out of a recording or of the simulator in another voice: what its lines tell, at its stamps.

Its lines are known by their place in the source, which the lab and the simulator share. What is not HA's stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from tests.wordings.voice import STORAGE, Machine, Node, Telling, Voice

_RECORD = re.compile(
    r"(?P<stamp>\S+ [\d:]+(?:,\d+)?)(?P<zone>Z?) (?P<severity>\w+) (?:\w+ )?(?P<module>\w+\.py:\d+) (?P<text>.*)"
)
MASK = "255.255.255.255"
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_STATES = {"ha_service.py:489": 0, "ha_service.py:493": 2, "ha_service.py:497": 1}
"""What a check saw of the Stargates that are not up: an index into a voice's `words`."""
_FACTS = {
    "ha_service.py:101": "start",
    "ha_service.py:531": "healthy",
    "ha_service.py:535": "held",
    "ha_service.py:548": "illegal",
    "ha_service.py:555": "booting",
    "ha_service.py:561": "absent",
    "ha_service.py:612": "add",
    "ha_service.py:640": "delete",
    "hypervisor_ha.py:187": "run_add",
    "hypervisor_ha.py:262": "run_delete",
    "hypervisor_ha.py:201": "done_add",
    "hypervisor_ha.py:270": "done_delete",
    "hypervisor_ha.py:243": "terminate",
}
_OF_CHECKS = ("healthy", "held", "illegal", "booting", "absent")
_HA = ("ha_service.py", "hypervisor_ha.py")


class Line(msgspec.Struct, frozen=True):
    """A record of the log that is told anew."""

    at: datetime
    severity: str
    module: str
    text: str

    @property
    def fact(self) -> str | None:
        """What it tells of one host, or of the service."""
        return _FACTS.get(self.module)

    @property
    def addresses(self) -> list[str]:
        """The machines in it."""
        return [one for one in _ADDRESS.findall(self.text) if one not in (STORAGE, MASK)]


def reworded(text: str, voice: Voice, nodes: Sequence[Node]) -> str:
    """The log `text` as the voice would have written it; stamps of whole seconds or without a zone stay so."""
    records = [found for line in text.splitlines() if (found := _RECORD.match(line))]
    if not records:
        return ""
    header = voice.header
    if "," not in records[0]["stamp"]:
        header = header.replace("{stamp:ms}", "{stamp:s}")
    if not records[0]["zone"]:
        header = header.replace("}Z", "}")
    lines = [Line(_at(found["stamp"]), found["severity"], found["module"], found["text"]) for found in records]
    rewording = _Rewording(
        Telling(msgspec.structs.replace(voice, header=header), tuple(nodes), lines[0].at), lines[0].at
    )
    for check in _checks(lines):
        rewording.tell(check)
    return rewording.text


def _at(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp.replace(",", ".")).replace(tzinfo=UTC)


def _checks(lines: list[Line]) -> Iterator[list[Line]]:
    """The lines of a check and all that follow it, until the next."""
    check: list[Line] = []
    for line in lines:
        if line.module in _STATES and check:
            yield check
            check = []
        check.append(line)
    yield check


class _Rewording:
    """One log on its way into a voice, and what Genesis did so far."""

    def __init__(self, log: Telling, begin: datetime) -> None:
        self._log = log
        self._begin = begin
        self._hosts = {host.address: (host, cvm) for host, cvm in log.nodes}
        self._cvms = {cvm.address: (host, cvm) for host, cvm in log.nodes}
        self._forwarded: set[str] = set()  # hosts that Genesis gave a route

    @property
    def text(self) -> str:
        return self._log.text

    def tell(self, check: list[Line]) -> None:
        """What the lines of a check tell; a table knows what the check is about to find of the hosts."""
        if check[0].module in _STATES:
            self._see(check[0])
        for line in check:
            self._foresee(line)
        quiet = [line for line in check if line.fact in _OF_CHECKS]
        sound = bool(quiet) and all(line.fact == "healthy" for line in quiet)
        for line in check:
            self._log.at = max(self._log.at, (line.at - self._begin).total_seconds())
            if line.module in _STATES:
                self._log.tell("check")
            elif line.fact == "healthy":
                self._healthy(line, last=sound and line is quiet[-1])
            elif line.fact is not None:
                self._tell(line, line.fact)
            elif not line.module.startswith(_HA):
                self._log.record(line.severity, line.module, line.text)

    def _see(self, line: Line) -> None:
        """What the check saw of the Stargates."""
        ready, found, last = line.text.partition("not fully initialized")
        waiting = _ADDRESS.findall(last) or _ADDRESS.findall(ready) if found else []
        down = _ADDRESS.findall(re.split(r"\bup\b", line.text)[0]) if line.module == "ha_service.py:497" else []
        for address, node in self._cvms.items():
            self._log.about(node)
            self._log.seen.state = 1 if address in down else 2 if address in waiting else 0

    def _foresee(self, line: Line) -> None:
        """What a line tells of a host's forwarding, as the check found it."""
        if line.fact not in (*_OF_CHECKS, "add"):
            return
        self._lead_to(line)
        seen, gateway = self._log.seen, self._log.gateway.address
        match line.fact:
            case "add":
                seen.wants = gateway
            case "healthy":
                seen.has = seen.wants = None
            case "held" | "booting":
                seen.has = seen.wants = gateway
            case "illegal":
                seen.has, seen.wants = gateway, None
            case _:
                seen.has = None

    def _lead_to(self, line: Line) -> None:
        """Whom a line is about, and whom it calls the gateway: a CVM under all its names, or nobody by its address."""
        host = next((one for one in line.addresses if one in self._hosts), None)
        if host is None:
            return
        node = self._hosts[host]
        self._log.about(node)
        others = [one for one in line.addresses if one not in (host, node[1].address)]
        if others:
            nobody = Machine(others[0], others[0], others[0], others[0], others[0])
            self._log.gateway = self._cvms[others[0]][1] if others[0] in self._cvms else nobody

    def _healthy(self, line: Line, *, last: bool) -> None:
        self._lead_to(line)
        self._forwarded.discard(self._log.host.address)
        if last:
            self._log.tell("healthy")

    def _tell(self, line: Line, fact: str) -> None:
        self._lead_to(line)
        host, seen = self._log.host.address, self._log.seen
        if fact == "absent" and host not in self._forwarded:
            fact = "down"
        elif fact == "illegal" and host in self._forwarded:
            fact = "returned"
        self._log.tell(fact)
        match fact:
            case "done_add" | "held":
                self._forwarded.add(host)
                seen.has = self._log.gateway.address
            case "done_delete":
                self._forwarded.discard(host)
                seen.has = None
            case _:
                pass
