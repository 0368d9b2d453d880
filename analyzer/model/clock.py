"""What is known of the clocks: each one's offset from the run's reference clock, with its bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from analyzer.model.instant import Span
from analyzer.model.source import Origin

OffsetNoteName = Literal[
    "unbounded",
    "unbounded-in-zone",
    "no-zone",
    "several-fit",
    "set-between",
    "contradicted",
    "beside",
    "by-way-of",
    "shared",
    "by-episodes",
    "by-route-changes",
    "led-after",
    "served-by-turns",
    "one-clock",
    "as-told",
]
"""What an offset rests on. `unbounded`: nothing bounds the clock, which is taken as right; `unbounded-in-zone`: in the
zone of the others; `no-zone`: its stamps have none, and nothing places them; `several-fit`: `count` offsets do;
`set-between`: it was; `contradicted`: the captures contradict what was given; `beside`: it was set, beside the clock
`other`; `by-way-of`: `other` is placed; `shared`: by all logs; `by-episodes`: cause and effect in them;
`by-route-changes`: that captures show; `led-after`: `clock` led Genesis after `other`. Of captures: `served-by-turns`:
hosts on one path or the other; `one-clock`: nothing contradicts that. `as-told`: what a document of schema 1 says in
words, `told`.
"""

OFFSET_SENTENCES: Mapping[OffsetNoteName, str] = {
    "unbounded": "nothing in the evidence limits this clock: it is assumed to be right within 10 min (give --clock to"
    " say better)",
    "unbounded-in-zone": "nothing in the evidence limits this clock: it is assumed to be right within 10 min, in the"
    " time "
    "zone of the others (give --clock to say better)",
    "no-zone": "its time stamps have no zone, and nothing in the evidence shows it: give --log-timezone",
    "several-fit": "{count} offsets fit equally well, as checks repeat: it may be any of them",
    "set-between": "the clock was changed in between",
    "contradicted": "the captures contradict it: both are shown",
    "beside": "by {other}, against which it was changed: the next check came one period after the last",
    "by-way-of": "through the clock of {other}",
    "shared": "all logs share it",
    "by-episodes": "limited by causes and their effects in the episodes",
    "by-route-changes": "limited by the route changes that the captures show",
    "led-after": "{clock} led after {other}",
    "served-by-turns": "by the times at which the hosts are served on each path",
    "one-clock": "assumed to share the captures' clock; the evidence allows no larger difference than this",
    "as-told": "{told}",
}
"""What a reader is told of each, by findings and the report; the braces name fields of :class:`OffsetNote`."""


class OffsetNote(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an offset rests on, and what its sentence tells beside the name; the clocks are those of logs."""

    name: OffsetNoteName
    clock: str = ""
    other: str = ""
    count: int = 0
    told: str = ""

    @property
    def sentence(self) -> str:
        """The note in words."""
        return self.said(str)

    def said(self, named: Callable[[str], str]) -> str:
        """The note in words, with each clock as `named` calls it."""
        clock, other = named(self.clock), named(self.other)
        return OFFSET_SENTENCES[self.name].format(clock=clock, other=other, count=self.count, told=self.told)


class ClockOffset(msgspec.Struct, frozen=True, kw_only=True):
    """`clock` is ahead of `reference` by `offset` (ns). `basis`: `reference` (it is the reference), `given`
    (`--clock`), `measured` (cause and effect), `assumed` (nothing decides it: taken as right, told with all that it may
    be).
    """

    clock: str
    reference: str
    offset: Span
    basis: Literal["reference", "given", "measured", "assumed"]
    pairs: int = 0
    origins: tuple[Origin, ...] = ()
    note: OffsetNote | None = None
