"""Simulator and real kernels agree: of each scenario the analyzer sees the same wire and log events in the same order,
by role, and tshark's experts find nothing in a simulated capture that they don't find in a recorded one.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from analyzer.lab.simulate import Evidence, Options, scenario_of, simulate
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.truth import Truth
from analyzer.store import truth_schema
from tests.conftest import CASES, SAMPLES
from tests.lab.netns.here import needs_root, run
from tests.lab.simulate.made import EXPERT, written
from tests.lab.storyline import asked_in_vain, connections, log_story, wire_story
from tests.recordings import truth_of

RECORDED = tuple(case for case in CASES if truth_of(SAMPLES / case).made_by != "simulator")
PERIOD_S, RATE, AT_ONCE = 5, 10, 3
# the longest first, so that the last one to end doesn't end alone
IN_THE_LAB = (
    "cvm-recovery",
    "route-deletion",
    "nfs-hang",
    "cvm-failure",
    "route-injection-invalid",
    "route-injection",
    "other-cvm-failure",
    "healthy",
)
# a lab's Genesis finds its hosts at once, its neighbours are still believed after so short a period
LIKE_THE_LAB = Options(
    period=PERIOD_S * SECOND,
    rate=RATE,
    phase=2500 * MILLISECOND,
    lead=5 * SECOND,
    tail=8 * SECOND,
    boot=SECOND,
    task_delay=SECOND,
    read_time=10 * MILLISECOND,
    probe_timeout=SECOND,
    rpc_timeout=60 * SECOND,
    arp_life=60 * SECOND,
    busy_hosts=1,
    end="fin",
    reply_path="symmetric",
    host_arp="linux",
    wording="plain",
)

every_sample = pytest.mark.parametrize("case", RECORDED)
every_scenario = pytest.mark.parametrize("scenario", sorted(IN_THE_LAB))


def options_of(recorded: Truth) -> Options:
    """The simulator's options for what a recording was made with, by today's lab or the one before."""
    return of_todays_lab(recorded) if recorded.made_by == "lab" else of_the_lab_before(recorded)


def of_todays_lab(recorded: Truth) -> Options:
    told = recorded.parameters
    eager = told["client"] == "eager"
    return Options(
        period=recorded.check_period,
        phase=int(told.get("phase", 7 * SECOND)),
        task_delay=int(told.get("task_delay", 1200 * MILLISECOND)),
        tail=int(told.get("tail", 15 * SECOND)),
        rpc_timeout=int(told.get("rpc_timeout", 6 * SECOND if eager else 60 * SECOND)),
        rate=int(told["rate"]),
        size=int(told["size"]),
        queue_depth=int(told["queue_depth"]),
        busy_hosts=1,
        end="rst" if told["terminate"] == "rst" else "fin",
        reply_path="symmetric" if told["reply_path"] == "symmetric" else "plain",
        host_arp="linux" if told["reply_path"] == "symmetric" else "strict",
        wording="plain",
        mount=told["mount_in_capture"] == "True",
    )


def of_the_lab_before(recorded: Truth) -> Options:
    told = {name.partition(".")[2]: text for name, text in recorded.parameters.items() if name.startswith("parameters")}

    def time(name: str) -> int:
        return int(float(told[name]) * 1000) * MILLISECOND

    return Options(
        period=time("period"),
        phase=time("phase") if told["phase"] != "null" else 7 * SECOND,
        task_delay=time("task_delay"),
        tail=time("tail"),
        rpc_timeout=time("rpc_timeout"),
        rate=int(told["rate"]),
        size=int(told["size"]),
        queue_depth=int(told["qd"]),
        busy_hosts=1,
        end="rst" if told["term_mode"] == "rst" else "fin",
        reply_path="symmetric" if told["reply_path"] == "symmetric" else "plain",
        host_arp="linux" if told["esx_arp"] == "linux" else "strict",
        wording="plain",
        mount=told["mount_in_capture"] == "true",
    )


@cache
def simulated(scenario: str, options: Options, place: Path) -> tuple[Path, Truth]:
    made = simulate(scenario_of(scenario), 1, options, Evidence())
    return written(made, place / scenario), made.truth


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("simulated")


@every_sample
def test_a_recording_and_a_simulation_tell_the_same_story(case: str, place: Path) -> None:
    folder, truth = SAMPLES / case, truth_of(SAMPLES / case)
    ours, our_truth = simulated(case, options_of(truth), place)

    if truth.made_by == "recording":
        assert wire_story(ours, our_truth) == wire_story(folder, truth)
        assert asked_in_vain(ours, our_truth) == asked_in_vain(folder, truth)
    # today's lab starts its captures sooner, while its kernels still believe to know their neighbours
    assert settled(connections(ours, our_truth)) == settled(connections(folder, truth))
    assert log_story(ours, our_truth) == log_story(folder, truth)


@every_sample
def test_tsharks_experts_say_of_a_simulation_only_what_they_say_of_recordings(case: str, place: Path) -> None:
    ours, _ = simulated(case, options_of(truth_of(SAMPLES / case)), place)

    assert experts(ours) <= of_recordings()


@cache
def of_recordings() -> set[str]:
    return {said for case in RECORDED for said in experts(SAMPLES / case)}


def experts(folder: Path) -> set[str]:
    """What tshark's experts say of the captures: severity and sentence, numbers left out, checksums checked."""
    found = set()
    for capture in sorted(folder.glob("*.pcap*")):
        command = ["tshark", "-n", "-r", str(capture), *EXPERT, "-q", "-z", "expert"]
        severity = ""
        for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
            if heading := re.match(r"(\w+) \(\d+\)", line):
                severity = heading[1]
            elif counted := re.match(r"\s+\d+\s+(.*)", line):
                said, _, _ = " ".join(counted[1].split()).partition("?")
                found.add(f"{severity}: {re.sub(r'[0-9]+', 'N', said)}")
    return found


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Path]]]:
    """Each scenario recorded on this computer's kernel, when it is there; some labs run side by side."""
    folder = tmp_path_factory.mktemp("lab")

    def recorded(scenario: str) -> Path:
        period = ("--period", str(PERIOD_S), "--rate", str(RATE))
        done = run(scenario, "-q", "-o", str(folder / scenario), *period)
        assert done.returncode == 0, done.stderr
        return folder / scenario

    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {scenario: pool.submit(recorded, scenario) for scenario in IN_THE_LAB}


@needs_root
@every_scenario
def test_the_lab_and_a_simulation_tell_the_same_story(
    labs: dict[str, Future[Path]], scenario: str, place: Path
) -> None:
    """But for ARP: whom a kernel still believes to know after seconds is a matter of its timers."""
    folder = labs[scenario].result()
    truth = truth_of(folder)
    ours, our_truth = simulated(scenario, LIKE_THE_LAB, place / "lab")

    assert settled(connections(ours, our_truth)) == settled(connections(folder, truth))
    assert log_story(ours, our_truth) == log_story(folder, truth)
    assert experts(ours) <= of_recordings() | experts(folder)


def settled(story: list[str]) -> list[str]:
    """Without what is asked of a remote CVM between NfsTerminateConnection and the delete: whether a call happens to be
    due in these ms is chance.
    """
    ended, told = "", []
    for line in story:
        ended = line.rpartition(" ")[0] if line.startswith("cvm") and line.endswith("FIN") else ended
        here, _, there = line.rpartition(" ")[0].partition(" > ")
        if not (line.endswith(("call", "reply")) and ended in (f"{here} > {there}", f"{there} > {here}")):
            told.append(line)
    return told


@needs_root
@every_scenario
def test_the_labs_truth_satisfies_the_schema(labs: dict[str, Future[Path]], scenario: str) -> None:
    document = json.loads((labs[scenario].result() / "truth.json").read_bytes())

    jsonschema.validate(document, json.loads(truth_schema()))
    assert document["made_by"] == "lab"
