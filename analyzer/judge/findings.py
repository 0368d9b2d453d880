"""Findings: what a reader should know of an episode, the cluster or the evidence, each with a stable code.

A check is a function of one module in `health`, an entry here, its codes in `catalogue.toml`, and its tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from analyzer.judge.dossier import Dossier
from analyzer.judge.health import (
    captures,
    checks,
    clocks,
    datastore,
    given_back,
    lines,
    owners,
    public,
    routes,
    stargates,
    still_served,
    tables,
)
from analyzer.model.episode import Episode
from analyzer.model.finding import Finding

OF_EPISODES: tuple[Callable[[Episode, Dossier], list[Finding]], ...] = (
    routes.typed_in_episode,
    routes.not_terminated,
    routes.dead_gateway,
    public.in_injection,
    still_served.still_served,
)
OF_RUNS: tuple[Callable[[Dossier], list[Finding]], ...] = (
    routes.typed_besides,
    routes.typed_at_prompts,
    routes.redirects,
    datastore.lost,
    datastore.of_others,
    datastore.other_server,
    stargates.down,
    public.without_need,
    owners.two_owners,
    given_back.not_given_back,
    tables.contradicting,
    checks.period_off,
    checks.paused,
    checks.restarted,
    checks.moved,
    clocks.zones,
    clocks.assumed,
    clocks.contradictions,
    clocks.no_overlap,
    clocks.went_back,
    lines.unclassified,
    lines.not_understood,
    lines.unconfirmed,
    lines.assumptions,
    captures.without_storage,
    captures.cut_short,
    captures.lost_frames,
    captures.copied,
    captures.snapped,
    captures.one_direction,
)


def episode_findings(episode: Episode, dossier: Dossier) -> tuple[Finding, ...]:
    """Findings of one episode, in order of their codes."""
    return _in_order(finding for check in OF_EPISODES for finding in check(episode, dossier))


def run_findings(dossier: Dossier) -> tuple[Finding, ...]:
    """Findings of the whole run, in order of their codes."""
    return _in_order(finding for check in OF_RUNS for finding in check(dossier))


def _in_order(found: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda finding: (finding.code, finding.sentence, finding.origins)))
