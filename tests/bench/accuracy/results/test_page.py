from __future__ import annotations

from bench.accuracy.design import MIXES
from bench.accuracy.results.page import page
from tests.bench.accuracy.studied import rows


def test_the_page_is_the_same_for_the_same_rows() -> None:
    first = page(*rows(), (), "here")

    assert first == page(*rows(), (), "here")
    for mix in MIXES:
        assert f"| {mix.name} |" in first
