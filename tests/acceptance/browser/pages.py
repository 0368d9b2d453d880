"""The pages that are tried: of every sample, of very many episodes, of kinds and verdicts, of hostile text."""

from __future__ import annotations

from functools import cache

import msgspec

from analyzer.config import Settings, default_expectations
from analyzer.pipeline import analyze
from analyzer.report import render_html, render_index
from analyzer.report.forms.compared.page import write as comparison
from tests.conftest import SAMPLES
from tests.report import builder
from tests.report.compared.made import ODD, material
from tests.report.test_report import RUNS

CASES = tuple(sorted(truth.parent.name for truth in SAMPLES.glob("*/truth.json")))
MADE = ("each-kind", "each-verdict", "nothing-known", "nothing-at-all", "hostile")
NAMES = (*CASES, "100-episodes", *MADE, "index", "comparison")
"""Every page by name: the samples', one of 100 episodes, those of runs made by hand, the index, a comparison."""


@cache
def pages() -> dict[str, str]:
    """Each page as text, by its name."""
    settings = Settings(log_timezone="UTC", expectations=default_expectations())
    runs = {case: analyze([SAMPLES / case], settings) for case in CASES}
    two = runs["two-hosts"]
    many = msgspec.structs.replace(two, case="100-episodes", episodes=two.episodes * 50)
    return {
        **{case: render_html(run) for case, run in runs.items()},
        "100-episodes": render_html(many),
        **{name: render_html(RUNS[name]()) for name in MADE},
        "index": render_index([*runs.items(), ("nothing", builder.empty())]),
        "comparison": comparison(material((ODD, "cluster b")))["comparison.html"].decode(),
    }
