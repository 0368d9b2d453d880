"""The page: how many changes the tests found, and each that they did not, with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.mutants.mutations import Mutation
from bench.mutants.reach import ROOMS
from bench.mutants.trial import Outcome

REASONS = Path(__file__).with_name("reasons.toml")
MOST = 15  # % that may survive
SURVIVING = ("survived", "not reached")


def reasons(where: Path = REASONS) -> dict[str, str]:
    """Why a change survives, by its name."""
    return {one["change"]: f"{one['is']}: {one['why']}" for one in tomllib.loads(where.read_text())["survivor"]}


def survivors(done: Mapping[Mutation, Outcome]) -> list[Mutation]:
    """What no test noticed, by module and in the order of the text."""
    lived = [mutation for mutation, outcome in done.items() if outcome.fate in SURVIVING]
    return sorted(lived, key=lambda one: (one.module, one.place))


def unexplained(done: Mapping[Mutation, Outcome], why: Mapping[str, str]) -> list[Mutation]:
    """The survivors that have no reason."""
    return [mutation for mutation in survivors(done) if mutation.name not in why]


def too_many(done: Mapping[Mutation, Outcome]) -> bool:
    """Whether more survive than may."""
    return 100 * len(survivors(done)) > MOST * len(done)


def page(done: Mapping[Mutation, Outcome], why: Mapping[str, str], seed: int, every: int) -> str:
    """The page of a run over changes drawn by `seed` out of `every` one."""
    lines = [
        "# What the tests hold of correlate, measure and judge",
        "",
        "Written by `make mutants`: one small change of the code at a time, and whether a test fails. A sample by",
        f"seed takes as many changes of each module: seed {seed}, {len(done)} of the {every} that there are. Each runs",
        "against the tests that reach its line: its module's own, those of the three rooms, then of what spans rooms",
        f"the quickest. At most {MOST} % may survive. A survivor is equivalent (nothing can tell it from what stands",
        "there) or not held, with what a test would have to show (`bench/mutants/reasons.toml`).",
        "",
        *_table(done),
        "",
        "## Survivors",
        "",
    ]
    for mutation in survivors(done):
        lines += [
            f"- `{mutation.module}`, `{mutation.scope}`: {mutation.operator}",
            f"  - `{mutation.before}`",
            f"  - `{mutation.after}`",
            f"  - {why.get(mutation.name, 'no reason yet')}",
        ]
    return "\n".join(lines) + "\n"


def _table(done: Mapping[Mutation, Outcome]) -> list[str]:
    rows = [(room, [one for one in done if one.module.startswith(f"analyzer/{room}/")]) for room in ROOMS]
    return [
        "| room | changes | a test failed | no end | survived | of them not reached | survived, % |",
        "|---|---:|---:|---:|---:|---:|---:|",
        *(_row(room, [done[one] for one in ones]) for room, ones in rows),
        _row("all", [*done.values()]),
    ]


def _row(room: str, outcomes: Sequence[Outcome]) -> str:
    fates = [outcome.fate for outcome in outcomes]
    lived = len([fate for fate in fates if fate in SURVIVING])
    percent = f"{100 * lived / len(fates):.1f}" if fates else "–"
    counts = (len(fates), fates.count("killed"), fates.count("timed out"), lived, fates.count("not reached"))
    return f"| {room} | {' | '.join(map(str, counts))} | {percent} |"
