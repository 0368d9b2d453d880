"""What a test leaves: the captures, the logs as their devices wrote them, the client's own log, and truth.json."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

import msgspec

from analyzer.lab.netns.client_log import Entry
from analyzer.lab.netns.control import sent_segments
from analyzer.lab.netns.cvm import NFS_PORT
from analyzer.lab.netns.esxi import SHELL, VMKERNEL
from analyzer.lab.netns.lab import Lab
from analyzer.lab.netns.service import delivered, service_of
from analyzer.lab.netns.truth import Noted, captured, episodes_of
from analyzer.model.truth import TrueClock, TrueHost, TrueVantage, Truth


def recording_of(lab: Lab) -> dict[str, bytes]:
    """The files of a test that is over, by name."""
    entries, events = lab.client_log(), lab.journal.events()
    segments = (one for cvm in lab.cvms for capture in cvm.captures for one in sent_segments(capture))
    noted = Noted(lab.cluster, events, entries, delivered(segments, entries, lab.cluster))
    files = {path.name: path.read_bytes() for path in sorted(lab.evidence.iterdir())}
    files["genesis.out"] = lab.genesis_log.read_bytes()
    for host in lab.hosts:
        logs = {name: (host.machine.folder / name).read_bytes() for name in (VMKERNEL, SHELL)}
        files |= {f"{_folder(host.spec)}/{name}": content for name, content in logs.items() if content}
    files["client.jsonl.gz"] = gzip.compress(_lines(entries), 9, mtime=0)
    files["truth.json"] = msgspec.json.format(msgspec.json.encode(truth_of(lab, noted, tuple(files))), indent=1) + b"\n"
    return files


def truth_of(lab: Lab, noted: Noted, files: Iterable[str]) -> Truth:
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
        evidence=_evidence(lab, noted, files),
        episodes=episodes_of(noted),
        service=service_of(noted.sent, cluster),
        events=noted.events,
        parameters=_parameters(msgspec.structs.asdict(options)),
    )


def _evidence(lab: Lab, noted: Noted, files: Iterable[str]) -> tuple[TrueVantage, ...]:
    """What each file is; the captures and genesis.out stand in the recording's folder, a host's logs in the host's."""
    start, stop = captured(noted.events)
    capture = TrueVantage(file="", what="span", first=start, last=stop, snaplen=lab.options.snaplen)
    log = TrueVantage(file="", what="genesis", of=lab.cluster.leader.name)
    replace = msgspec.structs.replace
    known = {"span": capture, "vmk1": replace(capture, what="vmk1", of=lab.host.spec.name), "genesis": log}
    for host in lab.cluster.hosts:
        known[f"{_folder(host)}/vmkernel"] = replace(log, what="vmkernel", of=host.name)
        known[f"{_folder(host)}/shell"] = replace(log, what="shell", of=host.name)
    told = ((file, known.get(file.rpartition(".")[0])) for file in files)
    return tuple(replace(vantage, file=file) for file, vantage in told if vantage)


def _folder(host: TrueHost) -> str:
    """Named as a support bundle is, so that it tells whose logs are in it."""
    return f"esx-{host.address}"


def _parameters(options: dict[str, object]) -> dict[str, str]:
    """What was asked for beyond the defaults of the truth's own fields."""
    told = {"scenario", "note", "period"}
    return {key: str(value) for key, value in options.items() if key not in told and value not in (None, ())}


def _lines(entries: tuple[Entry, ...]) -> bytes:
    return b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)
