"""What the study must show: each line with its figure, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median_low

from analyzer.model.instant import MILLISECOND, SECOND
from bench.accuracy.impairments import BY_NAME
from bench.accuracy.results.floor import Floor
from bench.accuracy.results.hosts import host_floors
from bench.accuracy.results.sequences import sequence_floors
from bench.accuracy.results.tally import Tally, at_least, grouped, share, shown
from bench.accuracy.rows import Row, Study

ENOUGH = 100  # Spans of a cell that is held to the floor
FEW = 10  # detections or outages of a kind that are held to it
HEADLINE = ("detection", "outage")
GROUPS = (  # name, mixes, least precision and recall (per mille)
    ("wire and logs", ("everything", "captures + log", "span + log", "vmk1 + log"), 1000),
    ("wire only", ("captures",), 990),
    ("logs only", ("log", "log + host logs"), 990),
)
WIRE = ("reset", "connected", "restored")
LOG = ("detected", "decided", "terminated", "repaired")


def floors(study: Study) -> list[Floor]:
    """Every line, in order."""
    return [
        *_episodes(study.matrix),
        _healthy(study.healthy),
        *_spans(study.matrix),
        *_offsets(study.matrix),
        *_verdicts((*study.matrix, *study.healthy)),
        *_recordings(study.recordings),
        *sequence_floors(study.sequences),
        *host_floors(study.hosts),
    ]


def _episodes(rows: Sequence[Row]) -> Iterator[Floor]:
    for name, mixes, least in GROUPS:
        tally = Tally(row for row in rows if row.mix in mixes)
        holds = at_least(tally.precision, least) and at_least(tally.recall, least)
        figure = f"precision {share(tally.precision)}, recall {share(tally.recall)}"
        yield Floor(f"1. {name}: precision and recall {'1.0' if least == 1000 else '0.99'}", figure, holds)


def _healthy(rows: Sequence[Row]) -> Floor:
    told = sum(len(row.told) for row in rows)
    crashed = sum(row.missed for row in rows)
    return Floor("1. healthy runs with noise: no episode", f"{told} in {len(rows)} runs", told == crashed == 0)


def cells(rows: Sequence[Row]) -> dict[str, tuple[int, int]]:
    """Of each (impairment, mix) with enough Spans: how many hold the truth, and how many there are."""
    found = {name: Tally(some).holding for name, some in grouped(rows, lambda r: f"{r.impairment} | {r.mix}").items()}
    return {name: part for name, part in found.items() if part[1] >= ENOUGH}


def _spans(rows: Sequence[Row]) -> Iterator[Floor]:
    all_cells = cells(rows)
    poor = [part for part in all_cells.values() if not at_least(part, 990)]
    figure = f"{share(Tally(rows).holding)} of all; {len(all_cells) - len(poor)} of {len(all_cells)} cells"
    yield Floor("2. 99 % of Spans hold the truth in each cell of 100 or more", figure, not poor)
    yield _headlines(rows)
    wire = [(s.width, row.gap) for row in rows for s in row.spans if s.name in WIRE and s.seen == "wire"]
    width, gap = (median_low([pair[place] for pair in wire] or [0]) for place in (0, 1))
    yield Floor(
        "2. median width of wire instants: at most an inter-frame gap",
        f"{shown(width)} (gap {shown(gap)})",
        width <= gap,
    )
    beyond = [s.beyond for row in rows for s in row.spans if s.name in LOG and s.seen == "log"]
    most = median_low(beyond or [0])
    yield Floor(
        "2. median width of log instants: at most the stamp's resolution and the clock's bound",
        f"{shown(max(0, most))} beyond",
        most <= 0,
    )


def _headlines(rows: Sequence[Row]) -> Floor:
    """What is judged, each kind by itself: one that is counted to another instant drowns among all Spans."""
    figures = [one for row in rows for one in row.spans if one.name in HEADLINE and not one.doubt]
    kinds = grouped(figures, lambda one: f"{one.name} of {one.kind}")
    shares = {name: (sum(one.holds for one in some), len(some)) for name, some in kinds.items() if len(some) >= FEW}
    poor = [f"{name}: {share(part)}" for name, part in shares.items() if not at_least(part, 990)]
    name = "2. 99 % of detections and outages of each kind hold the truth"
    return Floor(name, ", ".join(poor) or f"all {len(shares)}", not poor)


def _offsets(rows: Sequence[Row]) -> Iterator[Floor]:
    """Of CVMs whose clocks are off by what the analysis does not know, beside captures. How narrow the bound is depends
    on whether they hold the network on which Genesis acts: an internal switch shows no more than what follows of it.
    """
    some = [row for row in rows if row.mix in GROUPS[0][1] and BY_NAME[row.impairment].clocks]
    runs = [[one for one in row.offsets if one.device == "cvm"] for row in some]
    runs = [offsets for offsets in runs if offsets]
    held = sum(all(one.holds for one in offsets) for offsets in runs), len(runs)
    measured = [one.holds for offsets in runs for one in offsets if one.basis == "measured"]
    figure = f"{share(held)} (of offsets that are called measured: {share((sum(measured), len(measured)))})"
    yield Floor("3. offsets up to ±120 s: the bound holds in 99.5 % of runs", figure, at_least(held, 995))
    public = [one for row in some if row.mix != "vmk1 + log" for one in row.offsets if one.device == "cvm"]
    for name, step, most in (("whole seconds", SECOND, 1500 * MILLISECOND), ("ms", MILLISECOND, 50 * MILLISECOND)):
        widths = [one.width for one in public if one.resolution == step]
        width = median_low(widths or [0])
        # "offset ± bound": the bound is half of the width
        yield Floor(
            f"3. median bound, stamps of {name}, public network captured: at most ±{shown(most)}",
            f"±{shown(width // 2)}",
            width <= 2 * most,
        )


def _verdicts(rows: Sequence[Row]) -> Iterator[Floor]:
    wrong = Tally(rows).wrong
    yield Floor("4. verdicts that are wrong", str(wrong), wrong == 0)
    silent = sum(row.all_clear for row in rows)
    yield Floor("4. exit status 0 without an episode that the evidence shows", str(silent), silent == 0)
    acceptable = sum(bool(row.wrong_yes) for row in rows)
    yield Floor("4. acceptable, and wrongly", str(acceptable), acceptable == 0)
    unfounded = sum(len(row.unfounded) for row in rows)
    yield Floor("4. findings without cause", str(unfounded), unfounded == 0)
    yield _undecided(rows)
    yield _unknown([row for row in rows if row.full])


def _undecided(rows: Sequence[Row]) -> Floor:
    """How many verdicts are UNDECIDED; in a run with a stall that nothing explains they are, by the contract."""
    told: dict[bool, list[str]] = {False: [], True: []}
    for row in rows:
        told[row.unexplained] += [one.verdict for one in row.verdicts if one.full and one.verdict != "NOT-JUDGED"]
    part, of_stalls = ((told[stalled].count("UNDECIDED"), len(told[stalled])) for stalled in (False, True))
    figure = (
        f"{share(part)} of {part[1]}; of {of_stalls[1]} in runs with a stall that nothing explains {share(of_stalls)}"
    )
    return Floor("4. UNDECIDED with full evidence: at most 5 %", figure, part[0] * 20 <= part[1])


def _unknown(full: Sequence[Row]) -> Floor:
    """How often the answer to a run is "unknown"; what nothing explains is, by the contract, however full it is."""
    told = {stalled: [row.answer for row in full if row.unexplained is stalled] for stalled in (False, True)}
    part, of_stalls = ((told[stalled].count("unknown"), len(told[stalled])) for stalled in (False, True))
    figure = f"{share(part)} of {part[1]} runs; of {of_stalls[1]} with a stall that nothing explains {share(of_stalls)}"
    return Floor('4. "unknown" as the answer, with full evidence: at most 5 %', figure, part[0] * 20 <= part[1])


def _recordings(rows: Sequence[Row]) -> Iterator[Floor]:
    if rows:
        tally = Tally(rows)
        figure = f"precision {share(tally.precision)}, recall {share(tally.recall)}, Spans {share(tally.holding)}"
        parts = (tally.precision, tally.recall, tally.holding)
        yield Floor("5. the recordings: all episodes and Spans", figure, all(at_least(part, 1000) for part in parts))
