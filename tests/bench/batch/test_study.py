"""A slice of the study: every way to do a batch gives the same bytes, also where workers are killed."""

from __future__ import annotations

from pathlib import Path

from bench.batch.study import differences, rows

TESTS, KILLS = 10, 5


def test_every_way_gives_the_same_bytes(tmp_path: Path) -> None:
    done = list(rows(tmp_path, TESTS, KILLS, seed=5))

    assert [row.way for row in done] == [
        "one worker",
        "2 workers",
        "2 workers, killed",
        "4 shards",
        "Dask, 2 workers",
        "Dask, 2 workers, killed",
    ]
    assert [(row.results, row.failed, row.differs) for row in done] == [(TESTS, 0, ())] * 6
    assert sum(row.ran.kills for row in done) > KILLS


def test_what_differs_is_named(tmp_path: Path) -> None:
    for name, content in (("one", "a"), ("other", "b")):
        (tmp_path / name / "sub").mkdir(parents=True)
        (tmp_path / name / "same").write_text("x")
        (tmp_path / name / "sub" / "changed").write_text(content)
        (tmp_path / name / f"only-{name}").write_text("x")
        (tmp_path / name / "batch-1-of-4.json").write_text(content)

    assert differences(tmp_path / "one", tmp_path / "other") == ("only-one", "only-other", "sub/changed")
