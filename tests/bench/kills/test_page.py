"""The section counts kills by what was killed and how, and says whether anything was wrong."""

from __future__ import annotations

import signal
from datetime import date

from bench.kills.killed import Kill
from bench.kills.page import section
from bench.kills.study import Killed

DAY = date(2026, 11, 29)


def test_the_section() -> None:
    each = [
        Killed("compare", Kill(signal.SIGKILL, after=0.1), -9, ()),
        Killed("analyze anew", Kill(signal.SIGINT, step=3), 130, ()),
        Killed("compare", Kill(signal.SIGTERM, after=0.2), 0, ()),
    ]
    said = section(7, each, DAY)
    assert "by seed 7: 3 runs" in said
    assert "So it was after all of them." in said
    assert "| analyze anew | 1 | 0 | 0 | 0 | 1 | 0 |\n| compare | 2 | 1 | 1 | 1 | 0 | 0 |" in said


def test_what_was_wrong_is_counted() -> None:
    said = section(7, [Killed("compare", Kill(signal.SIGKILL), -9, ("changes something",))], DAY)
    assert "After 1 of them" in said
    assert "| compare | 1 | 0 | 1 | 0 | 0 | 1 |" in said
