"""The random sequences' part of the page: figures by mix, the lines that must hold, and each fault by its name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from bench.accuracy.results.floor import Floor
from bench.accuracy.results.tally import Tally, at_least, grouped, share
from bench.accuracy.rows import Row

ALL = "all"
HEAD = (
    "analyses", "episodes", "missing", "phantoms", "cause not named", "wrong MET", "wrong LATE", "wrong MISSED",
    "Spans", "hold the truth", "told as uncertain", "findings without cause", "false all-clears", "wrong yes",
    "crashes",
)  # fmt: skip


class Figures:
    """What is counted of a group of analyses."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.tally = Tally(rows)
        self.crashes = sum(row.crashed for row in rows)
        self.due = sum(row.required for row in rows if not row.crashed)
        self.missing = sum(row.missed for row in rows if not row.crashed)
        self.phantoms = sum(row.extra for row in rows)
        self.unfounded = sum(len(row.unfounded) for row in rows)
        self.all_clears = sum(row.all_clear for row in rows)
        self.wrong_yes = sum(bool(row.wrong_yes) for row in rows)

    def wrong(self, verdict: str) -> int:
        """How often this verdict was wrong."""
        return sum(one.wrong for one in self.tally.verdicts if one.verdict == verdict)

    @property
    def kinds(self) -> tuple[int, int]:
        """(episodes that are right of those that had to be told or were told, all of these)."""
        every = self.due + self.phantoms
        return every - self.missing - self.phantoms, every


def by_mix(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """A head, and a line of figures for each mix of evidence, and for all."""
    yield ("evidence", *HEAD)
    yield from _figures([*grouped(rows, lambda row: row.mix).items(), (ALL, list(rows))])


def by_oddity(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """A head, and a line of figures for each thing that is unusual about evidence; one analysis may have several."""
    yield ("unusual", *HEAD)
    names = dict.fromkeys(name for row in rows for name in row.impairment.split(", "))
    yield from _figures((name, [row for row in rows if name in row.impairment.split(", ")]) for name in sorted(names))


def _figures(groups: Iterable[tuple[str, Sequence[Row]]]) -> Iterator[tuple[str, ...]]:
    for name, some in groups:
        one = Figures(some)
        counts = (len(some), one.due, one.missing, one.phantoms, one.tally.vague)
        wrong = (one.wrong("MET"), one.wrong("LATE"), one.wrong("MISSED"), len(one.tally.spans))
        rest = (len(one.tally.doubted), one.unfounded, one.all_clears, one.wrong_yes, one.crashes)
        yield (name, *map(str, (*counts, *wrong)), share(one.tally.holding), *map(str, rest))


def reasons(rows: Sequence[Row]) -> Iterator[tuple[str, str]]:
    """Why Spans outside the truth were told as uncertain, and how often."""
    counted = Counter(one.doubt for one in Tally(rows).doubted)
    yield from ((reason, str(count)) for reason, count in sorted(counted.items()))


def sequence_floors(rows: Sequence[Row]) -> Iterator[Floor]:
    """The lines that must hold of random sequences."""
    if not rows:
        return
    every = Figures(rows)
    for name, count in (
        ("crashes", every.crashes),
        ("phantoms", every.phantoms),
        ("wrong MET, LATE or MISSED", every.tally.wrong),
        ("false all-clears", every.all_clears),
        ("acceptable, and wrongly", every.wrong_yes),
        ("findings without cause", every.unfounded),
    ):
        yield Floor(f"6. random sequences: {name}", str(count), count == 0)
    full = Figures([row for row in rows if row.mix == "everything"]).kinds
    yield Floor("6. random sequences: kinds right with everything, 99.9 %", share(full), at_least(full, 999))
    yield Floor(
        "6. random sequences: Spans that hold the truth, 99.7 %",
        share(every.tally.holding),
        at_least(every.tally.holding, 997),
    )
    mixes = {name: Tally(some).holding for name, some in grouped(rows, lambda row: row.mix).items()}
    poor = [name for name, part in mixes.items() if part[1] and not at_least(part, 990)]
    yield Floor("6. random sequences: 99 % of Spans in each mix", f"{len(mixes) - len(poor)} of {len(mixes)}", not poor)


def faults(rows: Sequence[Row]) -> Iterator[str]:
    """Each analysis of which something is wrong: its name, what was done, what is wrong."""
    for row in rows:
        if row.faults:
            yield f"{row.case}\n  {row.simulate}"
            yield from (f"  {fault}" for fault in row.faults)
