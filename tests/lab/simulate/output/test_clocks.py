"""Clocks that are off: what they stamp is shifted by what the truth says of them, and by nothing else."""

from __future__ import annotations

import re
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.lab.simulate import Evidence, Options, Simulated
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.truth import ClockSet, TrueClock, TrueVantage
from analyzer.pipeline import analyze
from tests.lab.simulate.made import made, written
from tests.lab.simulate.output.test_captures import frames_of

EVERYTHING = Evidence(esxi_logs=True, vantages=("span", "vmk1", "vmk1:2", "vmk0"))
ALL_OFF = Options(
    header="milliseconds",
    esxi="8",
    clock=(
        "span=+1.7s",
        "vmk1=-250ms,15ppm",
        "vmk1:2=3s",
        "vmk0=90s,-20ppm",
        "cvm=-2s,40ppm",
        "cvm:192.168.1.26=1h",
        "esxi=~5s,~50ppm",
    ),
)
ALL_SET = Options(
    header="milliseconds",
    esxi="8",
    clock=(
        "span=+1.7s,-9s@10s,+5min@40s",
        "vmk1=0s,+1h@25s",
        "vmk0=0s,15ppm,-3s@0s",
        "cvm=-2s,-10s@-20s,+10s@30s",
        "esxi=~5s,~50ppm,-20s@35s",
    ),
)
RIGHT = Options(header="milliseconds", esxi="8")
SHELL = SECOND  # shell.log has no ms


def clock_of(simulated: Simulated, one: TrueVantage) -> TrueClock:
    return next(clock for clock in simulated.truth.clocks if clock.clock == one.clock)


def stamps(content: bytes) -> list[int]:
    """The stamps of a log's lines, ns."""
    found = re.findall(r"^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{3}))?Z", content.decode(), re.MULTILINE)
    times = [(datetime.fromisoformat(f"{day}T{time}+00:00"), int(ms or 0)) for day, time, ms in found]
    return [int(time.timestamp()) * SECOND + ms * MILLISECOND for time, ms in times]


def test_each_devices_clock_is_told() -> None:
    truth = made("cvm-failure", 31, ALL_OFF, EVERYTHING).truth

    found = {clock.clock: (clock.ahead, clock.drift) for clock in truth.clocks}
    hosts = [found.pop(f"esxi:{host.address}") for host in truth.hosts]

    assert found == {
        "span": (1_700_000_000, 0),
        "vmk1:1": (-250_000_000, 15_000),
        "vmk1:2": (3_000_000_000, 0),
        "vmk0:1": (90_000_000_000, -20_000),
        "cvm:192.168.1.26": (3600 * SECOND, 0),
        "cvm:192.168.1.27": (-2_000_000_000, 40_000),
        "cvm:192.168.1.28": (-2_000_000_000, 40_000),
    }
    assert len(set(hosts)) == 3
    assert all(abs(ahead) <= 5 * SECOND and abs(drift) <= 50_000 for ahead, drift in hosts)


@pytest.mark.parametrize("options", [pytest.param(ALL_OFF, id="off"), pytest.param(ALL_SET, id="set")])
def test_every_file_is_stamped_by_its_clock_and_the_rest_is_the_same(options: Options) -> None:
    right, off = made("cvm-failure", 31, RIGHT, EVERYTHING), made("cvm-failure", 31, options, EVERYTHING)

    assert right.truth.episodes == off.truth.episodes
    for one in off.truth.evidence:
        reads, true, shown = clock_of(off, one).reads, right.files[one.file], off.files[one.file]
        if one.file.endswith(".pcap"):
            pairs = list(zip(frames_of(true), frames_of(shown), strict=True))
            assert all(before[1] == after[1] for before, after in pairs)
            moved = [(round(before[0] * 10**6) * 1000, round(after[0] * 10**6) * 1000) for before, after in pairs]
            assert all(abs(reads(at) - seen) <= 2_000 for at, seen in moved), one.file
        else:
            unit = SHELL if one.what == "shell" else MILLISECOND
            times = list(zip(stamps(true), stamps(shown), strict=True))
            assert times
            assert all(abs(reads(at) - seen) <= unit for at, seen in times), one.file


def test_a_true_clock_reads_to_the_nanosecond() -> None:
    clock = TrueClock(clock="span", ahead=-SECOND, drift=40_000, since=10 * SECOND)

    assert clock.reads(10 * SECOND) == 9 * SECOND
    assert clock.reads(20 * SECOND) == 19 * SECOND + 400_000
    assert clock.reads(5 * SECOND) == 4 * SECOND - 200_000


def test_a_clock_that_is_set_reads_so_much_more_from_then_on() -> None:
    steps = (ClockSet(at=20 * SECOND, by=-9 * SECOND), ClockSet(at=40 * SECOND, by=3600 * SECOND))
    clock = TrueClock(clock="span", ahead=SECOND, steps=steps)

    shown = [clock.reads(at * SECOND) // SECOND for at in (0, 19, 20, 39, 40)]

    assert shown == [1, 20, 12, 31, 3632]


def test_when_a_clock_is_set_counts_from_where_the_captures_begin() -> None:
    truth = made("cvm-failure", 31, ALL_SET, EVERYTHING).truth
    first = min(one.first for one in truth.evidence if one.first is not None)

    span = next(clock for clock in truth.clocks if clock.clock == "span")

    assert [(round((step.at - first) / SECOND), step.by // SECOND) for step in span.steps or ()] == [
        (10, -9),
        (40, 300),
    ]


def test_the_clocks_names_are_those_of_analyze() -> None:
    """What the truth says of a CVM or host can be given to `analyze --clock` as it is."""
    simulated = made("cvm-failure", 31, ALL_OFF, EVERYTHING)
    offsets = tuple(
        (clock.clock, clock.ahead) for clock in simulated.truth.clocks if clock.clock[:4] in ("cvm:", "esxi")
    )
    with tempfile.TemporaryDirectory() as place:
        folder = written(simulated, Path(place))
        files = [folder / one.file for one in simulated.truth.evidence if one.clock and one.what != "span"]
        run = analyze(
            [file for file in files if not file.name.endswith(".pcap")],
            Settings(log_timezone="UTC", clock_offsets=offsets),
        )

    assert {source.clock for source in run.sources} == {name for name, _ in offsets}
    assert [one.episode.kind for one in run.episodes] == ["cvm-failure"]


@pytest.mark.parametrize("seed", range(32, 36))
@pytest.mark.parametrize("name", ["cvm-failure", "route-injection", "cvm-recovery"])
def test_the_analysis_finds_the_offset_of_the_leaders_clock(name: str, seed: int) -> None:
    simulated = made(name, seed, Options(clock=("cvm=~3s,~40ppm",)), Evidence(genesis="leaders"))
    with tempfile.TemporaryDirectory() as place:
        run = analyze([written(simulated, Path(place))], Settings(log_timezone="UTC"))

    true = next(one for one in simulated.truth.clocks if one.clock.startswith("cvm:"))
    found = next(one for one in run.clocks if one.clock == true.clock)
    last = max(one.last or 0 for one in simulated.truth.evidence)
    drifted = abs(true.reads(last) - last - true.ahead)
    assert found.basis == "measured"
    assert found.offset.least - drifted <= true.ahead <= found.offset.most + drifted
