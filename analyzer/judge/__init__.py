"""Measurements become judgements and findings: the only stage that knows an expectation or what is healthy."""

from __future__ import annotations

from analyzer.judge.coverage import coverage_of
from analyzer.judge.dossier import Dossier
from analyzer.judge.findings import run_findings
from analyzer.judge.judged import judge
from analyzer.judge.judgements.watch import lost_untold
from analyzer.judge.quality import capture_quality
from analyzer.judge.unsettled import unsettled
from analyzer.judge.verdicts import answer

__all__ = [
    "Dossier",
    "answer",
    "capture_quality",
    "coverage_of",
    "judge",
    "lost_untold",
    "run_findings",
    "unsettled",
]
