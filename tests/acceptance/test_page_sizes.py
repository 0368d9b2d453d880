"""A page can be attached anywhere: it is small, and holds no script."""

from __future__ import annotations

import pytest

from analyzer.config import Settings, default_expectations
from analyzer.pipeline import analyze, documents
from tests.conftest import SAMPLES

USUAL, LARGEST = 150_000, 2_000_000
ONE_EPISODE = (
    "cvm-failure",
    "esxi-8-logs",
    "nfs-hang",
    "route-injection",
    "route-injection-invalid",
    "vlan-snaplen-96",
)


@pytest.mark.parametrize("case", ONE_EPISODE)
def test_the_page_of_a_usual_test_is_small(case: str) -> None:
    """One fault and its repair, with the run that the page carries."""
    run = analyze([SAMPLES / case], Settings(log_timezone="UTC", expectations=default_expectations()))
    page = documents(run)["report.html"]

    assert len(run.episodes) == 1
    assert len(page) <= USUAL
    assert b"<script" not in page
    assert b"javascript:" not in page
