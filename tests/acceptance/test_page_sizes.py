"""A page can be attached anywhere: it is small, and holds no script."""

from __future__ import annotations

import msgspec
import pytest

from analyzer.config import Settings, default_expectations
from analyzer.pipeline import analyze, documents
from analyzer.report.forms.catalogue import chosen
from analyzer.report.html import LARGEST
from tests.conftest import SAMPLES

USUAL = 150_000
CASES = sorted(truth.parent.name for truth in SAMPLES.glob("*/truth.json"))
SETTINGS = Settings(log_timezone="UTC", expectations=default_expectations())


@pytest.mark.parametrize("case", CASES)
def test_the_page_of_a_usual_test_is_small(case: str) -> None:
    """A test of one host, or of two with twenty files; with its logs and with the run that the page carries."""
    page = documents(analyze([SAMPLES / case], SETTINGS), chosen(["html"]))["report.html"]

    assert len(page) <= USUAL
    assert b"<script" not in page
    assert b"javascript:" not in page


def test_the_page_of_a_hundred_episodes_can_be_attached() -> None:
    two = analyze([SAMPLES / "two-hosts"], SETTINGS)
    many = msgspec.structs.replace(two, episodes=two.episodes * 50)
    page = documents(many, chosen(["html"]))["report.html"]

    assert len(page) <= LARGEST
