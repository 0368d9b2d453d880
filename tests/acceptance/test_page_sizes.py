"""A page can be attached anywhere: it is small, and holds no script."""

from __future__ import annotations

import pytest

from analyzer.config import Settings, default_expectations
from analyzer.pipeline import analyze, documents
from analyzer.report.forms.catalogue import chosen
from tests.conftest import SAMPLES

USUAL = 150_000
ONE_HOST = sorted({truth.parent.name for truth in SAMPLES.glob("*/truth.json")} - {"two-hosts"})


@pytest.mark.parametrize("case", ONE_HOST)
def test_the_page_of_a_usual_test_is_small(case: str) -> None:
    """A test of one host, with its logs and with the run that the page carries."""
    run = analyze([SAMPLES / case], Settings(log_timezone="UTC", expectations=default_expectations()))
    page = documents(run, chosen(["html"]))["report.html"]

    assert len(page) <= USUAL
    assert b"<script" not in page
    assert b"javascript:" not in page
