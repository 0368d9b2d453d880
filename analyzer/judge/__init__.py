"""Measurements become judgements and findings: the only stage that knows an expectation or what is healthy."""

from __future__ import annotations

from analyzer.judge.dossier import Dossier
from analyzer.judge.findings import run_findings
from analyzer.judge.judged import judge
from analyzer.judge.unsettled import unsettled
from analyzer.judge.verdicts import of_run

__all__ = ["Dossier", "judge", "of_run", "run_findings", "unsettled"]
