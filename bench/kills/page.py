"""The section of docs/robustness.md on kills."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from bench.kills.study import Killed

HEADING = "Kills"
_TEXT = """\
Made by `make kills`, by seed {seed}: {count} runs of `analyze`, `report`, `history import` and `compare`, in a process
each, which was killed (SIGKILL, SIGTERM, SIGINT) at a random moment, or just before a random one of its steps in the
file system, up to {day}. After each, every file is whole, of the run before or of this one; what was told as recorded
is in the history, which `history check` finds sound; the next run does all, and leaves nothing beside its own files.

{wrong}

| killed | kills | of these at its end already | SIGKILL | SIGTERM | SIGINT | with a fault |
|---|---:|---:|---:|---:|---:|---:|
{rows}
"""


def section(seed: int, each: Iterable[Killed], day: date) -> str:
    """The section's text."""
    every = list(each)
    wrong = sum(bool(one.faults) for one in every)
    return _TEXT.format(
        seed=seed,
        count=len(every),
        day=day.isoformat(),
        wrong=f"After {wrong} of them something of that was not so." if wrong else "So it was after all of them.",
        rows="\n".join(_row(case, every) for case in sorted({one.case for one in every})),
    )


def _row(case: str, every: Iterable[Killed]) -> str:
    some = [one for one in every if one.case == case]
    numbers = Counter(one.kill.number.name for one in some)
    ended = sum(one.status == 0 for one in some)
    wrong = sum(bool(one.faults) for one in some)
    told = " | ".join(str(numbers[name]) for name in ("SIGKILL", "SIGTERM", "SIGINT"))
    return f"| {case} | {len(some)} | {ended} | {told} | {wrong} |"
