"""Small runs for the tests of a store: each number is another test."""

from __future__ import annotations

from hashlib import sha256

from msgspec.structs import replace

from analyzer.history.opening import Store
from analyzer.history.recording import record
from analyzer.history.values import Stored
from analyzer.model.about import About
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND
from analyzer.model.measurement import KnownInstant
from analyzer.model.run import Run
from analyzer.store import encode_run
from tests.report import builder

CLUSTER = "a"
HOUR = 3600 * SECOND
_RUN = builder.run(builder.episode())


def run(number: int = 0, *, cluster: str | None = CLUSTER, program: str = "0.1.0", **changed: object) -> Run:
    """The run of test `number`, made that many hours after the first, in a cluster (None: it does not say which)."""
    sources = tuple(
        replace(each, digest=f"sha256:{sha256(f'{number} {each.name}'.encode()).hexdigest()}") for each in _RUN.sources
    )
    about = About(cluster=cluster, ticket=f"CHG{number}")
    made = replace(_RUN, case=f"test-{number}", autopath_version=program, sources=sources, about=about)
    return replace(later(made, number * HOUR), **changed)


def later(made: Run, ns: int) -> Run:
    """The run with the instants of its episodes moved."""
    return replace(made, episodes=tuple(replace(one, episode=_moved(one.episode, ns)) for one in made.episodes))


def _moved(episode: Episode, ns: int) -> Episode:
    moved = (
        replace(each, at=each.at.later(ns)) if isinstance(each, KnownInstant) else each for each in episode.instants
    )
    return replace(episode, instants=tuple(moved))


def put(store: Store, made: Run, **more: object) -> Stored:
    """Store a run."""
    return record(store, encode_run(made), made.case, **more)  # type: ignore[arg-type]
