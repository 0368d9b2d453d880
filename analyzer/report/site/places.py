"""Where the pages of a site lie, and how one leads to another: by relative paths of plain letters."""

from __future__ import annotations

import re
from hashlib import sha256

from analyzer.model.episode import EpisodeKind

INDEX = "index.html"
STYLE = "site.css"
METRICS = "metrics.prom"
KEY = 16
"""Letters of a test's key in its page's name."""
TESTS = 500
"""Tests on one page of a cluster, the earliest first, so that a page that is full stays as it is."""


def plain_name(cluster: str) -> str:
    """`lab-5e884898`: plain letters of a cluster's name, and a digest, as two names may have the same letters."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", cluster).strip("-")[:40] or "cluster"
    return f"{plain}-{sha256(cluster.encode()).hexdigest()[:8]}"


def cluster_folder(cluster: str) -> str:
    """`clusters/lab-5e884898`."""
    return f"clusters/{plain_name(cluster)}"


def cluster_page(cluster: str) -> str:
    """The page of a cluster, with its last tests."""
    return f"{cluster_folder(cluster)}/{INDEX}"


def tests_page(cluster: str, number: int) -> str:
    """A page of its earlier tests, numbered from 1."""
    return f"{cluster_folder(cluster)}/tests-{number}.html"


def kind_page(cluster: str, kind: EpisodeKind) -> str:
    """The page of a kind of episode in a cluster."""
    return f"{cluster_folder(cluster)}/{kind}.html"


def test_page(test: str) -> str:
    """The page of the test with this key: it stays when a newer analysis counts."""
    return f"tests/{test[:2]}/{test[:KEY]}.html"


def report_page(test: str) -> str:
    """The report of a test."""
    return f"tests/{test[:2]}/{test[:KEY]}-report.html"


def up(page: str) -> str:
    """From a page to the folder of the site."""
    return "../" * page.count("/")
