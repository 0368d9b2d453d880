"""The section says how many there were of how many, by what they are given as, and the worst."""

from __future__ import annotations

from datetime import date

from bench.mutated.forked import Ended
from bench.mutated.inputs import Input
from bench.mutated.page import Asked, section
from bench.mutated.study import EACH, Tried, Try

A, B = Input("evidence", "a.log", b""), Input("run", "b.json", b"")


def test_the_section() -> None:
    done = [
        Tried(Try(A, 0), Ended(4, 0.25, 100 << 20, ""), ()),
        Tried(Try(A, EACH), Ended(3, 1.5, 90 << 20, ""), ()),
        Tried(Try(B, 1), Ended(0, 0.5, 200 << 20, ""), ()),
    ]
    said = section(Asked(1, 120, 0), done, date(2026, 11, 29))

    assert "3 of 120, drawn by the seed, up to 2026-11-29" in said
    assert "\nAll did.\n" in said
    assert "| evidence | 1 | 2 | 0 | 0 | 0 | 1 | 1 | 1.50 s | 100 MiB |" in said
    assert "The slowest took 1.50 s: `a.log`, mutated. The largest took 200 MiB: `b.json`, cut." in said


def test_what_did_not_hold_is_counted() -> None:
    done = [Tried(Try(A, 0), Ended(70, 0.25, 1, ""), ("status 70",))]
    said = section(Asked(1, 60, 316), done, date(2026, 11, 29))
    assert "\n1 did not.\n" in said
    assert "and 316 captures of others' test suites" in said
