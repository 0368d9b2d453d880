"""docs/accuracy.md: what the study found, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from analyzer.model.measurement import INSTANTS
from bench.accuracy.impairments import BY_NAME
from bench.accuracy.results.floor import Floor
from bench.accuracy.results.floors import cells, floors
from bench.accuracy.results.hosts import HOSTS, by_scenario
from bench.accuracy.results.sequences import by_mix, by_oddity, reasons
from bench.accuracy.results.tally import NONE, Tally, at_least, grouped, middle, of_name, share
from bench.accuracy.rows import Row, Study

WORST = 25
FAULTS = 6  # of a worst case that are listed
DURATIONS = ("detection", "outage")

FULL = """Evidence is full, in the lines above, when captures of both sides of the host hold the episode, and every log
is there and whole.
"""
RANDOM = """One to six mishaps of any kind, of any host, 0.2 s to 3 minutes apart, by a seed; clocks that are off or
set meanwhile, checks that come late, foreign lines and other voices in genesis.out.
`python -m bench.accuracy --seeds A-B` does so with other seeds. "Told as uncertain" are Spans outside the truth of
which the run itself says so, for a reason that is true: they count neither as right nor as wrong.
"""
HEAD = """# How right the program is

Made by `make accuracy` (`python -m bench.accuracy`): simulated tests, whose truth is known, are analysed in several
mixes of evidence, and every episode, Span, offset and verdict is held against the truth; then every recording.
`bench/accuracy/design.py` says which tests there are, `expected.py` which episodes a mix must show. A Span's error is
that of its midpoint; medians are of what was told. Where the simulator is wrong, so are these figures:
`tests/lab/test_agreement.py` holds it against real kernels.
"""


def page(study: Study, machine: str) -> str:
    """The whole page; `machine` is the sentence on where and how long."""
    parts = (
        HEAD,
        "## What it must show\n",
        lines(floors(study)),
        *_of_matrix(study.matrix),
        *_told(study),
        *_of_others(study),
        "Why Spans outside the truth were told as uncertain:\n",
        table(("reason", "Spans"), list(reasons(study.rows)) or [("none", "0")]),
        "## The worst\n",
        "`python -m bench.accuracy --replay CASE` shows what is true beside what is told.\n",
        *worst(study.rows),
        f"## Machine\n\n{machine}\n",
    )
    return "\n".join(parts)


def _of_matrix(matrix: Sequence[Row]) -> Iterator[str]:
    """What the fixed tests show: by what was given, and of which instants."""
    yield "## By evidence\n"
    yield overview("evidence", matrix, lambda row: row.mix)
    yield "## By impairment\n"
    yield overview("impairment", matrix, lambda row: row.impairment)
    yield "Cells (impairment and evidence, 100 Spans or more) in which fewer than 99 % of Spans hold the truth:\n"
    yield poor_cells(matrix)
    yield "## By scenario\n"
    yield overview("scenario", matrix, lambda row: row.scenario)
    yield "## By cluster\n"
    yield overview("cluster", matrix, lambda row: row.shape)
    yield "## Instants and durations: median width, median error\n"
    yield instants("evidence", matrix, lambda row: row.mix)
    yield instants("impairment", matrix, lambda row: row.impairment)
    yield "## Spans that hold the truth, by instant\n"
    yield holding("evidence", matrix, lambda row: row.mix)
    yield "## Offsets of clocks\n"
    yield offsets(matrix)
    yield "`assumed`: nothing in the evidence bounds the clock, and the run says so (AP202).\n"


def _told(study: Study) -> Iterator[str]:
    """What is said of the fixed tests: verdicts, how sure, findings."""
    yield "## Verdicts\n"
    yield verdicts(study.matrix)
    yield FULL
    yield "## Confidence\n"
    yield confidence(study.matrix)
    yield "## Findings without cause\n"
    yield findings([*study.matrix, *study.healthy])


def _of_others(study: Study) -> Iterator[str]:
    """What healthy runs, recordings, random sequences and host logs show."""
    yield "## Healthy runs\n"
    yield overview("evidence", study.healthy, lambda row: row.mix)
    yield "## Recordings\n"
    yield overview("recording", study.recordings, lambda row: row.scenario)
    yield "## Random sequences\n"
    yield RANDOM
    yield table(*headed(by_mix(study.sequences)))
    yield table(*headed(by_oddity(study.sequences)))
    yield "## Host logs alone\n"
    yield HOSTS
    yield table(*headed(by_scenario(study.hosts)))


def lines(floors: Sequence[Floor]) -> str:
    """What must be shown, as a table."""
    return table(("line", "figure", ""), [(f.name, f.figure, _held(f)) for f in floors])


def _held(floor: Floor) -> str:
    return "yes" if floor.holds else f"no: {floor.why}" if floor.why else "**no**"


def headed(lines: Iterable[Sequence[str]]) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """The first line, and the others."""
    head, *rest = lines
    return head, rest


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def overview(name: str, rows: Sequence[Row], key: Callable[[Row], str]) -> str:
    """A line for each group of rows."""
    head = (
        name,
        "runs",
        "episodes",
        "precision",
        "recall",
        "wrong paths",
        "cause not named",
        "Spans",
        "hold the truth",
        "told as uncertain",
        "wrong verdicts",
        "UNDECIDED",
    )
    lines = []
    for group, some in [*grouped(rows, key).items(), ("all", list(rows))]:
        one = Tally(some)
        numbers = (
            str(len(some)),
            str(one.recall[1]),
            share(one.precision),
            share(one.recall),
            str(one.flaws),
            str(one.vague),
            str(len(one.spans)),
        )
        lines.append((group, *numbers, share(one.holding), str(len(one.doubted)), str(one.wrong), share(one.undecided)))
    return table(head, lines)


def poor_cells(rows: Sequence[Row]) -> str:
    """The cells below the floor, the worst first."""
    poor = [(name, part) for name, part in cells(rows).items() if not at_least(part, 990)]
    poor.sort(key=lambda item: (item[1][0] * 10_000 // item[1][1], item[0]))
    if not poor:
        return "None.\n"
    return table(
        ("impairment", "evidence", "Spans", "hold the truth"),
        [(*name.split(" | "), str(part[1]), share(part)) for name, part in poor],
    )


def instants(name: str, rows: Sequence[Row], key: Callable[[Row], str]) -> str:
    """Median width and error of each instant and headline duration."""
    names = (*INSTANTS, *DURATIONS)
    lines = []
    for group, some in grouped(rows, key).items():
        spans = Tally(some).spans
        cell = {one: of_name(spans, one) for one in names}
        words = (
            f"{middle([s.width for s in cell[one]])}, {middle([s.error for s in cell[one]])}" if cell[one] else NONE
            for one in names
        )
        lines.append((group, *words))
    return table((name, *names), lines)


def holding(name: str, rows: Sequence[Row], key: Callable[[Row], str]) -> str:
    """The share of Spans that hold the truth, by instant and headline duration, and of all stages."""
    names = (*INSTANTS, *DURATIONS)
    lines = []
    for group, some in [*grouped(rows, key).items(), ("all", list(rows))]:
        spans = Tally(some).spans
        kinds = [of_name(spans, one) for one in names] + [[s for s in spans if s.name not in names]]
        lines.append((group, *(share((sum(s.holds for s in kind), len(kind))) for kind in kinds)))
    return table((name, *names, "stages"), lines)


def offsets(rows: Sequence[Row]) -> str:
    """Bounds of offsets by what is wrong with clocks, beside captures or not."""
    lines = []
    for impairment, some in grouped(rows, lambda row: row.impairment).items():
        if impairment != "nothing" and not BY_NAME[impairment].clocks and "zone" not in impairment:
            continue
        for evidence, those in grouped(
            some, lambda row: "logs only" if row.mix.startswith("log") else "with captures"
        ).items():
            every = [one for row in those for one in row.offsets]
            groups = grouped(
                every, lambda one: f"{one.device} | {'1 s' if one.resolution >= 10**9 else '1 ms'} | {one.basis}"
            )
            for group, found in sorted(groups.items()):
                part = sum(one.holds for one in found), len(found)
                lines.append(
                    (
                        impairment,
                        evidence,
                        *group.split(" | "),
                        str(len(found)),
                        share(part),
                        middle([one.width for one in found]),
                    )
                )
    return table(
        ("impairment", "evidence", "clock", "stamps", "basis", "offsets", "hold the truth", "median width"), lines
    )


def verdicts(rows: Sequence[Row]) -> str:
    """How often each verdict was told, and how often it was wrong."""
    names = ("MET", "MET-OR-LATE", "LATE", "MISSED", "UNDECIDED")
    lines = []
    for group, some in [*grouped(rows, lambda row: row.mix).items(), ("all", list(rows))]:
        told = Tally(some).verdicts
        cells = []
        for name in names:
            count, wrong = sum(v.verdict == name for v in told), sum(v.verdict == name and v.wrong for v in told)
            cells.append(f"{count} ({wrong} wrong)" if wrong else str(count))
        lines.append((group, *cells, share(Tally(some).undecided)))
    return table(("evidence", *names, "share UNDECIDED"), lines)


def confidence(rows: Sequence[Row]) -> str:
    """How often an episode told with a confidence is right (kind, host, time), and right with its paths too."""
    lines = []
    for group, some in [*grouped(rows, lambda row: row.mix).items(), ("all", list(rows))]:
        told = Tally(some).told
        cells = []
        for name in ("high", "medium", "low"):
            those = [one for one in told if one.confidence == name and not one.vague]
            whole = sum(one.right and not one.flaws for one in those)
            right = sum(one.right for one in those)
            cells += [str(len(those)), share((right, len(those))), share((whole, len(those)))]
        lines.append((group, *cells))
    head = [word for name in ("high", "medium", "low") for word in (name, "right", "and its paths")]
    return table(("evidence", *head), lines)


def findings(rows: Sequence[Row]) -> str:
    """Findings that nothing in the truth accounts for."""
    groups = grouped([(code, row.impairment) for row in rows for code in row.unfounded], lambda pair: pair[0])
    if not groups:
        return "None.\n"
    lines = []
    for code, pairs in sorted(groups.items()):
        places = grouped(pairs, lambda pair: pair[1])
        most = sorted(places, key=lambda name: (-len(places[name]), name))[:4]
        lines.append((code, str(len(pairs)), ", ".join(f"{name} ({len(places[name])})" for name in most)))
    return table(("code", "times", "mostly in"), lines)


def worst(rows: Sequence[Row]) -> Iterator[str]:
    """The worst cases, a paragraph each."""
    some = sorted((row for row in rows if row.weight), key=lambda row: (-row.weight, row.case))[:WORST]
    for row in some:
        more = len(row.faults) - FAULTS
        said = [f"### {row.case}\n", *(f"- {fault}" for fault in row.faults[:FAULTS])]
        said += [f"- and {more} more"] if more > 0 else []
        said += ["\n```", row.simulate, row.analyze, "```\n"] if row.simulate else ["\n```", row.analyze, "```\n"]
        yield "\n".join(said)
    if not some:
        yield "None: nothing was wrong.\n"
