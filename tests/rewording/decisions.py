"""Run by itself, with a package named `analyzer` on its path: what it decides of each evidence, as JSON.

`python decisions.py EVIDENCE …` prints for each its verdict, exit status, and kinds, codes and names of what was found.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.model.measurement import EpisodeInstant, Measurement
    from analyzer.model.run import Run


def main() -> None:
    """Analyse each, and draw its documents, which must not fail."""
    from analyzer.config import Settings
    from analyzer.pipeline import analyze, documents

    found = {}
    for path in sys.argv[1:]:
        run = analyze([path], Settings(log_timezone="UTC"))
        found[path] = decisions(run) | {"documents": sorted(documents(run))}
    sys.stdout.write(json.dumps(found, indent=1))


def decisions(run: Run) -> dict[str, object]:
    """All that was decided and has a name."""
    from analyzer.cli.analyze import exit_status

    return {
        "verdict": run.verdict,
        "answer": [run.acceptable, [(action.name, action.episodes) for action in run.actions]],
        "exit": [exit_status(run, strict=strict) for strict in (False, True)],
        "findings": [(finding.code, finding.severity) for finding in run.findings],
        "skipped": len(run.skipped),
        "clocks": [(clock.clock, clock.basis, clock.note and clock.note.name) for clock in run.clocks],
        "events": len(run.events),
        "episodes": [
            {
                "kind": one.episode.kind,
                "host": one.episode.host,
                "paths": [
                    (path.kind, path.note) for path in (one.episode.before, one.episode.during, one.episode.after)
                ],
                "note": one.episode.note,
                "instants": [instant_of(each) for each in one.episode.instants],
                "confidence": one.episode.confidence,
                "doubts": [(doubt.name, doubt.instant, doubt.state) for doubt in one.episode.doubts],
                "claims": [claim.statement.name for claim in one.episode.claims],
                "verdict": one.verdict,
                "judgements": [(each.metric, each.verdict, each.reason, each.decides) for each in one.judgements],
                "findings": [finding.code for finding in one.findings],
                "figures": [figure(each) for each in (*one.stages, *one.measurements)],
            }
            for one in run.episodes
        ],
    }


def instant_of(instant: EpisodeInstant) -> list[object]:
    """An instant's name, when it was, and what shows it or why nothing does."""
    from analyzer.model.measurement import KnownInstant

    if isinstance(instant, KnownInstant):
        return [instant.name, instant.at.least, instant.at.most, instant.how.name]
    return [instant.name, instant.absence, instant.reason]


def figure(measurement: Measurement) -> list[object]:
    """A figure's name, its span, and what qualifies it."""
    from analyzer.model.measurement import KnownMeasurement

    if isinstance(measurement, KnownMeasurement):
        return [measurement.metric, measurement.span.least, measurement.span.most, measurement.note]
    return [measurement.metric, measurement.absence, measurement.reason]


if __name__ == "__main__":
    main()
