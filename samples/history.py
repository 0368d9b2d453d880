"""Makes samples/history: three clusters, each tested every three weeks for 18 months, simulated and analysed by seed.

frankfurt is the same all the time. In osaka Genesis takes 4 s longer to change a route from its 15th test on, and AOS
is another since. denver is the same all the time, but from its 13th test on nobody captures: there are logs alone.

Each test is a zip with its run.json, as `history import` takes them. The same program gives the same documents.
"""

from __future__ import annotations

import argparse
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import msgspec

from analyzer.config import Settings, default_expectations
from analyzer.lab.simulate import Evidence, Options, scenario_of, simulate
from analyzer.model.about import About
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from analyzer.store import encode_run

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "samples" / "history"
CLUSTERS = ("frankfurt", "osaka", "denver")
TESTS = 27
FIRST = datetime(2025, 5, 5, 8, tzinfo=UTC)
EVERY = timedelta(days=21)
STEP_CLUSTER, STEP_FROM, STEP = "osaka", 15, 4 * SECOND
LOGS_CLUSTER, LOGS_FROM = "denver", 13
AOS_BEFORE, AOS_SINCE = "6.5.5", "6.10"
_NO_DATE = (1980, 1, 1, 0, 0, 0)


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """A test of a cluster, numbered from 1 in the order in which they are made."""

    cluster: str
    number: int
    when: datetime
    seed: int
    options: Options
    evidence: Evidence
    aos: str

    @property
    def name(self) -> str:
        """`osaka-2026-03-02`."""
        return f"{self.cluster}-{self.when:%Y-%m-%d}"


def tests() -> Iterator[Test]:
    """All of them."""
    for place, cluster in enumerate(CLUSTERS):
        for number in range(1, TESTS + 1):
            yield _test(cluster, number, seed=1000 * (place + 1) + number)


def _test(cluster: str, number: int, seed: int) -> Test:
    random = Random(seed)  # noqa: S311 - a drawing by seed, and no secret
    when = FIRST + (number - 1) * EVERY + timedelta(minutes=random.randrange(600))
    later = cluster == STEP_CLUSTER and number >= STEP_FROM
    delay = random.randrange(800, 4000) * MILLISECOND + (STEP if later else 0)
    logs_alone = cluster == LOGS_CLUSTER and number >= LOGS_FROM
    start = int(when.timestamp()) * SECOND
    return Test(
        cluster=cluster,
        number=number,
        when=when,
        seed=seed,
        options=Options(start=start, task_delay=delay, rpc_timeout=6 * SECOND),
        evidence=Evidence(captures=not logs_alone, esxi_logs=logs_alone),
        aos=AOS_SINCE if later else AOS_BEFORE,
    )


def run_of(test: Test) -> Run:
    """The test, simulated and analysed."""
    made = simulate(scenario_of("cvm-failure"), test.seed, test.options, test.evidence)
    about = About(cluster=test.cluster, aos_version=test.aos, title=f"Failover test {test.number}")
    settings = Settings(log_timezone="UTC", expectations=default_expectations(), about=about)
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="history-") as place:
        for name, content in made.files.items():
            path = Path(place, test.name, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        os.chdir(place)  # a run names its inputs by relative paths
        try:
            return analyze([test.name], settings)
        finally:
            os.chdir(before)


def packed(run: Run) -> bytes:
    """A zip with the run's document."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        entry = zipfile.ZipInfo("run.json", _NO_DATE)
        entry.external_attr = 0o100644 << 16
        archive.writestr(entry, encode_run(run), zipfile.ZIP_DEFLATED, 9)
    return held.getvalue()


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the tests of the clusters that are named, or all, into a folder of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clusters", nargs="*", default=CLUSTERS, help="of these clusters only")
    parser.add_argument("--into", type=Path, default=FOLDER, help="another folder than samples/history")
    given = parser.parse_args(arguments)
    for test in (each for each in tests() if each.cluster in given.clusters):
        folder = given.into / test.cluster
        folder.mkdir(parents=True, exist_ok=True)
        run = run_of(test)
        (folder / f"{test.name}.zip").write_bytes(packed(run))
        print(f"{test.name}  {run.verdict}", flush=True)


if __name__ == "__main__":
    main()
