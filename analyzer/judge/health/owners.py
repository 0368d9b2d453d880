"""Two owners of one address: MACs that claim it by ARP, at the same time, on one network (RFC 5227)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier, listed
from analyzer.model.event import AddressOwned
from analyzer.model.finding import Finding
from analyzer.model.source import Origin


@dataclass(slots=True)
class _Claim:
    """A MAC that has an address in one capture: from when to when (ns), and its first frame."""

    first: int
    last: int
    origin: Origin


Claims = dict[tuple[str, str], dict[str, _Claim]]


def two_owners(dossier: Dossier) -> list[Finding]:
    """AP107: of the storage address on an internal switch, of a host's or a CVM's on the public network."""
    found: dict[tuple[str, tuple[str, ...]], list[Origin]] = {}
    for address, owners in _contested(dossier, _claims(dossier)):
        found.setdefault((address, tuple(sorted(owners))), []).extend(claim.origin for claim in owners.values())
    return [
        codes.finding(codes.TWO_OWNERS, f"{address} is claimed by {listed(macs)} at the same time", tuple(origins))
        for (address, macs), origins in sorted(found.items())
    ]


def _claims(dossier: Dossier) -> Claims:
    """(capture, address) → the MACs that say by ARP that it is theirs."""
    claims: Claims = {}
    for event, owned in dossier.of(AddressOwned):
        if owned.by != "arp":
            continue
        mine = claims.setdefault((event.origin.source, owned.address), {})
        claim = mine.setdefault(owned.mac, _Claim(event.at.least, event.at.least, event.origin))
        claim.first = min(claim.first, event.at.least)
        claim.last = max(claim.last, owned.run.last.most)
    return claims


def _contested(dossier: Dossier, claims: Claims) -> Iterator[tuple[str, dict[str, _Claim]]]:
    """The addresses of the cast with more than one owner at a time, and the owners."""
    storage, settings = dossier.settings.storage_address, dossier.settings
    public = {mac for cvm in dossier.cvms for mac in cvm.macs}
    for (source, address), owners in sorted(claims.items()):
        if address == storage:
            # a remote CVM answers for it on the public network; each internal switch has a CVM of its own
            rivals = {mac: claim for mac, claim in owners.items() if mac not in public}
            if len(claims.get((source, settings.host_private_address), ())) > 1:
                continue
        elif address in dossier.addresses:
            rivals = owners
        else:
            continue
        at_once = _overlapping(rivals)
        if len(at_once) > 1:
            yield address, at_once


def _overlapping(rivals: dict[str, _Claim]) -> dict[str, _Claim]:
    """The claims that overlap another owner's: a MAC that merely follows another replaced it."""
    firsts, lasts = sorted(one.first for one in rivals.values()), sorted(one.last for one in rivals.values())
    return {
        mac: claim
        for mac, claim in rivals.items()
        if bisect_right(firsts, claim.last) - bisect_left(lasts, claim.first) > 1
    }
