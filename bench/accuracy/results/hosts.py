"""The part of the page on tests of which only the hosts' logs are given: what is told, and what must hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.accuracy.results.floor import Floor
from bench.accuracy.results.tally import Tally, grouped
from bench.accuracy.rows import Row

HOSTS = """As VMware administrators have them: vmkernel, vobd, shell, auth and hostd logs of every host, no capture and
no genesis.out; as many runs without a fault as with one, by seeds. No all-clear can come of them, so that without a
fault the answer is "unknown". Every episode counts as one to tell, also a stall that no such log has a line of.
"""
HEAD = (
    "scenario", "runs", "episodes", "told right", "cause not named", "not told", "phantoms", "wrong verdicts", "yes",
    "no", "unknown", "wrong yes",
)  # fmt: skip


def by_scenario(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    """A head, and a line of figures for each scenario, and for all."""
    yield HEAD
    for name, some in [*grouped(rows, lambda row: row.scenario).items(), ("all", list(rows))]:
        tally = Tally(some)
        due, right = sum(row.required for row in some), tally.precision[0]
        answers = [row.answer for row in some]
        counts = (len(some), due, right, tally.vague, due - right - tally.vague, sum(row.extra for row in some))
        told = (tally.wrong, *map(answers.count, ("yes", "no", "unknown")), sum(bool(row.wrong_yes) for row in some))
        yield (name, *map(str, (*counts, *told)))


def host_floors(rows: Sequence[Row]) -> Iterator[Floor]:
    """The lines that must hold of hosts' logs alone."""
    if not rows:
        return
    runs = f"in {len(rows)} runs"
    for name, count in (
        ("crashes", sum(row.crashed for row in rows)),
        ("phantoms", sum(row.extra for row in rows)),
        ("wrong MET, LATE or MISSED", Tally(rows).wrong),
        ("acceptable, and wrongly", sum(bool(row.wrong_yes) or (row.answer == "yes" and not row.told) for row in rows)),
    ):
        yield Floor(f"7. host logs alone: {name}", f"{count} {runs}", count == 0)
