"""The Stargates as the checks see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import msgspec

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.model.event import StargateStates


class Stargates(msgspec.Struct, frozen=True):
    """By CVM, its state, and by CVM and state the last line that has it so; `since` is the first of those that have it
    in the state that it is in. `all_up`: the last check said so of all, named or not.
    """

    state: Mapping[str, str] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    seen: Mapping[tuple[str, str], Entry] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    since: Mapping[str, Entry] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    all_up: bool = False

    def after(self, entry: Entry, detail: StargateStates, everybody: Collection[str]) -> Stargates:
        """With what one line says; `everybody` are the CVMs that a line on all of them is about."""
        named = _named(detail, everybody)
        return Stargates(
            state=MappingProxyType({**self.state, **{cvm: state for state, cvms in named for cvm in cvms}}),
            seen=MappingProxyType({**self.seen, **{(cvm, state): entry for state, cvms in named for cvm in cvms}}),
            since=MappingProxyType({**self.since, **self._changed(entry, named)}),
            all_up=detail.all_of == "up" or (self.all_up and not detail.down and not detail.initializing),
        )

    def _changed(self, entry: Entry, named: Sequence[tuple[str, set[str]]]) -> dict[str, Entry]:
        """The CVMs that a line has in another state than before."""
        return {cvm: entry for state, cvms in named for cvm in cvms if self.state.get(cvm) != state}

    def first_down(self, cvm: str) -> Entry | None:
        """The first line that has a CVM down which was up before; the last that had it so, where it is up again."""
        return self.since[cvm] if self.state.get(cvm) == "down" else self.seen.get((cvm, "down"))

    def state_of(self, cvm: str | None) -> str | None:
        """A host's own CVM's state as the last check that has it saw it, or None when none did.

        Where it is not known which CVM (None) that is, it is up when all are: one that is down may be any host's.
        """
        if cvm is not None:
            return self.state.get(cvm)
        states = set(self.state.values())
        return "up" if states == {"up"} or (not states and self.all_up) else None


def _named(detail: StargateStates, everybody: Collection[str]) -> tuple[tuple[str, set[str]], ...]:
    """Each state with the CVMs that a line says are in it: the worse counts, where it has one twice."""
    down, initializing = set(detail.down), set(detail.initializing)
    up = set(detail.up) - initializing - down
    if detail.all_of is not None and not up:
        up = set(everybody) - initializing - down
    return ("up", up), ("initializing", initializing), ("down", down)
