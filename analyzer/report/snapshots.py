"""What tables show of a host or CVM, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzer.model.instant import Instant
from analyzer.model.path import AS_IT_SHOULD_BE, Snapshot
from analyzer.report import words
from analyzer.report.names import host_words


def snapshot_words(one: Snapshot, named: Callable[[str], str] = str) -> str:
    """`Host 192.168.1.24 is forwarded to 192.168.1.28 at 2026-11-22 07:04:46.500 ± 0.5 s UTC`, without its stop."""
    said = f"{_state(one, named)} {_when(one.since, one.until)}"
    return said[:1].upper() + said[1:]


def shown_first(snapshots: Sequence[Snapshot]) -> tuple[Snapshot, ...]:
    """Those of a failover before those of a host or CVM as it should be."""
    return tuple(sorted(snapshots, key=lambda one: one.state in AS_IT_SHOULD_BE))


def _state(one: Snapshot, named: Callable[[str], str]) -> str:
    host, cvm = host_words(one.of and named(one.of)), f"CVM {named(one.of)}" if one.of else "a CVM"
    via = named(one.via) if one.via else "a CVM"
    match one.state:
        case "forwarded":
            return f"{host} is redirected to {via}"
        case "not-forwarded":
            return f"{host} is not redirected"
        case "connected":
            return f"{host} has an NFS connection with {via} over the public network"
        case "neighbor-outside":
            mac = f", with the MAC of {via}," if one.via else ""
            return f"{host} has the storage address among its neighbours (kept for 20 min) on the public network{mac}"
        case "neighbor-inside":
            return f"{host} has the storage address among its neighbours (kept for 20 min) inside, on its own switch,"
        case "datastore-inaccessible":
            return f"{host} can't reach its datastore"
        case "cvm-down":
            return f"{cvm} is down"
        case "stargate-down":
            return f"{cvm} is up, but its Stargate is down"
        case "cvm-up":
            return f"{cvm} is up"


def _when(since: Instant | None, until: Instant | None) -> str:
    if since is None or until is None:
        return "at a time that is not in the evidence"
    first, last = words.moment(since), words.moment(until)
    if first == last:
        return f"{'' if first.startswith('between') else 'at '}{first} UTC"
    return f"from {words.stamp(since.least)} to {words.stamp(until.least)} UTC at least"
