"""An episode as the page shows it: its facts, figures, tables and drawings, each number with its doubt."""

from __future__ import annotations

from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.names import KINDS
from analyzer.report.story import sentence, story
from analyzer.report.view.judgement import headlines, judgement
from analyzer.report.view.labels import Labels
from analyzer.report.view.parts import EpisodeView, Fact
from analyzer.report.view.proof import claims, findings
from analyzer.report.view.tables import days, instants, latencies, paths, phases, stages
from analyzer.report.view.timeline import origin, timeline, zero

UNKNOWN = "unknown"


def title(episode: Episode) -> str:
    """`CVM failure on host 192.168.1.24`."""
    return f"{KINDS[episode.kind]} on {f'host {episode.host}' if episode.host else 'an unknown host'}"


def episode_view(run: Run, number: int, labels: Labels) -> EpisodeView:
    """The run's episode `number` (from 1)."""
    measured = run.episodes[number - 1]
    episode, name = measured.episode, f"episode-{number}"
    drawn = timeline(run, measured, name)
    return EpisodeView(
        id=name,
        number=number,
        title=title(episode),
        story=labels.text(story(measured)),
        confidence=episode.confidence,
        doubts=tuple(sentence(labels.text(doubt)) for doubt in episode.doubts),
        facts=_facts(run, episode),
        judgement=judgement(measured.judgement),
        headlines=headlines(measured, labels),
        timeline=drawn,
        timeline_caption=_caption(measured) if drawn else "",
        paths=paths(episode),
        stages=stages(measured, labels, name),
        instants=instants(measured, labels, name),
        instants_day=days(measured),
        phases=phases(measured),
        latencies=latencies(measured),
        claims=claims(episode.claims, number, labels),
        findings=findings(measured.findings, f"{name}-", labels),
    )


def _facts(run: Run, episode: Episode) -> tuple[Fact, ...]:
    known_by = [(h.address, h.name) for h in run.hosts] + [(c.address, c.name) for c in run.cvms]
    names = {address: name for address, name in known_by if address and name}

    def party(address: str | None) -> str:
        if address is None:
            return UNKNOWN
        return f"{names[address]} ({address})" if names.get(address, address) != address else address

    valid = {True: " (a CVM that serves)", False: " (does not answer)", None: ""}[episode.gateway_valid]
    facts = [Fact("Kind", KINDS[episode.kind]), Fact("Host", party(episode.host)), Fact("CVM", party(episode.cvm))]
    if episode.gateway:
        facts.append(Fact("Gateway", party(episode.gateway) + valid))
    return (*facts, Fact("Confidence", episode.confidence))


def _caption(measured: MeasuredEpisode) -> str:
    stamp = words.stamp(zero(measured))
    return (
        f"0 s is {origin(measured)}, {stamp} UTC. A shade is an instant's doubt. Paths: solid is local, hatched remote,"
        " crossed dead,"
        " dashed unknown. The same in numbers: instants, stages and paths below."
    )
