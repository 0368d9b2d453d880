"""What a test leaves: the captures, the logs as their devices wrote them, the client's own log, and truth.json."""

from __future__ import annotations

import gzip

import msgspec

from analyzer.lab.netns.client_log import Entry
from analyzer.lab.netns.control import sent_replies
from analyzer.lab.netns.cvm import NFS_PORT
from analyzer.lab.netns.esxi import SHELL, VMKERNEL
from analyzer.lab.netns.lab import Lab
from analyzer.lab.netns.service import delivered, service_of
from analyzer.lab.netns.truth import Noted, captured, episodes_of
from analyzer.model.truth import TrueClock, TrueEvent, Truth, TrueVantage


def recording_of(lab: Lab) -> dict[str, bytes]:
    """The files of a test that is over, by name."""
    entries, events = lab.client_log(), lab.journal.events()
    replies = (reply for cvm in lab.cvms for capture in cvm.captures for reply in sent_replies(capture))
    noted = Noted(lab.cluster, events, entries, delivered(replies, entries))
    files = {path.name: path.read_bytes() for path in sorted(lab.evidence.iterdir())}
    files["genesis.out"] = lab.genesis_log.read_bytes()
    files |= {name: (lab.host.machine.folder / name).read_bytes() for name in (VMKERNEL, SHELL)}
    files["client.jsonl.gz"] = gzip.compress(_lines(entries), 9, mtime=0)
    files["truth.json"] = msgspec.json.format(msgspec.json.encode(truth_of(lab, noted)), indent=1) + b"\n"
    return files


def truth_of(lab: Lab, noted: Noted) -> Truth:
    """The truth of the test."""
    options, cluster = lab.options, lab.cluster
    return Truth(
        scenario=options.scenario,
        made_by="lab",
        note=options.note,
        storage_address=cluster.storage_address,
        nfs_port=NFS_PORT,
        check_period=options.period,
        hosts=cluster.hosts,
        cvms=cluster.cvms,
        clocks=(TrueClock(clock=cluster.leader.name, ahead=options.log_skew, zone=options.log_zone),),
        evidence=_evidence(lab, noted.events),
        episodes=episodes_of(noted),
        service=service_of(noted.replies, cluster),
        events=noted.events,
        parameters=_parameters(msgspec.structs.asdict(options)),
    )


def _evidence(lab: Lab, events: tuple[TrueEvent, ...]) -> tuple[TrueVantage, ...]:
    start, stop = captured(events)
    host, snaplen = lab.host.spec.name, lab.options.snaplen
    suffix = "pcapng" if lab.options.pcapng else "pcap"
    return (
        TrueVantage(file=f"span.{suffix}", what="span", first=start, last=stop, snaplen=snaplen),
        TrueVantage(file=f"vmk1.{suffix}", what="vmk1", of=host, first=start, last=stop, snaplen=snaplen),
        TrueVantage(file="genesis.out", what="genesis", of=lab.cluster.leader.name),
        TrueVantage(file=VMKERNEL, what="vmkernel", of=host),
        TrueVantage(file=SHELL, what="shell", of=host),
    )


def _parameters(options: dict[str, object]) -> dict[str, str]:
    """What was asked for beyond the defaults of the truth's own fields."""
    told = {"scenario", "note", "period"}
    return {key: str(value) for key, value in options.items() if key not in told and value not in (None, ())}


def _lines(entries: tuple[Entry, ...]) -> bytes:
    return b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)
