"""Simulator and real kernels agree: of each scenario the analyzer sees the same wire and log events in the same order,
by role, and tshark's experts find nothing in a simulated capture that they don't find in a recorded one.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from functools import cache
from itertools import groupby
from pathlib import Path

import jsonschema
import pytest

from analyzer.lab.simulate import Evidence, Options, scenario_of, simulate
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.truth import Truth
from analyzer.store import encode_truth, truth_schema
from tests.conftest import CASES, SAMPLES
from tests.lab.event_lines import Roles, connections, log_lines, unanswered_arp, wire_lines
from tests.lab.netns.program import needs_root
from tests.lab.netns.recordings import every_lab
from tests.lab.simulate.made import EXPERT, NAMES, made, written
from tests.recordings import truth_of

RECORDED = tuple(case for case in CASES if truth_of(SAMPLES / case).made_by != "simulator")

LED_ASTRAY = re.compile(r"(host\d)\.vmk1 \1 > cvm\d\.eth1 storage (call|RST)")
READ_TIME = 10 * MILLISECOND  # of a host in the lab: SSH to the next namespace

every_sample = pytest.mark.parametrize("case", RECORDED)


def options_of(recorded: Truth) -> Options:
    """The simulator's options for what a recording was made with, by today's lab or the one before."""
    return of_todays_lab(recorded) if recorded.made_by == "lab" else of_the_lab_before(recorded)


def of_todays_lab(recorded: Truth) -> Options:
    given = recorded.parameters

    def time(name: str, usual: int) -> int:
        return int(given.get(name, usual))

    host_arp = given.get("host_arp", "linux" if given["reply_path"] == "symmetric" else "strict")
    return Options(
        nodes=len(recorded.hosts),
        period=recorded.check_period,
        phase=time("phase", 7 * SECOND),
        lead=time("lead", 12 * SECOND),
        tail=time("tail", 15 * SECOND),
        task_delay=time("task_delay", 1200 * MILLISECOND),
        read_time=READ_TIME,
        leader=int(given.get("leader", 2)),
        election=time("election", 12 * SECOND),
        probe_timeout=time("probe_timeout", 2 * SECOND),
        boot=SECOND,
        rpc_timeout=time("rpc_timeout", 6 * SECOND if given["client"] == "eager" else 60 * SECOND),
        connect_timeout=int(given["connect_timeout"]),
        rate=int(given["rate"]),
        size=int(given["size"]),
        queue_depth=int(given["queue_depth"]),
        busy_hosts=len(hosts_of(recorded)),
        end="rst" if given["terminate"] == "rst" else "fin",
        reply_path="symmetric" if given["reply_path"] == "symmetric" else "plain",
        host_arp="strict" if host_arp == "strict" else "linux",
        arp_life=60 * SECOND,
        wording="plain",
        mount=given["mount_in_capture"] == "True",
    )


def hosts_of(recorded: Truth) -> list[str]:
    """The hosts that do I/O, by role."""
    busy = {one.host for one in recorded.service}
    return [f"host{number}" for number, host in enumerate(recorded.hosts, 1) if host.address in busy]


def evidence_of(recorded: Truth) -> Evidence:
    """The same vantage points as the recording's."""
    numbers = {host.address: number for number, host in enumerate(recorded.hosts, 1)}
    points = (
        one.what if one.of is None else f"{one.what}:{numbers[one.of]}"
        for one in recorded.evidence
        if one.what in ("span", "vmk0", "vmk1")
    )
    return Evidence(vantages=tuple(points), esxi_logs=True)


def of_the_lab_before(recorded: Truth) -> Options:
    given = {
        name.partition(".")[2]: text for name, text in recorded.parameters.items() if name.startswith("parameters")
    }

    def time(name: str) -> int:
        return int(float(given[name]) * 1000) * MILLISECOND

    return Options(
        period=time("period"),
        phase=time("phase") if given["phase"] != "null" else 7 * SECOND,
        task_delay=time("task_delay"),
        tail=time("tail"),
        rpc_timeout=time("rpc_timeout"),
        rate=int(given["rate"]),
        size=int(given["size"]),
        queue_depth=int(given["qd"]),
        busy_hosts=1,
        end="rst" if given["term_mode"] == "rst" else "fin",
        reply_path="symmetric" if given["reply_path"] == "symmetric" else "plain",
        host_arp="linux" if given["esx_arp"] == "linux" else "strict",
        wording="plain",
        mount=given["mount_in_capture"] == "true",
    )


@cache
def simulated(scenario: str, options: Options, evidence: Evidence, folder: Path) -> tuple[Path, Truth]:
    made = simulate(scenario_of(scenario), 1, options, evidence)
    return written(made, folder), made.truth


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("simulated")


@every_sample
def test_a_recording_and_a_simulation_go_alike(case: str, place: Path) -> None:
    folder, truth = SAMPLES / case, truth_of(SAMPLES / case)
    ours, our_truth = simulated(case, options_of(truth), Evidence(), place / case)

    if truth.made_by == "recording":
        assert wire_lines(ours, our_truth) == wire_lines(folder, truth)
        assert unanswered_arp(ours, our_truth) == unanswered_arp(folder, truth)
    # today's lab starts its captures sooner, while its kernels still believe to know their neighbours
    assert settled(connections(ours, our_truth)) == settled(connections(folder, truth))
    assert log_lines(ours, our_truth) == log_lines(folder, truth)


@every_sample
def test_tsharks_experts_say_of_a_simulation_only_what_they_say_of_recordings(case: str, place: Path) -> None:
    ours, _ = simulated(case, options_of(truth_of(SAMPLES / case)), Evidence(), place / case)

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


@needs_root
@every_lab
def test_the_lab_and_a_simulation_go_alike(labs: dict[str, Future[Path]], name: str, place: Path) -> None:
    """But for what is asked by ARP: whom a kernel still believes to know after seconds is a matter of its timers. Each
    host has its own story: whose client is first is chance.
    """
    folder = labs[name].result()
    truth = truth_of(folder)
    ours, our_truth = simulated(truth.scenario, of_todays_lab(truth), evidence_of(truth), place / "lab" / name)

    own, theirs = connections(ours, our_truth), connections(folder, truth)
    for host in hosts_of(truth):
        assert settled([line for line in own if host in line]) == settled([line for line in theirs if host in line])
    assert all(any(host in line for host in hosts_of(truth)) for line in (*own, *theirs))
    assert announced(ours, our_truth) == announced(folder, truth)
    assert log_lines(ours, our_truth) == log_lines(folder, truth)
    assert experts(ours) <= of_recordings() | experts(folder)


def announced(folder: Path, truth: Truth) -> set[str]:
    """Who announces himself by ARP after the fault: a CVM that comes back."""
    return {line for line in wire_lines(folder, truth) if " announces " in line and truth.episodes}


def settled(lines: list[str]) -> list[str]:
    """Without what is asked of a remote CVM between NfsTerminateConnection and the delete: whether a call happens to be
    due in these ms is chance. So is what a host then sends on that connection, which leads to its own CVM since the
    delete: a call, or the ACK of a reply that was under way, and a RST whenever the remote CVM sends that again.
    """
    ended, kept = "", []
    for line in (line for line in lines if not LED_ASTRAY.fullmatch(line)):
        ended = line.rpartition(" ")[0] if line.startswith("cvm") and line.endswith(("FIN", "RST")) else ended
        here, _, there = line.rpartition(" ")[0].partition(" > ")
        if not (line.endswith(("call", "reply")) and ended in (f"{here} > {there}", f"{there} > {here}")):
            kept.append(line)
    return list(_ends_sorted(kept))


def _ends_sorted(lines: list[str]) -> Iterator[str]:
    """Which connection NfsTerminateConnection ends first is chance; one may be left from a failback before, which
    the host has long forgotten: it answers its end by a RST.
    """
    for terminated, group in groupby(lines, _Terminated()):
        kept = list(group)
        yield from sorted(set(kept)) if terminated else kept


class _Terminated:
    """Whether a line is of the time from the end of a host's connections by a remote CVM to its next call or reply."""

    def __init__(self) -> None:
        self._under_way = False

    def __call__(self, line: str) -> bool:
        begins = re.fullmatch(r"cvm[2-9]\.eth0 storage > (host\d)\.vmk0 \1 (FIN|RST)", line) is not None
        self._under_way = begins or (self._under_way and not line.endswith(("call", "reply")))
        return self._under_way


@needs_root
@every_lab
def test_the_labs_truth_satisfies_the_schema(labs: dict[str, Future[Path]], name: str) -> None:
    document = json.loads((labs[name].result() / "truth.json").read_bytes())

    jsonschema.validate(document, json.loads(truth_schema()))
    assert document["made_by"] == "lab"


@needs_root
@every_lab
def test_one_truth_has_one_meaning(labs: dict[str, Future[Path]], name: str) -> None:
    """Every field names hosts and CVMs alike in a lab's truth and a simulation's: the first CVM is the first CVM."""
    truth = truth_of(labs[name].result())
    ours = simulate(scenario_of(truth.scenario), 1, of_todays_lab(truth), evidence_of(truth)).truth

    assert fields(truth) == fields(ours)
    assert devices(truth) <= devices(ours)
    assert devices(truth) >= {one for one in devices(ours) if not one.startswith(("clocks", "evidence"))}


@pytest.mark.parametrize("name", NAMES)
def test_a_simulations_truth_names_machines_by_address(name: str) -> None:
    names_nobody(made(name, 1).truth)


@needs_root
@every_lab
def test_a_labs_truth_names_machines_by_address(labs: dict[str, Future[Path]], name: str) -> None:
    names_nobody(truth_of(labs[name].result()))


def names_nobody(truth: Truth) -> None:
    """But in the roles: names are of one test, addresses are what evidence has."""
    names = {host.name for host in truth.hosts} | {cvm.name for cvm in truth.cvms}
    words = {one.by for one in truth.events} | {word for one in truth.events for word in one.detail.values()}
    assert not [word for word in words if names & set(re.split(r"[@:,]", word))]


def fields(truth: Truth) -> set[str]:
    """The fields that a truth has, down to those of each item; parameters and events are each maker's own."""

    def inside(value: object, path: str) -> Iterator[str]:
        yield path
        if isinstance(value, dict) and not path.startswith((".parameters", ".events")):
            for key, one in value.items():
                yield from inside(one, f"{path}.{key}")
        elif isinstance(value, list):
            for one in value:
                yield from inside(one, f"{path}[]")

    return set(inside(json.loads(encode_truth(truth)), ""))


def devices(truth: Truth) -> set[str]:
    """What each field that names a device names: `episodes.cvm cvm1`; and a wrong word would be `nobody`."""
    roles = Roles(truth)
    found = [(f"clocks.clock {kind}", of) for one in truth.clocks for kind, _, of in (one.clock.partition(":"),)]
    found += [(f"evidence.clock {one.what}", one.clock.partition(":")[2]) for one in truth.evidence if one.clock]
    found += [(f"evidence.of {one.what}", one.of or "") for one in truth.evidence]
    found += [("service.host", one.host) for one in truth.service]
    found += [("service.cvm", one.cvm) for one in truth.service]
    for one in truth.episodes:
        found += [("episodes.host", one.host), ("episodes.cvm", one.cvm or ""), ("episodes.gateway", one.gateway or "")]
    return {f"{field} {roles.name(word or None)}" for field, word in found}
