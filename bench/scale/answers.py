"""Whether what is told of many hosts on one SPAN is right: simulated clusters held against their truth."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, simulate
from bench.accuracy.expected import Given
from bench.accuracy.rows import Labels, Row
from bench.accuracy.study import attempted, written_to

MIXES = {
    "SPAN": ("span",),
    "genesis.out": ("genesis",),
    "SPAN and genesis.out": ("span", "genesis"),
    "all": ("span", "genesis", "vmkernel", "vobd", "shell", "auth"),
}
SIZES, SEEDS = (3, 8, 16, 32), (1, 2)


def two_faults(hosts: int, seed: int) -> Scenario:
    """The CVM of a host dies, and later a route is added by hand on another one; which ones, by the seed."""
    fallen, moved = 1 + 7 * seed % hosts, 1 + (7 * seed + hosts // 2) % hosts
    gateway = next(node for node in range(1, hosts + 1) if node not in (fallen, moved))
    faults = (
        Fault(do="cvm-power-off", on=fallen, at=Decimal(60)),
        Fault(do="route-add", on=moved, gateway=gateway, at=Decimal(200)),
    )
    return Scenario(name="hosts", nodes=hosts, fault=faults)


def rows(hosts: int, seed: int, mixes: Iterable[str] = MIXES) -> Iterator[Row]:
    """A cluster of so many hosts, analysed by each mix of evidence; a row says what is wrong with it."""
    scenario = two_faults(hosts, seed)
    made = simulate(scenario, seed, Options(nodes=hosts), Evidence(esxi_logs=True, vantages=("span",)))
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        written_to(Path(name), made.files)
        for mix in mixes:
            files = tuple(one for one in made.truth.evidence if one.what in MIXES[mix])
            labels = Labels(
                case=f"{hosts} hosts, {mix}, seed {seed}", scenario="hosts", shape="", impairment="", mix=mix
            )
            yield attempted(made.truth, Given(files=files), "UTC", labels, Path(name))


def told() -> str:
    """How many were held against their truth, and which of them were wrong."""
    found = [row for hosts in SIZES for seed in SEEDS for row in rows(hosts, seed)]
    wrong = [row.case for row in found if row.weight]
    sizes = ", ".join(map(str, SIZES))
    whole = f"{len(found)} such clusters of {sizes} hosts, told from {', '.join(MIXES)}, were held against their truth"
    return f"{whole}: {'wrong were ' + '; '.join(wrong) if wrong else 'nothing was wrong'}."
