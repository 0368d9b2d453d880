"""The page of the labs: figures by scenario and by mix, and what is wrong with the words that make its lab again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analyzer import __version__
from bench.accuracy.results.page import headed, table
from bench.accuracy.results.sequences import by_mix
from bench.accuracy.results.tally import Tally, grouped, share
from bench.accuracy.rows import Row

HEAD = (
    "scenario", "analyses", "episodes", "missing", "phantoms", "wrong verdicts", "Spans", "hold the truth",
    "outages", "hold the truth",
)  # fmt: skip


def page(seeds: Sequence[int], rows: Sequence[Row], failed: Mapping[int, str]) -> str:
    """The page of the labs of these seeds, of which some may not have run."""
    intro = (
        f"Made by `make labs` (`python -m bench.labs`), autopath {__version__}: labs with random options, seeds "
        f"{seeds[0]} to\n{seeds[-1]} (`bench/labs/options.py` draws them), each analysed in every mix of its files and "
        "held against the lab's own\ntruth, as `make accuracy` does it. Genesis checks each 4 to 8 s here."
    )
    parts = [
        "# How right the program is of real kernels",
        intro,
        table(*headed(_by_scenario(rows))),
        "## By evidence",
        table(*headed(by_mix(rows))),
        "## What is wrong",
        "\n".join(_wrong(rows, failed)) or "Nothing.",
    ]
    return "\n\n".join(parts) + "\n"


def _by_scenario(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    yield HEAD
    for name, some in [*sorted(grouped(rows, lambda row: row.scenario).items()), ("all", list(rows))]:
        tally = Tally(some)
        outages = [one for one in tally.spans if one.name == "outage"]
        held = (sum(one.holds for one in outages), len(outages))
        counts = (len(some), tally.recall[1], sum(row.missed for row in some), sum(row.extra for row in some))
        spans = (str(tally.holding[1]), share(tally.holding), str(held[1]), share(held))
        yield (name, *map(str, counts), str(tally.wrong), *spans)


def _wrong(rows: Sequence[Row], failed: Mapping[int, str]) -> Iterator[str]:
    for seed, why in failed.items():
        yield f"- lab {seed} did not run: {why}"
    for row in rows:
        if row.faults:
            yield f"- {row.case}: `{row.simulate}`"
            yield from (f"  - {fault}" for fault in row.faults)
