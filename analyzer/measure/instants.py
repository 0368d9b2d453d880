"""Looking up an episode's instants, and the spans between them."""

from __future__ import annotations

from analyzer.model.episode import Episode
from analyzer.model.instant import Span
from analyzer.model.measurement import (
    EpisodeInstant,
    InstantName,
    KnownInstant,
    KnownMeasurement,
    Measurement,
    MissingInstant,
    MissingMeasurement,
)


def instant(episode: Episode, name: InstantName) -> EpisodeInstant:
    """The instant `name` of an episode, known or missing."""
    return next(item for item in episode.instants if item.name == name)


def known(episode: Episode, name: InstantName) -> KnownInstant | None:
    """The instant `name` of an episode, or None where it is missing."""
    found = instant(episode, name)
    return found if isinstance(found, KnownInstant) else None


def span(one: KnownInstant, other: KnownInstant) -> Span | None:
    """From `one` to `other`, which comes after it; None where the evidence puts it before."""
    return other.after(one)


def between(episode: Episode, metric: str, start: InstantName, end: InstantName) -> Measurement:
    """The span from `start` to `end`; the absence that either instant has, or that of a span that can't be."""
    one, other = instant(episode, start), instant(episode, end)
    if isinstance(one, MissingInstant):
        return MissingMeasurement(metric, one.absence, "instant-missing", one.name)
    if isinstance(other, MissingInstant):
        return MissingMeasurement(metric, other.absence, "instant-missing", other.name)
    origins = tuple(dict.fromkeys((*one.origins, *other.origins)))
    found = span(one, other)
    if found is None:
        return MissingMeasurement(metric, "not-observed", "out-of-order")
    return KnownMeasurement(metric, found, origins)
