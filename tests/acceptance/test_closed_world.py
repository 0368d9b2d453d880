"""Variants of cases that were told wrong, with other seeds and words than the cases: each with its right answer."""

from __future__ import annotations

from pathlib import Path

from analyzer.config import Settings
from analyzer.model.run import Run
from analyzer.pipeline import analyze
from tests.judged import of_detection

HOST = "192.168.1.24"
HEALTH = "Stargate health"
STATE = "Host state"


def told(folder: Path, files: dict[str, list[str]]) -> Run:
    """What is told of these logs."""
    for name, lines in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("".join(f"{line}\n" for line in lines))
    return analyze([folder], Settings(log_timezone="UTC", hash="none"))


def record(at: str, *lines: str, module: str = "ha_service.py:241") -> list[str]:
    """A record of genesis.out, with the lines that continue it."""
    first, *further = lines
    return [f"2026-03-18 {at}Z INFO MainThread {module} {first}", *(f"  {line}" for line in further)]


def health(at: str, **states: str) -> list[str]:
    """A check's record on the Stargates."""
    return record(at, HEALTH, *(line for state, cvms in states.items() for line in (f"[{state}]", cvms)))


def test_the_end_of_a_failure_is_no_injection_where_what_genesis_did_is_not_read(tmp_path: Path) -> None:
    every, others = "192.168.1.26, 192.168.1.27, 192.168.1.28", "192.168.1.27, 192.168.1.28"
    down = [health(f"21:{at},123", down="192.168.1.26", up=others) for at in ("18:57", "19:27", "19:57", "20:27")]
    log = [
        *health("21:17:55,126", up=every),
        *health("21:18:27,123", down="192.168.1.26", up=others),
        *record("21:18:27,302", STATE, f"host={HOST}", "forwarding=none", "expected=any"),
        *record("21:18:29,263", "Host changed", f"host={HOST}", "forwarding=192.168.1.28", module="hypervisor_ha.py:9"),
        *(line for one in down for line in one),
        *health("21:20:55,125", initializing="192.168.1.26", up=others),
        *health("21:21:25,126", up=every),
        *record("21:21:25,301", STATE, f"host={HOST}", "forwarding=192.168.1.28", "expected=none"),
        *record("21:21:27,275", "Host changed", f"host={HOST}", "forwarding=none", module="hypervisor_ha.py:9"),
        *health("21:21:55,125", up=every),
    ]

    run = told(tmp_path, {"192.168.1.27/genesis.out": log})

    assert [one.episode.kind for one in run.episodes] == ["cvm-failure", "cvm-recovery"]


def test_a_route_to_nobody_that_was_exchanged_for_one_to_a_cvm_served_from_then_on(tmp_path: Path) -> None:
    """Genesis deletes it a minute later than it found it: that storage was away for so long is in no log."""
    healthy = "All stargates are up: ['192.168.1.26', '192.168.1.27', '192.168.1.28']"
    forwarded = f"Illegal forwarding on host {HOST}: 192.168.5.2 is forwarded to 192.168.1.28"
    act = {"module": "hypervisor_ha.py:243"}
    genesis = [
        *record("11:56:01,632", healthy),
        *record("11:56:01,805", f"Forwarding on host {HOST} is correct (local CVM 192.168.1.26)"),
        *record("11:56:31,632", healthy),
        *record("11:56:31,796", f"{forwarded} while local CVM 192.168.1.26 is up"),
        *record("11:56:31,796", f"Creating task to delete route on host {HOST}: 192.168.5.2 via 192.168.1.28"),
        *record("11:57:34,718", f"Sending NfsTerminateConnection for {HOST} to CVM 192.168.1.28", **act),
        *record("11:57:34,731", f"NfsTerminateConnection reply from 192.168.1.28: ['{HOST}:845']", **act),
        *record(
            "11:57:34,733", f"Executing on {HOST}: esxcfg-route -d 192.168.5.2 255.255.255.255 192.168.1.28", **act
        ),
        *record("11:57:34,937", f"Route to 192.168.5.2 via 192.168.1.28 deleted on host {HOST}", **act),
        *record("11:58:01,632", healthy),
        *record("11:58:01,805", f"Forwarding on host {HOST} is correct (local CVM 192.168.1.26)"),
    ]
    shell = [
        f"2026-03-18T{at}Z In(14) shell[1]: [root]: esxcli network ip route ipv4 add -g {gateway} -n 192.168.5.2/32"
        for at, gateway in (("11:56:27", "192.168.1.99"), ("11:56:30", "192.168.1.28"))
    ]

    run = told(tmp_path, {"192.168.1.27/genesis.out": genesis, f"{HOST}/shell.log": shell})

    (injection,) = run.episodes
    assert (injection.episode.kind, injection.episode.gateway) == ("route-injection", "192.168.1.99")
    assert [one.verdict for one in injection.judgements if one.metric == "outage"] == ["NOT-JUDGED"]


def test_what_came_by_ssh_from_elsewhere_a_second_before_genesis_places_no_clock(tmp_path: Path) -> None:
    """The host's clock is right: its kernel changed the route at that command, and Genesis a second later nothing."""
    healthy = "All stargates are up: ['192.168.1.26', '192.168.1.27', '192.168.1.28']"
    order = "esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.26"
    vm = "NTNX-A-CVM on  esx-3 in ha-datacenter is"
    hostd = "info hostd[A240B70] [Originator@6876 sub=Vimsvc.ha-eventmgr opID=1 user=root] Event 1 :"
    route = "dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr=0x1a01a8c0 ifName=0x0x0, ifNameLen=0"
    came = "Accepted keyboard-interactive/pam for root from"
    genesis = [
        *record("16:53:24,392", healthy),
        *record("16:53:54,392", healthy),
        *record("16:54:26,390", "Stargate is down on ['192.168.1.28'], up on ['192.168.1.26', '192.168.1.27']"),
        *record("16:54:26,741", "No forwarding on host 192.168.1.23 while local CVM 192.168.1.28 is down"),
        *record("16:54:26,741", "Creating task to add route on host 192.168.1.23: 192.168.5.2 via 192.168.1.26"),
        *record("16:54:27,638", f"Executing on 192.168.1.23: {order}", module="hypervisor_ha.py:187"),
        *record("16:54:27,763", "Route to 192.168.5.2 via 192.168.1.26 added on host 192.168.1.23"),
    ]
    host = {
        "auth.log": [
            "2026-03-18T16:53:22Z sshd[77131]: Accepted publickey for root from 192.168.1.27 port 55289 ssh2",
            f"2026-03-18T16:54:26Z sshd[91234]: {came} 192.168.1.50 port 51234 ssh2",
            f"2026-03-18T16:54:26Z sshd[91234]: User 'root' running command '{order}'",
            f"2026-03-18T16:54:27Z sshd[77131]: User 'root' running command '{order}'",
        ],
        "hostd.log": [
            f"2026-03-18T16:53:56.079Z {hostd} {vm} stopping",
            f"2026-03-18T16:53:56.757Z {hostd} {vm} powered off",
        ],
        "vmkernel.log": [f"2026-03-18T16:54:26.747Z cpu0:34627)Tcpip: 1414: add {route}"],
    }

    logs = {f"192.168.1.23/{name}": lines for name, lines in host.items()}
    run = told(tmp_path, {"192.168.1.27/genesis.out": genesis, **logs})

    (failure,) = run.episodes
    assert (failure.episode.kind, failure.episode.by_hand) == ("cvm-failure", True)
    assert of_detection(failure).verdict == "NOT-JUDGED"
    assert all(one.basis != "measured" for one in run.clocks if one.clock == "esxi:192.168.1.23")


def test_what_an_unread_log_does_not_tell_was_not_done_by_hand(tmp_path: Path) -> None:
    """Genesis' tables and tasks are in words that no rule takes, but for the first table; the host's logs tell all."""
    cvms = ("192.168.1.26", "192.168.1.27", "192.168.1.28")

    def table(at: str, own: str, *routes: str) -> list[str]:
        states = [f"{cvm}    {state}" for cvm, state in zip(cvms, (own, "UP", "UP"), strict=True)]
        return record(at, "HA status", *states, *(f"{HOST}    route {route}" for route in routes))

    def task(at: str, action: str, done: str = "") -> list[str]:
        return record(at, f"Task {action}{done}", f"host     {HOST}", "gateway  192.168.1.28")

    def kernel(at: str, action: str) -> str:
        route = "dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr=0x1c01a8c0 ifName=0x0x0, ifNameLen=0"
        return f"2026-03-18T{at}Z In(182) vmkernel: cpu0:2238622)Tcpip: 1414: {action} {route}"

    up, down = "UP", "DOWN"
    genesis = [
        *table("02:25:59,746", up),
        *table("02:26:29,746", up, "-"),
        *task("02:26:29,900", "DELETE"),
        *task("02:26:33,834", "DELETE", " finished"),
        *table("02:26:59,746", up, "-"),
        *table("02:27:31,744", down, "-"),
        *task("02:27:31,903", "ADD"),
        *task("02:27:35,825", "ADD", " finished"),
        *table("02:28:01,744", down, "192.168.1.28"),
        *table("02:29:59,746", "INITIALIZING", "192.168.1.28"),
        *table("02:30:29,746", up, "192.168.1.28"),
        *task("02:30:29,898", "DELETE"),
        *task("02:30:33,831", "DELETE", " finished"),
        *table("02:30:59,746", up, "-"),
    ]
    host = {
        "shell.log": [
            "2026-03-18T02:26:24Z In(14) shell[1]: [root]: esxcfg-route -a 192.168.5.2 255.255.255.255 192.168.1.28"
        ],
        "vmkernel.log": [
            kernel("02:26:24.265", "add"),
            kernel("02:26:33.832", "delete"),
            kernel("02:27:35.823", "add"),
            kernel("02:30:33.829", "delete"),
        ],
    }

    logs = {f"{HOST}/{name}": lines for name, lines in host.items()}
    run = told(tmp_path, {"192.168.1.27/genesis.out": genesis, **logs})

    assert [one.episode.kind for one in run.episodes].count("route-injection") == 1
    assert not any(one.episode.by_hand or one.episode.by_others for one in run.episodes)
    assert run.acceptable == "unknown"
