"""Which lines of hosts' logs are of the datastore behind the storage address.

A line is of that datastore where it names the storage address, or the identifier or name that another line (of any
host: it is the same on all) gives the datastore there, or the list of a host's NFS mounts; where all of these are from
there, an NFS datastore's identifier needs no more. A device's identifier, or one that nothing ties, is of none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from analyzer.model.event import Event, HostStorage, NfsMount

LOST = ("apd-start", "apd-timeout", "server-lost")
BACK = ("apd-exit", "server-back")
AWAY = ("io-retry", "lock-lost")  # these name no server
_NFS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}")  # an NFS datastore's identifier in a line on All Paths Down

Told = tuple[Event, HostStorage]


def of_storage(told: Sequence[Told], storage: str, mounts: Sequence[NfsMount] = ()) -> list[Told]:
    """The lines that are of the datastore at the address `storage`."""
    details = [detail for _, detail in told]
    only = {detail.server for detail in details} | {mount.server for mount in mounts} <= {storage, None}
    nfs = {name for detail in details for name in _names(detail) if _NFS.fullmatch(name)} if mounts and only else set()
    keys = _keys(details, mounts, storage) | nfs
    return [one for one in told if _is_of(one[1], keys, storage)]


def perhaps_of_storage(told: Sequence[Told], storage: str, mounts: Sequence[NfsMount] = ()) -> list[Told]:
    """The lines that may be of the datastore at the address `storage`, as they name nothing that says whose they are:
    retries and locks, where no other server is known; and losses of an NFS identifier that nothing ties to a server,
    where the identifier of that datastore is not known either.
    """
    details = [detail for _, detail in told]
    only = {detail.server for detail in details} | {mount.server for mount in mounts} <= {storage, None}
    owned = {name for detail in details if detail.server is not None for name in _names(detail)}
    known = any(_NFS.fullmatch(key) for key in _keys(details, mounts, storage))
    ours = {event.origin for event, _ in of_storage(told, storage, mounts)}
    begun = {(event.at.clock, name) for event, detail in told if detail.state in LOST for name in _names(detail)}
    return [
        (event, detail)
        for event, detail in told
        if event.origin not in ours
        and (
            (only and detail.state in AWAY)
            or (not known and _is_loss(event, detail, begun) and _is_untied(detail, owned))
        )
    ]


def _is_loss(event: Event, detail: HostStorage, begun: Collection[tuple[str, str]]) -> bool:
    """Whether a line has a datastore lost: by the end of All Paths Down too, where its log has no beginning of it."""
    alone = all((event.at.clock, name) not in begun for name in _names(detail))
    return detail.state in LOST or (detail.state == "apd-exit" and alone)


def _is_untied(detail: HostStorage, owned: Collection[str]) -> bool:
    names = [name for name in _names(detail) if _NFS.fullmatch(name)]
    return detail.server is None and bool(names) and not set(names) & {*owned}


def _keys(told: Iterable[HostStorage], mounts: Iterable[NfsMount], storage: str) -> frozenset[str]:
    """The identifiers and names of datastores that only the storage address has."""
    servers: dict[str, set[str]] = {}
    for mount in mounts:
        servers.setdefault(mount.volume, set()).add(mount.server)
    for detail in told:
        if detail.server is not None:
            for key in _names(detail):
                servers.setdefault(key, set()).add(detail.server)
    return frozenset(key for key, owners in servers.items() if owners == {storage})


def _names(detail: HostStorage) -> tuple[str, ...]:
    return tuple(name for name in (detail.identifier, detail.datastore) if name is not None)


def _is_of(detail: HostStorage, keys: frozenset[str], storage: str) -> bool:
    if detail.server is not None:
        return detail.server == storage
    return any(name in keys for name in _names(detail))
