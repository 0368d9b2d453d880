"""An input is made shorter while the same is wrong with it."""

from __future__ import annotations

from bench.fuzz.minimise import minimised
from bench.fuzz.target import NotHeldError, Target


def _run(data: bytes) -> None:
    if b"x" in data and data.endswith(b"yz"):
        raise NotHeldError("both")
    if b"q" in data:
        raise NotHeldError("another")


TARGET = Target("t", _run, lambda: [b""], ())


def test_only_what_is_needed_is_left() -> None:
    assert minimised(TARGET, b"a" * 50 + b"x" + b"q" * 50 + b"yz") == b"xyz"


def test_what_is_well_stays() -> None:
    assert minimised(TARGET, b"abc") == b"abc"


def test_it_ends() -> None:
    assert len(minimised(TARGET, b"a" * 100 + b"xyz", most=3)) < 103
