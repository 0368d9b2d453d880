"""A recorded genesis.out in another voice: what each of its lines tells, at its second, in the voice's words."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec

from tests.wordings.voice import Machine, Telling, Voice, cluster

_LINE = re.compile(r"(\S+ \S+) \S+ \S+ (.*)")
_FACTS = (
    ("up", r"All stargates are up"),
    ("down", r"Stargate is down on"),
    ("initializing", r"All stargates are alive .* not fully initialized"),
    ("healthy", r"Forwarding on host \S+ is correct \(local"),
    ("held", r"Forwarding on host \S+ is correct \(remote"),
    ("absent", r"No forwarding on host"),
    ("booting", r"keeping forwarding"),
    ("illegal", r"Illegal forwarding on host \S+: \S+ is forwarded to (?P<gateway>\S+)"),
    ("add", r"Creating task to add route .* (?P<gateway>\S+)$"),
    ("delete", r"Creating task to delete route .* (?P<gateway>\S+)$"),
    ("terminate", r"Sending NfsTerminateConnection"),
    ("run_add", r"Executing on \S+ esxcfg-route -a"),
    ("run_delete", r"Executing on \S+ esxcfg-route -d"),
    ("done_add", r"Route to .* added on host"),
    ("done_delete", r"Route to .* deleted on host"),
)


def reworded(text: str, voice: Voice) -> str:
    """The recorded log `text`, of whole seconds, as the voice would have written it."""
    whole = msgspec.structs.replace(voice, header=voice.header.replace("{stamp:ms}", "{stamp:s}"))
    lines = [found for line in text.splitlines() if (found := _LINE.match(line))]
    begin = datetime.fromisoformat(lines[0][1]).replace(tzinfo=UTC)
    log = Telling(whole, cluster(cvms=26), begin)
    log.tell("start")
    failed = False
    for line in lines:
        for fact, pattern in _FACTS:
            if found := re.search(pattern, line[2]):
                log.at = (datetime.fromisoformat(line[1]).replace(tzinfo=UTC) - begin).total_seconds()
                _lead_to(log, found.groupdict().get("gateway"))
                failed |= fact == "down"
                _tell(log, fact, failed=failed)
                break
    return log.text


def _lead_to(log: Telling, address: str | None) -> None:
    """Who the lines from here on call the gateway: a CVM under all its names, or nobody by its address."""
    if address is not None:
        cvms = {cvm.address: cvm for _, cvm in log.nodes}
        log.gateway = cvms.get(address, Machine(address, address, address, address, address))


def _tell(log: Telling, fact: str, *, failed: bool) -> None:
    """One fact; those of a check's first line only change what its table says."""
    match fact:
        case "up" | "down" | "initializing":
            log.down = ("up", "down", "initializing").index(fact)
            log.wants = log.gateway.address if fact == "down" else None
        case "healthy" | "held" | "booting":
            log.has = None if fact == "healthy" else log.gateway.address
            log.check(fact)
        case "absent":
            log.has = None
            log.check("absent" if failed else "down")
        case "illegal":
            log.has = log.gateway.address
            log.check("returned" if failed else "illegal")
        case _:
            log.tell(fact)
