"""What is known while the logs are read: each host's path and open fault, and the Stargates as the checks see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from analyzer.correlate.logs.attribution import Entry
from analyzer.correlate.observation import Draft
from analyzer.correlate.topology.topology import Member
from analyzer.model.event import StargateStates
from analyzer.model.instant import Instant
from analyzer.model.source import Origin

State = Literal["local", "remote", "unknown"]


@dataclass(slots=True)
class HostStory:
    """What is known of one host while its log is read."""

    host: Member
    state: State = "unknown"
    gateway: str | None = None
    good: Instant | None = None  # the last check or change that left the state right
    good_origin: Origin | None = None
    open: Draft | None = None
    done: list[Draft] = field(default_factory=list)
    failed: bool = False  # the local CVM's failure is what made the path remote
    unproved: Draft | None = None  # closed by a command whose result the log does not have
    ordered: Entry | None = None  # that command
    typed: Entry | None = None  # what somebody did by hand that opened the fault


@dataclass(slots=True)
class Stargates:
    """The Stargates as the checks see them: by CVM, its state and the last instant of each state."""

    state: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, str], Entry] = field(default_factory=dict)
    all_up: bool = False  # the last check said so of all, named or not

    def take(self, entry: Entry, detail: StargateStates, everybody: Iterable[str]) -> None:
        """Note one line's view."""
        self.all_up = detail.all_of == "up" or (self.all_up and not detail.down and not detail.initializing)
        initializing = set(detail.initializing)
        up = set(detail.up) - initializing - set(detail.down)
        if detail.all_of is not None and not up:
            up = set(everybody) - initializing - set(detail.down)
        for name, members in (("up", up), ("initializing", initializing), ("down", set(detail.down))):
            for address in members:
                self.state[address] = name
                self.seen[address, name] = entry
