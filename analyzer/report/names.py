"""What things are called on the page: verdicts, kinds, instants, stages, metrics, sources; and one line on each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from analyzer.model.episode import EpisodeKind, Verdict
from analyzer.model.finding import CaptureQuality, Quality, QualityReason
from analyzer.model.measurement import Absence, InstantName
from analyzer.model.path import Path, PathKind

SYMBOLS: dict[Verdict, str] = {
    "MET": "✓",
    "MET-OR-LATE": "◔",
    "LATE": "◷",
    "UNDECIDED": "?",
    "MISSED": "✗",
    "NOT-JUDGED": "–",
}

VERDICT_MEANINGS: dict[Verdict, str] = {
    "MET": "within the expected limit even at the upper end of the uncertainty",
    "MET-OR-LATE": "the measured range contains the expected limit, and is within the bound: MET or LATE, acceptable"
    " either way",
    "LATE": "slower than expected, but within the bound: normal for a healthy cluster",
    "UNDECIDED": "the evidence does not settle it; the report says what to supply",
    "MISSED": "slower than the bound even at the lower end of the uncertainty, or the host lost its datastore",
    "NOT-JUDGED": "there was nothing to compare with an expectation",
}

KINDS: dict[EpisodeKind, str] = {
    "cvm-failure": "CVM failure",
    "route-injection": "Route injection",
    "route-deletion": "Route deletion in a failure",
    "cvm-recovery": "CVM recovery",
    "unexplained": "Unexplained",
}

INSTANT_MEANINGS: dict[InstantName, str] = {
    "fault": "what started the episode",
    "check": "first HA check after the fault",
    "detected": "Genesis noticed it",
    "decided": "the task to change the route was created",
    "terminated": "NfsTerminateConnection was sent",
    "repaired": "the host's route was changed",
    "reset": "the old TCP connection ended",
    "connected": "TCP was established on the new path",
    "restored": "first NFS reply on the new path",
    "recovered": "replies are back to 95 % of the earlier rate, for 5 s",
}

STAGES: dict[str, tuple[InstantName, InstantName, str]] = {
    "wait": ("fault", "check", "until the next HA check"),
    "detect": ("check", "detected", "the check finds it"),
    "decide": ("detected", "decided", "a task is created"),
    "repair": ("decided", "repaired", "the route is changed"),
    "reconnect": ("repaired", "connected", "the client connects again"),
    "stall": ("fault", "restored", "no NFS reply arrives"),
    "resume": ("connected", "restored", "the first NFS reply arrives"),
    "recover": ("restored", "recovered", "the rate is back to normal"),
}

PATH_KINDS: dict[PathKind, str] = {"local": "local", "remote": "remote", "dead": "no reply", "unknown": "unknown"}

METRICS: dict[str, tuple[str, str]] = {
    "detection": ("Detection latency", "from the fault to Genesis' reaction"),
    "outage": ("Outage", "how long storage was away: from the last NFS reply before to the first one after"),
    "outage-at-repair": (
        "Outage at the repair",
        "the second interruption, when the route is deleted and storage traffic moves back",
    ),
    "cause": ("Cause", "what stopped or moved the storage traffic"),
}

ABSENCES: dict[Absence, str] = {
    "not-observed": "not observed",
    "not-in-evidence": "not in the evidence",
    "not-applicable": "does not apply",
}

SEVERITIES: dict[Literal["info", "warning", "problem"], str] = {"info": "i", "warning": "!", "problem": "✗"}

BASES: dict[Literal["reference", "given", "measured", "assumed"], str] = {
    "reference": "it is the reference clock",
    "given": "given on the command line",
    "measured": "measured from causes and their effects",
    "assumed": "assumed: nothing in the evidence shows it",
}

SOURCE_KINDS: dict[str, str] = {
    "capture": "packet capture",
    "route-table": "route table",
    "neighbor-list": "neighbor list",
    "netstat": "netstat output",
    "nfs-list": "list of NFS datastores",
    "vmkernel-ports": "list of VMkernel ports",
    "cluster-status": "cluster status output",
    "console": "what was typed on a console",
    "date": "output of date",
    "release": "version of AOS or ESXi",
    "marks": "manual notes",
    "unrecognised": "not recognised",
}


QUALITIES: dict[Quality, str] = {
    "trustworthy": "trustworthy",
    "with-care": "with care",
    "not-for-timing": "not for timing",
}
QUALITY_REASONS: dict[QualityReason, str] = {
    "frames-lost": "it lost frames",
    "many-frames-lost": "it lost more than one frame in a hundred",
    "one-direction": "it has only one direction of the traffic",
    "file-cut": "the end of the file is missing or damaged",
    "frames-cut": "its frames are cut so short that no call or reply can be read",
    "copied": "it has frames twice or in the wrong order",
    "clock-set": "its clock was changed during the capture",
    "begins-late": "it begins during an episode",
    "ends-early": "it ends during an episode",
    "empty": "it has no frame",
}


def quality_words(quality: CaptureQuality) -> str:
    """How far a capture can be trusted, and why not further: `with care: it begins within an episode`."""
    reasons = ", ".join(QUALITY_REASONS[reason] for reason in quality.reasons)
    return f"{QUALITIES[quality.word]}: {reasons}" if reasons else QUALITIES[quality.word]


def metric_name(metric: str) -> str:
    """The title of a measurement; one that has no title yet is shown by its own name."""
    return METRICS[metric][0] if metric in METRICS else metric.replace("-", " ").replace("_", " ").capitalize()


def metric_meaning(metric: str) -> str:
    """One line on what the measurement spans, or nothing."""
    return METRICS[metric][1] if metric in METRICS else ""


def host_words(host: str | None) -> str:
    """`host 192.168.1.24`, or the MAC where no frame tells the address."""
    if host is None:
        return "a host that the evidence does not name"
    return f"the host with MAC {host}" if host.count(":") == 5 else f"host {host}"


def path_words(path: Path, named: Callable[[str], str] = str) -> str:
    """`local`, `remote via 192.168.1.28`, `no reply (192.168.1.99 does not answer)`; `named` gives an address the name
    that an inventory knows.
    """
    match path.kind:
        case "remote":
            return f"remote via {named(path.via) if path.via else 'an unknown CVM'}"
        case "dead":
            return f"no reply ({named(path.via)} does not answer)" if path.via else "no reply"
        case "local" | "unknown":
            return path.kind
