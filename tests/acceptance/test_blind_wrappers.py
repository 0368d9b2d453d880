"""Folders as people bring them, each with its right answer, written from what is known of the forms alone: packed more
than once, quoted and numbered, tables of several hosts on one console, tables beside checks, hosts' power.
"""

# ruff: noqa: E501 - log lines are as long as they are

from __future__ import annotations

import gzip
import lzma
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.brought import (
    ADD,
    BEGIN,
    DELETE,
    HOST,
    MOUNTED,
    OWN,
    REMOTE,
    RETRY,
    UUID,
    Brought,
    brought,
    check,
    checks,
    failure,
    genesis,
    hostd,
    kernel,
    route,
    session,
    table,
    text,
    told,
    typed,
    zipped,
)
from tests.ingest.packing import tarred

LEADER = "192.168.1.27"
IDLE = "World: 12231: VC opID x maps to vmkernel opID y"
OFF = [hostd("10:00:00.733", "stopping"), hostd("10:00:01.411", "powered off")]
POWER = [*OFF, hostd("10:10:18.928", "powered on")]
FAILED, BACK, INJECTED = f"cvm-failure@{HOST}", f"cvm-recovery@{HOST}", f"route-injection@{HOST}"
DATED = "Sun Nov  2 10:31:{:02d} UTC 2025"
PROMPT = f"nutanix@NTNX-A-CVM:{OWN}:~$ "


def whole(*lines: str, end: str = "10:40:00.000") -> list[str]:
    """A kernel's log from 09:40 on."""
    return [kernel("09:40:00.000", IDLE), *lines, kernel(end, IDLE)]


def returned() -> list[str]:
    """The check that finds the CVM back, what it does, and four more."""
    at = BEGIN + timedelta(seconds=390)
    acts = [
        (
            0,
            "INFO 80801248 ha_service.py:489 All stargates are healthy: ['192.168.1.26', '192.168.1.27', '192.168.1.28']",
        ),
        (165, f"INFO 80801248 ha_service.py:612 Creating HA task to delete HA route on host {HOST} via {REMOTE}"),
        (900, f"INFO 80801248 hypervisor_ha.py:150 Sending NfsTerminateConnection to {REMOTE} for host {HOST}"),
        (1400, f"INFO 80801248 hypervisor_ha.py:187 Running on host {HOST}: {DELETE}"),
        (1600, f"INFO 80801248 hypervisor_ha.py:201 Deleted HA route on host {HOST} via {REMOTE}"),
    ]
    after = [line for place in range(1, 5) for line in check(at + timedelta(seconds=30 * place))]
    return [*(genesis(at + timedelta(milliseconds=ms), rest) for ms, rest in acts), *after]


def status(own: str) -> list[str]:
    up = ["\t                Stargate   UP       [26974, 27094]"]
    each = [(OWN, own), (LEADER, "Up, ZeusLeader"), (REMOTE, "Up")]
    return [line for cvm, word in each for line in (f"\tCVM: {cvm} {word}", *(up if word != "Down" else []))]


def other_host(lines: list[str]) -> list[str]:
    """Of another host and its CVM, an hour later."""
    return [line.replace("esx-a", "esx-b").replace("-A-CVM", "-B-CVM").replace("T10:", "T11:") for line in lines]


def of_two(first: str, second: str) -> list[str]:
    """The tables of two hosts, one of which is forwarded, each below its heading."""
    return [first, DATED.format(7), *table(), second, DATED.format(8), *table(REMOTE)]


def bundle(nas: list[str]) -> dict[str, list[str] | bytes]:
    """A support bundle in which an identifier is lost, with what its host has mounted."""
    place = "esx-esx-a-2025-11-02--10.30-2100012"
    lost = f"[APDCorrelator] 478us: [esx.problem.storage.apd.start] Device or filesystem with identifier [{UUID}] has entered the All Paths Down state."
    link = "[netCorrelator] 428us: [vob.net.vmnic.linkstate.up] vmnic vmnic0 linkstate up"
    return {
        f"{place}/commands/esxcfg-nas_-l.txt": text(nas),
        f"{place}/var/run/log/hostd.log": OFF,
        f"{place}/var/run/log/vmkernel.log": whole(kernel("10:00:25.300", route("add"))),
        f"{place}/var/run/log/vobd.log": [
            f"2025-11-02T{at}Z: {said}"
            for at, said in (("09:40:00.120", link), ("10:00:41.120", lost), ("10:40:00.120", link))
        ],
    }


NAS = [
    "NTNX-container is /container from 192.168.5.2 mounted available",
    "iso is /vol/iso from 10.0.0.5 mounted available",
]
WATCHED = [
    line
    for at, gateway in (("10:00:00", None), ("10:00:05", REMOTE), ("10:00:10", REMOTE), ("10:00:15", None))
    for line in (f"Every 5.0s: esxcfg-route -l          esx-a: Sun Nov  2 {at} 2025", "", *table(gateway))
]
APD = "StorageApdHandler: 1204: APD {} for 0x4300 [{}]"
DELETED_OTHERWISE = f"esxcli network ip route ipv4 remove --network 192.168.5.2/32 --gateway {REMOTE}"
# fmt: off
BLIND: dict[str, Brought] = {
    # packed, quoted, numbered
    "a whole story, packed thrice": Brought({"case.zip": zipped({"NTNX-Log-2025-11-02-1-1762070400-PE-192.168.1.27.tgz": gzip.compress(tarred({"cvm_logs/genesis.out.20251102-080000Z": lzma.compress(text(failure())), "cvm_logs/genesis.out": text(returned())}))})}, "yes", (FAILED, BACK)),
    "quoted in a mail's text": Brought({"ticket.txt": ["Hi team, see below", "", *(f"> {line}" for line in failure())]}, "yes", (FAILED,)),
    "behind a collector's own stamp": Brought({"collected.log": [f"2025-11-02T08:30:00.000Z cvm-192.168.1.27 {line}" for line in failure()]}, "yes", (FAILED,)),
    "indented in a wiki's page": Brought({"page.md": ["# What happened", "```", *(f"    {line}" for line in failure()), "```"]}, "yes", (FAILED,)),
    "numbered by cat -n": Brought({"numbered.txt": [f"{number:6d}\t{line}" for number, line in enumerate(failure(), 1)]}, "yes", (FAILED,)),
    "the new lines of a diff": Brought({"genesis.diff": ["--- a/genesis.out", "+++ b/genesis.out", f"@@ -0,0 +1,{len(failure())} @@", *(f"+{line}" for line in failure())]}, "yes", (FAILED,)),
    "lines that end with CR alone": Brought({"genesis.out": "\r".join(failure()).encode()}, "yes", (FAILED,)),
    "found by zgrep over rotated kernel logs": Brought({f"{HOST}/found.txt": [f"/var/run/log/vmkernel.{number}.gz:{line}" for number, line in enumerate(whole(kernel("10:00:00.210", route("add")), kernel("10:00:31.400", route("delete"))))]}, episodes=(f"unexplained@{HOST}",)),
    "a syslog whose stamps have a zone": Brought({"esx.log": [f"2025-11-02T{at}+01:00 esx-a vmkernel: cpu0:2099084){line}" for at, line in (("10:40:00.000", IDLE), ("11:00:00.210", route("add")), ("11:00:31.400", route("delete")), ("11:20:00.000", IDLE))]}, episodes=("unexplained@esx-a",)),
    "warnings in a log of their own": Brought({f"{HOST}/vmkernel.log": whole(kernel("10:00:00.210", route("add")), kernel("10:00:31.400", route("delete"))), f"{HOST}/vmkwarning.log": [f"2025-11-02T10:00:12.000Z Wa(180) vmkwarning: cpu3:2097803)WARNING: {RETRY}"], f"{HOST}/shell.log": [typed("10:00:00.100", ADD)], f"{HOST}/auth.log": [*session("09:50:00.000", "esxcfg-route -l"), *session("10:00:31.300", DELETE)]}, "yes", (INJECTED,)),
    "the leader changes in the middle": Brought({f"cvm-{LEADER}/genesis.out": failure()[:28], f"cvm-{REMOTE}/genesis.out": failure()[28:]}, "yes", (FAILED,)),
    # who did it
    "typed for a shell of its own, and taken back by esxcli": Brought({f"{HOST}/vmkernel.log": whole(kernel("10:00:00.210", route("add")), kernel("10:00:20.400", route("delete"))), f"{HOST}/shell.log": [typed("10:00:00.100", f'sh -c "{ADD}"'), typed("10:00:20.300", DELETED_OTHERWISE)]}, "yes", (INJECTED,)),
    "power alone": Brought({f"{HOST}/hostd.log": POWER}, episodes=(FAILED,)),
    "two CVMs switched off, one after the other": Brought({"esx-a/hostd.log": POWER, "esx-a/vmkernel.log": whole(kernel("10:00:21.300", route("add")), kernel("10:17:41.400", route("delete"))), "esx-b/hostd.log": other_host(POWER), "esx-b/vmkernel.log": whole(kernel("11:00:27.300", route("add")), kernel("11:17:41.400", route("delete")), end="11:50:00.000")}, "yes", ("cvm-failure@esx-a", "cvm-recovery@esx-a", "cvm-failure@esx-b", "cvm-recovery@esx-b")),
    "a guest that is called like a CVM": Brought({f"{HOST}/hostd.log": [line.replace("NTNX-15SM60210040-A-CVM", "backup-NTNX-A-CVM") for line in OFF], f"{HOST}/vmkernel.log": whole()}),
    "a clone that is called by its CVM": Brought({f"{HOST}/hostd.log": [line.replace("-A-CVM", "-A-CVM-clone") for line in OFF], f"{HOST}/vmkernel.log": whole()}),
    # tables beside checks, and of several hosts
    "the cluster's state beside the checks": Brought({f"cvm-{LEADER}/genesis.out": failure(), f"cvm-{LEADER}/status.txt": [f"nutanix@NTNX-B-CVM:{LEADER}:~$ date -u; cluster status", "Sun Nov  2 08:04:10 UTC 2025", *status("Down")]}, "yes", (FAILED,)),
    "a table that shows another path than the checks": Brought({f"cvm-{LEADER}/genesis.out": checks(20), f"{HOST}/routes.txt": ["Sun Nov  2 08:05:00 UTC 2025", *table(REMOTE)]}, forwarded=(HOST,)),
    "a table in its CVM's folder": Brought({f"cvm-{LEADER}/genesis.out": checks(20), f"{OWN}/hypervisor_cfg/routes.txt": ["Sun Nov  2 08:05:00 UTC 2025", *table(REMOTE)]}, forwarded=(HOST,)),
    "a table that agrees with the checks": Brought({f"cvm-{LEADER}/genesis.out": checks(20), f"{HOST}/routes.txt": ["Sun Nov  2 08:05:00 UTC 2025", *table()]}, "yes"),
    "a watch of the routes": Brought({"esx-a/watch.txt": WATCHED}, episodes=("unexplained@esx-a",), forwarded=("esx-a",)),
    "two hosts' tables by ssh in a loop": Brought({"loop.txt": [f"{PROMPT}for h in 192.168.1.23 {HOST}; do echo $h; ssh root@$h 'date; esxcfg-route -l'; done", *of_two("192.168.1.23", HOST)]}, forwarded=(HOST,)),
    "two hosts' tables, each framed": Brought({"loop.txt": of_two("--- 192.168.1.23 ---", f"--- {HOST} ---")}, forwarded=(HOST,)),
    "two hosts' tables, each behind its name": Brought({"loop.txt": of_two("===== esx-a =====", "===== esx-b =====")}, forwarded=("esx-b",)),
    "two hosts' tables, each behind its address": Brought({"loop.txt": of_two("192.168.1.23:", f"{HOST}:")}, forwarded=(HOST,)),
    "before and after, of one host": Brought({"esx-a/steps.txt": of_two("=== before ===", "=== after ===")}, episodes=("unexplained@esx-a",), forwarded=("esx-a",)),
    "a table that was kept on a CVM": Brought({"kept.txt": [f"{PROMPT}date; cat routes.txt", DATED.format(7), *table(REMOTE)]}, forwarded=(None,)),
    "a redirect's route to another server": Brought({f"{HOST}/routes.txt": [DATED.format(7), *table(), "10.0.0.5         255.255.255.255  192.168.1.254    vmk0"]}),
    # other storage
    "a device's loss beside checks that find all well": Brought({f"cvm-{LEADER}/genesis.out": checks(20), f"{HOST}/vmkernel.log": [kernel("07:59:00.000", IDLE), kernel("08:05:00.000", APD.format("start", "eui.0025385b71b0a1c2")), kernel("08:12:00.000", IDLE)]}, "yes"),
    "the datastore's loss beside checks that find all well": Brought({f"cvm-{LEADER}/genesis.out": checks(20), f"{HOST}/vmkernel.log": [kernel("07:59:00.000", MOUNTED), kernel("08:05:00.000", APD.format("start", UUID)), kernel("08:06:00.000", APD.format("exit", UUID)), kernel("08:12:00.000", IDLE)]}, "no", (f"unexplained@{HOST}",)),
    "a loss that one datastore alone can be": Brought(bundle(NAS[:1]), "no", ("cvm-failure@esx-a",)),
    "a loss that may be of either datastore": Brought(bundle(NAS), "unknown", ("cvm-failure@esx-a",)),
    "a loss where another server alone is mounted": Brought(bundle(NAS[1:]), "unknown", ("cvm-failure@esx-a",)),
}
# fmt: on


@pytest.mark.parametrize("case", BLIND)
def test_the_answer_is_that_which_was_written_first(case: str, tmp_path: Path) -> None:
    right = BLIND[case]

    assert told(brought(tmp_path, right)) == (right.acceptable, right.episodes, right.forwarded, [])
