"""What each input can't show, and the captures as a whole: said where something is missing, and only then."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.judge.coverage.checked import Witness
from analyzer.judge.dossier import Dossier
from analyzer.judge.health.captures import CUT
from analyzer.model.event import HaUnclassified, StorageTraffic
from analyzer.model.instant import SECOND
from analyzer.model.over_time.coverage import Lack, Watched
from analyzer.model.over_time.stretches import Stretch
from analyzer.model.source import TRANSFER, SkipReason, Source

BEYOND = 60 * SECOND  # evidence that ends so soon after a cut one does not show what is missing there
MOMENTS = frozenset(("route-table", "neighbor-list", "netstat", "cluster-status"))
_MAY_BE_EVIDENCE = re.compile(
    r"genesis|vmkernel|vmkwarning|vobd|hostd|shell|auth|syslog|route|\.(?:log|out|txt|pcap\w*|cap|trc|dmp)(?:$|\W)",
    re.IGNORECASE,
)

UNREAD: frozenset[SkipReason] = frozenset(("log-in-other-form", "newest-first", "quoted-in-prose"))
LEFT_OUT: frozenset[SkipReason] = frozenset(
    (
        "too-many-details",
        "too-many-events",
        "too-many-machines",
        "clock-set-too-often",
        "too-many-rows",
        "too-many-logs",
        "further-rounds",
        "document-given-up",
        "connections-forgotten",
        "details-forgotten",
        "fragments-forgotten",
        "too-many-members",
        *TRANSFER,
        "scan-damaged",
        "scan-of-another-version",
        "scan-apart",
        "scan-elsewhere",
        "name-taken",
    )
)
"""Why what was left out of a source may hold a failover."""


def left_out(dossier: Dossier) -> Iterator[Lack]:
    """That of some sources not all is told."""
    skipped = (*(skip for source in dossier.evidence.sources for skip in source.skipped), *dossier.evidence.skipped)
    for name in dict.fromkeys(skip.source for skip in skipped if skip.reason.name in LEFT_OUT):
        yield Lack("left-out", name)


def unread_logs(dossier: Dossier) -> Iterator[Lack]:
    """The files that hold lines of a log, and were not read."""
    skipped = (*(skip for source in dossier.evidence.sources for skip in source.skipped), *dossier.evidence.skipped)
    for skip in skipped:
        if skip.reason.name in UNREAD or (skip.reason.name == "log-export" and skip.reason.found):
            yield Lack("not-read", skip.source)


def cut_off(dossier: Dossier, time: Stretch | None) -> Iterator[Lack]:
    """The captures and logs whose end is missing, where no other evidence goes on beyond the rest of them."""
    for source in dossier.evidence.sources:
        last = dossier.placed(source.last) if source.last is not None else None
        cut = any(skip.reason.name in (*CUT, "data-cut") for skip in source.skipped)
        if cut and (last is None or time is None or last.most + BEYOND >= time[1]):
            yield Lack("cut-off", source.name)


def of_sources(dossier: Dossier, witness: Witness) -> Iterator[Lack]:
    """What each source can't show."""
    speaking = {event.origin.source for event in dossier.evidence.of(HaUnclassified)}
    for source in dossier.evidence.sources:
        if source.kind in MOMENTS:
            yield Lack("one-moment", source.name)
        elif source.kind == "unrecognised":
            if _MAY_BE_EVIDENCE.search(source.name.rpartition("/")[2]):
                yield Lack("not-read", source.name)
        elif source.log is not None:
            yield from _of_log(source, witness, speaks=source.name in speaking)


def _of_log(source: Source, witness: Witness, *, speaks: bool) -> Iterator[Lack]:
    if not source.records:
        yield Lack("not-read", source.name)
    elif source.log is not None and source.log.machine == "esxi":
        yield Lack("host-log", source.name)
    elif source.name not in witness.sources:
        yield Lack("not-understood" if speaks else "no-checks", source.name)
    elif source.name in witness.incomplete:
        yield Lack("incomplete", source.name)


def of_captures(dossier: Dossier, watched: tuple[Watched, ...]) -> Iterator[Lack]:
    """That no capture has the storage address' traffic, whatever NFS there is besides; or one direction of it alone."""
    captures, storage = dossier.evidence.captures, dossier.settings.storage_address
    if any(one.storage_frames for one in captures):
        ways = (event.detail for event in dossier.evidence.ways)
        to = any(isinstance(one, StorageTraffic) and one.ends.dst == storage for one in ways)
        if not to and not any(one.seen or one.only for one in watched):
            yield Lack("one-direction", what="replies")
    elif captures:
        calls = sum(count for one in captures for _, count in one.nfs_calls)
        yield Lack("other-servers" if calls else "no-storage-traffic", count=calls)
