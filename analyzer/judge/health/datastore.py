"""What the ESXi hosts logged of storage that was away: their datastore behind the storage address, or anything else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, listed, several
from analyzer.model.event import Event, HostStorage, OtherRoute, RouteChanged, RouteCommand
from analyzer.model.finding import Finding
from analyzer.model.source import Origin
from analyzer.model.storage.tied import Told, of_storage

LOST: Mapping[str, str] = MappingProxyType(
    {
        "apd-start": "all paths down started",
        "apd-timeout": "all paths down timed out",
        "server-lost": "the NFS server was lost",
    }
)
_SHOWN = 3  # so many things are named


def lost(dossier: Dossier) -> list[Finding]:
    """AP102, one for each host whose log tells it of the datastore behind the storage address."""
    ours = _ours(dossier)
    found = []
    for host, told in sorted(_by_host(dossier).items()):
        mine = [(event, detail) for event, detail in told if event.origin in ours]
        if mine:
            what = listed([words for state, words in LOST.items() if any(detail.state == state for _, detail in mine)])
            sentence = f"{_who(host)} logged that it lost its datastore: {what} ({several(len(mine), 'line')})"
            found.append(codes.finding(codes.DATASTORE_LOST, sentence, tuple(event.origin for event, _ in mine)))
    return found


def of_others(dossier: Dossier) -> list[Finding]:
    """AP117, one for each host whose log tells it of something else, or of what nothing ties to the storage address."""
    ours = _ours(dossier)
    found = []
    for host, told in sorted(_by_host(dossier).items()):
        others = [(event, detail) for event, detail in told if event.origin not in ours]
        if others:
            what = list(dict.fromkeys(_named(detail) for _, detail in others))
            more = [f"{len(what) - _SHOWN} more"] if len(what) > _SHOWN else []
            storage = dossier.settings.storage_address
            sentence = (
                f"{_who(host)} logged that it lost {listed([*what[:_SHOWN], *more])} ({several(len(others), 'line')}): "
                f"nothing shows that this is the datastore of {storage}"
            )
            found.append(codes.finding(codes.OTHER_STORAGE, sentence, tuple(event.origin for event, _ in others)))
    return found


def other_server(dossier: Dossier) -> list[Finding]:
    """AP118, one for each host and NFS server."""
    servers = {detail.server for _, detail in dossier.of(HostStorage)}
    nothing_of_ours = not dossier.of(RouteChanged) and not dossier.of(RouteCommand)
    changes: dict[tuple[str, str], list[Event]] = {}
    for event, route in dossier.of(OtherRoute):
        if route.destination in servers or nothing_of_ours:
            host = dossier.address(route.host) if route.host else dossier.wrote.get(event.origin.source, "")
            changes.setdefault((host, route.destination), []).append(event)
    found = []
    for (host, server), events in sorted(changes.items()):
        what = "the NFS server " if server in servers else ""
        sentence = (
            f"The route of {host or 'a host'} to {what}{server} changed ({several(len(events), 'line')}), "
            f"and the storage address is {dossier.settings.storage_address}: "
            f"if that server was tested, give --storage-address {server}"
        )
        found.append(codes.finding(codes.OTHER_SERVER, sentence, tuple(event.origin for event in events)))
    return found


def _by_host(dossier: Dossier) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for event, detail in dossier.of(HostStorage):
        if detail.state in LOST:
            found.setdefault(dossier.wrote.get(event.origin.source, ""), []).append((event, detail))
    return found


def _ours(dossier: Dossier) -> frozenset[Origin]:
    """The lines that are of the datastore behind the storage address."""
    told = of_storage(dossier.of(HostStorage), dossier.settings.storage_address, dossier.mounts)
    return frozenset(event.origin for event, _ in told)


def _named(detail: HostStorage) -> str:
    """What was lost, by the name that the line has."""
    if detail.server is not None:
        return f"the NFS server {detail.server}"
    name = detail.datastore or detail.identifier
    return f"all paths to {name}" if name else "all paths to a device or datastore"


def _who(host: str) -> str:
    return f"The host {host}" if host and ":" not in host else "The host"  # else it is called by its log's clock
