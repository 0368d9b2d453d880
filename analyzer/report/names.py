"""What things are called on the page: verdicts, kinds, instants, stages, metrics, sources; and one line on each."""

from __future__ import annotations

from typing import Literal

from analyzer.model.episode import EpisodeKind, Verdict
from analyzer.model.finding import CaptureQuality, Quality, QualityReason
from analyzer.model.measurement import Absence, InstantName
from analyzer.model.path import Path

SYMBOLS: dict[Verdict, str] = {
    "MET": "✓",
    "MET-OR-LATE": "◔",
    "LATE": "◷",
    "UNDECIDED": "?",
    "MISSED": "✗",
    "NOT-JUDGED": "–",
}

VERDICT_MEANINGS: dict[Verdict, str] = {
    "MET": "within the expectation, whatever the doubt",
    "MET-OR-LATE": "one of these two: within the bound for sure, and perhaps within the expectation",
    "LATE": "beyond the expectation, but within the bound: a healthy cluster does this",
    "UNDECIDED": "the evidence does not decide; the report says which evidence would",
    "MISSED": "beyond the expectation and beyond the bound, whatever the doubt, or the host lost its datastore",
    "NOT-JUDGED": "nothing was held against an expectation",
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
    "detected": "Genesis noted it",
    "decided": "the task to change the route was created",
    "terminated": "NfsTerminateConnection was sent",
    "repaired": "the host's route was changed",
    "reset": "the old connection ended",
    "connected": "TCP was established on the new path",
    "restored": "first NFS reply on the new path",
    "recovered": "replies back at 95 % of the rate before, for 5 s",
}

STAGES: dict[str, tuple[InstantName, InstantName, str]] = {
    "wait": ("fault", "check", "until the next HA check"),
    "detect": ("check", "detected", "the check finds it"),
    "decide": ("detected", "decided", "a task is created"),
    "repair": ("decided", "repaired", "the route is changed"),
    "reconnect": ("repaired", "connected", "the client connects again"),
    "stall": ("fault", "restored", "no NFS reply comes"),
    "resume": ("connected", "restored", "the first NFS reply comes"),
    "recover": ("restored", "recovered", "the rate is back"),
}

METRICS: dict[str, tuple[str, str]] = {
    "detection": ("Detection latency", "from the fault to the answer to it"),
    "outage": ("Outage", "last NFS reply before the fault's effect to the first one after"),
    "outage-at-repair": (
        "Outage at the repair",
        "the second silence, when the route is deleted and service moves back",
    ),
    "cause": ("Cause", "what stalled or moved the storage traffic"),
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
    "measured": "measured from cause and effect",
    "assumed": "assumed, as nothing decides it",
}

SOURCE_KINDS: dict[str, str] = {
    "capture": "packet capture",
    "route-table": "route table",
    "neighbor-list": "neighbor list",
    "netstat": "netstat output",
    "nfs-list": "list of NFS datastores",
    "vmkernel-ports": "list of VMkernel ports",
    "cluster-status": "cluster status output",
    "date": "output of date",
    "marks": "a person's marks",
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
    "one-direction": "it has one direction only",
    "file-cut": "the end of the file is missing or damaged",
    "frames-cut": "its frames are cut so short that no call or reply can be read",
    "copied": "it has frames twice or out of order",
    "clock-set": "its clock was set while it captured",
    "begins-late": "it begins within an episode",
    "ends-early": "it ends within an episode",
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


def path_words(path: Path) -> str:
    """`local`, `remote via 192.168.1.28`, `dead (192.168.1.99 does not answer)`."""
    match path.kind:
        case "remote":
            return f"remote via {path.via or 'an unknown CVM'}"
        case "dead":
            return f"dead ({path.via} does not answer)" if path.via else "dead (asks, gets no answer)"
        case "local" | "unknown":
            return path.kind
