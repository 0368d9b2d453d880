"""How far a batch is, on stderr: a table that lives where a person watches, else a line for each test that ends."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

    from analyzer.batch.values import Ended, Event, Outcome

EVERY = 4
"""Drawings in a second."""
_FEW = 3
"""Tests that must have been done before their speed says anything of the others."""
_ROWS = 16
_WORDS = {"yes": "acceptable", "no": "not acceptable", "unknown": "unknown", "failed": "no run"}


class Watch:
    """What is being done, what is done and what is left of `total` tests."""

    def __init__(self, stream: TextIO, total: int, *, silent: bool = False) -> None:
        self._stream, self._total, self._silent = stream, total, silent
        self._running: dict[str, tuple[str, float]] = {}
        self._counts = dict.fromkeys(_WORDS, 0)
        self._before = self._again = 0
        self._since = time.monotonic()
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if not self._silent and self._stream.isatty():
            from rich.console import Console
            from rich.live import Live

            console = Console(file=self._stream, highlight=False, emoji=False, markup=False)
            self._live = Live(console=console, get_renderable=self._table, refresh_per_second=EVERY, transient=True)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def see(self, event: Event) -> None:
        """Something happened."""
        from analyzer.batch.values import Again, Begun

        match event:
            case Begun(name=name, by=by):
                self._running[name] = (by, time.monotonic())
            case Again(name=name, how=how):
                self._running.pop(name, None)
                self._again += 1
                self._say(f"{name}: its process {how}; it is begun again")
            case _:
                self._ended(event)

    def interrupted(self) -> None:
        """Somebody ends the batch: what is done is said, also where nobody wants to hear of the rest."""
        if self._live is not None:
            self._live.stop()
        self._stream.write(
            f"autopath: ended with {self._done} of {self._total} tests done; the same command does the rest\n"
        )

    @property
    def _done(self) -> int:
        return sum(self._counts.values())

    def _ended(self, event: Ended) -> None:
        self._running.pop(event.outcome.name, None)
        self._counts[_answer(event.outcome)] += 1
        self._before += event.before
        self._say(f"[{self._done}/{self._total}] {event.outcome.name}: {_said(event)}")

    def _say(self, line: str) -> None:
        """A line, where no table tells."""
        from analyzer.report.words import visible

        if not self._silent and self._live is None:
            self._stream.write(visible(line).replace("\n", "\\n") + "\n")
            self._stream.flush()

    def _table(self) -> Table:
        from rich.table import Table

        table = Table(box=None, pad_edge=False, show_header=False)
        now = time.monotonic()
        for name, (by, since) in list(self._running.items())[:_ROWS]:
            table.add_row(by, name, f"{now - since:.0f} s")
        if (more := len(self._running) - _ROWS) > 0:
            table.add_row("", f"and {more} more", "")
        table.add_row("", self.told(now), "")
        return table

    def told(self, now: float) -> str:
        """How many tests are done, with which answers, and how many are left, with the time that they will take."""
        left = self._total - self._done
        counts = ", ".join(f"{count} {_WORDS[answer]}" for answer, count in self._counts.items() if count)
        said = [f"{self._done} of {self._total} done" + (f" ({counts})" if counts else ""), f"{left} left"]
        if self._before:
            said.append(f"{self._before} were done before")
        if self._again:
            said.append(f"{self._again} begun again")
        new = self._done - self._before
        if left and new >= _FEW:
            said.append(f"about {_amount((now - self._since) / new * left)} more")
        return ", ".join(said)


def _answer(outcome: Outcome) -> str:
    from analyzer.batch.values import Failed

    return "failed" if isinstance(outcome, Failed) else outcome.acceptable


def _said(event: Ended) -> str:
    from analyzer.batch.values import Failed

    outcome = event.outcome
    if isinstance(outcome, Failed):
        return f"no run: {outcome.reason}"
    return f"{_WORDS[outcome.acceptable]}, {outcome.verdict}{' (done before)' if event.before else ''}"


def _amount(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
