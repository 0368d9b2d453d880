"""What a test leaves: the captures, the logs as their devices wrote them, the clients' own logs, and truth.json."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

import msgspec

from analyzer.lab.netns.cluster.cvm import NFS_PORT
from analyzer.lab.netns.cluster.esxi import SHELL, VMKERNEL
from analyzer.lab.netns.cluster.lab import Lab, capture_name
from analyzer.lab.netns.nfs_client.client_log import Entry, read_client_log
from analyzer.lab.netns.options import in_effect
from analyzer.lab.netns.recording.control_captures import sent_segments
from analyzer.lab.netns.recording.service import ClientTraffic, service_of, traffic_of
from analyzer.lab.netns.recording.truth import Noted, captured, episodes_of
from analyzer.model.truth import TrueClock, TrueCvm, TrueHost, TrueVantage, Truth


def recording_of(lab: Lab) -> dict[str, bytes]:
    """The files of a test that is over, by name."""
    genesis = {file: lab.genesis_log(cvm).read_bytes() for file, cvm in _genesis_logs(lab).items()}  # which goes on
    noted = Noted(lab.cluster, lab.journal.events(), _traffic(lab))
    files = {path.name: path.read_bytes() for path in sorted(lab.evidence.iterdir())} | genesis
    for host in lab.hosts:
        logs = {name: (host.machine.folder / name).read_bytes() for name in (VMKERNEL, SHELL)}
        files |= {f"{_folder(host.spec)}/{name}": content for name, content in logs.items() if content}
    truth = truth_of(lab, noted, tuple(files))
    for node, one in enumerate(noted.traffic):
        files[f"{capture_name('client', node)}.jsonl.gz"] = gzip.compress(_lines(one.entries), 9, mtime=0)
    files["truth.json"] = msgspec.json.format(msgspec.json.encode(truth), indent=1) + b"\n"
    return files


def truth_of(lab: Lab, noted: Noted, files: Iterable[str]) -> Truth:
    """The truth of the test; hosts and CVMs are named by their addresses in it, as everywhere in a truth."""
    options, cluster = lab.options, lab.cluster
    evidence = _evidence(lab, noted, files)
    return Truth(
        scenario=options.scenario,
        made_by="lab",
        note=options.note,
        storage_address=cluster.storage_address,
        nfs_port=NFS_PORT,
        check_period=options.period,
        hosts=cluster.hosts,
        cvms=cluster.cvms,
        clocks=_clocks(lab, evidence),
        evidence=evidence,
        episodes=episodes_of(noted),
        service=tuple(run for one in noted.traffic for run in service_of(one, cluster)),
        events=noted.events,
        parameters=in_effect(options),
    )


def _traffic(lab: Lab) -> tuple[ClientTraffic, ...]:
    """What each client had of the CVMs, by the control captures."""
    segments = [one for cvm in lab.cvms for capture in cvm.captures for one in sent_segments(capture)]
    return tuple(traffic_of(segments, host.spec, read_client_log(host.client_log)) for host in lab.clients)


def _genesis_logs(lab: Lab) -> dict[str, TrueCvm]:
    """The files' names: the first leader's first and plain, the others' in a folder named by whose they are."""
    leader = lab.cluster.leader
    led = lab.led
    others = [cvm for cvm in lab.cluster.cvms if cvm != leader and (lab.options.genesis == "all" or cvm.address in led)]
    return {"genesis.out": leader, **{f"{cvm.address}/genesis.out": cvm for cvm in others}}


def _clocks(lab: Lab, evidence: tuple[TrueVantage, ...]) -> tuple[TrueClock, ...]:
    """The clock of each device that wrote a log, the leader's first; the hosts' are this computer's, in UTC."""
    cvms = TrueClock(clock="", ahead=lab.options.log_skew, zone=lab.options.log_zone)
    hosts = TrueClock(clock="", ahead=0)
    stamped = dict.fromkeys((one.clock, one.what) for one in evidence if one.clock)
    kinds = {clock: cvms if what == "genesis" else hosts for clock, what in stamped}
    return tuple(msgspec.structs.replace(kind, clock=clock) for clock, kind in kinds.items())


def _evidence(lab: Lab, noted: Noted, files: Iterable[str]) -> tuple[TrueVantage, ...]:
    """What each file is and of whom; the captures stand in the recording's folder, a host's logs in the host's."""
    start, stop = captured(noted.events)
    capture = TrueVantage(file="", what="span", first=start, last=stop, snaplen=lab.options.snaplen)
    log = TrueVantage(file="", what="genesis")
    replace = msgspec.structs.replace
    known = {"span": capture}
    for node, host in enumerate(lab.cluster.hosts):
        known[capture_name("vmk0", node)] = replace(capture, what="vmk0", of=host.address)
        known[capture_name("vmk1", node)] = replace(capture, what="vmk1", of=host.address)
        of_host = replace(log, of=host.address, clock=f"esxi:{host.address}")
        known[f"{_folder(host)}/vmkernel"] = replace(of_host, what="vmkernel")
        known[f"{_folder(host)}/shell"] = replace(of_host, what="shell")
    for file, cvm in _genesis_logs(lab).items():
        known[file.rpartition(".")[0]] = replace(log, of=cvm.address, clock=f"cvm:{cvm.address}")
    described = ((file, known.get(file.rpartition(".")[0])) for file in files)
    return tuple(replace(vantage, file=file) for file, vantage in described if vantage)


def _folder(host: TrueHost) -> str:
    """Named as a support bundle is, so that its name says whose logs are in it."""
    return f"esx-{host.address}"


def _lines(entries: tuple[Entry, ...]) -> bytes:
    return b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries)
