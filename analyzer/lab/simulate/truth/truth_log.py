"""What really happens in a simulation, noted as it happens: faults, their repair, service, what is logged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from analyzer.lab.simulate.truth.episode import Story
from analyzer.model.truth import TrueEvent, TrueService

LogLevel = Literal["INFO", "WARNING", "ERROR"]
HostLog = Literal["kernel", "vobd", "shell", "auth"]


@dataclass(frozen=True, slots=True)
class LogLine:
    """A record of a CVM's genesis.out: what is said, by its key, with its words' values."""

    at: int
    by: int
    level: LogLevel
    says: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class HostLine:
    """A line of a log of an ESXi host, by the process `pid` where the log tells it."""

    at: int
    host: int
    log: HostLog
    text: str
    pid: int = 0


@dataclass(slots=True)
class Chronicle:
    """All that is noted."""

    stories: list[Story] = field(default_factory=list)
    events: list[TrueEvent] = field(default_factory=list)
    log: list[LogLine] = field(default_factory=list)
    host_log: list[HostLine] = field(default_factory=list)
    services: list[TrueService] = field(default_factory=list)

    def note(self, at: int, name: str, by: str, **detail: str) -> None:
        """Anything for the eye."""
        self.events.append(TrueEvent(at=at, name=name, by=by, detail=detail))

    def say(self, at: int, by: int, level: LogLevel, says: str, **values: str) -> None:
        """A record of genesis.out."""
        self.log.append(LogLine(at, by, level, says, values))
