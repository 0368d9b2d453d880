"""What really happens in a simulation, noted as it happens: faults, their repair, service, what is logged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from analyzer.lab.simulate.truth.episode import OngoingEpisode
from analyzer.model.truth import TrueEvent, TrueService

LogLevel = Literal["INFO", "WARNING", "ERROR"]
HostLog = Literal["kernel", "vobd", "shell", "auth", "hostd"]


@dataclass(frozen=True, slots=True)
class GenesisLine:
    """A record of a CVM's genesis.out: the key of its message, with the values in it; `node` is the CVM's number."""

    at: int
    node: int
    level: LogLevel
    message: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class HostLine:
    """A line of a log of an ESXi host, by the process `pid` where the log names it."""

    at: int
    host: int
    log: HostLog
    text: str
    pid: int = 0


@dataclass(slots=True)
class TruthLog:
    """All that is noted."""

    episodes: list[OngoingEpisode] = field(default_factory=list)
    events: list[TrueEvent] = field(default_factory=list)
    genesis_log: list[GenesisLine] = field(default_factory=list)
    host_log: list[HostLine] = field(default_factory=list)
    services: list[TrueService] = field(default_factory=list)

    def note(self, at: int, name: str, by: str, **detail: str) -> None:
        """Anything for the eye."""
        self.events.append(TrueEvent(at=at, name=name, by=by, detail=detail))

    def log_genesis(self, at: int, node: int, level: LogLevel, message: str, /, **values: str) -> None:
        """A record of genesis.out."""
        self.genesis_log.append(GenesisLine(at, node, level, message, values))
