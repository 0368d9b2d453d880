"""What was looked at and what that shows: on what a run without an episode rests, and what it can't see."""

from __future__ import annotations

from collections import Counter

from analyzer.model.event import Detail, Forwarding, HealthyChecks, RouteChanged, StargateStates
from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.coverage import lacking, seen
from analyzer.report.names import host_words
from analyzer.report.view.healthy import healthy_words
from analyzer.report.view.labels import Labels

ROWS = 8  # of checks that are shown as one
FORWARDING = {
    "correct": "correct",
    "illegal": "that should not exist (illegal forwarding)",
    "absent": "needed but missing",
    "kept": "correct and kept",
    "unreadable": "unreadable",
}
"""What a check found of a host's route, as the end of `a route was found …`."""


def checked(run: Run, labels: Labels) -> tuple[str, ...]:
    """What each capture and log holds, and what the HA checks in them found."""
    captures = [
        f"{labels.source(c.source)}: {words.counted(c.frames, 'frame')}, {words.count(c.storage_frames)} of them with"
        f" the storage address; {words.counted(sum(n for _, n in c.nfs_calls), 'NFS call')},"
        f" {words.counted(sum(n for _, n in c.nfs_replies), 'reply', 'replies')},"
        f" {words.count(c.unanswered)} unanswered;"
        f" {words.counted(c.tcp_resets, 'TCP reset')}"
        for c in run.captures
    ]
    logs = [
        f"{labels.source(s.name)}: {words.counted(s.records, 'record')}"
        for s in run.sources
        if s.kind not in ("capture", "unrecognised")
    ]
    return (*seen(run.coverage.hosts), *captures, *logs, *_replies(run), *_checks(run, labels))


def unseen(run: Run, labels: Labels) -> tuple[str, ...]:
    """What this evidence can't show, and what would."""
    kinds = {source.kind for source in run.sources}
    gaps = list(lacking(run.coverage, labels))
    if "capture" not in kinds:
        gaps.append("There is no capture: it is not seen how long storage was away, and which path the traffic took.")
    elif not any(c.storage_frames for c in run.captures):
        gaps.append(
            "No capture has traffic of the storage address: an interruption is not seen (a capture of vmk1 shows it)."
        )
    if "genesis" not in kinds:
        gaps.append("There is no genesis.out: it is not seen what the HA checks found and decided.")
    if not any(source.log is not None and source.log.machine == "esxi" for source in run.sources):
        gaps.append(
            "There is no log of an ESXi host: it is not seen who changed a route, and when to the millisecond"
            " (vmkernel.log and shell.log show it)."
        )
    return tuple(gaps)


def _replies(run: Run) -> list[str]:
    """By which path the replies came."""
    private, counts = run.settings.host_private_address, Counter[str]()
    for series in run.series:
        way = "the internal switch" if series.source == private else "the public network"
        counts[f"{host_words(series.host)} over {way}"] += sum(sum(run.replies) for run in series.runs)
    return [f"{words.counted(n, 'NFS reply', 'NFS replies')} to {who}" for who, n in sorted(counts.items()) if n]


def _checks(run: Run, labels: Labels) -> list[str]:
    """The HA checks that the logs tell of."""
    times = _said(run)
    up = sum(n for d, n in times.items() if isinstance(d, StargateStates) and d.all_of == "up" and not d.down)
    states = Counter[str]()
    for d, n in times.items():
        if isinstance(d, Forwarding):
            states[d.state] += n
    changes = sum(n for d, n in times.items() if isinstance(d, RouteChanged))
    said = [f"{words.counted(up, 'HA check')} found all Stargates up"] if up else []
    said += [
        f"a route was found {FORWARDING[state]} {words.counted(number, 'time')}"
        for state, number in sorted(states.items())
    ]
    said += _in_a_row(run, labels)
    if changes or any(source.log is not None for source in run.sources):
        said.append(
            f"{words.counted(changes, 'route change')} in the logs" if changes else "no route change in the logs"
        )
    return said


def _said(run: Run) -> Counter[Detail]:
    """What lines of checks and route changes say, and how many say it."""
    times: Counter[Detail] = Counter()
    for event in run.events:
        match event.detail:
            case HealthyChecks(lines=lines, count=count):
                for line in lines:
                    times[line] += count
            case StargateStates() | Forwarding() | RouteChanged() as line:
                times[line] += 1
            case _:
                pass
    return times


def _in_a_row(run: Run, labels: Labels) -> list[str]:
    """The checks that are told as one, the longest rows of them."""
    rows = [(event, event.detail) for event in run.events if isinstance(event.detail, HealthyChecks)]
    longest = {id(event) for event, _ in sorted(rows, key=lambda row: -row[1].count)[:ROWS]}
    said = [
        f"{labels.source(event.origin.source)}: {healthy_words(event.at, detail)} (shown as one row)"
        for event, detail in rows
        if id(event) in longest
    ]
    return [*said, *([f"{words.counted(len(rows) - ROWS, 'shorter row')} of such checks"] if len(rows) > ROWS else [])]
