from __future__ import annotations

from bench.accuracy.design import MIXES
from bench.accuracy.results.page import page
from tests.bench.accuracy.studied import studied


def test_the_page_is_the_same_for_the_same_rows() -> None:
    first = page(studied(), "here")

    assert first == page(studied(), "here")
    for mix in MIXES:
        assert f"| {mix.name} |" in first
