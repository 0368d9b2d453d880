"""CI's part of the study: every voice tells some of the tests, drawn by its name, with captures and by its log."""

from __future__ import annotations

from random import Random

import pytest

from bench.wordings.study import VoiceRow, rows_of
from bench.wordings.told import Told, recorded, simulated
from tests.conftest import SAMPLES
from tests.wordings.voice import UNSEEN, every_voice

OF_EACH = 4
RIGHT_OF_ALL = 0.9
SEEN = sorted(name for name in every_voice() if name not in {path.stem for path in UNSEEN})
"""Of the unseen ones docs/wordings.md has the figures."""

Rows = dict[str, tuple[VoiceRow, ...]]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What each voice's tests gave: of the samples and the simulated ones."""
    samples = [test for test in recorded() if test.folder.parent == SAMPLES]
    tests = [*samples, *simulated(tmp_path_factory.mktemp("simulated"))]
    return {name: tuple(row for test in _chosen(name, tests) for row in rows_of(name, test)) for name in SEEN}


def _chosen(name: str, tests: list[Told]) -> list[Told]:
    return Random(name).sample(tests, OF_EACH)  # noqa: S311 - the same each time


@pytest.mark.parametrize("name", SEEN)
def test_right_or_undecided(name: str, rows: Rows) -> None:
    assert rows[name]
    assert [(row.test, row.alone, row.faults) for row in rows[name] if row.faults] == []


def test_most_are_right_by_their_log_alone(rows: Rows) -> None:
    alone = [row for told in rows.values() for row in told if row.alone and not row.nameless and not row.opaque]
    required, missed = sum(row.required for row in alone), sum(row.missed for row in alone)
    assert required > len(SEEN)
    assert (required - missed) / required >= RIGHT_OF_ALL


def test_a_voice_that_tells_nothing_of_a_failover_is_no_all_clear(rows: Rows) -> None:
    missing = [row for told in rows.values() for row in told if row.alone and row.missed]
    assert missing
    assert all(row.silent == () for row in missing)
