"""What the voices tell: recordings and simulated tests, with what their captures and their logs show."""

from __future__ import annotations

from pathlib import Path

from bench.wordings.told import recorded, simulated, tell
from tests.conftest import SAMPLES
from tests.wordings.voice import VOICES, read_voice

PASSIVE = read_voice(next(path for path in VOICES if path.stem == "passive"))


def test_a_recording() -> None:
    failure = next(test for test in recorded() if test.folder == SAMPLES / "cvm-failure")
    assert [one.kind for one in failure.by_log] == [one.kind for one in failure.by_captures] == ["cvm-failure"]


def test_each_simulated_test_is_in_its_folder(tmp_path: Path) -> None:
    tests = list(simulated(tmp_path))
    assert len(tests) == len({test.name for test in tests}) == 10
    assert all((test.folder / one.file).exists() for test in tests for one in test.truth.evidence)


def test_each_genesis_log_is_told(tmp_path: Path) -> None:
    hosts = next(test for test in recorded() if test.folder == SAMPLES / "two-hosts")
    (one,) = tell(hosts, PASSIVE, tmp_path)
    text = (tmp_path / one.file).read_text("utf-8")
    assert all(host in text for host in ("192.168.1.24", "192.168.1.25"))
