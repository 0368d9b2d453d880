"""Texts of genesis.out that were written before their author looked at a rule, other modules' lines among HA's.

`#> episode KIND host=A gateway=B instant=UTC …` is what happened, in order; `#> unnamed` a log whose machines no line
maps to an address. What is told holds it, to some milliseconds; what is not told is an absence, and never an all-clear.
"""

from __future__ import annotations

import calendar
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from analyzer.config import Settings
from analyzer.model.instant import MILLISECOND
from analyzer.model.measurement import KnownInstant
from analyzer.model.run import Run
from analyzer.pipeline import analyze

LOGS = sorted((Path(__file__).parent / "blind").glob("*.out"))
WITHIN = 5 * MILLISECOND  # a check's own lines are this far apart
MISREAD = {"AP113"}  # no Genesis restarts in any


class Truth(msgspec.Struct, frozen=True):
    kind: str
    host: str
    gateway: str
    instants: tuple[tuple[str, int], ...]


def _ns(text: str) -> int:
    at = datetime.fromisoformat(text)
    return calendar.timegm(at.utctimetuple()) * 10**9 + at.microsecond * 1000


def _told(path: Path) -> tuple[str, bool, list[Truth]]:
    zone, unnamed, truths = "UTC", False, list[Truth]()
    for line in path.read_text().splitlines():
        zone = line.removeprefix("#> zone ") if line.startswith("#> zone ") else zone
        unnamed = unnamed or line == "#> unnamed"
        if line.startswith("#> episode "):
            kind, *fields = line.removeprefix("#> episode ").split()
            values = dict(field.split("=") for field in fields)
            host, gateway = values.pop("host"), values.pop("gateway")
            truths.append(Truth(kind, host, gateway, tuple((name, _ns(text)) for name, text in values.items())))
    return zone, unnamed, truths


def _run(path: Path, zone: str, folder: Path) -> Run:
    log = folder / "genesis.out"
    log.write_text("".join(f"{one}\n" for one in path.read_text().splitlines() if not one.startswith("#>")))
    return analyze([log], Settings(log_timezone=zone))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in LOGS])
def test_a_text_gives_what_happened(path: Path, tmp_path: Path) -> None:
    zone, unnamed, truths = _told(path)
    run = _run(path, zone, tmp_path)
    episodes = [one.episode for one in run.episodes]
    assert [(e.kind, e.host) for e in episodes] == [(t.kind, t.host) for t in truths]
    for episode, truth in zip(episodes, truths, strict=True):
        assert episode.gateway in (truth.gateway, None)
        known = {str(one.name): one.at for one in episode.instants if isinstance(one, KnownInstant)}
        for name, at in truth.instants:
            span = known.get(name)
            assert span is None or span.least - WITHIN <= at <= span.most + WITHIN, (episode.kind, name)
        assert "repaired" in known
    assert not MISREAD & {finding.code for finding in run.findings}
    assert unnamed == any(finding.code == "AP302" for finding in run.findings if not truths)


def test_there_are_texts_of_every_kind() -> None:
    kinds = {truth.kind for path in LOGS for truth in _told(path)[2]}
    assert kinds == {"cvm-failure", "route-injection", "route-deletion", "cvm-recovery"}
    assert any(_told(path)[1] for path in LOGS)
