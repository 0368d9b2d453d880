"""The table of findings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from analyzer.model.finding import Finding
from analyzer.model.run import Run
from analyzer.report.frames.table import OF_EPISODE, Cell, Row, frame, of_episode

if TYPE_CHECKING:
    from pandas import DataFrame


def findings_frame(run: Run) -> DataFrame:
    """One row a finding: `case episode host kind code severity title sentence advice origins`; first those of the run,
    of which `episode`, `host` and `kind` are NA. `origins` is JSON: objects of `source` and `number`.
    """
    columns = (*OF_EPISODE, "code", "severity", "title", "sentence", "advice", "origins")
    return frame(run, _rows(run), columns)


def _rows(run: Run) -> Iterator[Row]:
    yield from (_row({"case": run.case}, finding) for finding in run.findings)
    for measured in run.episodes:
        yield from (_row(of_episode(run, measured.episode), finding) for finding in measured.findings)


def _row(of: dict[str, Cell], finding: Finding) -> Row:
    return of | {
        "code": finding.code,
        "severity": finding.severity,
        "title": finding.title,
        "sentence": finding.sentence,
        "advice": finding.advice,
        "origins": msgspec.json.encode(finding.origins).decode(),
    }
