"""What misleads is simulated as it happens: on the wire, in the logs, in the truth."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from analyzer.errors import ConfigurationError, UsageError
from analyzer.lab.simulate import Evidence, Options, Simulated, load_scenario, scenario_of, simulate
from analyzer.lab.simulate.scenario.scenario_file import as_toml
from analyzer.model.instant import SECOND
from tests.conftest import SAMPLES
from tests.lab.simulate.made import made, written
from tests.lab.simulate.output.test_captures import experts

FOLDER = SAMPLES / "confounders"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "cases"))
OPTIONS = Options(busy_hosts=1, tail=40 * SECOND, reply_path="symmetric")
LOGS = Evidence(esxi_logs=True)


def of(name: str, seed: int = 1, options: Options = OPTIONS) -> Simulated:
    return made(str(FOLDER / f"{name}.toml"), seed, options, LOGS)


def kinds(simulated: Simulated) -> list[str]:
    return [one.kind for one in simulated.truth.episodes]


def seen(simulated: Simulated, folder: Path, capture: str, display_filter: str) -> list[str]:
    """What tshark shows of a capture."""
    command = ["tshark", "-n", "-r", str(written(simulated, folder) / capture), "-Y", display_filter]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def genesis(simulated: Simulated, cvm: str = "192.168.1.27") -> str:
    return simulated.files[f"{cvm}/genesis.out"].decode()


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_is_written_as_it_was_read(name: str, tmp_path: Path) -> None:
    scenario = load_scenario(FOLDER / f"{name}.toml")
    copy = tmp_path / "copy.toml"
    copy.write_text(as_toml(scenario), "utf-8")

    assert load_scenario(copy) == scenario
    assert scenario.name == name


@pytest.mark.parametrize("name", NAMES)
def test_tsharks_experts_find_nothing(name: str, tmp_path: Path) -> None:
    folder = written(of(name), tmp_path)

    assert [line for capture in ("span.pcap", "vmk1.pcap") for line in experts(folder / capture)] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    assert simulate(scenario_of(str(FOLDER / f"{name}.toml")), 1, OPTIONS, LOGS).files == of(name).files


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("icmp-redirect", ["route-injection"]),
        ("stargate-down", ["cvm-failure", "cvm-recovery"]),
        ("cvm-hang-long", ["cvm-failure", "cvm-recovery"]),
        ("cvm-shutdown", ["cvm-failure"]),
        ("genesis-restart", []),
        ("two-cvms-fail", ["cvm-failure", "cvm-failure", "cvm-failure"]),
        ("partition", []),
        ("host-reboot", ["unexplained"]),
        ("idle", []),
        ("connection-reset", []),
        ("vmotion-burst", []),
        ("readded-before-genesis", ["cvm-failure", "route-deletion"]),
        ("readded-after-genesis", ["cvm-failure", "route-deletion"]),
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_truth_has_the_episodes(name: str, expected: list[str], seed: int) -> None:
    assert kinds(of(name, seed)) == expected


@pytest.mark.parametrize("name", ["stargate-restart", "cvm-hang-short"])
def test_a_restart_between_two_checks_is_a_stall(name: str) -> None:
    found = of(name, 1, Options(busy_hosts=1, phase=6 * SECOND))

    assert kinds(found) == ["unexplained"]
    assert "route" not in genesis(found)
    assert 8 * SECOND <= (found.truth.episodes[0].outage or 0) <= 14 * SECOND


def test_a_redirect_is_a_route_that_nobody_typed(tmp_path: Path) -> None:
    found = of("icmp-redirect")

    shown = seen(found, tmp_path, "span.pcap", "icmp.type == 5 && icmp.redir_gw == 192.168.1.28")
    assert len(shown) == 1
    assert "192.168.1.24/shell.log" not in found.files
    assert b" add dstAddr" not in found.files["192.168.1.24/vmkernel.log"]


def test_a_stargate_that_is_gone_refuses(tmp_path: Path) -> None:
    """The kernel of a CVM that lives answers SYNs to 2049 with RST, and nobody sees a whole connection."""
    found = of("stargate-down")
    refused = "ip.src == 192.168.5.2 && tcp.flags.reset == 1 && tcp.flags.ack == 1 && tcp.seq == 1"

    assert len(seen(found, tmp_path, "vmk1.pcap", refused)) > 8
    assert not [event for event in found.truth.events if event.name == "cvm-power-off"]


def test_a_shutdown_ends_its_connections_by_fin(tmp_path: Path) -> None:
    found = of("cvm-shutdown")

    assert len(seen(found, tmp_path, "vmk1.pcap", "ip.src == 192.168.5.2 && tcp.flags.fin == 1")) == 1
    assert len(seen(found, tmp_path, "span.pcap", "ip.src == 192.168.1.26 && tcp.flags.fin == 1")) >= 2


def test_a_hung_cvm_says_nothing_and_comes_back_without_a_boot(tmp_path: Path) -> None:
    found = of("cvm-hang-long")
    start = found.truth.episodes[0].instants.fault.most
    during = f"eth.src == 00:0c:29:a0:01:1a && frame.time_epoch > {start // SECOND + 1}"

    shown = seen(found, tmp_path, "span.pcap", f"{during} && frame.time_epoch < {start // SECOND + 70}")
    assert shown == []
    assert seen(found, tmp_path, "span.pcap", during)
    assert not seen(found, tmp_path, "span.pcap", "arp.isgratuitous == 1")


def test_genesis_restarts_with_a_phase_of_its_own(tmp_path: Path) -> None:
    found = of("genesis-restart")
    checks = [event.at for event in found.truth.events if event.name == "check"]

    assert genesis(found).lower().count("interval") + genesis(found).count("polling") == 2
    assert any((two - one) % (30 * SECOND) for one, two in pairwise(checks))
    assert len(seen(found, tmp_path, "span.pcap", "tcp.srcport == 22 && tcp.flags.fin == 1")) == 3


def test_who_is_cut_off_is_served_at_home() -> None:
    found = of("partition")
    local = [one for one in found.truth.service if one.host == "192.168.1.24"]

    assert len(local) == 1
    assert any(said in genesis(found) for said in ("Could not connect", "Failed to connect", "no SSH connection"))
    assert not [event for event in found.truth.events if event.name == "route-add"]


def test_a_host_that_reboots_is_silent_and_logs_no_outage(tmp_path: Path) -> None:
    found = of("host-reboot")

    assert b"Host has booted" in found.files["192.168.1.24/vobd.log"]
    assert b"All Paths Down" not in found.files["192.168.1.24/vmkernel.log"]
    assert not [event for event in found.truth.events if event.name == "route-add"]
    start = found.truth.episodes[0].instants.fault.most // SECOND
    off = f"eth.src == 00:25:90:aa:01:18 && frame.time_epoch > {start + 1} && frame.time_epoch < {start + 59}"
    assert seen(found, tmp_path, "span.pcap", off) == []


@pytest.mark.parametrize(
    ("name", "first"), [("readded-before-genesis", "person"), ("readded-after-genesis", "genesis")]
)
def test_whoever_is_first_repairs(name: str, first: str) -> None:
    found = of(name)
    true = found.truth.episodes[-1]
    adds = [event for event in found.truth.events if event.name == "route-add"]
    typed = [event for event in found.truth.events if event.name == "typed-route-add"]

    assert (adds[-1].by, adds[-1].at) == (first, true.instants.repaired)
    assert abs(typed[-1].at - adds[-1].at) < SECOND


def test_the_failure_of_a_gateway_is_told_of_its_host() -> None:
    episodes = of("two-cvms-fail").truth.episodes

    assert [(one.host, one.cvm, one.before.via) for one in episodes] == [
        ("192.168.1.24", "192.168.1.26", None),
        ("192.168.1.24", "192.168.1.28", "192.168.1.28"),
        ("192.168.1.23", "192.168.1.28", None),
    ]


def test_a_gateway_that_hangs_is_told_of_every_host_it_served(tmp_path: Path) -> None:
    path = tmp_path / "hang.toml"
    path.write_text(
        'nodes = 4\n[[fault]]\ndo = "cvm-power-off"\n[[fault]]\ndo = "cvm-hang"\non = 3\nseconds = 75\n', "utf-8"
    )

    episodes = simulate(scenario_of(str(path)), 1, OPTIONS).truth.episodes

    assert [(one.kind, one.host[-2:], (one.cvm or "")[-2:]) for one in episodes] == [
        ("cvm-failure", "24", "26"),
        ("cvm-failure", "24", "28"),
        ("cvm-failure", "23", "28"),
        ("cvm-recovery", "23", "28"),
    ]


def test_an_idle_datastore_has_heartbeats_only(tmp_path: Path) -> None:
    found = of("idle")
    begin = next(event.at for event in found.truth.events if event.name == "idle") // SECOND
    calls = f"rpc.msgtyp == 0 && frame.time_epoch > {begin + 1} && frame.time_epoch < {begin + 39}"

    assert 3 <= len(seen(found, tmp_path, "vmk1.pcap", calls)) <= 4
    assert found.truth.episodes == ()


def test_a_storage_vmotion_is_large(tmp_path: Path) -> None:
    large = "tcp.srcport == 2049 && tcp.len == 1448"

    assert len(seen(of("vmotion-burst"), tmp_path, "vmk1.pcap", large)) > 1000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param('do = "genesis-restart"\non = 1', "its Genesis does not lead", id="no-leader"),
        pytest.param('do = "icmp-redirect"', "has no gateway", id="no-gateway"),
        pytest.param('do = "route-add"\ngateway = 3\nbeside_genesis = -2', "expected s from -1 on", id="too-early"),
        pytest.param('do = "idle"\nbeside_genesis = 1', "of a route-add", id="beside-what"),
        pytest.param(
            'do = "partition"\non = 1\nat = 15\n[[fault]]\ndo = "partition"\nat = 16', "cut off already", id="cut"
        ),
        pytest.param(
            'do = "cvm-shutdown"\nat = 15\n[[fault]]\ndo = "stargate-restart"\nat = 17', "does not run", id="stopped"
        ),
        pytest.param('do = "host-reboot"\nat = 15\n[[fault]]\ndo = "host-reboot"\nat = 17', "does not run", id="off"),
    ],
)
def test_what_makes_no_sense_is_said(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(f"[[fault]]\n{text}\n", "utf-8")

    with pytest.raises((ConfigurationError, UsageError), match=says):
        simulate(scenario_of(str(path)), 1)
