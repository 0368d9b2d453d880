from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, scenario_of, simulate
from analyzer.model.instant import SECOND
from analyzer.model.truth import Truth
from tests.lab.simulate.made import NAMES, made, written

HASH = """
import hashlib
from analyzer.lab.simulate import KINDS, Evidence, Options, simulate
evidence = Evidence(esxi_logs=True, vantages=("span", "vmk1", "vmk0:2"), loss=5, duplicates=9, reorder=7)
for kind in KINDS:
    made = simulate(kind, 11, Options(nodes=4, clock=("cvm=~2s,~40ppm", "span=~1s")), evidence)
    print(kind.name, hashlib.sha256(repr(sorted(made.files.items())).encode() + repr(made.truth).encode()).hexdigest())
"""


def test_the_same_seed_gives_the_same_bytes_in_another_process() -> None:
    found = [
        subprocess.run(
            [sys.executable, "-c", HASH], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": salt}
        ).stdout.splitlines()
        for salt in ("1", "2")
    ]

    assert [line.split()[0] for line in found[0]] == list(NAMES)
    assert found[0] == found[1]


def test_another_seed_gives_another_test() -> None:
    one, other = made("cvm-failure", 1), made("cvm-failure", 2)

    assert one.files != other.files
    assert one.truth.parameters != other.truth.parameters


def test_what_was_simulated_before_changes_nothing() -> None:
    alone = simulate(scenario_of("cvm-failure"), 0).files
    for name in NAMES:
        simulate(scenario_of(name), 0)

    assert simulate(scenario_of("cvm-failure"), 0).files == alone


@pytest.mark.parametrize("name", NAMES)
def test_episodes_are_mended_in_order(name: str) -> None:
    """Each instant follows the one before, wherever a repair was made."""
    for seed in range(20, 26):
        episodes = made(name, seed).truth.episodes
        assert bool(episodes) == (name != "healthy")
        for episode in episodes:
            instants = episode.instants
            times = [
                instants.fault.least,
                instants.check,
                instants.detected,
                instants.decided,
                instants.terminated,
                instants.repaired,
            ]
            known = [time for time in (*times, instants.restored) if time is not None]
            assert known == sorted(known), f"{name} {seed}: {instants}"
            assert instants.restored is not None, f"{name} {seed}"
            assert episode.outage is None or episode.outage > 0


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        pytest.param("healthy", [], id="healthy"),
        pytest.param("cvm-failure", ["cvm-failure"], id="cvm-failure"),
        pytest.param("route-deletion", ["cvm-failure", "route-deletion"], id="route-deletion"),
        pytest.param("cvm-recovery", ["cvm-failure", "cvm-recovery"], id="cvm-recovery"),
        pytest.param("nfs-hang", ["unexplained"], id="nfs-hang"),
        pytest.param(
            "whole-story", ["route-injection", "cvm-failure", "route-deletion", "cvm-recovery"], id="whole-story"
        ),
    ],
)
def test_a_kind_has_its_episodes(name: str, kinds: list[str]) -> None:
    assert [episode.kind for episode in made(name, 9).truth.episodes] == kinds


def path_of(truth: Truth) -> list[tuple[str, str | None]]:
    (episode,) = truth.episodes
    return [(path.kind, path.via) for path in (episode.before, episode.during, episode.after)]


@pytest.mark.parametrize(
    ("name", "reply_path", "paths"),
    [
        pytest.param("cvm-failure", "symmetric", ["local", "dead", "remote"], id="cvm-failure"),
        pytest.param("route-injection", "symmetric", ["local", "remote", "local"], id="valid"),
        pytest.param("route-injection", "plain", ["local", "dead", "local"], id="valid-but-its-reset-is-never-seen"),
        pytest.param("route-injection-invalid", "symmetric", ["local", "dead", "local"], id="invalid"),
    ],
)
def test_paths(name: str, reply_path: str, paths: list[str]) -> None:
    options = Options(reply_path="plain" if reply_path == "plain" else "symmetric", rpc_timeout=60 * SECOND)

    assert [kind for kind, _ in path_of(made(name, 12, options).truth)] == paths


def test_a_dead_leader_is_succeeded() -> None:
    simulated = made("cvm-failure", 13, Options(leader=1))

    (episode,) = simulated.truth.episodes
    leaders = {event.detail["cvm"] for event in simulated.truth.events if event.name == "leader"}

    assert leaders == {"192.168.1.27"}
    assert episode.instants.detected is not None
    assert episode.instants.detected - episode.instants.fault.least >= 8 * SECOND


@pytest.mark.parametrize("nodes", [3, 8, 32])
def test_clusters_of_any_size(nodes: int) -> None:
    truth = made("cvm-failure", 14, Options(nodes=nodes, busy_hosts=2)).truth

    assert len(truth.hosts) == len(truth.cvms) == nodes
    assert len({one.address for one in truth.hosts} | {one.address for one in truth.cvms}) == 2 * nodes
    assert truth.episodes[0].instants.restored is not None


def test_faults_on_two_hosts_overlap() -> None:
    scenario = Scenario(
        name="two",
        fault=(Fault(do="cvm-power-off", on=1, at=Decimal(20)), Fault(do="cvm-power-off", on=4, at=Decimal(22))),
    )

    episodes = simulate(scenario, 3, Options(nodes=5)).truth.episodes

    assert [episode.host for episode in episodes] == ["192.168.1.24", "192.168.1.34"]
    first, second = (episode.instants for episode in episodes)
    assert second.fault.least - first.fault.least == 2 * SECOND
    assert first.repaired is not None
    assert second.fault.most < first.repaired
    assert all(episode.after.kind == "remote" for episode in episodes)


def test_clocks_that_are_off_shift_the_logs_and_nothing_else() -> None:
    right, late = made("cvm-failure", 15), made("cvm-failure", 15, Options(clock=("cvm=-1h",)))

    name = "192.168.1.27/genesis.out"
    assert right.files["span.pcap"] == late.files["span.pcap"]
    assert right.files[name] != late.files[name]
    ahead = {clock.clock: clock.ahead for clock in late.truth.clocks}
    assert ahead.pop("span") == ahead.pop("vmk1:1") == 0
    assert set(ahead.values()) == {-3600 * SECOND}


def test_reads_and_writes_have_sizes_of_their_own(tmp_path: Path) -> None:
    folder = written(made("healthy", 1, Options(rsize=2048, wsize=1024)), tmp_path)

    command = ["tshark", "-n", "-r", str(folder / "vmk1.pcap"), "-Y", "rpc.msgtyp == 0 && nfs.count3"]
    fields = [*command, "-T", "fields", "-e", "nfs.procedure_v3", "-e", "nfs.count3"]
    output = subprocess.run(fields, capture_output=True, text=True, check=True).stdout.splitlines()

    assert {line for line in output if line.startswith(("6", "7"))} == {"6\t2048", "7\t1024"}


@pytest.mark.parametrize("connections", [2, 3, 4])
@pytest.mark.parametrize("name", ["cvm-failure", "route-injection", "cvm-recovery"])
def test_the_first_of_several_connections_restores_service(name: str, connections: int) -> None:
    """The first reply on the new path, by whichever connection, and the one that it came by."""
    for seed in range(1, 5):
        truth = made(name, seed, Options(connections=connections)).truth
        instants = truth.episodes[-1].instants
        assert instants.repaired is not None
        assert instants.restored is not None
        served = [one for one in truth.service if one.host == truth.episodes[-1].host]
        after = [one.first_reply for one in served if one.first_reply > instants.repaired]
        if instants.connected is not None:
            assert instants.restored == min(after)
            assert (
                instants.reset is None
                or instants.fault.least <= instants.reset <= instants.connected <= instants.restored
            )


def test_all_stargates_are_asked_at_the_same_time() -> None:
    """As in the lab: two dead CVMs cost a check one timeout, and their hosts are mended one after the other."""
    fault = (Fault(do="cvm-power-off", on=1, at=Decimal(20)), Fault(do="cvm-power-off", on=4, at=Decimal(20)))
    options = Options(nodes=5, leader=2, phase=0, task_delay=3 * SECOND, probe_timeout=2 * SECOND)

    truth = simulate(Scenario(name="two", fault=fault), 3, options).truth

    first, second = (episode.instants for episode in truth.episodes)
    assert first.check == second.check
    assert first.check is not None
    assert first.detected is not None
    assert second.detected is not None
    assert first.repaired is not None
    assert 2 * SECOND <= first.detected - first.check < 4 * SECOND
    assert second.detected > first.repaired


def test_a_gateway_that_dies_is_replaced_by_two_tasks() -> None:
    fault = (Fault(do="cvm-power-off", on=1, at=Decimal(20)), Fault(do="cvm-power-off", on=3, at=Decimal(90)))

    simulated = simulate(Scenario(name="wrong", fault=fault), 3, Options(nodes=4, wording="plain", header="seconds"))

    lines = simulated.files["192.168.1.27/genesis.out"].decode().splitlines()
    mine = [line.split()[3] for line in lines if "192.168.1.24" in line and "is correct" not in line]
    added = ["ha_service.py:561", "ha_service.py:612", "hypervisor_ha.py:187", "hypervisor_ha.py:201"]
    deleted = ["ha_service.py:640", "hypervisor_ha.py:262", "hypervisor_ha.py:270"]
    assert mine == [*added, *deleted, *added]


def test_rotated_logs_hold_all_records(tmp_path: Path) -> None:
    plain, rotated = made("whole-story", 16), made("whole-story", 16, None, Evidence(rotate=10))
    folder = "192.168.1.27/genesis.out"

    parts = [content for name, content in rotated.files.items() if name.startswith(folder)]

    assert len(parts) > 2
    assert b"".join(parts) == plain.files[folder]


def test_scenarios_by_name_come_from_the_kinds() -> None:
    assert scenario_of("whole-story").fault[2].do == "route-delete"


def test_checks_that_are_far_apart_are_waited_for() -> None:
    """Longer than what a fault that nobody repairs is given."""
    truth = simulate(scenario_of("whole-story"), 1, Options(period=1800 * SECOND, rate=1, busy_hosts=1)).truth

    assert [one.kind for one in truth.episodes] == ["route-injection", "cvm-failure", "route-deletion", "cvm-recovery"]
    assert all(one.instants.restored for one in truth.episodes)
