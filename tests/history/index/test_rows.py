"""The index's rows of a run: when its test was, what it found."""

from __future__ import annotations

import pytest

from analyzer.history.index.rows import rows_of, storable, version_order
from tests.history.made import run

RUN = run()


def test_every_figure_has_its_row_also_one_that_is_not_known() -> None:
    (episode,) = RUN.episodes
    rows = rows_of(RUN, "it").figures
    measured = (*episode.stages, *episode.measurements)
    assert [(row["place"], row["name"]) for row in rows] == [(at, one.metric) for at, one in enumerate(measured)]
    assert [row["name"] for row in rows if row["stage"]] == [one.metric for one in episode.stages]
    absent = {row["name"]: row["absence"] for row in rows if row["least"] is None}
    assert absent["recover"] == "not-observed"
    assert all((row["least"] is None) == (row["most"] is None) == (row["absence"] is not None) for row in rows)


@pytest.mark.parametrize(("older", "newer"), [("0.9.1", "0.10"), ("0.10", "0.10.1"), ("1.2", "2"), ("", "0")])
def test_versions_are_sorted_by_their_numbers(older: str, newer: str) -> None:
    assert version_order(older) < version_order(newer)


@pytest.mark.parametrize(("text", "stored"), [("a\0b", "a\ufffdb"), ("a\udcffb", "a?b"), ("Zürich ✓", "Zürich ✓")])
def test_a_text_is_stored_as_far_as_a_database_takes_it(text: str, stored: str) -> None:
    assert storable(text) == stored
