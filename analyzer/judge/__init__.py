"""Measurements become judgements and findings: the only stage that knows an expectation or what is healthy."""

from __future__ import annotations

from analyzer.judge.coverage import coverage_of
from analyzer.judge.dossier import Dossier
from analyzer.judge.findings import run_findings
from analyzer.judge.judged import judge
from analyzer.judge.verdicts import of_run

__all__ = ["Dossier", "coverage_of", "judge", "of_run", "run_findings"]
