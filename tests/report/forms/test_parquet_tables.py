"""Parquet by pandas: the frames again, with their types."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from analyzer.model.run import Run
from analyzer.report.forms import parquet_tables
from analyzer.report.forms.material import Material
from analyzer.report.frames import FRAMES
from tests.report import builder
from tests.report.hostile import attacked, texts

RUN = builder.run(builder.episode(), builder.episode("route-injection", absent=("fault",)))


def written(run: Run) -> dict[str, bytes]:
    return parquet_tables.write(Material(run=run, document=b""))


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("run", [RUN, builder.empty()], ids=["episodes", "empty"])
def test_pandas_reads_back_the_frame(name: str, run: Run) -> None:
    read = pd.read_parquet(io.BytesIO(written(run)[f"tables/{name}.parquet"]))
    assert list(read.dtypes) == list(FRAMES[name](run).dtypes)
    pd.testing.assert_frame_equal(read, FRAMES[name](run))


def test_times_are_integers_of_ns() -> None:
    read = pd.read_parquet(io.BytesIO(written(RUN)["tables/measurements.parquet"]))
    assert read["least_ns"].dtype == "int64"
    assert read["least_ns"][1] == 27_071_000_000


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=10)
@given(text=texts)
def test_text_is_kept_as_it_is(text: str) -> None:
    read = pd.read_parquet(io.BytesIO(written(attacked(text))["tables/episodes.parquet"]))
    assert set(read["case"]) == {text}
