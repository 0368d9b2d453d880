"""A run's document as a test that is compared."""

from __future__ import annotations

from analyzer.compare.runs.durations import durations
from analyzer.model.over_time.compared_test import ComparedTest, time_of_test
from analyzer.model.over_time.conditions import conditions_of
from analyzer.model.run import Run


def compared_test(run: Run, name: str, evidence: tuple[str, ...] = (), report: str = "") -> ComparedTest:
    """The test of a run that comes from a file, and is called `name`; `evidence` is what is of this test alone, and
    `report` the path of its report.
    """
    return ComparedTest(
        run="",
        name=name,
        time=time_of_test(run),
        verdict=run.verdict,
        about=run.about,
        conditions=conditions_of(run),
        durations=tuple((figure, span) for figure, (span,) in durations([run]).items()),
        report=report,
        evidence=evidence,
    )
