"""One test told in many voices: each log in stories/*.out gives the episodes that its `#>` lines say.

`#> zone Z` is the zone of its stamps, `#> episode KIND gateway=A instant=UTC …` what really happened, in order, on the
log's own clock. No real version's wording is public; what matters is that a wording nobody foresaw still gives the
right story, with wider Spans and less confidence, and never a wrong one.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.model.instant import MILLISECOND
from analyzer.model.measurement import KnownInstant
from analyzer.pipeline import analyze

HOST, LOCAL_CVM = "192.168.1.24", "192.168.1.26"
LOGS = sorted((Path(__file__).parent / "stories").glob("*.out"))
UNSURE = {  # what its voice leaves unsaid: the state of healthy checks
    "arrows",
    "commands-only",
    "telegraphic",
    "through",
}

RULES = {
    "stargate_states=": "stargates",
    "forwarding=None ok": "forwarding-correct",
    "forwarding=192.168.1.28 not ok": "forwarding-invalid",
    "HypervisorHa.remove_forwarding": "queued",
    "rpc NfsTerminateConnection": "nfs-terminate-sent",
    "ret=['192.168.1.24:": "nfs-terminate-reply",
    "ssh 'esxcfg-route -d": "route-command",
}


@dataclass(frozen=True)
class Truth:
    kind: str
    gateway: str
    instants: dict[str, int]


def _ns(text: str) -> int:
    at = datetime.fromisoformat(text)
    return calendar.timegm(at.utctimetuple()) * 10**9 + at.microsecond * 1000


def _told(path: Path) -> tuple[str, list[Truth]]:
    zone, truths = "UTC", []
    for line in path.read_text().splitlines():
        if line.startswith("#> zone "):
            zone = line.removeprefix("#> zone ")
        elif line.startswith("#> episode "):
            kind, *fields = line.removeprefix("#> episode ").split()
            values = dict(field.split("=") for field in fields)
            truths.append(Truth(kind, values.pop("gateway"), {name: _ns(text) for name, text in values.items()}))
    return zone, truths


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in LOGS])
def test_a_wording_gives_its_truth(path: Path) -> None:
    zone, truths = _told(path)
    episodes = [one.episode for one in analyze([path], Settings(log_timezone=zone)).episodes]
    assert [(e.kind, e.host, e.gateway) for e in episodes] == [(t.kind, HOST, t.gateway) for t in truths]
    for episode, truth in zip(episodes, truths, strict=True):
        known = {one.name: one.at for one in episode.instants if isinstance(one, KnownInstant)}
        for name, at in truth.instants.items():
            span = known.get(name)  # type: ignore[call-overload]
            assert span is None or span.least - MILLISECOND <= at <= span.most + MILLISECOND, (episode.kind, name)
        assert "detected" in known
        assert "repaired" in known
        if path.name.partition(".")[0] not in UNSURE:
            assert episode.confidence == "high", episode.doubts
        if episode.kind != "route-injection":
            assert episode.cvm in (LOCAL_CVM, None)


def test_there_are_wordings_of_every_kind() -> None:
    kinds = {truth.kind for path in LOGS for truth in _told(path)[1]}
    assert kinds == {"cvm-failure", "route-injection", "route-deletion", "cvm-recovery"}
    assert any(not _told(path)[1] for path in LOGS)


def test_explain_names_the_rule_of_each_line() -> None:
    path = Path(__file__).parent / "stories" / "class-names.route-injection.out"
    with path.open("rb") as stream:
        lines = list(logs.explain(stream, "genesis.out", "genesis", Settings(), logs.load_rules(())))
    rules = {said: next(line.rule for line in lines if said in line.text) for said in RULES}
    assert rules == RULES
