"""A run's frames as a capture: those of all its captures in order of their times, each with what rests on it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from analyzer.model.evidence import EXCERPT, PARTIAL, CapturedFrame, CapturedFrames
from analyzer.model.run import Run
from analyzer.report.answer import headline
from analyzer.report.evidence.pcapng import write_pcapng
from analyzer.report.evidence.remarks import one_line, remarks
from analyzer.report.view.labels import Labels
from analyzer.report.words import counted

BEGINS = "autopath:"
"""How each comment on a frame begins, so that a comment of somebody else's is never taken for one."""


def evidence_capture(run: Run, kept: CapturedFrames) -> bytes:
    """The frames as pcapng. The times are as recorded: captures whose clocks differ are not brought together."""
    labels = Labels(run)
    said = remarks(run, labels)
    interfaces = dict.fromkeys(frame.interface for frame in kept.frames)
    return write_pcapng(
        f"autopath {run.autopath_version}",
        _about(run, kept),
        [(interface, one_line(labels.source(interface.source))) for interface in interfaces],
        ((frame, _comment(frame, said.get(frame.origin, ()), labels)) for frame in _in_order(kept)),
    )


def _in_order(kept: CapturedFrames) -> Iterator[CapturedFrame]:
    """By time across captures, and within each as it has them."""
    captures: dict[str, list[CapturedFrame]] = {}
    for frame in kept.frames:
        captures.setdefault(frame.origin.source, []).append(frame)
    return heapq.merge(*captures.values(), key=lambda frame: frame.ts or 0)


def _comment(frame: CapturedFrame, said: tuple[str, ...], labels: Labels) -> str:
    where = f"{BEGINS} {one_line(labels.source(frame.origin.source))} frame {frame.origin.number}"
    return "\n".join((where, *(said or ("near: for context",))))


def _about(run: Run, kept: CapturedFrames) -> str:
    lines = [
        f"{EXCERPT}{one_line(run.case)} is based on, and those around them; times are as recorded.",
        one_line(headline(run)),
    ]
    if not kept.whole:
        lines.append(PARTIAL)
    if kept.left_out or kept.further:
        lines.append(f"Left out for size: {counted(len(kept.left_out), 'frame')}, and {kept.further:,} around others.")
    if kept.unread:
        lines.append(f"Not found again, or without a time: {counted(len(kept.unread), 'frame')}.")
    return "\n".join(lines)
