"""What counts as a find, and what doesn't."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.errors import ClocksNotAlignedError, EvidenceError
from bench.fuzz import target as targets
from bench.fuzz.target import NotHeldError, Target, file_name, keep, tried


def of(run: Callable[[bytes], object]) -> Target:
    return Target("x", run, lambda: [b""], ())


def raising(error: Exception) -> Callable[[bytes], object]:
    def run(_: bytes) -> None:
        raise error

    return run


def warned(_: bytes) -> None:
    warnings.warn("soon", FutureWarning, stacklevel=1)


@pytest.mark.parametrize(
    ("run", "what"),
    [
        pytest.param(len, None, id="nothing"),
        pytest.param(raising(EvidenceError("x: is none")), None, id="the-project's-own"),
        pytest.param(raising(KeyError("x")), "KeyError", id="another"),
        pytest.param(raising(RecursionError()), "RecursionError", id="too-deep"),
        pytest.param(raising(ClocksNotAlignedError("a", "b")), "ClocksNotAlignedError", id="fault"),
        pytest.param(raising(NotHeldError("the scans differ")), "the scans differ", id="a-promise"),
        pytest.param(warned, "FutureWarning", id="a-warning"),
    ],
)
def test_what_is_found(run: Callable[[bytes], object], what: str | None) -> None:
    found = tried(of(run), b"abc")
    assert (found.what.partition(" at ")[0] if found else None) == what


def test_what_takes_too_long_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "LONGEST_S", -1.0)
    found = tried(of(len), b"abc")
    assert found is not None
    assert found.what == "more than -1 s"


def test_what_takes_too_much_memory_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    peaks = iter((0, 400 << 20))
    monkeypatch.setattr(targets, "_peak", lambda: next(peaks))
    found = tried(of(len), b"abc")
    assert found is not None
    assert found.what == "more than 300 MiB"


def test_the_shortest_of_a_kind_is_kept(tmp_path: Path) -> None:
    target = of(raising(KeyError("x")))
    for data in (b"abc", b"ab", b"abcd"):
        keep(target, data, tmp_path)
    keep(of(len), b"", tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"ab"]


def test_a_name_is_that_of_a_file() -> None:
    assert file_name("KeyError at a/b.py:12") == "KeyError-at-a-b.py-12"
