"""Measurements become judgements and findings: the only stage that knows an expectation or what is healthy."""

from __future__ import annotations

from analyzer.judge.all_clear import is_covered
from analyzer.judge.dossier import Dossier
from analyzer.judge.findings import run_findings
from analyzer.judge.judged import judge
from analyzer.judge.judgements.watch import lost_untold
from analyzer.judge.verdicts import answer

__all__ = ["Dossier", "answer", "is_covered", "judge", "lost_untold", "run_findings"]
