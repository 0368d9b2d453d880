"""What libFuzzer says, and a short run without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.fuzz import running, unguided
from bench.fuzz.running import Fuzzed, branches, executions, fuzzed
from bench.fuzz.targets import named

SAID = """\
INFO: Seed: 1
#2\tINITED cov: 12 ft: 13 corp: 1/1b exec/s: 0 rss: 40Mb
#4096\tpulse  cov: 64 ft: 80 corp: 9/90b lim: 64 exec/s: 2048 rss: 41Mb
"""


def test_executions_and_branches_are_read() -> None:
    assert (executions(SAID), branches(SAID)) == (4096, 64)
    assert executions(SAID + "stat::number_of_executed_units: 5000\n") == 5000
    assert (executions("Traceback"), branches("Traceback")) == (0, 0)


def test_a_target_is_run_on_mutations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "GUIDED", 0)
    monkeypatch.setattr(running, "fresh_seed", lambda: "1")  # a find by chance belongs to `make fuzz`
    (done,) = fuzzed(named("values of options"), tmp_path, 1)
    assert done.executions
    assert done == Fuzzed("values of options", done.executions, 0)
    assert not list((tmp_path / "finds" / "values-of-options").iterdir())
    assert list((tmp_path / "corpus" / "values-of-options").iterdir())


def test_the_input_that_was_the_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "running"
    path.write_bytes((2).to_bytes(8, "little") + b"ab" + b"cd")
    assert unguided.last_of(path) == b"ab"
