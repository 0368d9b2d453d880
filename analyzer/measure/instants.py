"""Looking up an episode's instants, and the spans between them."""

from __future__ import annotations

from analyzer.model.episode import Episode
from analyzer.model.instant import Span
from analyzer.model.measurement import (
    InstantName,
    KnownInstant,
    KnownMeasurement,
    Measurement,
    MissingInstant,
    MissingMeasurement,
)


def known(episode: Episode, name: InstantName) -> KnownInstant | None:
    """The instant `name` of an episode, or None where it is missing."""
    found = next(instant for instant in episode.instants if instant.name == name)
    return found if isinstance(found, KnownInstant) else None


def missing(episode: Episode, name: InstantName) -> MissingInstant | None:
    """Why the instant `name` is missing, or None where it is known."""
    found = next(instant for instant in episode.instants if instant.name == name)
    return found if isinstance(found, MissingInstant) else None


def forward(span: Span) -> Span:
    """A span between two instants whose order is known: it can't be negative."""
    return Span(max(span.least, 0), max(span.most, 0))


def between(episode: Episode, metric: str, start: InstantName, end: InstantName, note: str = "") -> Measurement:
    """The span from `start` to `end`, or the absence that either instant has."""
    one, other = known(episode, start), known(episode, end)
    if one is None or other is None:
        absent = missing(episode, start) if one is None else missing(episode, end)
        assert absent is not None
        return MissingMeasurement(metric, absent.absence, f"`{absent.name}` is missing: {absent.why}")
    origins = tuple(dict.fromkeys((*one.origins, *other.origins)))
    return KnownMeasurement(metric, forward(other.at - one.at), origins, note)
