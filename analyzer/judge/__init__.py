"""Measurements become judgements and findings: the only stage that knows an expectation or what is healthy."""

from __future__ import annotations

from analyzer.judge.dossier import Dossier
from analyzer.judge.findings import episode_findings, run_findings
from analyzer.judge.verdicts import judge_detection, worst

__all__ = ["Dossier", "episode_findings", "judge_detection", "run_findings", "worst"]
