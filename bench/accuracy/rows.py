"""What the study keeps of one analysis: frozen rows, small enough to come back from a worker."""

from __future__ import annotations

import msgspec

from bench.accuracy.clocks import OffsetRow


class SpanRow(msgspec.Struct, frozen=True):
    """An instant or duration of an episode of a `kind`: does it hold the truth, its width, the error of its midpoint,
    how far the truth is outside (all ns). `seen` on the wire, in a log, or by both; `beyond` is its width less what its
    stamps and clock account for. `doubt`: not the truth, and the run itself says why, which the truth shows to be so.
    """

    kind: str
    name: str
    holds: bool
    width: int
    error: int
    beside: int
    seen: str = ""
    beyond: int = 0
    doubt: str = ""

    @property
    def wrong(self) -> bool:
        """Whether it is not the truth, and nothing in the run says so."""
        return not self.holds and not self.doubt


class ToldRow(msgspec.Struct, frozen=True):
    """An episode that was told: `right` by kind, host and time; or `vague`, a stall that was called unexplained and has
    a cause. `flaws` are wrong paths or gateways.
    """

    kind: str
    confidence: str
    right: bool
    vague: bool
    flaws: int


class VerdictRow(msgspec.Struct, frozen=True):
    """A verdict on a metric of a told episode, whether what is true contradicts it, and whether the episode's evidence
    is `full`.
    """

    verdict: str
    wrong: bool
    kind: str = ""
    metric: str = "detection"
    full: bool = False


class Labels(msgspec.Struct, frozen=True, kw_only=True):
    """What an analysis is called in the tables."""

    case: str
    scenario: str
    shape: str
    impairment: str
    mix: str


class Row(Labels, frozen=True, kw_only=True):
    """One analysis. `faults` are sentences of what is wrong, for the list of the worst; `gap` is the mean time between
    the captures' frames, ns. `crashed`: there was no run; `all_clear`: its exit status is 0, and an episode that the
    evidence shows was not told; `wrong_yes`: it is called acceptable, and these sentences say why it is not. `answer`:
    whether it is called acceptable (`yes`, `no`, `unknown`); `full`: whether the evidence of the whole run is;
    `unexplained`: in which there was a stall that nothing explains, so that "unknown" is right.
    """

    required: int
    missed: int
    told: tuple[ToldRow, ...] = ()
    spans: tuple[SpanRow, ...] = ()
    verdicts: tuple[VerdictRow, ...] = ()
    offsets: tuple[OffsetRow, ...] = ()
    unfounded: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    gap: int = 0
    crashed: bool = False
    all_clear: bool = False
    wrong_yes: tuple[str, ...] = ()
    answer: str = ""
    full: bool = False
    unexplained: bool = False
    simulate: str = ""
    analyze: str = ""

    @property
    def extra(self) -> int:
        """Episodes that were told and never were."""
        return sum(not one.right and not one.vague for one in self.told)

    @property
    def weight(self) -> int:
        """How bad it is: wrong verdicts and episodes first, then Spans, then all else."""
        wrong = sum(one.wrong for one in self.verdicts) + self.crashed + self.all_clear + bool(self.wrong_yes)
        spans = sum(one.wrong for one in self.spans)
        offsets = sum(not one.holds for one in self.offsets)
        return 1000 * wrong + 100 * (self.missed + self.extra) + 10 * spans + offsets + len(self.unfounded)


class Study(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of a whole study, by what they are of."""

    matrix: tuple[Row, ...] = ()
    healthy: tuple[Row, ...] = ()
    sequences: tuple[Row, ...] = ()
    recordings: tuple[Row, ...] = ()
    hosts: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of them."""
        return (*self.matrix, *self.healthy, *self.sequences, *self.recordings, *self.hosts)
