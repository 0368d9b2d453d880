"""A host's faults made by hand, and who served it."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.wire.frames import Frames
from analyzer.correlate.wire.service import Segment, Service
from analyzer.model.instant import SECOND
from analyzer.model.measurement import How, HowName, InstantName
from analyzer.model.path import Path
from analyzer.model.source import Origin
from tests.correlate.made import A_HOST, observation

LOCAL, REMOTE = Path("local"), Path("remote", via="192.168.1.28")
ELSEWHERE = Path("remote", via="192.168.1.27")


def how(one: Observation, name: InstantName, by: HowName) -> Observation:
    """With what shows an instant."""
    return one.at(name, replace(one.points[name], how=How(by)))


def served(*parts: tuple[Path, int, int]) -> Service:
    """A host that was served on these paths from when until when, s."""
    runs = tuple(Frames(a * SECOND, b * SECOND, Origin("x", a), Origin("x", b), 2) for _, a, b in parts)
    segments = tuple(
        Segment(path, run, run, (), None, asymmetric=False) for (path, *_), run in zip(parts, runs, strict=True)
    )
    return Service(A_HOST, segments, runs, SECOND // 2, 2 * SECOND, 5 * SECOND)


def injected(gateway: str = "192.168.1.99", **points: tuple[int, int]) -> Observation:
    """An injected route."""
    return replace(
        observation("route-injection", "wire", span=(0, 10), host=A_HOST, **points),
        gateway=gateway,
        before=LOCAL,
        after=LOCAL,
    )


def failed(**points: tuple[int, int]) -> Observation:
    """A failure of the own CVM."""
    return replace(observation("cvm-failure", "logs", span=(0, 10), host=A_HOST, **points), before=LOCAL, after=REMOTE)


def names(*told: Observation) -> list[tuple[str, bool]]:
    """Each kind, and whether it is known when it began."""
    return [(one.kind, "fault" in one.points) for one in told]
